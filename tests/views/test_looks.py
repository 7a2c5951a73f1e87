from types import SimpleNamespace

import numpy as np
import pytest

from engine.views.colours import NEUTRAL, channels, luminance
from engine.views.looks import (
    baseline_looks,
    learning_curve_looks,
    look_of_model,
    looks_of,
    looks_of_names,
    mid_sentence,
)
from tests.presets import BASELINES, MODELS

MANY = {
    **{f"scratch-{number}": "scratch" for number in range(4)},
    **{f"resnet50-{number}": "resnet50" for number in range(4)},
    **{model: model for model in (*MODELS, *BASELINES)},
    "hog-again": "baseline-hog",
}
PLAIN = {"scratch": "scratch", "scratch-plain": "scratch"}


def run_of(name, model):
    return SimpleNamespace(name=name, model=model)


def test_a_run_named_after_its_model_has_the_models_own_look():
    looks = looks_of_names({model: model for model in MODELS})
    assert looks == {model: look_of_model(model) for model in MODELS}
    scratch = looks["scratch"]
    assert (scratch.title, scratch.short_title) == ("CNN from scratch", "Scratch")
    assert scratch.phrase == "the CNN from scratch"
    assert looks["resnet50"].phrase == "the fine-tuned ResNet50"
    assert {look.dash for look in looks.values()} == {"solid"}
    assert scratch.marked("says cat") == "🟠 says cat"


def test_any_other_run_carries_its_name():
    look = looks_of_names(PLAIN)["scratch-plain"]
    assert look.name == "scratch-plain"
    assert look.title == "CNN from scratch (scratch-plain)"
    assert look.short_title == "Scratch (scratch-plain)"
    assert look.phrase == "the CNN from scratch (scratch-plain)"


def test_alone_it_has_the_models_colour_and_mark_all_the_same():
    (look,) = looks_of_names({"scratch-plain": "scratch"}).values()
    own = look_of_model("scratch")
    assert (look.colour, look.symbol, look.dash, look.icon) == (
        own.colour,
        own.symbol,
        own.dash,
        own.icon,
    )


def test_two_runs_of_one_model_share_nothing_that_is_seen():
    first, second = looks_of_names(PLAIN).values()
    for part in ("title", "short_title", "phrase", "colour", "symbol", "dash", "icon"):
        assert getattr(first, part) != getattr(second, part)
    assert first == look_of_model("scratch")


def test_no_two_of_many_look_alike():
    looks = looks_of_names(MANY)
    assert list(looks) == list(MANY)
    networks = [look for look in looks.values() if not look.is_baseline]
    assert len({(look.colour, look.symbol, look.dash) for look in networks}) == len(networks)
    assert len({look.title for look in looks.values()}) == len(looks)
    marks = [look.symbol for look in networks]
    assert {marks.count(mark) for mark in set(marks)} <= {1, 2}
    assert looks["scratch"].colour == look_of_model("scratch").colour


def test_no_network_looks_like_a_baseline():
    for look in looks_of_names(MANY).values():
        assert look.is_baseline == (look.colour == NEUTRAL)
        assert look.is_baseline == look.symbol.startswith("square")
        assert look.is_baseline == (look.icon == "🔲")


def test_two_baselines_differ_in_name_and_line():
    first, second = looks_of_names(dict.fromkeys(BASELINES[:2], "baseline-hog")).values()
    assert first.dash != second.dash
    assert first.symbol != second.symbol
    assert first.title != second.title


@pytest.mark.parametrize("look", looks_of_names(MANY).values(), ids=lambda look: look.name)
def test_every_colour_is_legible_in_both_themes(look):
    light = luminance(channels(look.colour)) + 0.05
    for background in ("#FFFFFF", "#0E1117"):
        other = luminance(channels(background)) + 0.05
        assert max(light, other) / min(light, other) >= 3


#: What eyes without one kind of cones see of linear red, green and blue: Machado, Oliveira and
#: Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009).
EYES = {
    "all cones": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def oklab(colour, eyes):
    """Lightness and two axes of colour, in which equal steps look about equal (Ottosson, 2020)."""
    parts = np.array(channels(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    axes = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return axes @ np.cbrt(cones @ np.clip(EYES[eyes] @ linear, 0, 1))


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize(
    "pair",
    [
        {model: model for model in MODELS},
        PLAIN,
        {"resnet50": "resnet50", "resnet50-s2": "resnet50"},
    ],
    ids=" ".join,
)
def test_a_pair_is_told_apart_by_any_eyes(pair, eyes):
    first, second = (oklab(look.colour, eyes) for look in looks_of_names(pair).values())
    # 0.02 is about what can just be noticed side by side.
    assert np.linalg.norm(first - second) > 0.1


def test_a_pair_that_is_swapped_looks_the_same():
    one, other = run_of("seed-2", "resnet50"), run_of("seed-1", "resnet50")
    looks = looks_of({"left": one, "right": other})
    swapped = looks_of({"left": other, "right": one})
    assert looks["left"] == swapped["right"] != looks["right"] == swapped["left"]


def test_the_compared_pair_looks_the_same_beside_others():
    pair = {name: run_of(name, "scratch") for name in ("plain", "wide")}
    everyone = {name: run_of(name, "scratch") for name in ("scratch", "deep", "wide", "plain")}
    looks = looks_of(everyone, pair.values())
    assert list(looks) == list(everyone)
    assert {name: looks[name] for name in pair} == looks_of(pair)
    # Those that are compared keep their looks where one of them is not shown.
    del everyone["plain"]
    assert looks_of(everyone, pair.values()) == {name: looks[name] for name in everyone}


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Scratch", "scratch"),
        ("Scratch (Mine)", "scratch (Mine)"),
        ("ResNet50", "ResNet50"),
        ("CNN from scratch", "CNN from scratch"),
        ("Fine-tuned ResNet50", "fine-tuned ResNet50"),
        ("frozen ResNet50", "frozen ResNet50"),
    ],
)
def test_titles_in_the_middle_of_a_sentence(title, said):
    assert mid_sentence(title) == said


def test_every_baseline_has_a_look():
    assert list(baseline_looks()) == list(BASELINES)


def test_a_learning_curve_says_which_backbone_stays_frozen():
    looks = learning_curve_looks(MODELS)
    assert looks["scratch"] == look_of_model("scratch")
    assert looks["resnet50"].short_title == "ResNet50, frozen phase"
    assert looks["resnet50"].colour == look_of_model("resnet50").colour
