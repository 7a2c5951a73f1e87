"""The learning curve on disk: read strictly, whole or not at all."""

import pandas as pd
import pytest

from engine import runs
from engine.disk import paths
from engine.errors import EngineError
from engine.runs import RunError

HEADER = ",".join(runs.LEARNING_CURVE_COLUMNS)
GOOD = ["scratch", "5", "1", "15", "60", "25", "0.4", "0.375", "6", "12.5", "5" * 64]
PLACES = {name: place for place, name in enumerate(runs.LEARNING_CURVE_COLUMNS)}


def row(**changes) -> str:
    values = list(GOOD)
    for name, value in changes.items():
        values[PLACES[name]] = value
    return ",".join(values)


def write(root, *rows, end="\n"):
    path = root / "tiny" / runs.LEARNING_CURVE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *rows]) + end)
    return path


def test_not_measured(artifacts):
    assert runs.load_learning_curve("tiny") is None


def test_what_was_written_is_read(artifacts):
    write(paths.runs_folder(), row(), row(photos_per_class="all", accuracy="1", seconds="3"))
    table = runs.load_learning_curve("tiny")
    assert table["photos_per_class"].tolist() == ["5", "all"]
    assert table["accuracy"].tolist() == [0.375, 1.0]
    assert table["seconds"].dtype == table["accuracy"].dtype == "float64"
    assert table["photos"].dtype == "int64"
    assert table.loc[0, "data_set_digest"] == "5" * 64


def test_what_was_measured_here_goes_before_what_is_published(artifacts):
    write(paths.published_folder(), row(seed="1"))
    assert runs.load_learning_curve("tiny")["seed"].tolist() == [1]
    write(paths.runs_folder(), row(seed="2"))
    assert runs.load_learning_curve("tiny")["seed"].tolist() == [2]


def test_it_is_no_run(artifacts):
    write(paths.runs_folder(), row())
    runs.unfinished_learning_curve("tiny").mkdir()
    assert runs.find_run_folders("tiny") == []
    assert runs.unfinished_runs("tiny") == []
    assert runs.data_sets_with_runs() == []


def test_it_gets_its_place_when_it_is_complete(artifacts):
    folder = runs.unfinished_learning_curve("tiny")
    folder.mkdir(parents=True)
    assert runs.load_finished_trainings(folder, "tiny").empty
    path = write(paths.runs_folder(), row(seed="9"))
    table = pd.read_csv(path, dtype={"photos_per_class": str, "data_set_digest": str}).assign(
        seed=1
    )
    runs.save_finished_trainings(folder, table)
    assert runs.load_learning_curve("tiny")["seed"].tolist() == [9]
    assert runs.load_finished_trainings(folder, "tiny")["seed"].tolist() == [1]
    assert runs.publish_learning_curve(folder, "tiny") == path
    assert runs.load_learning_curve("tiny")["seed"].tolist() == [1]
    assert not list(folder.iterdir())


@pytest.mark.parametrize("text", ["", "no table", HEADER + "\n" + row()[:-9]])
def test_rows_that_cannot_be_trusted_are_measured_again(artifacts, text):
    folder = runs.unfinished_learning_curve("tiny")
    folder.mkdir(parents=True)
    (folder / "rows.csv").write_text(text)
    assert runs.load_finished_trainings(folder, "tiny").empty


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([], "no rows"),
        ([row(model="vgg16")], "a model is unknown"),
        ([row(model="")], "no text"),
        ([row(photos_per_class="")], "no text"),
        ([row(photos_per_class="0")], "photos_per_class is neither"),
        ([row(photos_per_class="-5")], "photos_per_class is neither"),
        ([row(photos_per_class="5.0")], "photos_per_class is neither"),
        ([row(photos_per_class="most")], "photos_per_class is neither"),
        ([row(seed="x")], "no number"),
        ([row(seed="-1")], "no whole number"),
        ([row(photos="0")], "no whole number"),
        ([row(photos="1.5")], "no whole number"),
        ([row(epochs="")], "no number"),
        ([row(best_epoch="61")], "none of the epochs"),
        ([row(images="0")], "no whole number"),
        ([row(accuracy="1.01")], "not between 0 and 1"),
        ([row(accuracy="nan")], "no number"),
        ([row(accuracy="inf")], "no number"),
        ([row(validation_accuracy="-0.1")], "not between 0 and 1"),
        ([row(seconds="-1")], "a time is negative"),
        ([row(seconds="1e999")], "no number"),
        ([row(), row(accuracy="0.5")], "stands twice"),
        ([row(), row(seed="2", data_set_digest="6" * 64)], "several data sets"),
        ([row() + ",further"], ""),
    ],
)
def test_damage_is_one_sentence_that_names_the_file(artifacts, rows, problem):
    write(paths.runs_folder(), *rows)
    with pytest.raises(RunError) as error:
        runs.load_learning_curve("tiny")
    text = str(error.value)
    assert problem in text
    assert runs.LEARNING_CURVE_FILE in text
    assert "python -m engine learning-curve tiny" in text
    assert "\n" not in text and len(text) < 500


@pytest.mark.parametrize("content", [b"", b"\0" * 99, b"\xff\xfe\xfa", b"{}", b"a,b\n1,2\n"])
def test_other_files(artifacts, content):
    write(paths.runs_folder()).write_bytes(content)
    with pytest.raises(RunError, match=runs.LEARNING_CURVE_FILE):
        runs.load_learning_curve("tiny")


def test_a_last_row_that_is_cut_short(artifacts):
    write(paths.runs_folder(), row(), end="")
    with pytest.raises(RunError, match="cut short"):
        runs.load_learning_curve("tiny")


def test_a_folder_in_its_place(artifacts):
    write(paths.runs_folder()).unlink()
    runs.learning_curve_paths("tiny")[0].mkdir()
    with pytest.raises(RunError, match=runs.LEARNING_CURVE_FILE):
        runs.load_learning_curve("tiny")


@pytest.mark.parametrize("name", ["..", "a/b", ""])
def test_names_that_leave_the_folder(artifacts, name):
    for ask in (runs.load_learning_curve, runs.unfinished_learning_curve):
        with pytest.raises(EngineError, match="data set"):
            ask(name)
