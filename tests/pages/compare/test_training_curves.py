import json
from functools import partial

import pandas as pd

from engine import runs
from pages.ui.navigation import TRAINING_CURVES
from tests.conftest import make_data_set, make_run
from tests.page_runner import open_page, open_tables, texts

open_curves = partial(open_page, TRAINING_CURVES.path)


def figures(app) -> list[dict]:
    return [json.loads(one.proto.spec) for one in app.get("plotly_chart")]


def change_history(run, change):
    path = run.folder / runs.HISTORY_FILE
    change(pd.read_csv(path)).to_csv(path, index=False)


def test_without_any_data_set(artifacts):
    assert "There is no data set yet" in texts(open_curves())


def test_without_a_run(tiny_data_set):
    app = open_curves()
    assert "python -m engine train tiny scratch" in texts(app)
    assert not figures(app)


def test_four_charts_on_shared_axes(tiny_runs):
    shown = figures(open_curves())
    assert [one["layout"]["title"]["text"] for one in shown] == [
        "CNN from scratch: accuracy",
        "Fine-tuned ResNet50: accuracy",
        "CNN from scratch: loss",
        "Fine-tuned ResNet50: loss",
    ]
    for left, right in (shown[:2], shown[2:]):
        for axis in ("xaxis", "yaxis"):
            assert left["layout"][axis]["range"] == right["layout"][axis]["range"]
    assert {one["layout"]["xaxis"]["title"]["text"] for one in shown} == {"Epoch"}


def test_by_time_comes_from_the_address(tiny_runs):
    app = open_curves(by="By time")
    assert app.session_state["by"] == "minutes"
    titles = {one["layout"]["xaxis"]["title"]["text"] for one in figures(app)}
    assert titles == {"Training time (minutes)"}


def test_hostile_addresses(tiny_runs):
    app = open_curves(by="<script>", data_set="../..", run_resnet50="x" * 5000)
    assert app.session_state["by"] == "epoch"
    assert len(figures(app)) == 4


def test_readings_follow_from_the_history(tiny_runs):
    def overfit(history):
        history["accuracy"] = [0.5, 0.9, 0.99]
        history["val_accuracy"] = [0.5, 0.6, 0.55]
        return history

    change_history(tiny_runs["scratch"], overfit)
    shown = texts(open_curves())
    assert "At its best epoch, 2 of 3, it names 90.0\u00a0% of the training photos" in shown
    assert "It is 30 points better on photos it knows: **overfitting**" in shown
    assert "Later epochs did not validate better." in shown
    assert "A gap of 3.0 points: hardly any overfitting. The best came at the very end" in shown


def test_the_table_behind_the_curves(tiny_runs, monkeypatch):
    assert not open_curves().dataframe
    open_tables(monkeypatch)
    app = open_curves()
    (table,) = (one.value for one in app.dataframe)
    assert table["run"].value_counts().to_dict() == {"resnet50": 6, "scratch": 3}
    assert table.loc[table["run"] == "resnet50", "minutes"].iloc[-1] == 0.25
    assert app.get("download_button")[0].proto.label == "Download as CSV"


def test_one_model_alone(tiny_data_set):
    make_run(tiny_data_set, "resnet50")
    app = open_curves()
    assert "python -m engine train tiny scratch" in texts(app)
    assert len(figures(app)) == 2


def test_without_the_photos(artifacts):
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    make_run(data_set, "scratch")
    assert len(figures(open_curves())) == 2


def test_a_damaged_run_is_named_and_the_other_shows(tiny_runs):
    (tiny_runs["scratch"].folder / runs.HISTORY_FILE).write_text("no table")
    app = open_curves()
    assert "tiny/scratch" in app.warning[0].value
    assert "history.csv" in app.warning[0].value
    assert len(figures(app)) == 2


def test_a_single_epoch_and_a_diverged_training(tiny_runs):
    def diverge(history):
        history[["loss", "accuracy", "val_loss", "val_accuracy"]] = float("nan")
        return history

    change_history(tiny_runs["scratch"], lambda history: history.head(1))
    summary = {**tiny_runs["scratch"].summary, "epochs": 1, "best_epoch": 1}
    runs.save_summary(tiny_runs["scratch"].folder, summary)
    change_history(tiny_runs["resnet50"], diverge)
    app = open_curves()
    assert "At its best epoch, 1 of 1" in texts(app)
    assert "The loss was no number in 6 of 6 epochs: it diverged. No epoch" in texts(app)
    assert "markers" in figures(app)[0]["data"][0]["mode"]


def test_baselines_are_reference_lines_of_validation_accuracy(tiny_runs, tiny_data_set):
    make_run(tiny_data_set, "baseline-features", wrong=3)
    accuracy, _, loss, _ = figures(open_curves())
    lines = [one for one in accuracy["data"] if one["name"] == "Baselines"]
    assert [one.get("text") for one in lines] == [
        None,
        ["most frequent<br>33 %", "frozen ResNet50<br>50 %"],
    ]
    assert [round(y, 1) for y in lines[0]["y"][::3]] == [33.3, 50]
    assert not [one for one in loss["data"] if one["name"] == "Baselines"]
