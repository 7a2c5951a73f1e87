"""The stress test page, without a browser; models answer by the picture's brightness."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from engine import runs
from engine.data.images import resize_for_model
from engine.runs import ROBUSTNESS_COLUMNS
from engine.scenes import RANGES, SceneParameters, draw_scene
from engine.serving.predict import Answer
from pages.ui import cache
from pages.ui.navigation import STRESS_TEST
from pages.ui.text import plain
from tests.conftest import make_run
from tests.page_runner import open_page, texts

PAGE = STRESS_TEST.path


class ByBrightness:
    """The brighter a picture, the surer of the first class."""

    def __init__(self, run):
        self.run = run

    def predict(self, photo):
        first = photo.mean() / 255
        others = len(self.run.config.class_names) - 1
        probabilities = np.array([first, *[(1 - first) / others] * others], "float32")
        return Answer(probabilities, resize_for_model(photo, 32), 12.3)


@pytest.fixture
def scene_runs(drawn_data_set, monkeypatch):
    monkeypatch.setattr(cache, "predictor", ByBrightness)
    return [
        make_run(drawn_data_set, model, name=name)
        for model, name in (
            ("scratch", "scratch"),
            ("scratch", "scratch-plain"),
            ("resnet50", "resnet50"),
        )
    ]


def open_stress(**query):
    return open_page(PAGE, data_set="scenes", **query)


def charts(page) -> dict[str, dict]:
    return {
        one["layout"]["title"]["text"]: one
        for one in (json.loads(one.proto.spec) for one in page.get("plotly_chart"))
    }


def strip(page) -> dict:
    (chart,) = (one for title, one in charts(page).items() if title.startswith("How sure"))
    return chart


def test_photos_that_cannot_be_drawn_lead_to_scenes(tiny_runs, drawn_data_set):
    page = open_page(PAGE, data_set="tiny")
    assert "cannot be drawn again" in page.info[0].value
    assert not page.slider
    page.button[0].click().run()
    assert not page.exception
    assert page.selectbox(key="data_set_box").value == "scenes"


def test_no_run(drawn_data_set):
    page = open_stress()
    assert "python -m engine train scenes scratch" in page.info[0].value
    assert not page.slider


def test_a_run_of_other_classes_is_not_asked(drawn_data_set):
    names = tuple(f"class {number}" for number in range(8))
    make_run(dataclasses.replace(drawn_data_set, class_names=names), "scratch")
    page = open_stress()
    assert "has no run of its classes yet" in page.info[0].value


def test_all_runs_answer(scene_runs):
    page = open_stress()
    said = texts(page)
    for title in ("CNN from scratch", "CNN from scratch (scratch-plain)", "Fine-tuned ResNet50"):
        assert f"**{plain(title)}**" in said
    assert said.count("12 ms") == 3
    assert len(page.get("image")) == 1
    assert len(strip(page)["data"]) == 3


def test_a_link_restores_the_scene(scene_runs):
    page = open_stress(
        scene="stadium", x="0.4", scale="0.5", rotation="90", clutter="1.0", seed="7", along="Scale"
    )
    assert page.selectbox(key="scene").value == "stadium"
    assert page.slider(key="x").value == 0.4
    assert page.slider(key="scale").value == 0.5
    assert page.slider(key="rotation").value == 90
    assert page.number_input(key="seed").value == 7
    assert strip(page)["layout"]["xaxis"]["title"]["text"] == "Scale (×)"
    (here,) = strip(page)["layout"]["shapes"]
    assert here["x0"] == 0.5


def test_a_link_chooses_who_answers(scene_runs):
    page = open_stress(asked_runs="🔷 Fine-tuned ResNet50")
    assert texts(page).count("12 ms") == 1
    assert len(strip(page)["data"]) == 1


@pytest.mark.parametrize("icon", ["🟠", "▲"])
def test_links_of_earlier_versions_choose_the_same(scene_runs, icon):
    page = open_stress(asked_runs=f"{icon} CNN from scratch (scratch-plain)")
    (line,) = strip(page)["data"]
    assert line["name"] == "CNN from scratch (scratch-plain)"


def test_a_slider_changes_the_answer(scene_runs):
    page = open_stress(scene="beach")
    before = texts(page)
    page.slider(key="time_of_day").set_value(22.0).run()
    assert not page.exception
    assert texts(page) != before


def test_the_strip_holds_direct_answers(scene_runs):
    page = open_stress(
        scene="beach", seed="3", along="Time of day", asked_runs="🟠 CNN from scratch"
    )
    (line,) = strip(page)["data"]
    for hour, percent in zip(line["x"], line["y"], strict=True):
        picture = draw_scene(SceneParameters("beach", time_of_day=hour, seed=3))
        answer = ByBrightness(scene_runs[0]).predict(picture)
        assert percent == pytest.approx(100 * answer.probabilities[0], rel=1e-5)


def test_draw_another(scene_runs):
    page = open_stress(seed="7")
    page.button(key="another_scene").click().run()
    assert not page.exception
    assert page.number_input(key="seed").value == 8


def test_the_last_drawing_is_followed_by_the_first(scene_runs):
    page = open_stress(seed=str(RANGES["seed"].high))
    page.button(key="another_scene").click().run()
    assert not page.exception
    assert page.number_input(key="seed").value == 0


def test_each_story_sets_a_scene(scene_runs):
    page = open_stress()
    stories = [one for one in page.button if one.key and one.key.startswith("story_")]
    assert len(stories) == 4
    for story in stories:
        page.button(key=story.key).click().run()
        assert not page.exception
    assert page.slider(key="clutter").value == 1.0
    assert strip(page)["layout"]["xaxis"]["title"]["text"] == "Clutter"


def test_hostile_addresses_are_ignored(scene_runs):
    page = open_stress(
        scene="../../etc",
        x="9",
        scale="nan",
        rotation="1e999",
        clutter="<b>",
        seed="-1",
        along="class_name",
        asked_runs="nobody",
    )
    assert page.slider(key="x").value == RANGES["x"].default
    assert page.slider(key="scale").value == RANGES["scale"].default
    assert page.slider(key="rotation").value == RANGES["rotation"].default
    assert page.number_input(key="seed").value == 0
    assert texts(page).count("12 ms") == 3


def test_a_run_that_cannot_answer_leaves_the_others(scene_runs, monkeypatch):
    def predictor(run):
        if run.name == "scratch-plain":
            raise runs.RunError("The run scenes/scratch-plain is damaged.")
        return ByBrightness(run)

    monkeypatch.setattr(cache, "predictor", predictor)
    page = open_stress(seed="11")
    (error,) = page.error
    assert "scratch\\-plain is damaged" in error.value
    assert texts(page).count("12 ms") == 2
    assert len(strip(page)["data"]) == 2


def test_robustness_not_measured(scene_runs):
    assert "python -m engine robustness scenes" in texts(open_stress())


def test_robustness_over_the_whole_split(scene_runs):
    for run in scene_runs[:2]:
        table = pd.DataFrame(
            [("rotation", 0.0, 0.9, 400), ("rotation", 90.0, 0.4, 400), ("scale", 1.0, 0.8, 400)],
            columns=list(ROBUSTNESS_COLUMNS),
        )
        runs.save_robustness(run.folder, table)
    found = charts(open_stress())
    rotation = found["Accuracy against rotation"]
    lines = [one for one in rotation["data"] if one["mode"] == "lines+markers"]
    assert [line["y"] for line in lines] == [[90, 40]] * 2
    assert "Accuracy against scale" in found


def test_robustness_along_other_changes_only(scene_runs):
    table = pd.DataFrame([("blur", 2.0, 0.9, 400)], columns=list(ROBUSTNESS_COLUMNS))
    runs.save_robustness(scene_runs[0].folder, table)
    page = open_stress()
    assert "python -m engine robustness scenes" in texts(page)
    assert not any(title.startswith("Accuracy") for title in charts(page))


def test_damaged_robustness_names_the_file(scene_runs):
    (scene_runs[0].folder / runs.ROBUSTNESS_FILE).write_text("no table")
    page = open_stress()
    assert "robustness.csv" in page.warning[0].value
    assert texts(page).count("12 ms") == 2
