"""In plain words: what follows from the paired evidence, and what does not."""

from collections.abc import Mapping

from engine.measures.answers import SIDES
from engine.measures.comparison import Comparison
from engine.measures.evidence import Evidence
from engine.text import counted, percent
from engine.views.looks import Look, mid_sentence


def verdict(evidence: Evidence, split: str, looks: Mapping[str, Look]) -> str:
    """What the answers to the same photos say about which run is better.

    Args:
        evidence: `engine.measures.evidence.paired_evidence`.
        split: The split the photos are of.
        looks: The look of the run of each side.

    Returns:
        Markdown, two or three sentences.
    """
    counts = evidence.counts
    order = SIDES[::-1] if evidence.difference >= 0 else SIDES
    ahead, behind = (looks[side].short_title for side in order)
    wins, losses = (counts[f"only {side}"] for side in order)
    photos = counted(evidence.photos, f"{split} photo")
    if evidence.difference:
        points = 100 * abs(evidence.difference)
        first = f"Of the same {photos}, {ahead} names **{points:.1f} points** more right"
    else:
        first = f"Of the same {photos}, both name equally many right"
    first += f" (95 % interval {interval_of_points(evidence)}, {less(looks)})."
    if not wins + losses:
        return f"{first} On each photo both are right or both are wrong: nothing tells them apart."
    contested = counted(wins + losses, "photo")
    conclusion = (
        f"{ahead} is better on photos like these"
        if evidence.clear
        else "these photos cannot tell them apart"
    )
    second = (
        f"On {contested} only one of them is right: {ahead} on {wins:,}, {behind} on {losses:,}. "
        "If both were equally good, chance would share them out at least so unevenly "
        f"**{_how_often(evidence.p_value)}** (exact McNemar test), so **{conclusion}**."
    )
    return f"{first} {second}"


def less(looks: Mapping[str, Look]) -> str:
    """What all differences are: `ResNet50 less scratch`.

    Args:
        looks: The look of the run of each side.
    """
    return f"{looks['right'].short_title} less {mid_sentence(looks['left'].short_title)}"


def what_does_not_follow(comparison: Comparison, looks: Mapping[str, Look]) -> str:
    """What no test on one pair of trainings can say.

    Args:
        comparison: Two runs.
        looks: The look of the run of each side.
    """
    said = (
        "It does not follow that another training would end the same: each run is one training, "
        "with one seed and one split. Nor that photos from elsewhere would be named as well"
    )
    if comparison.transfer is None:
        return f"{said}."
    _, pretrained = comparison.transfer
    (side,) = (side for side, run in comparison.sides.items() if run is pretrained)
    return (
        f"{said}, nor that pre-training alone makes the difference: {looks[side].short_title} is "
        "also the deeper network."
    )


def signed_points(share: float) -> str:
    """0.301 -> `+30.1`, in percentage points."""
    return f"{100 * share:+.1f}".replace("-", "−")


def interval_of_points(evidence: Evidence) -> str:
    """`25.0 to 35.2 points`, with signs where the ends differ in theirs."""
    low, high = 100 * evidence.low, 100 * evidence.high
    signed = low < 0
    ends = (f"{end:+.1f}" if signed else f"{end:.1f}" for end in (low, high))
    return " to ".join(ends).replace("-", "−") + " points"


def _how_often(chance: float) -> str:
    if chance < 1e-6:
        return "less than once in a million times"
    if chance < 0.01:
        return f"once in {_rounded(1 / chance):,} times"
    return f"in {percent(chance, 0)} of cases"


def _rounded(number: float) -> int:
    """Two digits are all that such a chance is known to."""
    return int(float(f"{number:.1e}"))
