import pytest

from engine.measures.answers import OUTCOMES
from engine.measures.comparison import load_comparison
from engine.measures.evidence import Evidence, bootstrap_interval, mcnemar_exact
from engine.views.looks import look_of_model, looks_of
from engine.views.sentences.verdict import interval_of_points, less, verdict, what_does_not_follow
from tests.conftest import make_run

LOOKS = {"left": look_of_model("scratch"), "right": look_of_model("resnet50")}


def evidence(*counts):
    """Of the numbers of photos in the order of `OUTCOMES`."""
    named = dict(zip(OUTCOMES, counts, strict=True))
    photos = sum(counts)
    low, high = bootstrap_interval(named)
    difference = (named["only right"] - named["only left"]) / photos
    p_value = mcnemar_exact(named["only left"], named["only right"])
    return Evidence(named, photos, difference, low, high, p_value)


def test_a_clear_winner():
    said = verdict(evidence(212, 13, 125, 22), "test", LOOKS)
    assert "Of the same 372 test photos, ResNet50 names **30.1 points** more right" in said
    assert "On 138 photos only one of them is right: ResNet50 on 125, Scratch on 13." in said
    assert "**less than once in a million times**" in said
    assert said.endswith("**ResNet50 is better on photos like these**.")


def test_the_left_run_may_win():
    said = verdict(evidence(40, 20, 4, 3), "validation", LOOKS)
    assert "67 validation photos, Scratch names **23.9 points** more right" in said
    assert "Scratch on 20, ResNet50 on 4" in said
    # 2 (1 + 24 + 276 + 2024 + 10626) / 2^24 is once in 647.8 times.
    assert "**once in 650 times**" in said
    assert said.endswith("**Scratch is better on photos like these**.")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((10, 3, 5, 2), "**in 73\u00a0% of cases**"),
        ((10, 4, 4, 2), "both name equally many right"),
        ((10, 0, 0, 2), "nothing tells them apart"),
        ((0, 0, 1, 0), "Of the same 1 test photo, "),
        ((0, 0, 1, 0), "On 1 photo only one of them is right"),
    ],
)
def test_no_winner(counts, words):
    said = verdict(evidence(*counts), "test", LOOKS)
    assert words in said
    assert "is better" not in said


def test_signs_only_where_the_interval_crosses_zero():
    def interval(low, high):
        return interval_of_points(Evidence({}, 1, 0.0, low, high, 1.0))

    assert interval(0.25, 0.352) == "25.0 to 35.2 points"
    assert interval(-0.05, 0.1) == "−5.0 to +10.0 points"


def test_what_all_differences_are(tiny_runs, tiny_data_set):
    assert less(LOOKS) == "ResNet50 less scratch"
    assert less({"left": LOOKS["right"], "right": LOOKS["left"]}) == "Scratch less ResNet50"
    make_run(tiny_data_set, "scratch", name="plain")
    looks = looks_of(load_comparison("tiny", "scratch", "plain").sides)
    assert less(looks) == "Scratch (plain) less scratch"


def test_pre_training_is_named_only_where_one_run_has_it(tiny_runs, tiny_data_set):
    for pair in (("scratch", "resnet50"), ("resnet50", "scratch")):
        comparison = load_comparison("tiny", *pair)
        said = what_does_not_follow(comparison, looks_of(comparison.sides))
        assert said.endswith("ResNet50 is also the deeper network.")
    make_run(tiny_data_set, "scratch", name="plain")
    comparison = load_comparison("tiny", "scratch", "plain")
    said = what_does_not_follow(comparison, looks_of(comparison.sides))
    assert said.endswith("would be named as well.")
