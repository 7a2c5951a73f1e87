"""Every command of `python -m engine`: results on stdout, the rest on stderr, one line if wrong."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import paths, runs
from engine.__main__ import main
from engine.backend import use_backend
from engine.data import CATALOG
from engine.images import encode_jpeg, encode_png
from tests.conftest import give_weights, make_data_set, make_run

ROOT = Path(__file__).resolve().parent.parent
TINY = ["--image-size", "32", "--filters", "4", "--dense-units", "4", "--precision", "float32"]


@pytest.fixture(scope="module", autouse=True)
def tensorflow():
    """All in one process, so the backend that can also train."""
    use_backend("training")


@pytest.fixture
def command(capsys, artifacts):
    """Runs one command on artifacts of its own; returns its exit code, stdout and stderr."""

    def run(*arguments):
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def refused(command, artifacts):
    """Runs one command that must fail; returns the line on stderr."""

    def run(*arguments):
        before = content(artifacts)
        code, out, err = command(*arguments)
        assert (code, out) == (2, "")
        *progress, line = err.splitlines()
        assert line.startswith("error: ")
        assert all(re.fullmatch(r"[A-Z][a-z ]+: \d+%", one) for one in progress)
        assert content(artifacts) == before, "something was left behind"
        return line

    return run


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(encode_png(np.full((40, 60, 3), (200, 30, 30), "uint8")))
    return path


@pytest.fixture
def class_folders(tmp_path):
    """A folder with one folder of photos per class."""
    generator = np.random.default_rng(0)
    for class_name in ("hat", "shoes"):
        folder = tmp_path / "wardrobe" / class_name
        folder.mkdir(parents=True)
        for number in range(8):
            photo = generator.integers(0, 256, (40, 40, 3), dtype=np.uint8)
            (folder / f"{number}.jpg").write_bytes(encode_jpeg(photo))
    return tmp_path / "wardrobe"


@pytest.fixture
def trained(tiny_data_set, command):
    """A real run `scratch` of `tiny`, trained by the command line."""
    code, out, err = command("train", "tiny", "scratch", "--epochs", 1, *TINY)
    assert code == 0, err
    return out, err


def content(folder):
    """What lies in a folder; empty folders do not count, nor do photos prepared for training."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "prepared"
    )


# data


def test_data_lists_the_catalog_and_what_is_here(command, tiny_data_set):
    code, out, err = command("data")
    assert (code, err) == (0, "")
    header, *rows = out.splitlines()
    assert header.split() == ["name", "photos", "classes", "licence", "here"]
    assert [row.split()[0] for row in rows] == ["clothing", "scenes", "tiny"]
    assert rows[0].split()[1:3] == [str(CATALOG["clothing"].photos), "10"]
    assert CATALOG["clothing"].licence in rows[0]
    assert [row.split()[-1] for row in rows] == ["no", "no", "yes"]
    assert all(len(row.rstrip()) <= 79 for row in rows)


def test_data_without_any_artifacts(command, artifacts):
    code, out, _ = command("data")
    assert code == 0
    assert [row.split()[0] for row in out.splitlines()[1:]] == ["clothing", "scenes"]


def test_data_imports_a_folder_and_knows_it_again(command, class_folders, artifacts):
    code, out, err = command("data", class_folders)
    assert code == 0
    assert out == "wardrobe: 16 photos of 2 classes, 10 train, 2 validation, 4 test\n"
    assert "Preparing the photos: 100%" in err
    before = content(artifacts)
    assert command("data", class_folders)[:2] == (0, out)
    assert content(artifacts) == before


def test_data_looks_for_doubles_when_it_is_asked_to(command, class_folders, artifacts):
    double = (class_folders / "hat" / "0.jpg").read_bytes()
    (class_folders / "shoes" / "double.jpg").write_bytes(double)
    code, out, err = command("data", class_folders, "--check")
    assert code == 0
    first, second = out.splitlines()
    assert first.startswith("wardrobe: 17 photos of 2 classes")
    assert second.startswith("wardrobe: 1 photo stands more than once, 1 with different labels")
    assert "Looking for doubles: 100%" in err
    assert (artifacts / "data" / "wardrobe" / "duplicates.csv").is_file()


def test_data_says_which_photos_were_left_out(command, class_folders):
    (class_folders / "hat" / "broken.jpg").write_bytes(b"no photo")
    code, out, err = command("data", class_folders)
    assert code == 0
    assert out.startswith("wardrobe: 16 photos")
    assert re.search("left out hat/broken.jpg: .*photo", err)


def test_data_with_an_archive_that_is_another(refused, tmp_path):
    archive = tmp_path / "other.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("top/train/hat/1.jpg", b"x")
    assert "archive must hold" in refused("data", "clothing", "--archive", archive)


# train


def test_train_writes_a_run_and_one_line(trained):
    out, err = trained
    accuracy = r"accuracy [01]\.\d{4}"
    assert re.fullmatch(
        rf"tiny/scratch: validation {accuracy}, test {accuracy}, best epoch 1 of 1\n", out
    )
    assert "training scratch on tiny in float32" in err
    assert "epoch 1/1 (scratch) took" in err
    recipe = runs.find_run("tiny", "scratch").config.recipe
    assert (recipe.image_size, recipe.filters, recipe.dense_units) == (32, (4,), 4)
    assert recipe.epochs == 1


def test_train_takes_every_flag_and_numbers_its_name(trained, command):
    flags = {
        "--learning-rate": 0.002,
        "--batch-size": 5,
        "--seed": 7,
        "--rotation": 0,
        "--zoom": 0,
        "--dropout": 0,
        "--head": "average",
    }
    given = [one for pair in flags.items() for one in pair]
    code, out, err = command(
        "train", "tiny", "scratch", "--epochs", 1, "--batch-normalisation", *TINY, *given
    )
    assert code == 0, err
    assert out.startswith("tiny/scratch-2: ")
    recipe = runs.find_run("tiny", "scratch-2").config.recipe
    assert recipe.phases[0].learning_rate == 0.002
    assert (recipe.batch_size, recipe.seed, recipe.dropout, recipe.head) == (5, 7, 0.0, "average")
    assert (recipe.augmentation.rotation, recipe.augmentation.zoom) == (0.0, 0.0)
    assert recipe.batch_normalisation
    assert "is the best on the validation split" in err


@pytest.fixture
def interrupted(tiny_data_set, command, monkeypatch):
    """An unfinished run `scratch` of `tiny` after its first of two epochs."""
    from engine.commands import train as train_command

    def say(line):
        if line.startswith("epoch 2/2"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train_command, "say", say)
        code, out, err = command("train", "tiny", "scratch", "--epochs", 2, "--seed", 5, *TINY)
    assert (code, out) == (130, "")
    assert err.splitlines()[-1] == "stopped"
    assert "Traceback" not in err


def test_train_resumes(interrupted, command, refused):
    # What does not agree with the run is refused, and costs nothing.
    assert "other flags" in refused("train", "tiny", "scratch", "--resume", "--epochs", 3)
    assert "other flags" in refused("train", "tiny", "scratch", "--resume", "--seed", 6)
    assert "other flags" in refused(
        "train", "tiny", "scratch", "--resume", "--precision", "bfloat16"
    )
    assert "trains scratch" in refused("train", "tiny", "resnet50", "--resume", "--name", "scratch")
    assert "unfinished: scratch." in refused("train", "tiny", "resnet50", "--resume")
    assert "go on with --resume" in refused("train", "tiny", "scratch", "--name", "scratch", *TINY)
    code, out, err = command("train", "tiny", "scratch", "--resume", "--seed", 5)
    assert code == 0, err
    assert out.startswith("tiny/scratch: ")
    assert "going on after epoch 1" in err
    assert len(runs.find_run("tiny", "scratch").history) == 2


def test_resume_asks_which_where_there_are_several(tiny_runs, refused):
    for name in ("scratch-2", "scratch-3"):
        runs.unfinished_folder("tiny", name).mkdir(parents=True)
    line = refused("train", "tiny", "scratch", "--resume")
    assert "--name: scratch-2, scratch-3" in line
    assert runs.CONFIG_FILE in refused(
        "train", "tiny", "scratch", "--resume", "--name", "scratch-3"
    )


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--epochs", "0"], "`epochs` must be between 1 and 10000. Received: 0"),
        (["--epochs", "-1"], "Received: -1"),
        (["--epochs", "abc"], "'abc'"),
        (["--epochs", "1.5"], "'1.5'"),
        (["--epochs"], "--epochs"),
        (["--rotation", "-0.1"], "`rotation`"),
        (["--rotation", "nan"], "`rotation`"),
        (["--zoom", "inf"], "`zoom`"),
        (["--dropout", "1"], "`dropout`"),
        (["--learning-rate", "nan"], "`learning_rate`"),
        (["--learning-rate", "0"], "`learning_rate`"),
        (["--learning-rate", "1e400"], "`learning_rate`"),
        (["--batch-size", "0"], "`batch_size`"),
        (["--seed", "-1"], "`seed`"),
        (["--seed", "9" * 30], "`seed`"),
        (["--image-size", "16"], "`image_size`"),
        (["--image-size", "32", "--filters", "4", "4", "4", "4"], "`filters`"),
        (["--filters", "x"], "'x'"),
        (["--filters", "0"], "`filters`"),
        (["--dense-units", "9999"], "`dense_units`"),
        (["--head", "max"], "'max'"),
        (["--precision", "float16"], "'float16'"),
        (["--name", "../x"], "name of the run"),
        (["--name", ""], "name of the run"),
        (["--weights", "file.h5"], "`--weights` goes with resnet50"),
        (["--momentum", "0.9"], "--momentum"),
        (["two\nlines"], "two lines"),
    ],
)
def test_train_refuses_wrong_flags(refused, tiny_data_set, flags, named):
    assert named in refused("train", "tiny", "scratch", *flags)


def test_flags_are_checked_before_photos_are_imported(refused, class_folders):
    assert "`epochs`" in refused("train", class_folders, "scratch", "--epochs", "0")


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--filters", "8"], "`--filters`"),
        (["--batch-normalisation"], "`--batch-normalisation`"),
        (["--weights", "missing.h5"], "missing.h5"),
    ],
)
def test_train_refuses_what_does_not_go_with_resnet50(refused, tiny_data_set, flags, named):
    assert named in refused("train", "tiny", "resnet50", "--image-size", "32", *flags)


def test_train_refuses_other_models(refused, tiny_data_set):
    line = refused("train", "tiny", "vgg16")
    assert "'vgg16'" in line and "scratch" in line and "resnet50" in line


@pytest.fixture
def fitted(tiny_data_set, command):
    """A real run `baseline-pixels` of `tiny`, fitted by the command line."""
    code, out, err = command("train", "tiny", "baseline-pixels", "--seed", 3)
    assert code == 0, err
    return out, err


def test_train_fits_a_baseline(fitted, command):
    out, err = fitted
    assert out.startswith("tiny/baseline-pixels: validation accuracy 1.0000, test accuracy 1.0000")
    assert "strength 0.001: validation accuracy 1.000" in err
    assert runs.find_run("tiny", "baseline-pixels").config.recipe.seed == 3
    assert runs.find_run("tiny", "baseline-pixels").config.precision == "float32"
    assert command("train", "tiny", "baseline-pixels")[1].startswith("tiny/baseline-pixels-2: ")


def test_baselines_are_evaluated_asked_and_listed(fitted, command, photo):
    code, out, _ = command("evaluate", "tiny", "baseline-pixels", "--json")
    assert code == 0
    assert json.loads(out)["splits"]["test"]["accuracy"] == 1.0
    asked = ("predict", photo, "--data-set", "tiny", "--run", "baseline-pixels", "--json")
    code, out, err = command(*asked)
    assert code == 0, err
    # A red photo, as those of the first class.
    assert json.loads(out)["predictions"][0]["class_name"] == "cross"
    code, out, _ = command("runs", "--json")
    assert [one["model"] for one in json.loads(out)["runs"]] == ["baseline-pixels"]


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--epochs", "3"], "--epochs"),
        (["--image-size", "32", "--zoom", "0"], "--image-size`, `--zoom"),
        (["--precision", "float32"], "--precision"),
        (["--no-batch-normalisation"], "--batch-normalisation"),
        (["--seed", "-1"], "`seed`"),
        (["--weights", "file.h5"], "`--weights` goes with resnet50 and baseline-features"),
        (["--name", "../x"], "name of the run"),
    ],
)
def test_train_refuses_what_does_not_go_with_baselines(refused, tiny_data_set, flags, named):
    assert named in refused("train", "tiny", "baseline-pixels", *flags)


def test_baseline_features_want_weights_that_are_there(refused, tiny_data_set):
    assert "missing.h5" in refused("train", "tiny", "baseline-features", "--weights", "missing.h5")


def test_train_imports_a_path(command, class_folders):
    code, out, err = command(
        "train", class_folders, "scratch", "--epochs", 1, "--name", "first", *TINY
    )
    assert code == 0, err
    assert out.startswith("wardrobe/first: ")
    # The path still names the data set.
    assert command("evaluate", class_folders, "first")[0] == 0


# learning-curve


def test_learning_curve_prints_medians_and_both_times(command, tiny_data_set, monkeypatch):
    from engine import learning_curve
    from engine.learning_curve import FrozenCost
    from tests.test_little_data import table

    asked = []

    def measure(data_set, sizes, seeds, weights, progress, more):
        asked.append((data_set.name, sizes, seeds, weights, more))
        progress("1/1 scratch")
        found = table(scratch_5=(15, [0.2, 0.4, 0.3]), resnet50_5=(15, [0.5, 0.5, 0.6]))
        return found, FrozenCost(photos=100, passes=60_000, pace=0.01, heads=119.0)

    monkeypatch.setattr(learning_curve, "measure_learning_curve", measure)
    code, out, err = command("learning-curve", "tiny", "--sizes", "all", "5", "--seeds", 3, 1)
    assert code == 0, err
    assert asked == [("tiny", ("5", "all"), (1, 3), None, False)]
    assert out.splitlines() == [
        "scratch, 5 a class (15 photos): test accuracy 0.3000 (0.2000 to 0.4000; seeds 1, 2, 3)",
        "resnet50, 5 a class (15 photos): test accuracy 0.5000 (0.5000 to 0.6000; seeds 1, 2, 3)",
    ]
    first, last = err.splitlines()
    assert first == "1/1 scratch"
    # (600 + 119) / (1 + 119)
    assert "2.0 minutes with stored features" in last
    assert "12 minutes if computed in every epoch (60,000 photos at 10 ms)" in last
    assert last.endswith("6 times as long")
    command("learning-curve", "tiny", "--more")
    assert asked[1] == ("tiny", learning_curve.SIZES, learning_curve.SEEDS, None, True)


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--sizes", "0"], "'0'"),
        (["--sizes", "5", "some"], "'some'"),
        (["--sizes"], "--sizes"),
        (["--sizes", "100"], "fewer photos than the sizes ask for"),
        (["--seeds", "-1"], "Received: -1"),
        (["--seeds", "x"], "'x'"),
        (["--epochs", "3"], "--epochs"),
        (["--weights", "missing.h5"], "missing.h5"),
    ],
)
def test_learning_curve_refuses_wrong_flags(refused, tiny_data_set, flags, named):
    assert named in refused("learning-curve", "tiny", *flags)


def test_learning_curve_without_the_photos_or_the_data_set(refused, artifacts):
    assert "'nothing'" in refused("learning-curve", "nothing")
    make_data_set(artifacts / "published" / "tiny", with_photos=False)
    assert "python -m engine data tiny" in refused("learning-curve", "tiny")


# Data sets that are none


@pytest.mark.parametrize(
    "arguments", [["data"], ["train", "scratch"]], ids=lambda arguments: arguments[0]
)
def test_data_sets_that_are_none(refused, tmp_path, photo, arguments):
    def line(path):
        return refused(arguments[0], path, *arguments[1:])

    assert "Received: 'nonexisting'" in line("nonexisting")
    assert "Received: " in line("../nonexisting/path")
    assert "Received: ''" in line("")
    (tmp_path / "empty").mkdir()
    assert "Received: empty, without photos" in line(tmp_path / "empty")
    assert "photo.png" in line(photo)
    one_class = tmp_path / "one" / "hat"
    one_class.mkdir(parents=True)
    shutil.copy(photo, one_class)
    assert "2 classes" in line(tmp_path / "one")
    for class_name in ("a", "b"):
        folder = tmp_path / "nonsense" / class_name
        folder.mkdir(parents=True)
        for number in range(6):
            (folder / f"{number}.jpg").write_bytes(b"no photo")
    assert "readable photos" in line(tmp_path / "nonsense")


def test_train_without_the_photos(refused, artifacts):
    assert "python -m engine data clothing" in refused("train", "clothing", "scratch")


def test_archive_goes_with_the_catalog(refused, tmp_path):
    archive = tmp_path / "missing.zip"
    assert "missing.zip" in refused("data", "clothing", "--archive", archive)
    assert "clothing" in refused("data", "tiny", "--archive", archive)
    assert "name of a data set" in refused("data", "--archive", archive)
    assert "needs a data set" in refused("data", "--check")
    assert "its photos are drawn" in refused("data", "scenes", "--archive", archive)


# check


def test_check_says_what_stands_twice(command, tiny_data_set, monkeypatch):
    table = pd.DataFrame(
        [(1, "cross/000.jpg", 0.0), (1, "dot/009.jpg", 0.3)],
        columns=["group", "image_id", "difference"],
    )
    monkeypatch.setattr("engine.data.duplicates.find_duplicates", lambda *_: table)
    code, out, _ = command("check", "tiny")
    assert code == 0
    assert out.splitlines()[0] == (
        "tiny: 1 photo stands more than once, 1 with different labels, 1 in different splits"
    )
    assert "cross/000.jpg" in out.splitlines()[1]
    assert (tiny_data_set.folder / "duplicates.csv").is_file()


def test_check_of_nothing(refused, artifacts):
    assert "Received: 'nowhere'" in refused("check", "nowhere")
    assert refused("check", "../../etc")


# robustness


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
    monkeypatch.setattr("engine.predict.Predictor", lambda run: run)
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
    monkeypatch.setattr("engine.predict.Predictor", lambda run: run)
    monkeypatch.setattr(
        "engine.robustness.measure_robustness",
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


# strangers


def test_strangers_without_runs(refused, drawn_data_set, tiny_data_set):
    assert "no run of tiny yet" in refused("strangers", "tiny")
    assert "Received: 'nobody'" in refused("strangers", "tiny", "nobody")
    assert "data clothing" in refused("strangers", "scenes")
    assert "name of a data set must be" in refused("strangers", "../tiny")


def test_strangers_writes_what_each_run_says(command, tiny_runs, drawn_data_set, monkeypatch):
    table = pd.DataFrame(
        [("scenes/test/beach/000.png", "dot", 0.6), ("scenes/test/beach/001.png", "dot", 0.9)],
        columns=list(runs.STRANGERS_COLUMNS),
    )
    monkeypatch.setattr("engine.predict.Predictor", lambda run: run)
    monkeypatch.setattr(
        "engine.strangers.measure_strangers",
        lambda pictures, ids, predictors, progress: dict.fromkeys(predictors, table),
    )
    code, out, _ = command("strangers", "tiny", "scratch")
    assert code == 0
    # The fake run is 80 % sure of each of its answers.
    assert out == (
        "tiny/scratch: 2 pictures of scenes, 0.5000 noticed as strangers below 0.8000, where "
        "0.0000 of its own test photos are\n"
    )
    measured = {name: runs.load_run(run.folder).strangers for name, run in tiny_runs.items()}
    pd.testing.assert_frame_equal(measured["scratch"], table)
    assert measured["resnet50"] is None
    assert command("strangers", "tiny")[1].count("noticed") == 2


# evaluate


def test_evaluate(command, tiny_runs):
    code, out, err = command("evaluate", "tiny", "scratch")
    assert (code, err) == (0, "")
    assert re.search(r"^validation: accuracy 0\.3333 .* on 6 photos$", out, re.MULTILINE)
    assert re.search(r"^  cross +\d\.\d{3}", out, re.MULTILINE)


def test_evaluate_json(command, tiny_runs):
    code, out, err = command("evaluate", "tiny", "resnet50", "--json")
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert (result["data_set"], result["run"]) == ("tiny", "resnet50")
    assert list(result["splits"]) == ["validation", "test"]
    for values in result["splits"].values():
        assert values["photos"] == 6
        assert values["accuracy"] == pytest.approx(5 / 6)
        low, high = values["interval_95"]
        assert 0 < low < 5 / 6 < high < 1
        assert [row["class_name"] for row in values["classes"]] == ["cross", "dot", "stripe"]
        assert sum(row["support"] for row in values["classes"]) == 6


# predict


def test_predict(command, trained, photo):
    code, out, err = command("predict", photo, "--data-set", "tiny", "--run", "scratch")
    assert code == 0, err
    rows = [line.split() for line in out.splitlines()]
    assert {name for _, name in rows} == {"cross", "dot", "stripe"}
    shares = [float(share.rstrip("%")) for share, _ in rows]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.05)
    assert re.fullmatch(r"\d+ ms\n", err)


def test_predict_json(command, trained, photo):
    code, out, _ = command("predict", photo, "--data-set", "tiny", "--run", "scratch", "--json")
    assert code == 0
    result = json.loads(out)
    assert list(result) == ["run", "predictions", "milliseconds"]
    assert result["run"] == "scratch"
    assert result["milliseconds"] > 0
    assert all(list(one) == ["class_name", "probability"] for one in result["predictions"])
    assert {one["class_name"] for one in result["predictions"]} == {"cross", "dot", "stripe"}
    probabilities = [one["probability"] for one in result["predictions"]]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-4)


def test_predict_refuses(refused, tiny_runs, photo, tmp_path):
    def line(path, data_set="tiny", run="scratch", *flags):
        return refused("predict", path, "--data-set", data_set, "--run", run, *flags)

    assert "missing.jpg" in line(tmp_path / "missing.jpg")
    assert "no such file" in line(tmp_path)
    (tmp_path / "text.jpg").write_text("no photo")
    assert "text.jpg" in line(tmp_path / "text.jpg")
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:50])
    assert "cut.png" in line(tmp_path / "cut.png")
    (tmp_path / "empty.jpg").write_bytes(b"")
    assert "empty" in line(tmp_path / "empty.jpg")
    assert "resnet50, scratch. Received: 'best'" in line(photo, run="best")
    assert "tiny. Received: 'nowhere'" in line(photo, data_set="nowhere")
    assert "Received: '../x'" in line(photo, run="../x")
    # The fake run of the fixture has an empty file of weights.
    assert runs.WEIGHTS_FILE in line(photo, "tiny", "scratch", "--json")


@pytest.mark.parametrize("command_line", [["evaluate", "nowhere", "scratch"], ["evaluate", "tiny"]])
def test_evaluate_refuses(refused, tiny_runs, command_line):
    refused(*command_line)


def test_evaluate_refuses_unknown_and_damaged_runs(refused, tiny_runs):
    assert "Received: 'best'" in refused("evaluate", "tiny", "best")
    (tiny_runs["scratch"].folder / runs.HISTORY_FILE).write_text("x")
    assert runs.HISTORY_FILE in refused("evaluate", "tiny", "scratch", "--json")


# runs


def test_runs(command, tiny_runs):
    code, out, err = command("runs")
    assert (code, err) == (0, "")
    header, *rows = out.splitlines()
    assert header.split()[:3] == ["data", "set", "run"]
    assert [row.split()[:2] for row in rows] == [["tiny", "resnet50"], ["tiny", "scratch"]]
    assert all(row.endswith("published") for row in rows)


def test_runs_json_where_one_is_damaged(command, tiny_runs):
    (tiny_runs["scratch"].folder / runs.PREDICTIONS_FILE).write_bytes(b"")
    code, out, err = command("runs", "--json")
    assert code == 0
    result = json.loads(out)
    (row,) = result["runs"]
    assert (row["data_set"], row["run"], row["model"]) == ("tiny", "resnet50", "resnet50")
    assert row["published"] is True
    assert row["test_accuracy"] == tiny_runs["resnet50"].summary["test_accuracy"]
    (problem,) = result["problems"]
    assert runs.PREDICTIONS_FILE in problem
    assert err == f"error: {problem}\n"


def test_runs_where_there_are_none(command, artifacts):
    code, out, _ = command("runs", "--json")
    assert (code, json.loads(out)) == (0, {"runs": [], "problems": []})
    assert command("runs")[0] == 0


# export and import


@pytest.fixture
def exported(command, tiny_data_set, tmp_path):
    """A zip file of the runs `scratch` and `mine` of `tiny`."""
    give_weights(make_run(tiny_data_set, "scratch", root=paths.runs_folder()))
    give_weights(make_run(tiny_data_set, "scratch", name="mine", wrong=3))
    path = tmp_path / "runs.zip"
    path.write_text("the one before")
    code, out, err = command("export", "tiny", path)
    assert (code, err) == (0, "")
    assert re.fullmatch(rf"{re.escape(str(path))}: tiny, mine, scratch, \d\.\d MB\n", out)
    return path


def test_export_and_import(command, exported, artifacts):
    shutil.rmtree(artifacts)
    code, out, err = command("import", exported)
    assert (code, out) == (0, "Imported into tiny: mine, scratch.\n")
    assert err.splitlines()[-1] == "Checking the runs: 100%"
    assert command("evaluate", "tiny", "mine")[0] == 0
    code, out, _ = command("import", exported)
    assert (code, out) == (0, "Here already in tiny: mine, scratch.\n")


def test_export_of_chosen_runs(command, exported):
    code, out, _ = command("export", "tiny", exported, "mine")
    assert code == 0
    assert ": tiny, mine, " in out


def test_export_says_what_it_leaves_out(command, exported, tiny_data_set):
    make_run(tiny_data_set, "scratch", name="hollow")
    code, _, err = command("export", "tiny", exported)
    assert code == 0
    assert err.startswith("The run hollow cannot be exported: weights.safetensors")
    assert err.count("\n") == 1


def test_export_refuses(refused, exported, tmp_path):
    before = exported.read_bytes()
    assert "tiny. Received: 'nowhere'" in refused("export", "nowhere", exported)
    assert "Received: 'best'" in refused("export", "tiny", exported, "mine", "best")
    assert "must be there" in refused("export", "tiny", tmp_path / "no" / "runs.zip")
    assert "not a folder" in refused("export", "tiny", tmp_path)
    assert "Help: python -m engine export" in refused("export", "tiny")
    assert exported.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_import_refuses(refused, exported, tmp_path):
    assert "exists" in refused("import", tmp_path / "missing.zip")
    assert "Help: python -m engine import" in refused("import")
    exported.write_bytes(exported.read_bytes()[:999])
    assert "must be a whole zip file" in refused("import", exported)
    with zipfile.ZipFile(exported, "w") as file:
        file.writestr("tiny/mine/weights.pkl", b"evil")
    assert "weights only as weights.safetensors" in refused("import", exported)


def test_exchange_loads_no_keras(exported):
    program = (
        "import sys; from engine.__main__ import main; "
        f"assert main(['export', 'tiny', {str(exported)!r}]) == 0; "
        f"assert main(['import', {str(exported)!r}]) == 0; "
        "print({'tensorflow', 'keras', 'openvino', 'sklearn', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


# report


def test_report(command, tiny_runs, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("the one before")
    code, out, err = command("report", "tiny", path)
    assert (code, err) == (0, "")
    assert re.fullmatch(rf"{re.escape(str(path))}: tiny, scratch and resnet50, \d\.\d MB\n", out)
    assert path.read_text().startswith("<!DOCTYPE html>")


def test_report_of_a_chosen_run(command, tiny_data_set, tiny_runs, tmp_path):
    make_run(tiny_data_set, "scratch", name="longer")
    code, out, _ = command("report", "tiny", tmp_path / "r.html", "--scratch", "longer")
    assert code == 0
    assert "tiny, longer and resnet50" in out


def test_report_refuses(refused, tiny_runs, tmp_path):
    path = tmp_path / "report.html"
    (tmp_path / "folder").mkdir()
    assert "tiny. Received: 'nowhere'" in refused("report", "nowhere", path)
    assert "Received: '../x'" in refused("report", "../x", path)
    assert "scratch. Received: 'best'" in refused("report", "tiny", path, "--scratch", "best")
    assert "not a folder" in refused("report", "tiny", tmp_path / "folder")
    assert "must be there" in refused("report", "tiny", tmp_path / "no" / "report.html")
    assert "Help: python -m engine report" in refused("report", "tiny")
    assert not path.exists()


def test_report_without_a_run(refused, tiny_data_set, tmp_path):
    assert "none yet. Received: 'tiny'" in refused("report", "tiny", tmp_path / "report.html")


def test_report_loads_no_keras(tiny_runs, tmp_path):
    program = (
        "import sys; from engine.__main__ import main; "
        f"assert main(['report', 'tiny', {str(tmp_path / 'report.html')!r}]) == 0; "
        "print({'tensorflow', 'keras', 'openvino', 'sklearn', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


# The frame


@pytest.mark.parametrize("arguments", [[], ["sing"], ["runs", "further"], ["--json"]])
def test_wrong_commands(refused, arguments):
    assert "Help: python -m engine" in refused(*arguments)


def test_help(capsys):
    with pytest.raises(SystemExit) as end:
        main(["train", "--help"])
    assert end.value.code == 0
    assert "--epochs" in capsys.readouterr().out


def test_a_disk_that_refuses_is_one_line(refused, tiny_runs, monkeypatch):
    def refuse(data_set):
        raise PermissionError(13, "Permission denied", "artifacts")

    monkeypatch.setattr(runs, "load_runs", refuse)
    assert "Permission denied (artifacts)" in refused("runs")


def test_too_little_memory_is_one_line(refused, tiny_runs, monkeypatch):
    def refuse(data_set):
        raise MemoryError

    monkeypatch.setattr(runs, "load_runs", refuse)
    assert "memory" in refused("runs")


def engine(*arguments, **options):
    """`python -m engine` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "engine", *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_as_a_program_without_a_command(artifacts):
    with engine(stdout=subprocess.PIPE) as process:
        out, err = process.communicate()
    assert (process.returncode, out) == (2, "")
    assert err.startswith("error: ") and err.count("\n") == 1


def test_a_reader_that_has_gone_is_no_error(tiny_runs):
    reader, writer = os.pipe()
    os.close(reader)
    with engine("runs", stdout=writer) as process:
        os.close(writer)
        _, err = process.communicate()
    assert (process.returncode, err) == (0, "")
