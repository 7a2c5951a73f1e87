"""The robustness page, without a browser; models answer by the picture's brightness."""

import dataclasses
import json
from functools import partial

import numpy as np
import pandas as pd
import pytest

from engine import runs
from engine.measures.distortions import DISTORTIONS, distort
from engine.serving.predict import Answer
from engine.views.colours import NEUTRAL
from pages.ui import cache
from pages.ui.navigation import ROBUSTNESS
from pages.ui.text import plain
from tests.conftest import make_data_set, make_run
from tests.page_runner import open_page, photo_captions, texts

open_robustness = partial(open_page, ROBUSTNESS.path)


class ByBrightness:
    """Says "stripe", the last class, the surer the brighter."""

    def __init__(self, run):
        self.run = run

    def predict(self, photo):
        sure = 0.5 + photo.mean() / 1000
        others = len(self.run.config.class_names) - 1
        probabilities = np.full(others + 1, (1 - sure) / others, "float32")
        probabilities[-1] = sure
        return Answer(probabilities, photo, 12.3)


@pytest.fixture(autouse=True)
def predictor(monkeypatch):
    monkeypatch.setattr(cache, "predictor", ByBrightness)


def measure(run, *rows):
    rows = [(*row, 400) for row in rows]
    runs.save_robustness(run.folder, pd.DataFrame(rows, columns=list(runs.ROBUSTNESS_COLUMNS)))


@pytest.fixture
def measured(tiny_runs):
    """Scratch falls from 60 to 10 %, ResNet50 from 90 to 75 %, along rotation."""
    measure(tiny_runs["scratch"], ("rotation", 0, 0.6), ("rotation", -90, 0.1))
    measure(tiny_runs["resnet50"], ("rotation", 0, 0.9), ("rotation", 90, 0.75), ("zoom", 1, 0.9))
    return tiny_runs


def chart(page) -> dict | None:
    specs = [json.loads(one.proto.spec) for one in page.get("plotly_chart")]
    return specs[0] if specs else None


def lines(page) -> list[dict]:
    return [one for one in chart(page)["data"] if one["mode"] == "lines+markers"]


def test_without_any_data_set(artifacts):
    assert "There is no data set yet" in texts(open_robustness())


def test_without_a_run(tiny_data_set):
    page = open_robustness()
    assert "python -m engine train tiny scratch" in texts(page)
    assert not page.get("plotly_chart")


def test_runs_of_other_classes(tiny_data_set):
    make_run(dataclasses.replace(tiny_data_set, class_names=("a", "b", "c")), "scratch")
    page = open_robustness()
    assert "know other classes than it has now" in texts(page)
    assert not page.get("plotly_chart")


def test_nothing_measured_yet(tiny_runs):
    page = open_robustness()
    assert "python -m engine robustness tiny scratch resnet50" in page.info[0].value
    assert chart(page) is None
    assert not page.table
    # The photos need no measurement.
    assert len(page.get("image")) == len(photo_captions(page)) == 2


def test_curves_of_all_measured_runs_and_what_they_say(measured):
    page = open_robustness()
    assert chart(page)["layout"]["title"]["text"] == "Accuracy against rotation"
    assert [one["name"] for one in lines(page)] == ["CNN from scratch", "Fine-tuned ResNet50"]
    assert [one["y"] for one in lines(page)] == [[10, 60], [90, 75]]
    guessing, shade = chart(page)["layout"]["shapes"]
    assert guessing["y0"] == pytest.approx(100 / 3)
    assert (shade["x0"], shade["x1"]) == (-36, 36)
    said = texts(page)
    assert (
        "🟠 **CNN from scratch** falls from 60.0\u00a0% to **10.0\u00a0%** at −90°; half of what "
        "it knows beyond guessing is lost from −90°." in said
    )
    assert "**90.0\u00a0%" not in said and "to **75.0\u00a0%** at 90° and keeps more" in said
    assert not page.info


def test_at_a_glance(measured):
    table = open_robustness().table[0].value
    assert table.index.tolist() == ["Rotation", "Zoom"]
    assert table["🟠 Scratch"].tolist() == ["−50 at −90°; half from −90°", "–"]
    assert table["🔷 ResNet50"].tolist() == ["−15 at 90°", "no clear loss"]


def test_what_was_not_measured_along_this_change(measured):
    page = open_robustness(along="Zoom")
    assert "python -m engine robustness tiny scratch\n" in page.info[0].value
    assert [one["name"] for one in lines(page)] == ["Fine-tuned ResNet50"]
    assert "loses nothing that could not be chance" in texts(page)
    page = open_robustness(along="Blur")
    assert "robustness tiny scratch resnet50" in page.info[0].value
    assert chart(page) is None


def test_a_run_trained_without_changes_shows_beside_the_others(measured, tiny_data_set):
    plain = make_run(tiny_data_set, "scratch", name="scratch-plain")
    config = json.loads((plain.folder / runs.CONFIG_FILE).read_text())
    config["recipe"]["augmentation"] = {"rotation": 0.0, "zoom": 0.0}
    (plain.folder / runs.CONFIG_FILE).write_text(json.dumps(config))
    measure(plain, ("rotation", 0, 0.5), ("rotation", 90, 0.2))
    page = open_robustness()
    assert [one["line"]["dash"] for one in lines(page)] == ["solid", "dash", "solid"]
    assert lines(page)[1]["name"] == "CNN from scratch (scratch-plain)"
    assert r"in training (not scratch\-plain)" in texts(page)
    assert len(page.table[0].value.columns) == 3


def test_a_measured_baseline_stands_beside_the_models(measured, tiny_data_set):
    make_run(tiny_data_set, "baseline-pixels")
    measure(make_run(tiny_data_set, "baseline-hog"), ("rotation", 0, 0.5), ("rotation", 90, 0.35))
    page = open_robustness()
    assert [one["name"] for one in lines(page)][2:] == ["Regression on colours and HOG"]
    assert lines(page)[2]["line"]["color"] == NEUTRAL
    shown = texts(page)
    assert "🔲 **Regression on colours and HOG** falls from 50.0\u00a0% to **35.0\u00a0%**" in shown
    assert "95 % intervals; point at a baseline to see its own." in shown
    assert "in training (not the baselines)" in shown
    assert "baseline-pixels" not in shown
    assert f"🔲 {plain('colours + HOG')}" in page.table[0].value.columns


def test_the_baseline_that_does_not_look_is_a_line_and_a_sentence(measured, tiny_data_set):
    run = make_run(tiny_data_set, "baseline-majority")
    measure(run, ("rotation", 0, 0.4), ("rotation", 90, 0.4), ("rotation", -90, 0.4))
    page = open_robustness()
    assert lines(page)[2]["y"] == [40, 40, 40]
    assert "🔲 **Most frequent class** stays at 40.0\u00a0%, whatever is done." in texts(page)
    assert page.table[0].value.columns.tolist() == ["🟠 Scratch", "🔷 ResNet50"]


def test_a_run_that_loses_nothing_keeps_its_column(tiny_runs):
    measure(tiny_runs["scratch"], ("rotation", 0, 0.6), ("rotation", 90, 0.7))
    measure(tiny_runs["resnet50"], ("rotation", 0, 1.0), ("rotation", 90, 1.0))
    table = open_robustness().table[0].value
    assert table["🟠 Scratch"].tolist() == table["🔷 ResNet50"].tolist() == ["no clear loss"]


def test_a_link_restores_the_change_and_how_much(measured):
    page = open_robustness(along="Brightness", value="0.3")
    assert page.segmented_control(key="along").value == "brightness"
    assert page.select_slider(key="value").value == 0.3
    dark = photo_captions(page)
    bright = photo_captions(open_robustness(along="Brightness", value="1.8"))
    assert len(dark) == len(bright) == 2 and dark != bright


def test_the_photos_are_changed_and_answered(measured, tiny_data_set):
    page = open_robustness(along="Brightness", value="0.15")
    assert "Test photos that are named right as they are." in texts(page)
    # Both name two stripes right as they are; the model here says "stripe" to all.
    photos = [tiny_data_set.read_photo(f"stripe/{number}.jpg") for number in ("008", "009")]
    for said, photo in zip(photo_captions(page), photos, strict=True):
        dark = distort(photo, "brightness", 0.15)
        assert said.startswith("**stripe**") and said.count("✓") == 2
        assert said.count(f"stripe {100 * (0.5 + dark.mean() / 1000):.0f}\u00a0%") == 2


def test_where_no_photo_is_named_right_any_serves(tiny_data_set):
    make_run(tiny_data_set, "scratch", wrong=6)
    page = open_robustness()
    assert "none is named right by every model" in texts(page)
    assert [one.count("✓") for one in photo_captions(page)] == [0, 0, 1, 0, 0]


def test_the_slider_changes_the_photos(measured):
    page = open_robustness(along="Brightness")
    before = photo_captions(page)
    page.select_slider(key="value").set_value(5).run()
    assert not page.exception
    assert photo_captions(page) != before


def test_another_change_starts_unchanged(measured):
    page = open_robustness(along="Rotation", value="15")
    assert page.select_slider(key="value").value == 15
    for name in ("shift", "zoom"):
        page.segmented_control(key="along").set_value(name).run()
        assert not page.exception
        assert page.select_slider(key="value").value == DISTORTIONS[name].unchanged


def test_more_photos_than_a_page_holds(artifacts):
    data_set = make_data_set(artifacts / "data" / "tiny", per_class=20)
    make_run(data_set, "scratch", wrong=0)
    first, second = (photo_captions(open_robustness(**query)) for query in ({}, {"examples": "2"}))
    assert len(first) == len(second) == 5
    assert [one.split("**")[1] for one in first] == ["cross", "dot", "stripe", "cross", "dot"]
    assert [one.split("**")[1] for one in second] == ["stripe", "cross", "dot", "stripe", "cross"]


def test_without_the_photos(artifacts):
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    measure(make_run(data_set, "scratch"), ("rotation", 0, 0.6))
    page = open_robustness()
    assert "Example photos need the photos of Tiny" in texts(page)
    assert len(lines(page)) == 1
    assert not page.select_slider


def test_photos_that_are_gone(measured, tiny_data_set):
    (tiny_data_set.folder / "photos" / "stripe" / "008.jpg").unlink()
    page = open_robustness(along="Shift", value="30")
    assert texts(page).count("broken_image") == 1
    assert len(photo_captions(page)) == len(page.get("image")) == 1


def test_a_run_that_cannot_answer_leaves_the_other(measured, monkeypatch):
    def predictor(run):
        if run.name == "scratch":
            raise runs.RunError("The run tiny/scratch is damaged.")
        return ByBrightness(run)

    monkeypatch.setattr(cache, "predictor", predictor)
    page = open_robustness(value="60")
    (error,) = page.error
    assert "tiny/scratch is damaged" in error.value
    assert all("🔷" in one and "🟠" not in one for one in photo_captions(page))
    assert len(lines(page)) == 2


def test_damaged_robustness_names_the_file_and_the_other_run_shows(measured):
    (measured["scratch"].folder / runs.ROBUSTNESS_FILE).write_text("no table")
    page = open_robustness()
    assert "robustness.csv" in page.warning[0].value
    assert [one["name"] for one in lines(page)] == ["Fine-tuned ResNet50"]


def test_parameters_and_values_of_another_version(tiny_runs):
    measure(tiny_runs["scratch"], ("contrast", 1, 0.6), ("zoom", -3, 0.5), ("zoom", 77, 0.5))
    page = open_robustness(along="Zoom")
    assert lines(page)[0]["x"] == [-3, 77]
    # Nothing says what it knew of unchanged photos, so nothing is compared.
    assert not page.table
    assert "contrast" not in texts(page)


def test_scenes_can_be_drawn_again(drawn_data_set):
    measure(make_run(drawn_data_set, "scratch"), ("scale", 1, 0.6), ("scale", 0.3, 0.2))
    page = open_robustness(along="Scale", value="0.5")
    assert page.select_slider(key="value").value == 0.5
    assert "is drawn again" in texts(page)
    assert chart(page)["layout"]["xaxis"]["type"] == "log"
    assert len(chart(page)["layout"]["shapes"]) == 1  # nothing was scaled so in training
    assert page.segmented_control(key="along").options == [
        *("Rotation", "Scale", "Zoom", "Shift", "Brightness", "Blur", "JPEG quality")
    ]
    assert len(photo_captions(page)) == 5


@pytest.mark.parametrize("value", ["1e999", "nan", "<b>", "181", "", "-0"])
def test_hostile_addresses_are_ignored(measured, value):
    page = open_robustness(data_set="../../etc", along="nonsense", value=value, examples="-7")
    assert page.segmented_control(key="along").value == "rotation"
    assert page.select_slider(key="value").value == DISTORTIONS["rotation"].unchanged
    assert len(lines(page)) == 2
