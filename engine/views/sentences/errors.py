"""How the charts of the errors are read, and what the outcomes are called."""

from collections.abc import Mapping

from engine.views.looks import Look, mid_sentence

MATRICES = (
    "A row holds the photos of one true label, a column what they were called: the diagonal is "
    "right, everything else a mistake."
)
SCORES = (
    "Recall: of the photos of a class, the share found. Precision: of the photos called so, the "
    "share that is. F1: both in one number."
)


def outcome_titles(looks: Mapping[str, Look]) -> dict[str, str]:
    """What each of `engine.measures.answers.OUTCOMES` is called, the telling ones first.

    Args:
        looks: The look of the run of each side.
    """
    only = {side: f"Only {mid_sentence(look.short_title)} right" for side, look in looks.items()}
    return {
        "only right": only["right"],
        "only left": only["left"],
        "both wrong": "Both wrong",
        "both right": "Both right",
    }


def difference_in_words(looks: Mapping[str, Look]) -> str:
    """How the difference of two confusion matrices is read.

    Args:
        looks: The look of the run of each side.
    """
    left, right = looks["left"], looks["right"]
    return (
        f"{right.marked('**+**')}: {right.short_title} gives this answer more often. "
        f"{left.marked('**−**')}: {left.phrase} does. So + on the diagonal is more right answers, "
        f"and − beside it is fewer mistakes, both in favour of {right.short_title}."
    )


def class_differences_in_words(looks: Mapping[str, Look]) -> str:
    """How the differences of recall, class by class, are read.

    Args:
        looks: The look of the run of each side.
    """
    return (
        f"The share of a class that {looks['right'].phrase} finds less the share that "
        f"{looks['left'].phrase} finds, with its 95 % interval. Where it crosses the line at 0, "
        "chance may have decided on this class; it is wide where a class has few photos."
    )
