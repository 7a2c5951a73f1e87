import dataclasses

from engine.views.sentences.photos import how_split


def test_says_how_many_and_how_they_were_drawn(tiny_data_set):
    text = how_split(tiny_data_set)
    assert text.startswith("**18 photos to train on, 6 to validate, 6 to test.** ")
    assert "A fifth of each class was drawn by chance to test" in text


def test_knows_a_test_folder(tiny_data_set):
    photos = tiny_data_set.photos.copy()
    photos["image_id"] = photos["split"].str.capitalize() + "/" + photos["image_id"]
    text = how_split(dataclasses.replace(tiny_data_set, photos=photos))
    assert "The photos of the test folder test" in text
    # A class may be called "test" without being a test folder.
    photos["image_id"] = "test/1.jpg"
    photos.loc[0, "image_id"] = "hat/1.jpg"
    photos["split"] = "test"
    text = how_split(dataclasses.replace(tiny_data_set, photos=photos))
    assert "A fifth of each class was drawn by chance to test" in text
