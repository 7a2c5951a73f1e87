import stat
import zipfile

import pytest

from engine.data import archives
from engine.data.archives import Limits
from engine.data.zip_files import extract_zip
from engine.errors import EngineError
from tests.told import counted_to


def write_zip(path, files, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def refused(tmp_path, match, path=None):
    """Extracting fails with one sentence and leaves the folder as it was."""
    path = path or tmp_path / "photos.zip"
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EngineError, match=match) as caught:
        extract_zip(path, tmp_path / "into")
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_extracts_files_and_reports_progress(tmp_path):
    path = write_zip(tmp_path / "photos.zip", [("top/a/1.jpg", b"12345"), ("top/b/2.jpg", b"678")])
    calls = []
    extract_zip(path, tmp_path / "into", counted_to(calls.append))
    assert (tmp_path / "into/top/a/1.jpg").read_bytes() == b"12345"
    assert (tmp_path / "into/top/b/2.jpg").read_bytes() == b"678"
    assert calls == [(5, 8, "unpack"), (8, 8, "unpack")]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["into", "photos.zip"]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/photo.jpg",
        "../photo.jpg",
        "a/../../photo.jpg",
        "..\\photo.jpg",
        "C:/photo.jpg",
        "c:photo.jpg",
        "d/" * 40 + "photo.jpg",
    ],
)
def test_refuses_paths_that_leave_the_folder(tmp_path, name):
    write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"1"), (name, b"2")])
    refused(tmp_path, "only paths below its own folder")


def test_refuses_a_name_with_a_hidden_end(tmp_path):
    path = write_zip(tmp_path / "photos.zip", [("a/1.jpgXtxt", b"1")])
    path.write_bytes(path.read_bytes().replace(b"1.jpgXtxt", b"1.jpg\0txt"))
    refused(tmp_path, "only paths below its own folder")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_refuses_links_and_devices(tmp_path, kind):
    member = zipfile.ZipInfo("a/link.jpg")
    member.external_attr = (kind | 0o777) << 16
    write_zip(tmp_path / "photos.zip", [(member, b"/etc/passwd")])
    refused(tmp_path, "no links")


def test_refuses_encrypted_files(tmp_path):
    path = write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"1")])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    refused(tmp_path, "must not be encrypted")


def test_refuses_a_file_twice(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"1"), ("a/1.jpg", b"2")])
    refused(tmp_path, "each file once")


def test_refuses_a_file_below_a_file(tmp_path):
    write_zip(tmp_path / "photos.zip", [("a", b"1"), ("a/1.jpg", b"2")])
    refused(tmp_path, "could not be unpacked")


def test_refuses_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_FILES", 2)
    write_zip(tmp_path / "photos.zip", [(f"a/{index}.jpg", b"1") for index in range(3)])
    refused(tmp_path, "at most 2 files. Received: 3")


def test_refuses_too_many_bytes_in_all(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"123456"), ("a/2.jpg", b"123456")])
    refused(tmp_path, "the archive photos.zip must have at most")


def test_refuses_a_file_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_FILE_BYTES", 10)
    write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"12345678901")])
    refused(tmp_path, "a file in the archive photos.zip must have at most")


@pytest.mark.parametrize(
    ("limits", "match"),
    [
        (Limits(1, 99, 99), "at most 1 files. Received: 2"),
        (Limits(9, 11, 99), "the archive photos.zip must have at most"),
        (Limits(9, 99, 5), "a file in the archive photos.zip must have at most"),
    ],
)
def test_refuses_what_is_beyond_the_limits_of_the_caller(tmp_path, limits, match):
    path = write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"123456"), ("a/2.jpg", b"123456")])
    with pytest.raises(EngineError, match=match):
        extract_zip(path, tmp_path / "into", limits=limits)
    assert list(tmp_path.iterdir()) == [path]
    extract_zip(path, tmp_path / "into", limits=Limits(2, 12, 6))
    assert (tmp_path / "into/a/2.jpg").is_file()


def test_refuses_a_bomb_but_not_a_small_plain_file(tmp_path):
    deflated = {"compression": zipfile.ZIP_DEFLATED}
    write_zip(tmp_path / "photos.zip", [("a/1.bmp", bytes(2 * 2**20))], **deflated)
    refused(tmp_path, "more than 200-fold")
    write_zip(tmp_path / "photos.zip", [("a/1.bmp", bytes(2**19))], **deflated)
    extract_zip(tmp_path / "photos.zip", tmp_path / "into")
    assert (tmp_path / "into/a/1.bmp").stat().st_size == 2**19


def test_refuses_a_file_larger_than_its_header_says(tmp_path):
    path = write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"x" * 1000)])
    data = path.read_bytes()
    path.write_bytes(data.replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    refused(tmp_path, "whole zip file")


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]
)
def test_refuses_damaged_content(tmp_path, compression):
    content = bytes(index * index % 251 for index in range(5000))
    path = write_zip(tmp_path / "photos.zip", [("a/1.jpg", content)], compression=compression)
    data = bytearray(path.read_bytes())
    data[60:70] = bytes(10)
    path.write_bytes(data)
    refused(tmp_path, "whole zip file")


def test_refuses_an_unknown_compression(tmp_path):
    path = write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"1")])
    data = bytearray(path.read_bytes())
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 97
    path.write_bytes(data)
    refused(tmp_path, "whole zip file")


def test_refuses_a_truncated_zip(tmp_path):
    path = write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"1" * 1000)])
    path.write_bytes(path.read_bytes()[:-30])
    refused(tmp_path, "whole zip file")


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xd8\xff\xe0 photo"])
def test_refuses_what_is_no_zip(tmp_path, content):
    (tmp_path / "photos.zip").write_bytes(content)
    refused(tmp_path, "whole zip file")


def test_refuses_a_path_that_is_no_file(tmp_path):
    refused(tmp_path, "zip file that exists", tmp_path / "missing.zip")
    (tmp_path / "folder.zip").mkdir()
    refused(tmp_path, "could not be unpacked", tmp_path / "folder.zip")


def test_an_interruption_leaves_nothing_behind(tmp_path):
    path = write_zip(tmp_path / "photos.zip", [("a/1.jpg", b"1"), ("a/2.jpg", b"2")])

    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract_zip(path, tmp_path / "into", counted_to(interrupt))
    assert list(tmp_path.iterdir()) == [path]
