"""Section 3 of the page Train, without a browser: what trains, and what became of it."""

import json
from functools import partial

import pandas as pd
import pytest

from engine import jobs, runs
from engine.errors import EngineError
from engine.jobs import LearntSoFar, Training
from pages.ui.navigation import TRAIN
from tests.conftest import make_run
from tests.page_runner import open_page, open_tables, texts

open_train = partial(open_page, TRAIN.path)

HISTORY = pd.DataFrame(
    [
        (1, "scratch", 1.0, 0.4, 1.1, 0.5, 1e-3, 2.0),
        (2, "scratch", 0.9, 0.5, 1.0, 0.625, 1e-3, 2.0),
        (3, "scratch", 0.8, 0.6, 1.2, 0.5, 1e-3, 2.0),
    ],
    columns=list(runs.HISTORY_COLUMNS),
)
BATCHES = pd.DataFrame([(3.5, 0.7, 0.65)], columns=list(runs.BATCHES_COLUMNS))


@pytest.fixture
def trainings(monkeypatch):
    """What the engine says trains; the test changes it."""
    found, done = [], []
    monkeypatch.setattr(jobs, "trainings", lambda: list(found))
    monkeypatch.setattr(jobs, "learnt_so_far", lambda *_: LearntSoFar(HISTORY, BATCHES, 10))
    monkeypatch.setattr(jobs, "training_log", lambda *_: ["first line", "last line"])
    for name in ("stop_training", "resume_training", "forget_training"):
        monkeypatch.setattr(jobs, name, lambda *names, name=name: done.append((name, *names)))
    return found, done


def training(status, run="scratch", model="scratch", data_set="tiny", **values):
    return Training(data_set, run, model, status, **values)


def labels(page):
    keys = ("Stop_", "Go on_", "Remove_", "Put away_")
    return [one.label for one in page.button if one.key and one.key.startswith(keys)]


def progress_of(page):
    return [one.proto for one in page.get("progress")]


def test_nothing_trains(tiny_runs, trainings):
    page = open_train(data_set="tiny")
    assert "3. Watch" not in [one.value for one in page.subheader]
    assert not page.get("plotly_chart")


def test_a_running_training_shows_its_curve_and_how_far_it_is(tiny_runs, trainings):
    message = "Epoch 4 of 10, about 1.5 minutes left"
    trainings[0].append(training("running", share=0.35, message=message))
    page = open_train(data_set="tiny")
    assert page.subheader[-1].value == "3. Watch"
    assert {"Bring other photos", "Train more"} <= {one.label for one in page.expander}
    (bar,) = progress_of(page)
    assert bar.value == 35
    assert bar.text == r"Epoch 4 of 10, about 1\.5 minutes left"
    (chart,) = page.get("plotly_chart")
    by_batch, by_epoch = json.loads(chart.proto.spec)["data"]
    assert by_batch["y"] == [65.0]
    assert by_epoch["y"] == [50.0, 62.5, 50.0]
    assert labels(page) == ["Stop"]
    page.button(key="Stop_tiny_scratch").click().run()
    assert trainings[1] == [("stop_training", "tiny", "scratch")]


@pytest.mark.parametrize(
    ("status", "buttons", "said"),
    [
        ("starting", [], "starting"),
        ("waiting", ["Stop"], "waiting, 2 trainings before it"),
        ("stopping", [], "stopping after this batch"),
        ("failed", ["Put away"], "failed"),
        ("interrupted", ["Go on", "Remove"], "Its complete epochs are kept"),
        ("done", ["Put away"], "done"),
    ],
)
def test_every_state_says_what_it_is_and_what_can_be_done(
    tiny_runs, trainings, status, buttons, said
):
    trainings[0].append(training(status, ahead=2, message="The dropout must be *small*."))
    page = open_train(data_set="tiny")
    assert said in texts(page)
    assert labels(page) == buttons
    if status == "failed":
        assert page.error[0].value == r"The dropout must be \*small\*\."


def test_an_interrupted_training_goes_on_or_is_removed(tiny_runs, trainings):
    trainings[0].append(training("interrupted"))
    page = open_train(data_set="tiny")
    page.button(key="Go on_tiny_scratch").click().run()
    page.button(key="Remove_tiny_scratch").click().run()
    assert trainings[1] == [
        ("resume_training", "tiny", "scratch"),
        ("forget_training", "tiny", "scratch"),
    ]


def test_a_finished_training_leads_to_the_other_pages(tiny_runs, trainings):
    trainings[0].append(training("done", run="scratch-quick"))
    page = open_train(data_set="tiny")
    assert "62.5\u00a0% of the validation photos right, after epoch 2 of 3" in texts(page)
    links = {
        one.proto.label: (one.proto.page, one.proto.query_string) for one in page.get("page_link")
    }
    for label in ("Compare both", "See its errors", "Show it a photo"):
        assert "runs=scratch-quick~" in links[label][1]


def test_the_log_is_shown_on_demand(tiny_runs, trainings, monkeypatch):
    trainings[0].append(training("running"))
    assert not open_train(data_set="tiny").code
    open_tables(monkeypatch, "Log")
    assert open_train(data_set="tiny").code[0].value == "first line\nlast line"


def test_trainings_of_other_data_sets_are_a_line_while_they_live(tiny_runs, trainings):
    trainings[0].extend(
        [
            training("running", data_set="beans"),
            training("done", data_set="peas", run="other"),
            training("waiting", ahead=1),
        ]
    )
    shown = texts(open_train(data_set="tiny"))
    assert "beans: 🟠 CNN from scratch, training" in shown
    assert "peas" not in shown
    assert "waiting, 1 training before it" in shown


def test_a_training_without_a_batch_says_what_it_does(tiny_runs, trainings, monkeypatch):
    empty = LearntSoFar(HISTORY[:0], BATCHES[:0], 10)
    monkeypatch.setattr(jobs, "learnt_so_far", lambda *_: empty)
    trainings[0].append(training("running", message="Downloading the ImageNet weights (95 MB)."))
    page = open_train(data_set="tiny")
    (bar,) = progress_of(page)
    assert (bar.value, bar.text) == (0, r"Downloading the ImageNet weights \(95 MB\)\.")
    assert not page.get("plotly_chart")


def test_a_button_that_comes_too_late_is_one_sentence(tiny_runs, trainings, monkeypatch):
    def refuse(*names):
        raise EngineError("The training of scratch still runs: stop it first.")

    monkeypatch.setattr(jobs, "forget_training", refuse)
    trainings[0].append(training("failed", message="It failed."))
    page = open_train(data_set="tiny")
    page.button(key="Put away_tiny_scratch").click().run()
    assert "stop it first" in page.error[0].value


def test_a_run_that_is_complete_is_chosen_in_the_sidebar(tiny_data_set, tiny_runs):
    make_run(tiny_data_set, "scratch", name="scratch-quick")
    page = open_train(data_set="tiny", runs="scratch-quick~")
    assert page.selectbox(key="left_box").value == "scratch-quick"
