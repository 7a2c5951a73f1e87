"""The check of a data set, as the page Train shows it."""

import dataclasses

import pandas as pd
from streamlit.testing.v1 import AppTest

from engine.data.duplicates import DUPLICATES_COLUMNS, save_duplicates
from tests.conftest import make_data_set
from tests.page_runner import TIMEOUT, texts


def show(name):
    """A page of its own: it runs without this module's globals."""
    from engine.data import load_data_set
    from pages.own.training.check import show_check

    show_check(load_data_set(name))


def check(name="tiny") -> AppTest:
    page = AppTest.from_function(show, args=(name,), default_timeout=TIMEOUT).run()
    assert not page.exception
    return page


def test_a_small_balanced_data_set(tiny_data_set):
    page = check()
    (chart,) = page.get("plotly_chart")
    assert "Photos of each class" in chart.proto.spec
    shown = texts(page)
    assert "18 photos to train on, 6 to validate, 6 to test" in shown
    assert "Every class has 10 photos. That is balanced" in shown
    assert "**cross** 14 more (has 6), **dot** 14 more (has 6), **stripe** 14 more (has 6)" in shown
    assert "python -m engine check tiny" in shown
    assert "No file: all could be read." in shown
    assert not page.dataframe


def test_enough_photos(artifacts):
    make_data_set(artifacts / "data" / "large", per_class=40, with_photos=False)
    assert "Every class has 20 photos or more to train on." in texts(check("large"))


def test_doubles_and_whether_labels_contradict_each_other(tiny_data_set):
    rows = [
        (1, "cross/000.jpg", 0.0),
        (1, "dot/000.jpg", 0.0),
        (2, "stripe/000.jpg", 0.0),
        (2, "stripe/009.jpg", 1.5),
    ]
    save_duplicates(tiny_data_set, pd.DataFrame(rows, columns=list(DUPLICATES_COLUMNS)))
    page = check()
    assert "2, of which 1 with exactly the same pixels. **1 with labels that" in texts(page)
    assert "1 in more than one split" in texts(page)
    assert page.dataframe[0].value["Photo"].tolist() == [row[1] for row in rows]


def test_no_doubles(tiny_data_set):
    save_duplicates(tiny_data_set, pd.DataFrame(columns=list(DUPLICATES_COLUMNS)))
    assert "None of the 30 photos." in texts(check())


def test_a_damaged_list_of_doubles_is_a_sentence(tiny_data_set):
    (tiny_data_set.folder / "duplicates.csv").write_text("a,b\n1,2\n")
    page = check()
    assert "damaged" in page.error[0].value
    assert "No file: all could be read." in texts(page)


def test_left_out_files_by_name_with_the_reason(tiny_data_set):
    left_out = (("cross/=a.jpg", "It is a link."), ("dot/notes.txt", "It is not a photo file."))
    data_set = dataclasses.replace(tiny_data_set, unreadable=left_out)
    data_set.save_index(data_set.folder)
    page = check()
    assert "2 files, each with the reason:" in texts(page)
    (table,) = (one.value for one in page.dataframe)
    assert table["Why it was left out"].tolist() == [reason for _, reason in left_out]


def test_imbalance_in_words_whatever_the_names(artifacts):
    data_set = make_data_set(artifacts / "data" / "uneven", per_class=10, with_photos=False)
    photos = data_set.photos[
        (data_set.photos["label"] == 0) | (data_set.photos["image_id"].str[-7:] < "004.jpg")
    ].reset_index(drop=True)
    names = ("*cross*", "dot", "stripe")
    photos["class_name"] = [names[label] for label in photos["label"]]
    dataclasses.replace(data_set, photos=photos, class_names=names).save_index(data_set.folder)
    shown = texts(check("uneven"))
    assert "**\\*cross\\*** has 10 photos, **stripe** 4: 2.5 times as many." in shown
    assert "is right on 56" in shown
