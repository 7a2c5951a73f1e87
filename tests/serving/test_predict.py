"""Live answers. A process has one Keras backend, so each backend has one process of its own:
the first trains nothing but makes weights, answers and batches on TensorFlow, as training does;
the second answers on OpenVINO, as the dashboard does."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import runs
from engine.data import load_prepared, open_data_set
from engine.data.images import read_photo
from engine.disk import paths
from tests.conftest import CLASS_NAMES, make_run
from tests.presets import MODELS

ROOT = Path(__file__).resolve().parents[2]
SIZE = 32

TENSORFLOW = """
import sys
from pathlib import Path
import numpy as np
from engine.models.backend import use_backend
assert use_backend("training") == "tensorflow"
import keras
from engine import runs
from engine.training.batches import PhotoBatches
from engine.data import load_data_set, load_prepared
from engine.models.build import build_model
from engine.serving.predict import Predictor
data_set = load_data_set("kinds")
photos = load_prepared(data_set, 32)
labels = data_set.photos["label"].to_numpy()
batches = PhotoBatches(photos, labels, range(len(labels)), batch_size=4)
found = {"batches": np.concatenate([batches[number][0] for number in range(len(batches))])}
for model in ("scratch", "resnet50"):
    run = runs.find_run("kinds", model)
    keras.utils.set_random_seed(3)
    built = build_model(run.config.recipe, len(run.config.class_names))
    # Random weights answer every photo alike: centre and spread the logits of these photos.
    head = built.get_layer("predictions")
    features = keras.Model(built.input, head.input).predict(photos, verbose=0)
    kernel = head.get_weights()[0]
    kernel = 2 * kernel / (features @ kernel).std(axis=0)
    head.set_weights([kernel, -(features @ kernel).mean(axis=0)])
    runs.save_weights(run.folder, built)
    runs.load_weights(run.folder, built)
    found[model] = built.predict(photos, verbose=0)
    predictor = Predictor(run)
    found[model + "_fallback"] = np.stack([predictor.predict(one).probabilities for one in photos])
    found[model + "_heat"] = np.stack([predictor.explain(one, 1) for one in photos])
np.savez(sys.argv[1], **found)
"""

OPENVINO = """
import json, sys, tempfile, threading
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from engine import runs
from engine.data import load_data_set
from engine.errors import EngineError
from engine.data.images import read_photo
from engine.serving.predict import Predictor
data_set = load_data_set("kinds")
photos = [read_photo(data_set.photo_path(one)) for one in data_set.photos["image_id"]]
found, said = {}, {}
both_ready = threading.Barrier(2)

def visit(model):
    both_ready.wait()
    predictor = Predictor(runs.find_run("kinds", model))
    return predictor, [predictor.predict(photo) for photo in photos]

with ThreadPoolExecutor(2) as visitors:
    results = dict(zip(("scratch", "resnet50"), visitors.map(visit, ("scratch", "resnet50"))))
    predictor = results["scratch"][0]
    again = list(visitors.map(lambda _: [predictor.predict(one) for one in photos], range(2)))
for model, (_, answers) in results.items():
    found[model] = np.stack([one.probabilities for one in answers])
    found[model + "_seen"] = np.stack([one.seen for one in answers])
    said[model + "_milliseconds"] = min(one.milliseconds for one in answers)
    found[model + "_heat"] = np.stack([results[model][0].explain(one.seen, 1) for one in answers])
found["scratch_again"] = np.stack([[one.probabilities for one in part] for part in again])

said["loaded"] = sorted({"keras", "openvino", "tensorflow"} & set(sys.modules))

def refusal(name):
    try:
        Predictor(runs.find_run("kinds", name))
    except EngineError as error:
        return type(error).__name__ + ": " + str(error)

for name in ("cut_short", "no_numbers", "other_model"):
    said[name] = refusal(name)
tempfile.tempdir = "/nowhere/at/all"
said["no_room"] = refusal("scratch")
np.savez(sys.argv[1], **found)
print(json.dumps(said))
"""


def in_a_process(code: str, artifacts: Path, *arguments) -> str:
    """What the code prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, paths.ARTIFACTS_VARIABLE: str(artifacts), "KERAS_BACKEND": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def write_photos(folder: Path) -> None:
    """Six kinds of photo in each class, none of them square."""
    generator = np.random.default_rng(0)
    for number, class_name in enumerate(CLASS_NAMES):
        (folder / class_name).mkdir(parents=True)
        for kind in ("baseline.jpg", "turned.jpg", "cmyk.jpg", "rgb.png", "alpha.png", "deep.png"):
            rough = generator.integers(0, 256, (7, 9, 4), dtype=np.uint8)
            rough[..., number] //= 4
            photo = Image.fromarray(rough).resize((90, 71))
            exif = Image.Exif()
            if kind == "turned.jpg":
                exif[0x0112] = 6  # to be turned by a quarter
            if kind == "deep.png":
                photo = Image.fromarray(np.asarray(photo)[..., 0].astype(np.uint16) * 257)
            elif kind != "alpha.png":
                photo = photo.convert("CMYK" if kind == "cmyk.jpg" else "RGB")
            photo.save(folder / class_name / kind, exif=exif)


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """The data set, what TensorFlow and OpenVINO found, and what OpenVINO's process said."""
    folder = tmp_path_factory.mktemp("predict")
    write_photos(folder / "kinds")
    artifacts = folder / "artifacts"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.ARTIFACTS_VARIABLE, str(artifacts))
        data_set = open_data_set(folder / "kinds")
        made = {model: make_run(data_set, model) for model in MODELS}
        prepared = np.array(load_prepared(data_set, SIZE))
        in_a_process(TENSORFLOW, artifacts, folder / "tensorflow.npz")
        damaged = {
            name: make_run(data_set, "scratch", name=name)
            for name in ("cut_short", "no_numbers", "other_model")
        }
        whole = made["scratch"].weights_path.read_bytes()
        damaged["cut_short"].weights_path.write_bytes(whole[: len(whole) // 2])
        no_numbers = damaged["no_numbers"].weights_path
        no_numbers.write_bytes(whole[:-2000] + b"\xff" * 2000)  # float16: all bits set is NaN
        shutil.copy(made["resnet50"].weights_path, damaged["other_model"].weights_path)
    said = json.loads(in_a_process(OPENVINO, artifacts, folder / "openvino.npz").splitlines()[-1])
    return {
        "data_set": data_set,
        "prepared": prepared,
        "tensorflow": dict(np.load(folder / "tensorflow.npz")),
        "openvino": dict(np.load(folder / "openvino.npz")),
        "said": said,
    }


def test_training_and_live_prediction_see_the_same_pixels_bit_for_bit(answers):
    prepared = answers["prepared"]
    assert prepared.shape == (len(answers["data_set"].photos), SIZE, SIZE, 3)
    assert len(np.unique(prepared.reshape(len(prepared), -1), axis=0)) == len(prepared)
    np.testing.assert_array_equal(answers["tensorflow"]["batches"], prepared)
    for model in MODELS:
        seen = answers["openvino"][f"{model}_seen"]
        assert seen.dtype == np.uint8
        np.testing.assert_array_equal(seen, prepared)


def test_the_photos_of_that_test_are_turned_and_transparent(answers):
    data_set = answers["data_set"]
    shapes = {
        image_id.split("/")[-1]: read_photo(data_set.photo_path(image_id)).shape
        for image_id in data_set.photos["image_id"]
    }
    assert len(shapes) == 6
    assert shapes.pop("turned.jpg") == (90, 71, 3)
    assert set(shapes.values()) == {(71, 90, 3)}


@pytest.mark.parametrize("model", MODELS)
def test_live_answers_are_the_stored_ones(answers, model):
    stored, live = answers["tensorflow"][model], answers["openvino"][model]
    assert live.dtype == np.float32
    assert live.shape == (len(answers["data_set"].photos), len(CLASS_NAMES))
    assert np.ptp(stored, axis=0).min() > 0.5  # the photos make a difference
    # In bfloat16, which OpenVINO would choose by itself where it can, this is 100 times as much.
    np.testing.assert_allclose(live, stored, atol=2e-4)
    np.testing.assert_array_equal(live.argmax(axis=1), stored.argmax(axis=1))


@pytest.mark.parametrize("model", MODELS)
def test_tensorflow_answers_where_it_is_the_backend(answers, model):
    found = answers["tensorflow"]
    np.testing.assert_allclose(found[f"{model}_fallback"], found[model], atol=2e-4)


@pytest.mark.parametrize("model", MODELS)
def test_both_backends_explain_alike(answers, model):
    live, trained = answers["openvino"][f"{model}_heat"], answers["tensorflow"][f"{model}_heat"]
    np.testing.assert_allclose(live, trained, atol=0.01)
    # Of photos this small, resnet50 keeps one place: nothing speaks for the class, or all does.
    assert live.shape[1:] == ((6, 6) if model == "scratch" else (1, 1))
    assert set(live.max(axis=(1, 2))) <= {0, 1}
    assert model == "resnet50" or live.max() == 1


def test_two_visitors_at_once_get_their_own_answers(answers):
    for part in answers["openvino"]["scratch_again"]:
        np.testing.assert_allclose(part, answers["openvino"]["scratch"], atol=1e-6)


def test_the_dashboard_answers_on_openvino_and_loads_neither_keras_nor_tensorflow(answers):
    assert answers["said"]["loaded"] == ["openvino"]


@pytest.mark.parametrize("model", MODELS)
def test_the_time_of_an_answer_is_told(answers, model):
    assert 0 < answers["said"][f"{model}_milliseconds"] < 60_000


@pytest.mark.parametrize("name", ["cut_short", "no_numbers", "other_model"])
def test_damaged_weights_give_one_sentence_that_names_the_file(answers, name):
    sentence = answers["said"][name]
    assert sentence.startswith(f"RunError: The run kinds/{name} ")
    assert runs.WEIGHTS_FILE in sentence
    assert "\n" not in sentence


def test_no_room_for_temporary_files_gives_one_sentence(answers):
    sentence = answers["said"]["no_room"]
    assert sentence.startswith("EngineError: The model cannot be prepared")
    assert sentence.endswith("Received: No such file or directory")
