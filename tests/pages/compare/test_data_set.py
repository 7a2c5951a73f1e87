import dataclasses
import subprocess
import sys
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import pytest

from engine.views.charts.data_set import class_chart, photos_per_class
from pages.ui.navigation import DATA_SET
from pages.ui.text import plain
from tests.conftest import make_data_set, make_run
from tests.page_runner import open_page, open_tables, texts
from tests.presets import PRESETS
from tests.server import PROJECT

open_photos = partial(open_page, DATA_SET.path)


def images(page) -> int:
    return len(page.get("image"))


# The chart


def test_counts_photos_by_class_and_split():
    photos = pd.DataFrame(
        [("hat", "train"), ("hat", "test"), ("shoe", "train"), ("shoe", "train"), ("shoe", "test")],
        columns=["class_name", "split"],
    )
    counts = photos_per_class(photos)
    assert list(counts.index) == ["shoe", "hat"]
    assert counts.to_dict("list") == {
        "train": [2, 1],
        "validation": [0, 0],
        "test": [1, 1],
        "total": [3, 2],
    }


def test_the_chart_shows_every_number():
    counts = photos_per_class(
        pd.DataFrame(
            [("<b>1</b>", "train"), ("<b>1</b>", "validation"), ("2", "test")],
            columns=["class_name", "split"],
        )
    )
    figure = class_chart(counts)
    assert isinstance(figure, go.Figure)
    bars = {bar.name: list(bar.x) for bar in figure.data if bar.type == "bar"}
    assert bars == {"Train": [1, 0], "Validation": [1, 0], "Test": [0, 1]}
    totals = figure.data[-1]
    assert totals.text == (" <b>2</b>", " <b>1</b>")
    # Names come from visitors' folders, and may look like numbers.
    assert figure.data[0].y[0] == "&lt;b&gt;1&lt;/b&gt;"
    assert figure.layout.yaxis.type == "category"
    assert figure.layout.barmode == "stack"


# The page


def test_without_any_data_set(artifacts):
    assert "There is no data set yet" in texts(open_photos())


def test_says_what_the_data_set_is(tiny_data_set):
    shown = texts(open_photos())
    assert "Flat colours with noise, drawn by the tests" in shown
    assert "30 photos of 3 classes (18 train, 6 validation, 6 test)" in shown
    assert "CC0" in shown


def test_links_to_a_source_that_is_a_page(artifacts):
    data_set = make_data_set(artifacts / "data" / "tiny")
    dataclasses.replace(data_set, source="https://example.org/photos").save_index(data_set.folder)
    assert "](https://example.org/photos)" in texts(open_photos())


def test_says_who_made_the_photos_where_their_licence_asks_for_it(artifacts):
    data_set = make_data_set(artifacts / "data" / "tiny")
    assert "Photos: " not in texts(open_photos())
    dataclasses.replace(data_set, attribution="Ann *Other*").save_index(data_set.folder)
    assert "Photos: Ann \\*Other\\*" in texts(open_photos())


def test_without_photos_there_is_one_notice_and_the_chart(artifacts):
    make_data_set(artifacts / "published" / "tiny", with_photos=False)
    page = open_photos()
    assert texts(page).count("not on this machine") == 1
    assert len(page.get("plotly_chart")) == 1
    assert images(page) == 0
    assert [tab.label for tab in page.tabs] == ["Photos", "Augmentation preview", "Data check"]


def test_lists_the_files_that_were_left_out(artifacts):
    data_set = make_data_set(artifacts / "data" / "tiny")
    unreadable = (("dot/broken.jpg", "Cannot read broken.jpg: the file is empty."),)
    dataclasses.replace(data_set, unreadable=unreadable).save_index(data_set.folder)
    page = open_photos()
    assert "1 file was left out" in [one.label for one in page.expander]
    assert page.dataframe[-1].value.iloc[0].tolist() == list(unreadable[0])


def test_the_numbers_are_a_table_when_it_is_opened(tiny_data_set, monkeypatch):
    assert not open_photos().dataframe
    open_tables(monkeypatch)
    (table,) = open_photos().dataframe
    assert table.value["Total"].tolist() == [10, 10, 10]
    assert [one.key for one in open_photos().download_button] == ["csv_photos-per-class"]


def test_browses_by_page(tiny_data_set):
    page = open_photos()
    assert images(page) == 15
    assert "Photos 1 to 15 of 30" in texts(page)
    page = open_photos(page="2")
    assert images(page) == 15
    assert "Photos 16 to 30 of 30" in texts(page)


def test_browses_by_class_and_split(tiny_data_set):
    page = open_photos(**{"class": "dot", "split": "Validation"})
    assert images(page) == 2
    assert "Photos 1 to 2 of 2" in texts(page)
    page.selectbox(key="class").select(None).run()
    assert not page.exception
    assert "Photos 1 to 6 of 6" in texts(page)


def test_another_choice_starts_on_its_first_page(tiny_data_set):
    page = open_photos(page="2")
    page.selectbox(key="class").select("dot").run()
    assert not page.exception
    assert "Photos 1 to 10 of 10" in texts(page)


def test_a_photo_that_is_gone_is_one_sentence(tiny_data_set):
    tiny_data_set.photo_path("dot/000.jpg").unlink()
    page = open_photos(**{"class": "dot"})
    assert images(page) == 9
    assert "there is no such file" in texts(page)


HOSTILE = ["-1", "999999", "nan", "<script>alert(1)</script>", "../../etc/passwd", "", "[1]"]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_addresses_of_the_browser(tiny_data_set, value):
    page = open_photos(**{"class": value, "split": value, "page": value, "data_set": value})
    assert images(page) == 15


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_addresses_of_the_preview(tiny_data_set, value):
    page = open_photos(
        view="Augmentation preview", photo=value, turn=value, zoom=value, draw=value * 3
    )
    assert images(page) == 1 + 16
    assert "The photo in the address is not one of this data set" in texts(page)
    assert page.slider(key="turn").value == 36


def test_an_unknown_view_shows_the_photos(tiny_data_set):
    assert images(open_photos(view="Anything")) == 15


def test_choosing_a_photo_shows_its_preview(tiny_data_set):
    page = open_photos(**{"class": "stripe", "split": "Test"})
    page.button(key="choose_stripe/009.jpg").click().run()
    assert not page.exception
    assert page.query_params["photo"] == "stripe/009.jpg"
    assert "**stripe** · test · 64 × 48 pixels" in texts(page)
    assert images(page) == 1 + 16


def test_the_preview_is_of_the_sizes_the_models_see(tiny_data_set, tiny_runs):
    shown = texts(open_photos(view="Augmentation preview"))
    assert "CNN from scratch** sees 32 × 32 pixels" in shown
    assert r"Fine\-tuned ResNet50** sees 32 × 32 pixels" in shown
    assert "Validation and test photos are never augmented" in shown


def test_without_runs_the_presets_are_shown(tiny_data_set):
    shown = texts(open_photos(view="Augmentation preview"))
    for recipe in PRESETS.values():
        assert f"sees {recipe.image_size} × {recipe.image_size} pixels" in shown


def test_the_preview_starts_with_the_limits_of_training(tiny_data_set, tiny_runs):
    page = open_photos(view="Augmentation preview")
    assert page.slider(key="turn").value == 36
    assert page.slider(key="zoom").value == 10
    assert "Both models trained with ±36° and ±10 %" in texts(page)


def test_a_link_restores_the_preview(tiny_data_set, tiny_runs):
    page = open_photos(
        view="Augmentation preview", photo="dot/001.jpg", turn="90", zoom="25", draw="4"
    )
    assert "**dot** · train" in texts(page)
    assert (page.slider(key="turn").value, page.slider(key="zoom").value) == (90, 25)
    page.button(key="again").click().run()
    assert not page.exception
    assert page.query_params["draw"] == "5"
    page.button(key="next_photo").click().run()
    assert not page.exception
    assert page.query_params["photo"] == "dot/002.jpg"


def test_next_goes_round(tiny_data_set, tiny_runs):
    page = open_photos(view="Augmentation preview", photo="dot/009.jpg")
    page.button(key="next_photo").click().run()
    assert page.query_params["photo"] == "dot/000.jpg"


def test_the_preview_of_a_photo_that_is_gone_is_one_sentence(tiny_data_set, tiny_runs):
    tiny_data_set.photo_path("dot/000.jpg").unlink()
    page = open_photos(view="Augmentation preview", photo="dot/000.jpg")
    assert [one.value for one in page.error] == [
        "Cannot read 000\\.jpg\\: there is no such file\\."
    ]


def test_a_damaged_run_is_a_warning_and_the_preview_works(tiny_data_set, tiny_runs):
    (tiny_runs["scratch"].folder / "config.json").write_text("{")
    page = open_photos(view="Augmentation preview")
    assert len(page.warning) == 1
    assert "config.json" in page.warning[0].value
    assert images(page) == 1 + 16


BROWSE_WITHOUT_KERAS = """
import sys
from tests.page_runner import open_page
open_page("compare/data_set.py")
heavy = {"keras", "tensorflow", "openvino", "sklearn", "scipy"} & set(sys.modules)
assert not heavy, heavy
"""


def test_browsing_loads_no_keras(tiny_data_set, tiny_runs):
    subprocess.run(
        [sys.executable, "-c", BROWSE_WITHOUT_KERAS], cwd=PROJECT, check=True, timeout=300
    )


# The data check


def save_doubles(data_set, *image_ids):
    rows = [(1, image_id, 0.3 * number) for number, image_id in enumerate(image_ids)]
    table = pd.DataFrame(rows, columns=["group", "image_id", "difference"])
    table.to_csv(data_set.folder / "duplicates.csv", index=False)


def open_check(**query):
    return open_photos(view="Data check", **query)


def test_a_data_set_that_was_not_checked(tiny_data_set):
    page = open_check()
    assert "python -m engine check tiny" in page.info[0].value
    assert "Every class has 10 photos" in texts(page)
    assert "takes a trained run" in texts(page)


def test_doubles_with_other_labels_and_in_other_splits(tiny_data_set):
    save_doubles(tiny_data_set, "cross/000.jpg", "dot/009.jpg")
    page = open_check()
    assert [(one.label, one.value) for one in page.metric] == [
        ("Stand twice", "1"),
        ("with other labels", "1"),
        ("in other splits", "1"),
    ]
    assert images(page) == 2
    assert "**cross**, train" in texts(page)
    assert "**dot**, test" in texts(page)


def test_no_doubles(tiny_data_set):
    save_doubles(tiny_data_set)
    assert "None of the 30 photos stands twice." in texts(open_check())


def test_damaged_doubles(tiny_data_set):
    (tiny_data_set.folder / "duplicates.csv").write_text("no table")
    page = open_check()
    assert "is damaged" in page.error[0].value
    assert "Balance of the classes" in [one.value for one in page.subheader]


def test_labels_that_look_wrong(tiny_data_set, tiny_runs):
    # The better of the two runs is resnet50: it calls one photo of each split another class.
    page = open_check()
    assert f"{plain('Fine-tuned ResNet50')} answered 12 validation and test photos" in texts(page)
    assert "**2** of their labels are suspect" in texts(page)
    assert texts(page).count("rather ") == 2
    assert images(page) == 2


def test_the_check_without_the_photos(artifacts):
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    make_run(data_set, "scratch", wrong=2)
    save_doubles(data_set, "cross/000.jpg", "dot/009.jpg")
    page = open_check()
    assert texts(page).count("not on this machine") == 1
    assert images(page) == 0
    assert page.dataframe[0].value["Photo"].tolist() == ["cross/000.jpg", "dot/009.jpg"]


def test_tables_can_be_taken_home(tiny_data_set, tiny_runs):
    save_doubles(tiny_data_set, "cross/000.jpg", "dot/009.jpg")
    assert [one.key for one in open_check().download_button] == [
        "csv_doubles",
        "csv_suspect-labels",
    ]
