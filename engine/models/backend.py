"""Which Keras backend a process uses, and how precisely this processor should train.

Keras reads `KERAS_BACKEND` once, when it is first imported: everything that needs Keras goes
through `use_backend` first. Training runs on TensorFlow (OpenVINO has no gradients); answering
runs on OpenVINO, which imports faster, answers faster and holds less memory.
"""

import importlib.abc
import importlib.util
import os
import platform
import sys
import threading
from pathlib import Path

from engine.errors import EngineError

_choosing = threading.Lock()


def use_backend(purpose: str) -> str:
    """Choose the backend of this process and return its name.

    Args:
        purpose: `training` or `inference`.

    Raises:
        EngineError: If Keras was already imported with a backend that cannot train.
        ValueError: If `purpose` is something else.
    """
    if purpose not in ("training", "inference"):
        raise ValueError(f"`purpose` must be training or inference. Received: {purpose!r}")
    with _choosing:
        return _use_backend(purpose)


def answers_on_openvino() -> bool:
    """Whether this process answers on OpenVINO; asks without importing Keras."""
    if "keras" in sys.modules:
        return sys.modules["keras"].config.backend() == "openvino"
    return importlib.util.find_spec("openvino") is not None


def _use_backend(purpose: str) -> str:
    if "keras" in sys.modules:
        backend = sys.modules["keras"].config.backend()
        if purpose == "training" and backend == "openvino":
            raise EngineError(
                "This process already answers on OpenVINO, which cannot train: "
                "start the training with `python -m engine train`."
            )
        return backend
    installed = importlib.util.find_spec("openvino") is not None
    backend = "openvino" if purpose == "inference" and installed else "tensorflow"
    os.environ["KERAS_BACKEND"] = backend
    # TensorFlow greets on stderr; a person at a terminal should see progress and errors only.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if backend == "openvino":
        sys.meta_path.insert(0, _NoTensorFlow())
    import keras  # noqa: F401  here, where no other thread can be half-way through it

    return backend


class _NoTensorFlow(importlib.abc.MetaPathFinder):
    """Makes TensorFlow look as if it were not installed.

    Keras asks "is TensorFlow there?" by importing it, even where another backend answers: 2 s
    and 300 MB for nothing.
    """

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "tensorflow":
            raise ModuleNotFoundError("TensorFlow is not used in this process", name=name)


def fastest_precision() -> str:
    """`bfloat16` where the processor computes in it (AVX512_BF16 or AMX), else `float32`."""
    flags = _cpuinfo("flags").split()
    return "bfloat16" if {"avx512_bf16", "amx_bf16"} & set(flags) else "float32"


def processor_name() -> str:
    """The processor as its maker names it, with the number of cores this machine has."""
    name = _cpuinfo("model name") or platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores"


def _cpuinfo(field: str) -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux
        return ""
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == field:
            return value.strip()
    return ""
