"""`robustness` and `out-of-distribution`: what is measured of runs afterwards."""

import dataclasses

import pandas as pd
import pytest

from engine import runs
from engine.__main__ import main
from tests.conftest import make_data_set, make_run


def test_robustness_of_nothing(refused, tiny_runs):
    assert "name of a data set must be" in refused("robustness", "../tiny")
    assert "Received: 'nowhere'" in refused("robustness", "nowhere")
    assert "Received: 'nobody'" in refused("robustness", "tiny", "nobody")


def test_robustness_without_runs(refused, drawn_data_set):
    assert "no run of scenes yet" in refused("robustness", "scenes")


def test_robustness_without_the_photos(refused, artifacts):
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    make_run(data_set, "scratch")
    assert "python -m engine data tiny" in refused("robustness", "tiny")


def test_robustness_of_a_run_that_may_have_learned_from_the_test_photos(refused, tiny_data_set):
    make_run(dataclasses.replace(tiny_data_set, digest="0" * 64), "scratch")
    assert "another version of these photos" in refused("robustness", "tiny")


def test_a_photo_that_is_gone_leaves_no_robustness(refused, tiny_data_set, tiny_runs, monkeypatch):
    monkeypatch.setattr("engine.serving.predict.Predictor", lambda run: run)
    test = tiny_data_set.photos["split"] == "test"
    tiny_data_set.photo_path(tiny_data_set.photos.loc[test, "image_id"].iloc[0]).unlink()
    assert "there is no such file" in refused("robustness", "tiny")


@pytest.mark.parametrize("data_set", ["scenes", "tiny"])
def test_robustness_writes_the_robustness_of_each_run(
    command, drawn_data_set, tiny_data_set, monkeypatch, data_set
):
    chosen = {"scenes": drawn_data_set, "tiny": tiny_data_set}[data_set]
    made = [make_run(chosen, "scratch", name=name) for name in ("scratch", "plain")]
    table = pd.DataFrame(
        [("rotation", 0.0, 0.9, 400), ("rotation", 90.0, 0.4, 400)],
        columns=list(runs.ROBUSTNESS_COLUMNS),
    )
    monkeypatch.setattr("engine.serving.predict.Predictor", lambda run: run)
    monkeypatch.setattr(
        "engine.measures.robustness.measure_robustness",
        lambda data_set, predictors, progress, values: dict.fromkeys(
            predictors, table[table["parameter"].isin(values)]
        ),
    )
    code, out, _ = command("robustness", data_set, "plain")
    assert code == 0
    assert out == f"{data_set}/plain: lowest accuracy 0.4000 at rotation 90\n"
    measured = [runs.load_run(run.folder).robustness for run in made]
    assert measured[0] is None
    pd.testing.assert_frame_equal(measured[1], table)
    assert command("robustness", data_set)[1].count("lowest accuracy") == 2
    # What is not measured anew stays.
    assert command("robustness", data_set, "plain", "--only", "blur", "shift")[0] == 0
    pd.testing.assert_frame_equal(runs.load_run(made[1].folder).robustness, table)


def test_robustness_of_a_change_that_is_none(refused, tiny_runs):
    line = refused("robustness", "tiny", "--only", "blur", "colour")
    assert "one of rotation, zoom" in line
    assert "Received: 'colour'" in line


def test_out_of_distribution_without_runs(refused, drawn_data_set, tiny_data_set):
    assert "no run of tiny yet" in refused("out-of-distribution", "tiny")
    assert "Received: 'nobody'" in refused("out-of-distribution", "tiny", "nobody")
    assert "data clothing" in refused("out-of-distribution", "scenes")
    assert "name of a data set must be" in refused("out-of-distribution", "../tiny")


def test_out_of_distribution_writes_what_each_run_says(
    command, tiny_runs, drawn_data_set, monkeypatch
):
    table = pd.DataFrame(
        [("scenes/test/beach/000.png", "dot", 0.6), ("scenes/test/beach/001.png", "dot", 0.9)],
        columns=list(runs.OUT_OF_DISTRIBUTION_COLUMNS),
    )
    monkeypatch.setattr("engine.serving.predict.Predictor", lambda run: run)
    monkeypatch.setattr(
        "engine.measures.out_of_distribution.measure_out_of_distribution",
        lambda pictures, ids, predictors, progress: dict.fromkeys(predictors, table),
    )
    code, out, _ = command("out-of-distribution", "tiny", "scratch")
    assert code == 0
    # The fake run is 80 % sure of each of its answers.
    assert out == (
        "tiny/scratch: 2 pictures of scenes, 0.5000 noticed as out-of-distribution by a confidence "
        "below 0.8000, where 0.0000 of its own test photos are\n"
    )
    measured = {
        name: runs.load_run(run.folder).out_of_distribution for name, run in tiny_runs.items()
    }
    pd.testing.assert_frame_equal(measured["scratch"], table)
    assert measured["resnet50"] is None
    assert command("out-of-distribution", "tiny")[1].count("noticed") == 2
    # The command's name in earlier versions.
    assert command("strangers", "tiny")[1].count("noticed") == 2


def test_help_shows_only_the_name_of_today(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert "out-of-distribution" in shown
    assert "strangers" not in shown
