from engine.measures.answers import OUTCOMES
from engine.views.looks import look_of_model
from engine.views.sentences.errors import (
    class_differences_in_words,
    difference_in_words,
    outcome_titles,
)

LOOKS = {"left": look_of_model("scratch"), "right": look_of_model("resnet50")}


def test_every_outcome_has_a_title():
    titles = outcome_titles(LOOKS)
    assert set(titles) == set(OUTCOMES)
    # Addresses of an earlier time hold these words.
    assert titles["only left"] == "Only scratch right"
    assert titles["only right"] == "Only ResNet50 right"
    assert len(set(titles.values())) == len(OUTCOMES)


def test_differences_are_right_less_left():
    said = difference_in_words(LOOKS)
    assert said.startswith("🔷 **+**: ResNet50 gives this answer more often. 🟠 **−**: the CNN")
    assert said.endswith("both in favour of ResNet50.")
    swapped = {"left": LOOKS["right"], "right": LOOKS["left"]}
    assert difference_in_words(swapped).endswith("both in favour of Scratch.")
    said = class_differences_in_words(swapped)
    assert "that the CNN from scratch finds less the share that the fine-tuned ResNet50" in said
