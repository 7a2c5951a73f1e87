import dataclasses
import json
import re
import shutil
from functools import partial

import numpy as np
import pandas as pd
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

from engine import runs
from engine.disk import paths
from pages.ui.navigation import OVERVIEW
from pages.ui.text import plain
from tests.conftest import CLASS_NAMES, make_data_set, make_run
from tests.page_runner import open_page, photo_captions, texts
from tests.presets import BASELINE_TITLES, BASELINES

open_overview = partial(open_page, OVERVIEW.path)


def test_without_any_data_set(artifacts):
    assert "There is no data set yet" in texts(open_overview())


def test_without_a_run(tiny_data_set):
    app = open_overview()
    assert "30 photos in 3 classes: 18 to train on" in texts(app)
    assert "python -m engine train tiny scratch" in texts(app)
    assert not app.metric


def test_both_models_in_numbers(tiny_runs):
    app = open_overview()
    # The fake runs are wrong for 4 and 1 of the 6 photos of each split.
    shown = [(metric.label, metric.value) for metric in app.metric]
    assert shown == [
        ("🟠 CNN from scratch, test", "33.3\u00a0%"),
        (f"🔷 {plain('Fine-tuned ResNet50')}, test", "83.3\u00a0%"),
        ("Gap on test", "+50.0 points"),
        ("Only ResNet50 right", "3"),
        ("Only scratch right", "0"),
        ("Both wrong", "1"),
        ("Both right", "2"),
    ]
    assert "too few photos to tell them apart" in texts(app)
    assert "about **67 errors in 100 photos**" in texts(app)
    _, _, cost, report = (table.value for table in app.table)
    assert cost.loc["Best epoch"].tolist() == ["3", "6"]
    assert cost.loc["Parameters"].tolist() == ["1,234", "1,234"]
    assert report["Here"].tolist() == ["33.3\u00a0%", "83.3\u00a0%", "at epoch 1"]
    assert "**at epoch 1, after 2 seconds**" in texts(app)
    assert "was used for nothing but the numbers" in texts(app)


def test_is_the_difference_real(tiny_runs):
    app = open_overview(run_scratch="scratch")
    shown = texts(app)
    assert "Of the same 6 test photos, ResNet50 names **50.0 points** more right" in shown
    # Three to none: 2 / 2^3.
    assert "**in 25\u00a0% of cases** (exact McNemar test)" in shown
    assert "**these photos cannot tell them apart**" in shown
    assert "each run is one training" in shown
    links = [one.proto.query_string for one in outcome_links(app)]
    assert len(links) == 4
    assert "outcome=Only+ResNet50+right" in links[0]
    assert all("errors_view=Who+is+right" in one for one in links)


def outcome_links(app):
    return [one for one in app.get("page_link") if one.proto.label == "See them"]


def test_runs_that_disagree_about_the_labels_are_not_paired(tiny_runs):
    path = tiny_runs["scratch"].folder / runs.PREDICTIONS_FILE
    with np.load(path) as stored:
        parts = dict(stored)
    parts["y_true"] = (parts["y_true"] + 1) % 3
    np.savez(path, **parts)
    app = open_overview()
    assert "must agree on the true class" in app.warning[0].value
    assert "Is the difference real?" not in [one.value for one in app.subheader]
    assert len(app.metric) == 2  # no gap


def test_photos_that_only_one_model_gets_right(tiny_runs):
    app = open_overview()
    captions = photo_captions(app)
    assert len(captions) == 3
    assert all(re.search("🟠 .*✗.*\n🔷 .*✓", caption) for caption in captions)
    assert "No photo." in texts(app)


def test_a_clear_difference_has_a_winner(artifacts):
    data_set = make_data_set(artifacts / "data" / "tiny", per_class=50)
    for model, wrong in (("scratch", 2), ("resnet50", 28)):
        make_run(data_set, model, wrong=wrong)
    app = open_overview()
    assert "training from scratch wins by 87 points" in texts(app)
    assert "hardly chance" in texts(app)


@pytest.mark.parametrize("model", ["scratch", "resnet50"])
def test_one_model_alone(tiny_data_set, model):
    make_run(tiny_data_set, model)
    app = open_overview()
    missing = {"scratch": "resnet50", "resnet50": "scratch"}[model]
    assert f"python -m engine train tiny {missing}" in texts(app)
    assert "names **83.3\u00a0%** right." in texts(app)
    assert len(app.metric) == 1
    assert "not trained yet" in app.table[2].value["Here"].tolist()
    assert "How this was measured" in [one.label for one in app.expander]


def test_without_the_photos(artifacts):
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    for model, wrong in (("scratch", 4), ("resnet50", 1)):
        make_run(data_set, model, wrong=wrong)
    app = open_overview()
    assert "which are not on this machine" in texts(app)
    assert len(app.metric) == 7


def test_a_photo_that_is_gone(tiny_runs, tiny_data_set):
    shutil.rmtree(tiny_data_set.folder / "photos" / CLASS_NAMES[0])
    app = open_overview()
    assert len(app.metric) == 7
    assert "broken_image" in texts(app)


def test_a_damaged_run_is_named_and_the_other_shows(tiny_runs):
    (tiny_runs["scratch"].folder / runs.SUMMARY_FILE).write_text("{}")
    app = open_overview()
    assert "tiny/scratch" in app.warning[0].value
    assert "summary.json" in app.warning[0].value
    assert [metric.label for metric in app.metric] == [f"🔷 {plain('Fine-tuned ResNet50')}, test"]


def test_runs_on_other_photos_are_not_compared_silently(tiny_runs):
    path = tiny_runs["scratch"].folder / runs.CONFIG_FILE
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "data_set_digest": "0" * 64}))
    assert "another version of these photos" in texts(open_overview())


def test_a_training_that_diverged(tiny_runs):
    path = tiny_runs["resnet50"].folder / runs.HISTORY_FILE
    history = pd.read_csv(path)
    history[["loss", "accuracy", "val_loss", "val_accuracy"]] = float("nan")
    history.to_csv(path, index=False)
    app = open_overview()
    assert app.table[2].value.loc["Best epoch"].tolist() == ["3", "none"]
    assert "ResNet50 never passed" in texts(app)


def test_hostile_addresses(tiny_runs):
    app = open_overview(data_set="../../etc", run_scratch="<script>", by="x" * 5000)
    assert len(app.metric) == 7


def test_several_runs_of_a_model_are_chosen_by_address(tiny_runs, tiny_data_set):
    make_run(tiny_data_set, "scratch", wrong=2, name="longer", root=paths.runs_folder())
    app = open_overview(run_scratch="longer")
    assert app.metric[0].value == "66.7\u00a0%"


def test_the_report_is_made_when_it_is_asked_for(tiny_runs, monkeypatch):
    made = {}

    def remember(self, function, mimetype, coordinates, file_name=None, **more):
        made[file_name] = function
        return "deferred"

    monkeypatch.setattr(MediaFileManager, "add_deferred", remember)
    monkeypatch.setattr(
        "engine.views.report.build_report", lambda comparison: f"about {comparison}"
    )
    app = open_overview()
    assert "Download the report" in [one.label for one in app.download_button]
    assert made["tiny-report.html"]().startswith(b"about Comparison(")
    assert made["tiny-what-it-took.csv"]().startswith(b"model,run,parameters")
    assert (
        b"scratch,validation_accuracy,0.75,0.8,0.333" in made["tiny-beside-the-source-report.csv"]()
    )


def test_the_report_of_one_model(tiny_data_set):
    make_run(tiny_data_set, "scratch")
    assert "Download the report" in [one.label for one in open_overview().download_button]


def test_the_least_one_should_try_needs_no_run_for_the_most_frequent_class(tiny_runs):
    app = open_overview()
    least = app.table[1].value
    assert least.index.tolist() == ["Most frequent class"]
    # Three classes, equally many.
    assert least.loc["Most frequent class", "Test"] == "33.3\u00a0%"
    assert "always says “cross”" in least.loc["Most frequent class", "What it knows of a photo"]
    assert "Any model that looks must do better" in texts(app)
    for name in BASELINES:
        assert f"python -m engine train tiny {name}" in texts(app)


def test_baselines_beside_the_models(tiny_runs, tiny_data_set):
    for name, wrong in zip(BASELINES, (5, 4, 3, 0), strict=True):
        make_run(tiny_data_set, name, wrong=wrong)
    app = open_overview()
    least = app.table[1].value
    assert least.index.tolist() == list(BASELINE_TITLES.values())
    assert least["Test"].tolist() == [f"{one}\u00a0%" for one in ("16.7", "33.3", "50.0", "100.0")]
    assert least["95 % interval"].tolist()[-1] == "61.0 to 100.0\u00a0%"
    assert "24 × 24 pixels" in least["What it knows of a photo"].tolist()
    shown = texts(app)
    assert "**Regression on ResNet50 features** names 100.0\u00a0% of the 6 test photos" in shown
    assert "**66.7 points more** than the CNN from scratch (it may be chance)" in shown
    assert "**16.7 points more** than the fine-tuned ResNet50 (it may be chance)." in shown
    assert "Without any network: **Regression on colours and HOG** names 50.0\u00a0%" in shown
    assert "**33.3 points fewer** than the fine-tuned ResNet50 (it may be chance)." in shown
    assert "Not fitted yet" not in shown
    (chart,) = app.get("plotly_chart")
    names = [one["name"] for one in json.loads(chart.proto.spec)["data"]]
    assert names[2:] == list(BASELINE_TITLES.values())
    # They are no choice in the sidebar, and nothing else about the comparison changes.
    assert len(app.metric) == 7
    assert [one.key for one in app.selectbox] == ["data_set_box", "left_box", "right_box"]


def test_the_best_baseline_may_be_as_good_as_a_model(tiny_runs, tiny_data_set):
    make_run(tiny_data_set, "baseline-hog", wrong=1)
    shown = texts(open_overview())
    assert "**50.0 points more** than the CNN from scratch" in shown
    assert "as many as the fine-tuned ResNet50." in shown


def test_baselines_alone_are_no_comparison(tiny_data_set):
    make_run(tiny_data_set, "baseline-pixels")
    app = open_overview()
    assert "python -m engine train tiny scratch" in texts(app)
    assert not app.metric


def test_a_baseline_of_other_photos_does_not_count(tiny_runs, tiny_data_set):
    other = dataclasses.replace(tiny_data_set, digest="0" * 64)
    make_run(other, "baseline-hog", wrong=0)
    app = open_overview()
    assert app.table[1].value.index.tolist() == ["Most frequent class"]


def test_a_damaged_baseline_is_named_and_the_rest_shows(tiny_runs, tiny_data_set):
    run = make_run(tiny_data_set, "baseline-hog", wrong=0)
    (run.folder / runs.PREDICTIONS_FILE).write_bytes(b"")
    app = open_overview()
    assert "tiny/baseline-hog" in app.warning[0].value
    assert len(app.metric) == 7


def test_what_is_different(tiny_runs, tiny_data_set):
    app = open_overview()
    table = app.table[0].value
    assert table.columns.tolist() == ["🟠 Scratch", "🔷 ResNet50", "ResNet50 less scratch"]
    assert table.loc["Optimiser"].tolist() == ["adam", "rmsprop", ""]
    assert "Several settings differ" in texts(app)
    make_run(tiny_data_set, "scratch", name="plain", wrong=2)
    app = open_overview(runs="scratch~plain")
    assert app.table[0].value.index.tolist() == ["Test accuracy", "Validation accuracy"]
    assert "so is every setting: what is left is chance" in texts(app)
    assert "Beside the source report" not in [one.value for one in app.subheader]
    app = open_overview(runs="scratch~scratch")
    assert "What is different" not in [one.value for one in app.subheader]
