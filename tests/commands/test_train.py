"""`train`: both models and the baselines, resumed, refused."""

import json
import re

import pytest

from engine import runs
from tests.commands.conftest import TINY


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

    def interrupt(event):
        if event.message.startswith("epoch 2/2"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("engine.__main__.Terminal", lambda: interrupt)
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
        (["--nesterov", "0.9"], "--nesterov"),
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


def test_train_without_the_photos(refused, artifacts):
    assert "python -m engine data clothing" in refused("train", "clothing", "scratch")
