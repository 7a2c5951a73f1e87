import io
import json
from functools import partial

import numpy as np
import pytest
from PIL import Image

from engine import runs
from engine.data.images import resize_for_model
from engine.disk import paths
from engine.serving.predict import Answer
from pages.ui import cache
from pages.ui.navigation import LIVE_PREDICTION
from pages.ui.text import plain
from tests.conftest import CLASS_NAMES, make_data_set, make_run
from tests.page_runner import open_page, texts
from tests.presets import MODELS

open_live = partial(open_page, LIVE_PREDICTION.path)
open_test_photo = partial(open_live, source="Test photo")
SURE = {"scratch": (0.1, 0.85, 0.05), "resnet50": (0.01, 0.02, 0.97)}


@pytest.fixture
def asked(monkeypatch):
    """Models that always answer `SURE` in place of real ones, and the photos they were shown."""
    photos = []

    class FakePredictor:
        def __init__(self, model):
            self.model = model

        def predict(self, photo):
            photos.append((self.model, photo))
            probabilities = np.array(SURE[self.model], "float32")
            return Answer(probabilities, resize_for_model(photo, 32), 12.3)

        def explain(self, photo, class_position):
            heat = np.zeros((4, 4), "float32")
            heat[0, 0] = class_position > 0  # nothing speaks for the first class
            return heat

    monkeypatch.setattr(cache, "predictor", lambda run: FakePredictor(run.model))
    return photos


def upload(app, data: bytes, name="shirt.jpg"):
    app.file_uploader(key="upload").set_value((name, data, "image/jpeg")).run()
    assert not app.exception
    return app


def bars(app) -> list[dict]:
    return [json.loads(one.proto.spec) for one in app.get("plotly_chart")]


def photo_file(file_format="JPEG", mode="RGB", **options) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, file_format, **options)
    return file.getvalue()


def test_without_any_data_set(artifacts):
    assert "There is no data set yet" in texts(open_live())


def test_without_a_run(tiny_data_set):
    app = open_live()
    assert "python -m engine train tiny scratch" in texts(app)
    assert not app.file_uploader


def test_says_what_the_models_know_and_what_may_be_uploaded(tiny_runs, asked):
    app = open_live()
    assert "**only these 3 classes**: cross, dot, stripe" in texts(app)
    assert "not stored" in texts(app)
    label = app.file_uploader(key="upload").label
    assert "20 MB" in label
    assert "50 megapixels" in label
    assert asked == []


def test_both_models_answer_an_upload(tiny_runs, asked):
    app = upload(open_live(), photo_file())
    assert "#### dot, 85\u00a0% sure" in texts(app)
    assert "#### stripe, 97\u00a0% sure" in texts(app)
    assert "**The models disagree:** Scratch says dot, ResNet50 says stripe." in texts(app)
    assert "middle square, 32x32 pixels" in texts(app)
    assert "12 ms" in texts(app)
    assert "**Right**" not in texts(app)
    assert [model for model, _ in asked] == list(MODELS)
    first, second = bars(app)
    assert first["data"][0]["x"] == pytest.approx([85, 10, 5])
    assert second["data"][0]["x"] == pytest.approx([97, 2, 1])


def test_agreement_names_the_surer_model(tiny_runs, asked, monkeypatch):
    monkeypatch.setitem(SURE, "scratch", (0.05, 0.05, 0.9))
    app = upload(open_live(), photo_file())
    assert "**Both models say stripe**; ResNet50 is surer of it." in texts(app)


def test_nearly_certain_is_not_called_certain(tiny_runs, asked, monkeypatch):
    monkeypatch.setitem(SURE, "scratch", (0.0001, 0.0, 0.9999))
    assert "stripe, more than 99\u00a0% sure" in texts(upload(open_live(), photo_file()))


def test_a_model_that_is_unsure_passes(tiny_runs, asked, monkeypatch):
    # The fake runs are 80 % sure of each validation photo: less than that is unusual.
    monkeypatch.setitem(SURE, "scratch", (0.2, 0.7, 0.1))
    shown = texts(upload(open_live(), photo_file()))
    assert "#### None of these, probably" in shown
    assert "Closest: **dot**, 70\u00a0% sure. Below 80\u00a0% it passes." in shown
    assert "**The models disagree:** Scratch passes, ResNet50 says stripe." in shown


def test_both_models_may_pass(tiny_runs, asked, monkeypatch):
    for model in MODELS:
        monkeypatch.setitem(SURE, model, (0.2, 0.7, 0.1))
    shown = texts(upload(open_live(), photo_file()))
    assert "**Both models pass:**" in shown
    assert shown.count("#### None of these, probably") == 2


def test_passing_a_test_photo_is_neither_right_nor_wrong(tiny_runs, asked, monkeypatch):
    for model in MODELS:
        monkeypatch.setitem(SURE, model, (0.2, 0.7, 0.1))
    shown = texts(open_test_photo())
    assert shown.count("**Passed**") == 2
    assert "**Right**" not in shown
    assert "**Wrong**" not in shown


def test_why(tiny_runs, asked):
    app = upload(open_live(), photo_file())
    before = len(app.get("image"))
    app.toggle(key="why").set_value(True).run()
    assert not app.exception
    assert len(app.get("image")) == before + 2
    assert "speaks for **dot**, in 4x4 fields" in texts(app)
    assert "speaks for **stripe**, in 4x4 fields" in texts(app)
    assert len(asked) == 2


def test_why_another_class(tiny_runs, asked):
    app = upload(open_live(why="true", why_class="cross", strength="80"), photo_file())
    assert texts(app).count("Nothing in this picture speaks for **cross**.") == 2


def test_why_with_hostile_addresses(tiny_runs, asked):
    app = upload(open_live(why="maybe", why_class="<b>", strength="1e9"), photo_file())
    assert "fields" not in texts(app)


def test_a_run_that_cannot_say_why(tiny_runs, asked, monkeypatch):
    fake = cache.predictor

    def predictor(run):
        made = fake(run)

        def explain(photo, class_position):
            raise runs.RunError("The run tiny/scratch is damaged.")

        made.explain = explain
        return made

    monkeypatch.setattr(cache, "predictor", predictor)
    app = upload(open_live(why="true"), photo_file())
    assert len(app.error) == 2


def test_a_changed_number_of_classes_asks_nobody_again(tiny_runs, asked):
    app = upload(open_live(), photo_file())
    app.slider(key="k").set_value(1).run()
    assert [len(one["data"][0]["x"]) for one in bars(app)] == [1, 1]
    assert len(asked) == 2
    upload(app, photo_file("PNG"), "other.png")
    assert len(asked) == 4


def test_one_model_alone_can_be_asked(tiny_runs, asked):
    app = upload(open_live(ask="ResNet50"), photo_file())
    assert [model for model, _ in asked] == ["resnet50"]
    assert "CNN from scratch" not in texts(app)
    assert "disagree" not in texts(app)


def test_links_of_earlier_versions_ask_a_run_by_its_model(tiny_data_set, asked):
    for model in MODELS:
        make_run(tiny_data_set, model, name=f"my-{model}")
    app = upload(open_live(ask="ResNet50"), photo_file())
    assert [model for model, _ in asked] == ["resnet50"]
    assert f"🔷 {plain('Fine-tuned ResNet50 (my-resnet50)')}" in texts(app)


def test_the_camera_s_photo_is_answered(tiny_runs, asked):
    app = open_live(source="Camera")
    app.camera_input(key="camera").set_value(("camera.jpg", photo_file(), "image/jpeg")).run()
    assert not app.exception
    assert len(asked) == 2
    assert "97\u00a0% sure" in texts(app)


def test_a_phone_s_photo_is_turned_upright(tiny_runs, asked):
    exif = Image.Exif()
    exif[0x0112] = 6
    upload(open_live(), photo_file(exif=exif))
    assert {photo.shape for _, photo in asked} == {(40, 30, 3)}


@pytest.mark.parametrize(
    "data",
    [
        photo_file("PNG", "RGBA"),
        photo_file("PNG", "I;16"),
        photo_file("JPEG", "CMYK"),
        photo_file("GIF", "P"),
        photo_file("PNG", "1"),
        photo_file("WEBP"),
    ],
    ids=["alpha", "16 bits", "CMYK", "GIF", "black and white", "WebP under the name of a JPEG"],
)
def test_unusual_photos_are_answered(tiny_runs, asked, data):
    app = upload(open_live(), data)
    assert not app.error
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is empty"),
        (b"no photo at all", "must be an undamaged JPEG, PNG"),
        (photo_file()[:300], "cut short or damaged"),
        (b"P6 2 2 255 " + bytes(12), "must be an undamaged JPEG, PNG"),
        (bytes(20 * 2**20 + 1), "at most 20 MB"),
    ],
    ids=["empty", "text", "cut short", "a format that is not allowed", "too many bytes"],
)
def test_what_is_no_photo_gets_one_sentence(tiny_runs, asked, data, sentence):
    app = upload(open_live(), data, "x_y.jpg")
    (error,) = app.error
    assert sentence in error.value
    assert r"x\_y\.jpg" in error.value
    assert asked == []
    upload(app, photo_file())
    assert not app.error
    assert len(asked) == 2


def test_sixty_megapixels_get_one_sentence(tiny_runs, asked):
    file = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(file, "PNG")
    (error,) = upload(open_live(), file.getvalue(), "large.png").error
    assert "50 megapixels" in error.value


def test_a_photo_from_the_test_split_is_marked_right_or_wrong(tiny_runs, asked):
    app = open_test_photo(photo="stripe/009.jpg")
    assert app.selectbox(key="photo").value == "stripe/009.jpg"
    assert "**Wrong**]: it is stripe." in texts(app)
    assert "**Right**]: stripe." in texts(app)
    labels = [one["text"] for one in bars(app)[1]["layout"]["annotations"]]
    assert "<b>✔ stripe</b> (true)" in labels


def test_only_photos_of_the_test_split_are_offered(tiny_runs, asked):
    app = open_test_photo()
    test = [f"{name}/{number:03d}.jpg" for name in CLASS_NAMES for number in (8, 9)]
    assert app.selectbox(key="photo").options == test
    app.selectbox(key="photo_class").set_value("dot").run()
    assert app.selectbox(key="photo").options == ["dot/008.jpg", "dot/009.jpg"]
    assert "**Right**]: dot." in texts(app)


def test_another_photo_is_another_photo_of_the_class(tiny_runs, asked):
    app = open_test_photo(photo_class="dot", photo="dot/009.jpg")
    app.button(key="another").click().run()
    assert not app.exception
    assert app.selectbox(key="photo").value == "dot/008.jpg"
    app.button(key="another").click().run()
    assert app.selectbox(key="photo").value == "dot/009.jpg"


def test_hostile_addresses_are_ignored(tiny_runs, asked):
    app = open_test_photo(
        photo="../../etc/passwd", photo_class="<b>", k="999", ask="nobody", data_set="../x"
    )
    assert app.selectbox(key="photo").value == "cross/008.jpg"
    assert app.slider(key="k").value == 3
    assert len(asked) == 2
    assert not app.error
    assert open_live(source="nowhere").file_uploader


def test_another_data_set_offers_its_own_photos(artifacts, tiny_runs, asked):
    other = make_data_set(artifacts / "data" / "other", per_class=5)
    make_run(other, "scratch")
    app = open_test_photo(data_set="tiny", photo_class="dot", photo="dot/009.jpg")
    app.selectbox(key="data_set_box").set_value("other").run()
    assert not app.exception
    assert app.selectbox(key="photo").value in app.selectbox(key="photo").options
    assert app.selectbox(key="photo").value.endswith("/004.jpg")


def test_an_address_restores_every_choice(tiny_runs, asked):
    app = open_test_photo(photo_class="dot", photo="dot/009.jpg", k="2", ask="Scratch")
    assert app.selectbox(key="photo").value == "dot/009.jpg"
    assert [model for model, _ in asked] == ["scratch"]
    assert [len(one["data"][0]["x"]) for one in bars(app)] == [2]


def test_without_the_photos_uploads_still_get_answers(artifacts, asked):
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    for model in MODELS:
        make_run(data_set, model)
    app = open_test_photo()
    assert "which are not on this machine" in texts(app)
    app.segmented_control(key="source").set_value("Upload").run()
    upload(app, photo_file())
    assert len(asked) == 2


def test_a_test_photo_that_is_gone_gets_one_sentence(tiny_runs, tiny_data_set, asked):
    (tiny_data_set.folder / "photos" / "dot" / "009.jpg").unlink()
    (error,) = open_test_photo(photo="dot/009.jpg").error
    assert error.value == r"Cannot read 009\.jpg\: there is no such file\."


def test_damaged_weights_silence_one_model_only(tiny_runs, asked, monkeypatch):
    fake = cache.predictor

    def predictor(run):
        if run.model == "scratch":
            raise runs.RunError("The run tiny/scratch is damaged.")
        return fake(run)

    monkeypatch.setattr(cache, "predictor", predictor)
    app = upload(open_live(), photo_file())
    (error,) = app.error
    assert error.value == r"The run tiny/scratch is damaged\."
    assert "#### stripe, 97\u00a0% sure" in texts(app)


def test_one_run_answers_alone(tiny_data_set, asked):
    make_run(tiny_data_set, "resnet50")
    app = upload(open_live(), photo_file())
    assert "has no run of CNN from scratch yet" in texts(app)
    assert "python -m engine train tiny scratch" in texts(app)
    assert [model for model, _ in asked] == ["resnet50"]


def test_a_damaged_run_is_named_and_the_other_answers(tiny_runs, asked):
    (paths.published_folder() / "tiny" / "scratch" / runs.CONFIG_FILE).write_text("{")
    app = upload(open_live(), photo_file())
    assert len(app.warning) == 1
    assert [model for model, _ in asked] == ["resnet50"]
