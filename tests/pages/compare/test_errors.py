"""The errors page, without a browser."""

import dataclasses
import json
import re
from functools import partial
from typing import ClassVar

import numpy as np
import pytest

from engine import runs
from engine.disk import paths
from pages.ui import cache
from pages.ui.navigation import ERRORS
from tests.conftest import CLASS_NAMES, make_data_set, make_run
from tests.page_runner import open_page, photo_captions, texts

open_errors = partial(open_page, ERRORS.path)


def _view(page) -> str:
    return page.button_group(key="errors_view").value


def _photos(page) -> int:
    return len(page.get("image"))


def test_no_data_set(artifacts):
    page = open_errors()
    assert "There is no data set yet" in page.info[0].value


def test_no_run(tiny_data_set):
    page = open_errors()
    assert "has no run of CNN from scratch" in page.info[0].value
    assert not page.get("plotly_chart")


def _choose(page, key: str, value: str) -> None:
    page.button_group(key=key).set_value(value).run()
    assert not page.exception


def _score(page) -> str:
    return page.button_group(key="score").value


def _views(page) -> list[str]:
    (view,) = (one for one in page.button_group if one.key == "errors_view")
    return view.options


def test_the_views_of_both_models(tiny_runs):
    page = open_errors()
    assert _views(page) == [
        "Confusion matrices",
        "Class by class",
        "Who is right",
        "Confident mistakes",
        "Doubtful labels",
    ]
    assert _view(page) == "Confusion matrices"
    assert len(page.get("plotly_chart")) == 2


def test_who_is_right(tiny_runs):
    # Of the 6 test photos scratch has 4 wrong and resnet50 one.
    page = open_errors(errors_view="Who is right", outcome="Both wrong")
    assert _photos(page) == 1
    assert {one.label: one.value for one in page.metric} == {
        "Only ResNet50 right": "3",
        "Only scratch right": "0",
        "Both wrong": "1",
        "Both right": "2",
    }
    assert "exact McNemar test" in texts(page)
    (chart,) = (json.loads(one.proto.spec) for one in page.get("plotly_chart"))
    assert chart["layout"]["title"]["text"] == "ResNet50 less scratch, by class"


def test_confident_mistakes(tiny_runs):
    assert _photos(open_errors(errors_view="Confident mistakes")) == 4 + 1


def test_doubtful_labels(tiny_runs):
    page = open_errors(errors_view="Doubtful labels")
    assert "the label of **1 photo**," in texts(page)
    assert _photos(page) == 1


def test_no_doubtful_label(tiny_data_set):
    for model in ("scratch", "resnet50"):
        make_run(tiny_data_set, model, wrong=0)
    assert "On no photo of this split" in texts(open_errors(errors_view="Doubtful labels"))


def test_the_page_opens_on_the_most_frequent_mistake(tiny_runs):
    page = open_errors()
    predictions = tiny_runs["scratch"].predictions
    wrong = predictions.y_pred != predictions.y_true
    cells = list(zip(predictions.y_true[wrong], predictions.y_pred[wrong], strict=True))
    most = max(sorted(set(cells)), key=cells.count)
    assert page.selectbox(key="true_label").value == CLASS_NAMES[most[0]]
    assert page.selectbox(key="predicted_label").value == CLASS_NAMES[most[1]]


def test_the_scores_have_a_difference(tiny_runs):
    page = open_errors(errors_view="Class by class")
    assert len(page.get("plotly_chart")) == 2
    (table,) = page.dataframe
    scores = table.value
    assert scores["Class"].tolist() == list(CLASS_NAMES)
    assert scores["Photos"].tolist() == [2, 2, 2]
    difference = scores["Recall 🔷"] - scores["Recall 🟠"]
    assert scores["Recall Δ"].tolist() == pytest.approx(difference.tolist())
    assert difference.sum() == pytest.approx(150)


def test_a_link_restores_the_choice(tiny_runs):
    page = open_errors(
        errors_split="Validation",
        cells="Photos",
        true_label="any label",
        predicted_label="any wrong label",
        model="Either model",
    )
    assert page.selectbox(key="model").value == "Either model"
    assert "##### 4 photos, wrong by 🟠 Scratch or 🔷 ResNet50" in texts(page)
    assert "🟠 Scratch gets **0 of 4** right · 🔷 ResNet50 gets **3 of 4** right" in texts(page)
    assert _photos(page) == 4


def test_a_link_restores_a_view(tiny_runs):
    page = open_errors(errors_view="Class by class", score="F1", errors_split="Validation")
    assert _view(page) == "Class by class"
    assert _score(page) == "F1"


def test_a_choice_outlives_its_view(tiny_runs):
    page = open_errors(true_label="dot", predicted_label="any label")
    _choose(page, "errors_view", "Class by class")
    _choose(page, "score", "Precision")
    _choose(page, "errors_view", "Confusion matrices")
    assert page.selectbox(key="true_label").value == "dot"
    assert "##### 2 photos of **dot**" in texts(page)
    _choose(page, "errors_view", "Class by class")
    assert _score(page) == "Precision"


def test_the_boxes_choose_the_photos(tiny_runs):
    page = open_errors()
    page.selectbox(key="true_label").set_value("dot")
    page.selectbox(key="predicted_label").set_value("any label").run()
    assert not page.exception
    assert "##### 2 photos of **dot**" in texts(page)
    page.selectbox(key="true_label").set_value("cross")
    page.selectbox(key="predicted_label").set_value("stripe").run()
    assert "No photo stands in this cell" in texts(page)


def test_captions_mark_right_and_wrong(tiny_runs):
    page = open_errors(true_label="any label", predicted_label="any wrong label", model="ResNet50")
    assert "##### 1 photo, wrong by 🔷 ResNet50" in texts(page)
    captions = photo_captions(page)
    assert re.fullmatch(
        r"\*\*\w+\*\*  \n🟠 \w+ 80\s% :red\[\*\*✗\*\*\]  \n🔷 \w+ 80\s% :red\[\*\*✗\*\*\]",
        captions[0],
    )


@pytest.mark.parametrize("model", ["scratch", "resnet50"])
def test_one_model_alone(tiny_data_set, model):
    make_run(tiny_data_set, model, wrong=2)
    page = open_errors(model="Either model", outcome="Both wrong")
    assert _views(page) == ["Confusion matrices", "Class by class", "Confident mistakes"]
    assert len(page.get("plotly_chart")) == 1
    _choose(page, "errors_view", "Class by class")
    assert len(page.get("plotly_chart")) == 1
    assert "Recall Δ" not in page.dataframe[0].value
    _choose(page, "errors_view", "Confident mistakes")
    assert _photos(page) == 2


def test_a_view_that_one_model_does_not_have(tiny_data_set):
    make_run(tiny_data_set, "scratch", wrong=2)
    assert _view(open_errors(errors_view="Doubtful labels")) == "Confusion matrices"


def test_a_model_without_mistakes(tiny_data_set):
    make_run(tiny_data_set, "scratch", wrong=0)
    page = open_errors()
    assert page.selectbox(key="predicted_label").value == "any wrong label"
    _choose(page, "errors_view", "Confident mistakes")
    assert "It makes no mistake on this split." in texts(page)


def test_photos_missing(artifacts):
    data_set = make_data_set(paths.published_folder() / "tiny", with_photos=False)
    for model, wrong in (("scratch", 4), ("resnet50", 1)):
        make_run(data_set, model, wrong=wrong)
    page = open_errors(true_label="any label", predicted_label="any wrong label")
    assert texts(page).count("are not on this machine") == 1
    assert _photos(page) == 0
    assert len(page.get("plotly_chart")) == 2
    (chosen,) = (one.value for one in page.dataframe)
    assert list(chosen) == [
        "True label",
        "🟠 Scratch",
        "Scratch sure",
        "🔷 ResNet50",
        "ResNet50 sure",
        "Photo",
    ]
    assert len(chosen) == 4
    tables = {"Who is right": 1, "Confident mistakes": 2, "Doubtful labels": 1}
    for view, count in tables.items():
        _choose(page, "errors_view", view)
        assert texts(page).count("are not on this machine") == 1
        assert len(page.dataframe) == count
    _choose(page, "errors_view", "Class by class")
    assert "are not on this machine" not in texts(page)


def test_a_photo_that_is_gone(tiny_data_set, tiny_runs):
    image_id = tiny_runs["resnet50"].predictions.of_split("test").image_ids[0]
    (tiny_data_set.folder / "photos" / image_id).unlink()
    page = open_errors(true_label="any label", predicted_label="any wrong label", model="ResNet50")
    assert ":material/broken_image:" in texts(page)


def test_a_damaged_run(tiny_runs):
    (tiny_runs["resnet50"].folder / runs.PREDICTIONS_FILE).write_bytes(b"no arrays")
    page = open_errors()
    assert "predictions.npz" in page.warning[0].value
    assert "Who is right" not in _views(page)


def replace_predictions(run, **values):
    runs.save_predictions(run.folder, dataclasses.replace(run.predictions, **values))


def test_only_photos_that_both_runs_answered_are_compared(tiny_runs):
    run = tiny_runs["resnet50"]
    keep = np.arange(len(run.predictions.image_ids)) % 2 == 0
    names = ("image_ids", "split", "y_true", "y_prob")
    replace_predictions(run, **{name: getattr(run.predictions, name)[keep] for name in names})
    page = open_errors(true_label="any label", predicted_label="any label")
    assert "3 photos that only one of the two runs answered are left out" in texts(page)
    assert "##### 3 photos" in texts(page)
    assert len(page.get("plotly_chart")) == 2
    assert "Who is right" in _views(page)
    page = open_errors(errors_view="Class by class")
    assert page.dataframe[0].value["Photos"].sum() == 3


@pytest.mark.parametrize("view", ["Who is right", "Doubtful labels", "Confident mistakes"])
def test_runs_without_a_photo_in_common_are_shown_alone(tiny_runs, view):
    run = tiny_runs["resnet50"]
    others = np.array([f"other/{image_id}" for image_id in run.predictions.image_ids])
    replace_predictions(run, image_ids=others)
    page = open_errors()
    assert "The two runs answered no photo in common" in page.warning[0].value
    assert "CNN from scratch is shown alone" in texts(page)
    assert len(page.get("plotly_chart")) == 1
    page = open_errors(errors_view=view)
    assert "##### 🟠 CNN from scratch" in texts(page)


def test_labels_that_contradict_each_other_are_said(tiny_runs):
    run = tiny_runs["resnet50"]
    replace_predictions(run, y_true=(run.predictions.y_true + 1) % 3)
    page = open_errors()
    assert "must agree on the true class" in page.warning[0].value
    assert len(page.get("plotly_chart")) == 1


def test_a_class_that_only_one_run_knows(tiny_runs):
    run = tiny_runs["resnet50"]
    names = ("cross", "dot", "ring")
    config = json.loads((run.folder / runs.CONFIG_FILE).read_text())
    (run.folder / runs.CONFIG_FILE).write_text(json.dumps(config | {"class_names": names}))
    part = run.predictions
    keep = part.y_true < 2
    replace_predictions(
        run,
        class_names=names,
        **{one: getattr(part, one)[keep] for one in ("image_ids", "split", "y_true", "y_prob")},
    )
    page = open_errors(true_label="any label", predicted_label="any label")
    said = texts(page)
    assert "only the CNN from scratch knows stripe; only the fine" in said.replace("\\", "")
    assert "##### 4 photos" in said
    assert page.selectbox(key="true_label").options[1:] == ["cross", "dot", "stripe", "ring"]
    page = open_errors(why="", show_photos="Why ResNet50", why_class="the true label")
    assert not page.exception


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        ({"model": "Scratch"}, "model", "Scratch (plain)"),
        ({"model": "ResNet50"}, "model", "ResNet50"),
        ({"errors_view": "Who is right", "outcome": "Only scratch right"}, "outcome", None),
        ({"show_photos": "Why Scratch"}, "show_photos", "Why Scratch (plain)"),
    ],
)
def test_older_links_choose_the_run_of_the_model(tiny_runs, tiny_data_set, query, key, value):
    make_run(tiny_data_set, "scratch", name="plain")
    page = open_errors(run_scratch="plain", **query)
    assert page.session_state[key] == (value or "Only scratch (plain) right")


def test_hostile_query_parameters(tiny_runs):
    page = open_errors(
        errors_view="../matrices",
        data_set="../../etc",
        errors_split="train",
        cells="<script>",
        true_label="nobody",
        predicted_label="$x$",
        model="gpt",
        score="-1",
        outcome="all",
        photo_page="99999999999999999999",
        outcome_page="-3",
    )
    assert "##### 6 photos\n" in texts(page)
    assert _view(page) == "Confusion matrices"
    assert _photos(open_errors(errors_view="Who is right", outcome="all", outcome_page="-3")) == 3


def test_class_names_are_shown_as_they_are(artifacts):
    data_set = make_data_set(artifacts / "data" / "tiny")
    names = ("*a*", "b_c", "$d$")
    photos = data_set.photos.assign(class_name=[names[one] for one in data_set.photos["label"]])
    data_set = dataclasses.replace(data_set, class_names=names, photos=photos)
    data_set.save_index(data_set.folder)
    make_run(data_set, "scratch", wrong=2)
    page = open_errors(true_label="*a*", predicted_label="any label")
    assert r"##### 2 photos of **\*a\***" in texts(page)


def test_more_photos_than_a_page_holds(artifacts):
    data_set = make_data_set(artifacts / "data" / "tiny", per_class=50)
    make_run(data_set, "scratch", wrong=20)
    query = {"true_label": "any label", "predicted_label": "any wrong label"}
    assert "##### 20 photos, wrong by 🟠 Scratch" in texts(open_errors(**query))
    assert _photos(open_errors(**query)) == 10
    assert _photos(open_errors(**query, photo_page="2")) == 10
    assert _photos(open_errors(**query, photo_page="3")) == 10
    assert _photos(open_errors(errors_view="Confident mistakes")) == 8


class BrightCorner:
    """Says that the upper left corner speaks for every class; remembers for which it was asked."""

    asked: ClassVar[list] = []

    def __init__(self, run):
        self.run = run

    def explain(self, photo, class_position):
        self.asked.append((self.run.model, self.run.config.class_names[class_position]))
        heat = np.zeros((4, 4), "float32")
        heat[0, 0] = 1
        return heat


@pytest.fixture
def explaining(monkeypatch):
    monkeypatch.setattr(cache, "predictor", BrightCorner)
    monkeypatch.setattr(BrightCorner, "asked", [])
    cache._heat.clear()
    return BrightCorner.asked


@pytest.mark.parametrize("view", ["Confident mistakes", "Who is right"])
def test_photos_show_why(tiny_runs, explaining, view):
    query = {"errors_view": view, "outcome": "Only ResNet50 right"}
    photos = _photos(open_errors(**query))
    assert not explaining
    assert _photos(open_errors(**query, show_photos="Why Scratch")) == photos
    assert {model for model, _ in explaining} == {"scratch"}


def test_links_of_earlier_versions_know_a_run_by_its_model(tiny_data_set, explaining):
    make_run(tiny_data_set, "scratch", wrong=4, name="mine")
    make_run(tiny_data_set, "resnet50", name="yours")
    page = open_errors(model="ResNet50")
    assert page.selectbox(key="model").value == "ResNet50 (yours)"
    open_errors(errors_view="Doubtful labels", show_photos="Why Scratch")
    assert {model for model, _ in explaining} == {"scratch"}


def test_why_for_its_answer_the_true_label_or_any_class(tiny_runs, explaining):
    query = {"errors_view": "Doubtful labels", "show_photos": "Why ResNet50"}
    open_errors(**query)
    open_errors(**query, why_class="the true label")
    open_errors(**query, why_class="stripe", strength="20")
    # Both call the first cross a dot.
    assert explaining == [("resnet50", "dot"), ("resnet50", "cross"), ("resnet50", "stripe")]


def test_a_run_that_cannot_say_why_leaves_the_captions(tiny_runs, monkeypatch):
    def predictor(run):
        raise runs.RunError("The run tiny/scratch is damaged.")

    monkeypatch.setattr(cache, "predictor", predictor)
    cache._heat.clear()
    page = open_errors(errors_view="Doubtful labels", show_photos="Why Scratch")
    assert "is damaged" in texts(page)
    assert "broken_image" in texts(page)


def test_hostile_addresses_show_photos_as_they_are(tiny_runs, explaining):
    open_errors(show_photos="<b>", why_class="../x", strength="-1")
    assert not explaining


@pytest.mark.parametrize(
    ("view", "files"),
    [
        ("Confusion matrices", ["confusions-scratch-test", "confusions-resnet50-test"]),
        ("Class by class", ["scores-by-class-test"]),
        ("Who is right", ["class-differences-test"]),
    ],
)
def test_tables_can_be_taken_home(tiny_runs, view, files):
    page = open_errors(errors_view=view)
    assert [one.key for one in page.download_button] == [f"csv_{name}" for name in files]


def test_answers_about_photos_that_are_not_here_can_be_taken_home(artifacts):
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    make_run(data_set, "scratch", wrong=2)
    page = open_errors(errors_view="Confident mistakes")
    assert [one.key for one in page.download_button] == ["csv_answers-mistakes_scratch"]


def test_a_matrix_as_a_table_names_its_rows_in_its_first_column(tiny_runs, monkeypatch):
    tables = {}
    monkeypatch.setattr(
        "streamlit.runtime.media_file_manager.MediaFileManager.add_deferred",
        lambda self, function, mimetype, coordinates, file_name=None, **more: (
            tables.update({file_name: function()}) or "deferred"
        ),
    )
    open_errors()
    # Of two photos of each class scratch has four in all wrong, each taken for the next class.
    header, *rows = tables["tiny-confusions-scratch-test.csv"].decode().splitlines()
    assert header == "True label,cross,dot,stripe"
    assert [sum(map(int, row.split(",")[1:])) for row in rows] == [2, 2, 2]
