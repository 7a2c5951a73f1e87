"""Keras reads its backend once a process, so most of these tests have a process of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.models import backend

ROOT = Path(__file__).resolve().parents[2]


def answer(program):
    """What a fresh process prints last."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_inference_runs_on_openvino_without_tensorflow():
    program = (
        "from engine.models.backend import use_backend\n"
        "import sys\n"
        "name = use_backend('inference')\n"
        "import keras\n"
        "from engine.errors import EngineError\n"
        "try:\n"
        "    use_backend('training')\n"
        "except EngineError as error:\n"
        "    refusal = str(error)\n"
        "print(name, keras.config.backend(), sys.modules.get('tensorflow'),\n"
        "      use_backend('inference'), 'cannot train' in refusal, chr(10) in refusal)"
    )
    assert answer(program) == "openvino openvino None openvino True False"


def test_inference_runs_on_tensorflow_where_openvino_is_not_installed():
    program = (
        "import os, sys\n"
        "sys.modules['openvino'] = None\n"
        "from engine.models.backend import use_backend\n"
        "print(use_backend('inference'), os.environ['KERAS_BACKEND'])"
    )
    assert answer(program) == "tensorflow tensorflow"


def test_training_runs_on_tensorflow_whatever_the_environment_says():
    program = (
        "import os\n"
        "os.environ['KERAS_BACKEND'] = 'openvino'\n"
        "from engine.models.backend import use_backend\n"
        "print(use_backend('training'), os.environ['KERAS_BACKEND'],\n"
        "      os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    )
    assert answer(program) == "tensorflow tensorflow 3"


def test_a_process_that_trains_may_answer():
    assert backend.use_backend("training") == "tensorflow"
    import keras

    assert keras.config.backend() == "tensorflow"
    assert backend.use_backend("inference") == "tensorflow"


def test_other_purposes_are_a_programming_error():
    with pytest.raises(ValueError, match=r"training or inference\. Received: 'serving'"):
        backend.use_backend("serving")


@pytest.mark.parametrize(
    ("flags", "precision"),
    [
        ("fpu avx512_bf16 sse", "bfloat16"),
        ("amx_bf16", "bfloat16"),
        ("fpu avx512f avx_bf16x", "float32"),
        ("", "float32"),
    ],
)
def test_precision_follows_the_processor(flags, precision, monkeypatch, tmp_path):
    text = f"processor\t: 0\nmodel name\t: Test CPU @ 2.1: fast\nflags\t\t: {flags}\n"
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(backend, "Path", lambda name: tmp_path / "cpuinfo")
    assert backend.fastest_precision() == precision
    assert backend.processor_name().startswith("Test CPU @ 2.1: fast, ")


def test_systems_without_cpuinfo(monkeypatch, tmp_path):
    monkeypatch.setattr(backend, "Path", lambda name: tmp_path / "missing")
    monkeypatch.setattr(backend.platform, "processor", lambda: "")
    monkeypatch.setattr(backend.platform, "machine", lambda: "arm64")
    assert backend.fastest_precision() == "float32"
    assert backend.processor_name().startswith("arm64, ")
