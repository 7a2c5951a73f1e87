import hashlib

from engine.data.folders import FoundPhoto, content_digest, copy_photos, find_photos, move_photos


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def test_a_folder_of_class_folders(tmp_path):
    touch(tmp_path, "hat/b.JPG", "hat/a.png", "dress/1.webp")
    found = find_photos(tmp_path)
    assert found.top == tmp_path
    assert found.photos == [
        FoundPhoto("dress/1.webp", "dress", None),
        FoundPhoto("hat/a.png", "hat", None),
        FoundPhoto("hat/b.JPG", "hat", None),
    ]
    assert found.class_names == ("dress", "hat")
    assert found.fixed_test is None
    assert found.left_out == []


def test_folders_named_after_splits_are_shared_out(tmp_path):
    touch(tmp_path, "train/hat/1.jpg", "Val/hat/2.jpg", "test/hat/3.jpg", "train/dress/4.jpg")
    found = find_photos(tmp_path)
    assert [(photo.image_id, photo.class_name, photo.split) for photo in found.photos] == [
        ("Val/hat/2.jpg", "hat", "validation"),
        ("test/hat/3.jpg", "hat", "test"),
        ("train/dress/4.jpg", "dress", "train"),
        ("train/hat/1.jpg", "hat", "train"),
    ]
    assert found.fixed_test == [False, True, False, False]


def test_classes_may_be_called_train_and_test(tmp_path):
    touch(tmp_path, "train/1.jpg", "test/2.jpg")
    found = find_photos(tmp_path)
    assert found.class_names == ("test", "train")
    assert found.fixed_test is None


def test_test_photos_without_classes_are_left_out(tmp_path):
    touch(tmp_path, "train/hat/1.jpg", "train/dress/1.jpg", "test/1.jpg")
    found = find_photos(tmp_path)
    assert found.image_ids == ["train/dress/1.jpg", "train/hat/1.jpg"]
    assert found.left_out == [("test/1.jpg", "It is not in a class folder.")]


def test_a_wrapping_folder_is_stepped_into(tmp_path):
    touch(tmp_path, "repository-123/images/hat/1.jpg", "repository-123/images/dress/1.jpg")
    touch(tmp_path, "__MACOSX/hat/1.jpg", "repository-123/README.md")
    found = find_photos(tmp_path)
    assert found.top == tmp_path / "repository-123/images"
    assert found.image_ids == ["dress/1.jpg", "hat/1.jpg"]


def test_one_class_folder_is_no_wrapping_folder(tmp_path):
    touch(tmp_path, "hat/1.jpg")
    assert find_photos(tmp_path).class_names == ("hat",)


def test_photos_in_deeper_folders_belong_to_the_class(tmp_path):
    touch(tmp_path, "hat/summer/straw/1.jpg", "dress/1.jpg")
    assert FoundPhoto("hat/summer/straw/1.jpg", "hat", None) in find_photos(tmp_path).photos


def test_clutter_is_passed_over_and_other_files_are_reported(tmp_path):
    touch(tmp_path, "hat/1.jpg", "dress/1.jpg")
    touch(tmp_path, ".git/1.jpg", "hat/.DS_Store", "hat/._1.jpg", "hat/Thumbs.db", "notes.txt")
    touch(tmp_path, "hat/notes.txt", "loose.jpg", "hat/line\nbreak.jpg")
    found = find_photos(tmp_path)
    assert found.image_ids == ["dress/1.jpg", "hat/1.jpg"]
    assert found.left_out == [
        ("hat/line\\nbreak.jpg", "Its name has unprintable characters."),
        ("hat/notes.txt", "It is not a photo file."),
        ("loose.jpg", "It is not in a class folder."),
    ]


def test_links_are_never_followed(tmp_path):
    touch(tmp_path, "photos/hat/1.jpg", "photos/dress/1.jpg", "secret/2.jpg")
    photos = tmp_path / "photos"
    (photos / "hat/2.jpg").symlink_to(tmp_path / "secret/2.jpg")
    (photos / "hat/more").symlink_to(tmp_path / "secret", target_is_directory=True)
    (photos / "secret").symlink_to(tmp_path / "secret", target_is_directory=True)
    found = find_photos(photos)
    assert found.image_ids == ["dress/1.jpg", "hat/1.jpg"]
    assert [name for name, reason in found.left_out if reason == "It is a link."] == [
        "hat/2.jpg",
        "hat/more",
        "secret",
    ]


def test_classes_called_like_numbers_are_sorted_by_value(tmp_path):
    touch(tmp_path, "10/1.jpg", "9/1.jpg", "a/1.jpg", "0/1.jpg")
    assert find_photos(tmp_path).class_names == ("0", "9", "10", "a")


def test_an_empty_folder_has_no_photos(tmp_path):
    found = find_photos(tmp_path)
    assert found.photos == []
    assert found.class_names == ()


def test_the_digest_covers_paths_and_content(tmp_path):
    touch(tmp_path, "b/1.jpg", "a/1.jpg")
    lines = "".join(
        f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in ("a/1.jpg", "b/1.jpg")
    )
    expected = hashlib.sha256(lines.encode()).hexdigest()
    assert content_digest(tmp_path, ["b/1.jpg", "a/1.jpg"]) == expected
    (tmp_path / "a/1.jpg").write_bytes(b"changed")
    assert content_digest(tmp_path, ["b/1.jpg", "a/1.jpg"]) != expected


def test_copying_keeps_the_original_and_moving_does_not(tmp_path):
    touch(tmp_path, "from/hat/1.jpg", "from/dress/1.jpg")
    found = find_photos(tmp_path / "from")
    copy_photos(found, tmp_path / "copied")
    assert (tmp_path / "copied/hat/1.jpg").read_bytes() == b"from/hat/1.jpg"
    assert (tmp_path / "from/hat/1.jpg").exists()
    move_photos(found, tmp_path / "moved")
    assert (tmp_path / "moved/dress/1.jpg").read_bytes() == b"from/dress/1.jpg"
    assert not (tmp_path / "from/dress/1.jpg").exists()
