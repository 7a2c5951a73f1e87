import numpy as np
import pytest

from engine import runs
from engine.runs import RunError


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


def test_weights_round_trip_in_float16(run):
    values = {"dense/kernel": [[0.1, -2.0]], "dense/bias": [65504.0, 1e-7], "scale": 3.0}
    runs.save_weights(run.folder, Model(**values))
    model = Model(**{path: np.zeros_like(value) for path, value in values.items()})
    runs.load_weights(run.folder, model)
    for variable in model.weights:
        expected = np.asarray(values[variable.path]).astype("float16").astype("float32")
        np.testing.assert_array_equal(variable.value, expected)
        assert variable.value.dtype == np.float32


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_kept_however_they_lie_in_memory(run, order):
    kernel = np.asarray([[1, 2, 3], [4, 5, 6]], "float32", order=order)
    runs.save_arrays(run.folder, {"kernel": kernel})
    read = runs.load_arrays(run.folder, {"kernel": (2, 3)})
    np.testing.assert_array_equal(read["kernel"], kernel)


@pytest.mark.parametrize("value", [65520.0, -1e30, np.nan, np.inf])
def test_weights_beyond_float16_are_refused(run, value):
    with pytest.raises(RunError, match=r"diverged.*dense/kernel"):
        runs.save_weights(run.folder, Model(**{"dense/kernel": [0.0, value]}))
    assert (run.folder / runs.WEIGHTS_FILE).read_bytes() == b""
    assert not list(run.folder.glob(".building-*"))


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


def test_arrays_round_trip_without_a_model(run):
    arrays = {"kernel": np.array([[0.1, -2.0]]), "bias": np.zeros((0, 2))}
    runs.save_arrays(run.folder, arrays)
    read = runs.load_arrays(run.folder, {"kernel": (1, 2), "bias": (0, 2)})
    assert read["kernel"].tolist() == arrays["kernel"].astype("float16").tolist()
    assert (read["kernel"].dtype, read["bias"].shape) == (np.float32, (0, 2))


@pytest.mark.parametrize("shapes", [{"kernel": (2, 1)}, {"bias": (1, 2)}, {}])
def test_arrays_of_other_shapes(run, shapes):
    runs.save_arrays(run.folder, {"kernel": np.zeros((1, 2))})
    with pytest.raises(RunError, match=runs.WEIGHTS_FILE):
        runs.load_arrays(run.folder, shapes)


def test_arrays_beyond_float16_are_refused(run):
    with pytest.raises(RunError, match=r"diverged.*kernel"):
        runs.save_arrays(run.folder, {"kernel": np.array([1e6])})


def test_weights_are_checked_without_a_model(run):
    runs.save_arrays(run.folder, {"kernel": np.zeros((1, 2)), "bias": np.zeros(2)})
    runs.check_weights(run.folder, {"kernel": (1, 2), "bias": (2,)})
    for shapes in ({"kernel": (1, 2)}, {"kernel": (2, 1), "bias": (2,)}, {}):
        with pytest.raises(RunError, match=runs.WEIGHTS_FILE):
            runs.check_weights(run.folder, shapes)


@pytest.mark.parametrize("content", [b"", b"\x80\x04\x95pickle.", b"PK\x03\x04", b"x" * 1000])
def test_what_is_no_safetensors_file_is_no_weights(run, content):
    run.weights_path.write_bytes(content)
    with pytest.raises(RunError, match="cannot be read"):
        runs.check_weights(run.folder, {"kernel": (1, 2)})
