import dataclasses
import io
import json
import zipfile

import numpy as np
import pytest

from engine import runs
from engine.runs import FILES, RunError
from tests.conftest import make_run
from tests.presets import BASELINES

LEAVE_OUT = object()


def edit_json(path, *keys, value):
    values = json.loads(path.read_text())
    *outer, last = keys
    inner = values
    for key in outer:
        inner = inner[key]
    if value is LEAVE_OUT:
        del inner[last]
    else:
        inner[last] = value
    path.write_text(json.dumps(values))


def edit_arrays(folder, **changes):
    path = folder / runs.PREDICTIONS_FILE
    with np.load(path) as file:
        arrays = {**file, **changes}
    np.savez(path, **{key: value for key, value in arrays.items() if value is not LEAVE_OUT})


def edit_history(folder, change):
    lines = (folder / runs.HISTORY_FILE).read_text().splitlines()
    (folder / runs.HISTORY_FILE).write_text("\n".join(change(lines)) + "\n")


def assert_damaged(run, file, why=""):
    """One sentence names the file, and the other run still shows."""
    with pytest.raises(RunError) as error:
        runs.load_run(run.folder)
    text = str(error.value)
    assert file in text and f"{run.config.data_set}/{run.name}" in text and why in text
    assert "\n" not in text and len(text) < 500
    found, problems = runs.load_runs("tiny")
    assert [one.name for one in found] == ["resnet50"]
    assert problems == [text]


# What is whole.


def test_a_run_comes_back_as_it_was_written(tiny_data_set):
    written = make_run(tiny_data_set, "resnet50")
    read = runs.load_run(written.folder)
    assert read.config == written.config
    assert read.summary == written.summary
    assert read.history.equals(written.history)
    assert tuple(read.history.columns) == runs.HISTORY_COLUMNS
    assert read.history.dtypes.drop("phase").tolist() == ["int64"] + ["float64"] * 6
    assert (read.name, read.model, read.published) == ("resnet50", "resnet50", True)
    assert read.weights_path.is_file()
    for field in ("image_ids", "split", "y_true", "y_prob"):
        np.testing.assert_array_equal(
            getattr(read.predictions, field), getattr(written.predictions, field)
        )
    assert read.predictions.y_prob.dtype == np.float32
    assert read.predictions.class_names == tiny_data_set.class_names


@pytest.mark.parametrize("model", BASELINES)
def test_a_baseline_comes_back_as_it_was_written(tiny_data_set, model):
    written = make_run(tiny_data_set, model)
    read = runs.load_run(written.folder)
    assert read.config == written.config
    assert read.model == model
    assert read.history["phase"].tolist() == ["fit"]


def test_other_number_types_become_those_of_the_format(run):
    predictions = run.predictions
    edit_arrays(
        run.folder,
        y_true=predictions.y_true.astype("uint8"),
        y_prob=predictions.y_prob.astype("float64"),
    )
    read = runs.load_run(run.folder).predictions
    assert (read.y_true.dtype, read.y_prob.dtype) == (np.int64, np.float32)


def test_predictions_of_a_split(run):
    test = run.predictions.of_split("test")
    assert set(test.split) == {"test"}
    assert len(test.y_true) == len(test.image_ids) == len(test.y_prob) == 6
    assert (test.y_pred == test.y_true).sum() == 2
    table = run.predictions
    assert len(table.of_split("validation").y_true) + len(test.y_true) == len(table.y_true)


def test_configuration_of_an_unfinished_run(run):
    folder = runs.unfinished_folder("tiny", "next")
    folder.mkdir(parents=True)
    with pytest.raises(RunError, match=runs.CONFIG_FILE):
        runs.load_unfinished_config(folder)
    config = dataclasses.replace(run.config, name="next")
    runs.save_config(folder, config)
    assert runs.load_unfinished_config(folder) == config


# What is damaged.


@pytest.mark.parametrize("file", FILES)
def test_missing_file(run, file):
    (run.folder / file).unlink()
    assert_damaged(run, file, "it is missing")


@pytest.mark.parametrize("file", FILES)
def test_folder_in_place_of_a_file(run, file):
    (run.folder / file).unlink()
    (run.folder / file).mkdir()
    assert_damaged(run, file)


@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"\xff\xfe\xfa", b"[]", b"7\n", b"PK\3\4"])
@pytest.mark.parametrize("file", [file for file in FILES if file != runs.WEIGHTS_FILE])
def test_other_content(run, file, content):
    (run.folder / file).write_bytes(content)
    assert_damaged(run, file)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("file", [file for file in FILES if file != runs.WEIGHTS_FILE])
def test_truncated_file(run, file, share):
    content = (run.folder / file).read_bytes()
    (run.folder / file).write_bytes(content[: int(len(content) * share)])
    assert_damaged(run, file)


def test_every_truncation_of_a_history_is_seen(run):
    path = run.folder / runs.HISTORY_FILE
    content = path.read_bytes()
    for length in range(content.rindex(b"3,scratch") - 2, len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(RunError, match=runs.HISTORY_FILE):
            runs.load_run(run.folder)


@pytest.mark.parametrize("file", [runs.CONFIG_FILE, runs.HISTORY_FILE, runs.SUMMARY_FILE])
def test_enormous_text(run, file, monkeypatch):
    monkeypatch.setattr(runs.read, "LARGEST_TEXT", 10)
    monkeypatch.setattr(runs.tables, "LARGEST_TEXT", 10)
    with pytest.raises(RunError, match=r"config\.json.*too large"):
        runs.load_run(run.folder)
    for module in (runs.read, runs.tables):
        monkeypatch.setattr(module, "LARGEST_TEXT", 100_000)
    with (run.folder / file).open("a") as stream:
        stream.write(" " * 100_000)
    assert_damaged(run, file, "too large")


def test_arrays_that_unpack_to_too_much(run, monkeypatch):
    monkeypatch.setattr(runs.read, "_LARGEST_ARRAYS", 500)
    with pytest.raises(RunError, match=r"predictions\.npz.*too large"):
        runs.load_run(run.folder)


def test_array_whose_header_promises_more_than_any_memory(run):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (10**15, 3)}
    )
    path = run.folder / runs.PREDICTIONS_FILE
    with zipfile.ZipFile(path) as file:
        content = {name: file.read(name) for name in file.namelist()}
    content["y_prob.npy"] = header.getvalue()
    with zipfile.ZipFile(path, "w") as file:
        for name, data in content.items():
            file.writestr(name, data)
    assert_damaged(run, runs.PREDICTIONS_FILE)


@pytest.mark.parametrize(
    ("keys", "value", "why"),
    [
        (("format_version",), 2, "format version"),
        (("format_version",), LEAVE_OUT, "format version"),
        (("recipe", "filters"), ["16", "32"], "filters"),
        (("recipe", "filters"), [[[[[]]]]], "filters"),
        (("recipe", "phases", 0, "epochs"), 10**30, "epochs"),
        (("name",), "../x", "name of the run"),
        (("name",), "other", "unlike its folder"),
        (("data_set",), "other", "unlike its folder"),
        (("class_names",), ["a", "b"], ""),
        (("further",), 1, "RunConfig"),
    ],
)
def test_hostile_configuration(run, keys, value, why):
    edit_json(run.folder / runs.CONFIG_FILE, *keys, value=value)
    # Other class names are a fine configuration, but not that of these predictions.
    file = runs.PREDICTIONS_FILE if keys == ("class_names",) else runs.CONFIG_FILE
    assert_damaged(run, file, why)


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "9" * 5000])
@pytest.mark.parametrize("file", [runs.CONFIG_FILE, runs.SUMMARY_FILE])
def test_numbers_that_are_none(run, file, number):
    path = run.folder / file
    field = "dropout" if file == runs.CONFIG_FILE else "test_accuracy"
    values = json.loads(path.read_text())
    (values["recipe"] if file == runs.CONFIG_FILE else values)[field] = "HERE"
    path.write_text(json.dumps(values).replace('"HERE"', number))
    assert_damaged(run, file)


@pytest.mark.parametrize("file", [runs.CONFIG_FILE, runs.SUMMARY_FILE])
def test_endlessly_nested_json(run, file):
    (run.folder / file).write_text("[" * 100_000 + "]" * 100_000)
    assert_damaged(run, file)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, LEAVE_OUT) for field in runs.SUMMARY_FIELDS),
        *((field, None) for field in runs.SUMMARY_FIELDS),
        *((field, [1]) for field in runs.SUMMARY_FIELDS),
        ("epochs", "3"),
        ("epochs", True),
        ("epochs", 3.0),
        ("epochs", 0),
        ("best_epoch", 0),
        ("best_epoch", 4),
        ("validation_accuracy", "0.9"),
        ("validation_accuracy", 1.01),
        ("test_accuracy", -0.1),
        ("parameters", -1),
        ("parameters", 10**400),
        ("training_seconds", 10**400),
        ("date", 2026),
    ],
)
def test_damaged_summary(run, field, value):
    edit_json(run.folder / runs.SUMMARY_FILE, field, value=value)
    assert_damaged(run, runs.SUMMARY_FILE, field)


def test_summary_may_hold_more_and_whole_numbers(run):
    edit_json(run.folder / runs.SUMMARY_FILE, "further", value="welcome")
    edit_json(run.folder / runs.SUMMARY_FILE, "test_accuracy", value=1)
    assert runs.load_run(run.folder).summary["test_accuracy"] == 1.0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda lines: [lines[0]], "count up"),
        (lambda lines: lines[1:], "columns"),
        (lambda lines: [lines[0].replace("loss", "cost"), *lines[1:]], "columns"),
        (lambda lines: [line + ",1" for line in lines], "columns"),
        (lambda lines: [lines[0], *(line + ",1" for line in lines[1:])], "count up"),
        (lambda lines: [line.rpartition(",")[0] for line in lines], "columns"),
        (lambda lines: [lines[0], *lines[2:]], "count up"),
        (lambda lines: [lines[0], lines[1], lines[3]], "count up"),
        (lambda lines: [lines[0], *lines[:0:-1]], "count up"),
        (lambda lines: [*lines[:2], *lines[1:]], "count up"),
        (lambda lines: [lines[0], "x" + lines[1], *lines[2:]], "count up"),
        (lambda lines: [lines[0], lines[1].replace("scratch", "warm_up"), *lines[2:]], "phase"),
        (lambda lines: [lines[0], lines[1].replace("scratch", ""), *lines[2:]], "phase"),
        (lambda lines: [*lines[:3], "3,scratch,high,1,1,1,1,1"], "no number"),
        (lambda lines: [lines[0], *(f"{n},scratch,True,1,1,1,1,1" for n in (1, 2, 3))], "number"),
        (lambda lines: [*lines[:3], "3,scratch,1,1,1,1,,1"], "learning rate"),
        (lambda lines: [*lines[:3], "3,scratch,1,1,1,1,1,1e400"], "seconds"),
        (lambda lines: lines[:3], "3 epochs"),
    ],
)
def test_damaged_history(run, change, why):
    edit_history(run.folder, change)
    assert_damaged(run, runs.HISTORY_FILE, why)


def test_history_may_hold_nan(run):
    edit_history(run.folder, lambda lines: [*lines[:3], "3,scratch,nan,0.1,NaN,nan,0.001,2.5"])
    history = runs.load_run(run.folder).history
    assert history["val_accuracy"].isna().tolist() == [False, False, True]
    assert runs.best_epoch(history) == 2


def test_best_epoch_is_the_first_of_equals_and_none_if_all_diverged(run):
    history = run.history.assign(val_accuracy=[0.5, 0.7, 0.7])
    assert runs.best_epoch(history) == 2
    assert runs.best_epoch(history.assign(val_accuracy=np.nan)) is None
    assert runs.best_epoch(history.iloc[:0]) is None


@pytest.mark.parametrize(
    ("field", "change", "why"),
    [
        *((field, lambda a: LEAVE_OUT, "read") for field in ("image_ids", "y_prob", "class_names")),
        ("y_true", lambda a: a.astype(object), "read"),
        ("image_ids", lambda a: a.astype(object), "read"),
        ("image_ids", lambda a: np.zeros(len(a)), "types"),
        ("y_true", lambda a: a.astype("float64"), "types"),
        ("y_true", lambda a: a.astype("bool"), "types"),
        ("y_prob", lambda a: (a * 0).astype("int64"), "types"),
        ("y_prob", lambda a: a.astype("complex64"), "types"),
        ("class_names", lambda a: np.arange(len(a)), "types"),
        ("class_names", lambda a: np.int64(3), "types"),
        ("image_ids", lambda a: np.str_("one"), "shapes"),
        ("image_ids", lambda a: a[:-1], "shapes"),
        ("split", lambda a: a[:, None], "shapes"),
        ("y_true", lambda a: a[:3], "shapes"),
        ("y_prob", lambda a: a[:, :2], "shapes"),
        ("y_prob", lambda a: np.hstack([a, a * 0]), "shapes"),
        ("y_prob", lambda a: a.ravel(), "shapes"),
        ("class_names", lambda a: a[:2], "class names"),
        ("class_names", lambda a: a[::-1], "class names"),
        ("class_names", lambda a: np.str_("abc"), "class names"),
        ("split", lambda a: np.full(a.shape, "train"), "split"),
        ("split", lambda a: np.full(a.shape, "test"), "split has no photos"),
        ("y_true", lambda a: a + 1, "label"),
        ("y_true", lambda a: a - 1, "label"),
        ("image_ids", lambda a: np.full(a.shape, a[0]), "twice"),
        ("y_prob", lambda a: a * 1.1, "add up"),
        ("y_prob", lambda a: a * 0, "add up"),
        ("y_prob", lambda a: np.where(a > 0.5, np.nan, a), "between 0 and 1"),
        ("y_prob", lambda a: np.where(a > 0.5, np.inf, a), "between 0 and 1"),
        ("y_prob", lambda a: a * [1.5, -0.5, 2.0], "between 0 and 1"),
        ("y_prob", lambda a: a.astype("float64") * 1e308, "between 0 and 1"),
    ],
)
def test_damaged_predictions(run, field, change, why):
    with np.load(run.folder / runs.PREDICTIONS_FILE) as file:
        array = file[field]
    edit_arrays(run.folder, **{field: change(array)})
    assert_damaged(run, runs.PREDICTIONS_FILE, why)


def test_predictions_without_photos(run):
    none = {field: run.predictions.__dict__[field][:0] for field in ("image_ids", "split")}
    edit_arrays(run.folder, **none, y_true=np.zeros(0, "int64"), y_prob=np.zeros((0, 3), "float32"))
    assert_damaged(run, runs.PREDICTIONS_FILE, "no photos")


def test_predictions_that_are_one_plain_array(run):
    with (run.folder / runs.PREDICTIONS_FILE).open("wb") as file:
        np.save(file, np.arange(3))
    assert_damaged(run, runs.PREDICTIONS_FILE, "cannot be read")


def test_pickled_predictions_are_refused(run):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was opened",))

    np.save(run.folder / "trap.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    (run.folder / "trap.npy").replace(run.folder / runs.PREDICTIONS_FILE)
    assert_damaged(run, runs.PREDICTIONS_FILE, "cannot be read")
