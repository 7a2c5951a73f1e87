import dataclasses
import io
import json
import shutil
import zipfile

import numpy as np
import pytest

from engine import paths, runs
from engine.errors import EngineError
from engine.runs import RunError
from tests.conftest import make_run

FILES = (
    runs.CONFIG_FILE,
    runs.HISTORY_FILE,
    runs.PREDICTIONS_FILE,
    runs.WEIGHTS_FILE,
    runs.SUMMARY_FILE,
)
LEAVE_OUT = object()


class Model:
    """Stands for a Keras model: all that `save_weights` and `load_weights` look at."""

    def __init__(self, **arrays):
        self.weights = [Variable(path, array) for path, array in arrays.items()]


class Variable:
    def __init__(self, path, value):
        self.path, self.value = path, np.asarray(value, "float32")
        self.shape = self.value.shape

    def assign(self, value):
        self.value = value


@pytest.fixture
def run(tiny_runs):
    return tiny_runs["scratch"]


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


def test_published_runs_come_first_each_by_name(tiny_data_set, tiny_runs):
    make_run(tiny_data_set, "scratch", name="a", root=paths.runs_folder())
    found, problems = runs.load_runs("tiny")
    assert [(one.name, one.published) for one in found] == [
        ("resnet50", True),
        ("scratch", True),
        ("a", False),
    ]
    assert problems == []
    assert runs.data_sets_with_runs() == ["tiny"]


def test_find_run_by_name(run):
    assert runs.find_run("tiny", "scratch").folder == run.folder
    with pytest.raises(EngineError, match=r"tiny: resnet50, scratch\. Received: 'best'"):
        runs.find_run("tiny", "best")
    with pytest.raises(EngineError, match="none yet"):
        runs.find_run("other", "scratch")


def test_no_artifacts_at_all(artifacts):
    artifacts.rmdir()
    assert runs.data_sets_with_runs() == []
    assert runs.load_runs("tiny") == ([], [])
    assert runs.unfinished_runs("tiny") == []


def test_fingerprint_changes_with_the_run(run):
    before = runs.fingerprint(run.folder)
    assert runs.fingerprint(run.folder) == before
    edit_json(run.folder / runs.SUMMARY_FILE, "processor", value="another processor")
    assert runs.fingerprint(run.folder) != before
    shutil.rmtree(run.folder)
    assert runs.fingerprint(run.folder) == ()


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
    monkeypatch.setattr(runs, "_LARGEST_TEXT", 10)
    with pytest.raises(RunError, match=r"config\.json.*too large"):
        runs.load_run(run.folder)
    monkeypatch.setattr(runs, "_LARGEST_TEXT", 100_000)
    with (run.folder / file).open("a") as stream:
        stream.write(" " * 100_000)
    assert_damaged(run, file, "too large")


def test_arrays_that_unpack_to_too_much(run, monkeypatch):
    monkeypatch.setattr(runs, "_LARGEST_ARRAYS", 500)
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


# What is not complete, or on its way out.


def test_unfinished_runs_are_never_listed(run, tiny_data_set):
    folder = runs.unfinished_folder("tiny", "next")
    folder.mkdir(parents=True)
    for file in FILES:
        shutil.copy(run.folder / file, folder)
    assert runs.unfinished_runs("tiny") == ["next"]
    assert [one.name for one in runs.find_run_folders("tiny")] == ["resnet50", "scratch"]
    shutil.rmtree(paths.published_folder())
    assert runs.data_sets_with_runs() == []


def test_leftovers_of_writing_are_no_damage_and_no_run(run):
    for name in (
        "config.partial",
        "predictions.partial.npz",
        "weights.safetensors.partial",
        "lock",
    ):
        (run.folder / name).write_bytes(b"half")
    (run.folder.parent / "notes.txt").write_text("not a run")
    (runs.unfinished_folder("tiny", "x").parent).mkdir(parents=True)
    runs.unfinished_folder("tiny", "x").write_text("a file, not a run")
    found, problems = runs.load_runs("tiny")
    assert ([one.name for one in found], problems) == (["resnet50", "scratch"], [])
    assert runs.unfinished_runs("tiny") == []


def test_folders_that_are_removed_meanwhile(run, monkeypatch):
    listed = runs.find_run_folders("tiny")
    shutil.rmtree(run.folder)
    monkeypatch.setattr(runs, "find_run_folders", lambda data_set: listed)
    found, problems = runs.load_runs("tiny")
    assert ([one.name for one in found], problems) == (["resnet50"], [])
    with pytest.raises(RunError, match="missing"):
        runs.find_run("tiny", "scratch")


@pytest.mark.parametrize(
    "name", ["../x", "..", ".", "", "a/b", "a\\b", "/etc", ".hidden", "x" * 65]
)
def test_names_that_leave_their_folder_are_refused(artifacts, name):
    for call in (
        lambda: runs.unfinished_folder("tiny", name),
        lambda: runs.unfinished_folder(name, "x"),
        lambda: runs.free_name("tiny", name),
        lambda: runs.find_run_folders(name),
        lambda: runs.load_runs(name),
        lambda: runs.unfinished_runs(name),
    ):
        with pytest.raises(EngineError, match="letters, digits"):
            call()
    with pytest.raises(EngineError, match="Received"):
        runs.find_run("tiny", name)


def test_free_name_counts_on(run):
    assert runs.free_name("tiny", "other") == "other"
    assert runs.free_name("tiny", "scratch") == "scratch-2"
    runs.unfinished_folder("tiny", "scratch-2").mkdir(parents=True)
    assert runs.free_name("tiny", "scratch") == "scratch-3"


def test_publish_drops_what_only_training_needed(run):
    folder = runs.unfinished_folder("tiny", "next")
    shutil.copytree(run.folder, folder)
    assert runs.is_complete(folder)
    runs.state_path(folder, 3).parent.mkdir()
    for path in (runs.state_path(folder, 3), folder / "config.partial", folder / "notes.txt"):
        path.write_bytes(b"x")
    final = runs.publish(folder, "next", keep=("notes.txt",))
    assert sorted(path.name for path in final.iterdir()) == sorted([*FILES, "notes.txt"])
    assert not folder.exists()


def test_publish_leaves_the_run_whole_where_its_name_was_taken_meanwhile(run):
    folder = runs.unfinished_folder("tiny", "next")
    shutil.copytree(run.folder, folder)
    (folder.parent / "next").mkdir()
    runs.state_path(folder, 3).parent.mkdir()
    with pytest.raises(EngineError, match="name of the run must be free"):
        runs.publish(folder, "next")
    assert (folder / runs.STATES_FOLDER).is_dir()


def test_one_training_at_a_time(artifacts):
    folder = runs.unfinished_folder("tiny", "next")
    folder.mkdir(parents=True)
    with (
        runs.lock_unfinished(folder),
        pytest.raises(EngineError, match="next is being trained by another process"),
        runs.lock_unfinished(folder),
    ):
        pytest.fail("two hold the lock")
    with runs.lock_unfinished(folder):
        assert (folder / runs.LOCK_FILE).is_file()


# States and history of an unfinished run.


def test_states_are_known_by_their_epochs(artifacts):
    folder = runs.unfinished_folder("tiny", "next")
    assert runs.state_epochs(folder) == []
    runs.state_path(folder, 1).parent.mkdir(parents=True)
    for epoch in (10_000, 2, 11):
        runs.state_path(folder, epoch).write_bytes(b"")
    runs.partial_state_path(folder).write_bytes(b"")
    assert runs.state_epochs(folder) == [2, 11, 10_000]


def test_trim_history_keeps_the_first_rows(run):
    whole = runs.load_history(run.folder)
    with (run.folder / runs.HISTORY_FILE).open("a") as file:
        file.write("4,scratch,0.3")  # killed while this was written
    runs.trim_history(run.folder, 2)
    assert runs.load_history(run.folder).equals(whole.iloc[:2])
    runs.trim_history(run.folder, 0)
    assert (run.folder / runs.HISTORY_FILE).read_text().split() == [",".join(runs.HISTORY_COLUMNS)]


def test_trim_history_where_there_is_none(artifacts):
    runs.trim_history(artifacts, 3)
    assert list(artifacts.iterdir()) == []


# Weights.


def test_weights_round_trip_in_float16(run):
    values = {"dense/kernel": [[0.1, -2.0]], "dense/bias": [65504.0, 1e-7], "scale": 3.0}
    runs.save_weights(run.folder, Model(**values))
    model = Model(**{path: np.zeros_like(value) for path, value in values.items()})
    runs.load_weights(run.folder, model)
    for variable in model.weights:
        expected = np.asarray(values[variable.path]).astype("float16").astype("float32")
        np.testing.assert_array_equal(variable.value, expected)
        assert variable.value.dtype == np.float32


@pytest.mark.parametrize("value", [65520.0, -1e30, np.nan, np.inf])
def test_weights_beyond_float16_are_refused(run, value):
    with pytest.raises(RunError, match=r"diverged.*dense/kernel"):
        runs.save_weights(run.folder, Model(**{"dense/kernel": [0.0, value]}))
    assert (run.folder / runs.WEIGHTS_FILE).read_bytes() == b""
    assert not list(run.folder.glob("*.partial"))


@pytest.mark.parametrize(
    "other",
    [{"kernel": [1.0, 2.0, 3.0]}, {"bias": [1.0, 2.0]}, {"kernel": [1.0, 2.0], "bias": 1.0}],
)
def test_weights_of_another_architecture(run, other):
    runs.save_weights(run.folder, Model(kernel=[1.0, 2.0]))
    with pytest.raises(RunError, match=runs.WEIGHTS_FILE):
        runs.load_weights(run.folder, Model(**other))


@pytest.mark.parametrize("array", [np.float32([1, 2]), np.float16([1, np.nan]), np.int64([1, 2])])
def test_weights_of_other_numbers(run, array):
    from safetensors.numpy import save_file

    save_file({"kernel": array}, run.weights_path)
    with pytest.raises(RunError, match="finite float16"):
        runs.load_weights(run.folder, Model(kernel=[0.0, 0.0]))


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-1], lambda data: b"x" * 99]
)
def test_damaged_weights(run, damage):
    runs.save_weights(run.folder, Model(kernel=[1.0, 2.0]))
    run.weights_path.write_bytes(damage(run.weights_path.read_bytes()))
    with pytest.raises(RunError, match="cannot be read"):
        runs.load_weights(run.folder, Model(kernel=[0.0, 0.0]))
    run.weights_path.unlink()
    with pytest.raises(RunError, match="cannot be read"):
        runs.load_weights(run.folder, Model(kernel=[0.0, 0.0]))


def test_what_cannot_be_json_is_never_written(run):
    before = (run.folder / runs.SUMMARY_FILE).read_text()
    with pytest.raises(ValueError, match="JSON compliant"):
        runs.save_summary(run.folder, {**run.summary, "test_accuracy": float("nan")})
    assert (run.folder / runs.SUMMARY_FILE).read_text() == before


def test_configuration_of_an_unfinished_run(run):
    folder = runs.unfinished_folder("tiny", "next")
    folder.mkdir(parents=True)
    with pytest.raises(RunError, match=runs.CONFIG_FILE):
        runs.load_unfinished_config(folder)
    config = dataclasses.replace(run.config, name="next")
    runs.save_config(folder, config)
    assert runs.load_unfinished_config(folder) == config
