"""In plain words: what follows from the paired evidence, and what does not."""

from engine.measures.answers import SIDES
from engine.measures.evidence import Evidence
from engine.models.specs import MODEL_SHORT_TITLES, MODELS
from engine.text import counted, percent


def verdict(evidence: Evidence, split: str) -> str:
    """What the answers to the same photos say about which model is better.

    Args:
        evidence: `engine.measures.evidence.paired_evidence`.
        split: The split the photos are of.

    Returns:
        Markdown, two or three sentences.
    """
    counts = evidence.counts
    order = SIDES[::-1] if evidence.difference >= 0 else SIDES
    titles = dict(zip(SIDES, (MODEL_SHORT_TITLES[model] for model in MODELS), strict=True))
    ahead, behind = (titles[side] for side in order)
    wins, losses = (counts[f"only {side}"] for side in order)
    photos = counted(evidence.photos, f"{split} photo")
    if evidence.difference:
        points = 100 * abs(evidence.difference)
        first = f"Of the same {photos}, {ahead} names **{points:.1f} points** more right"
    else:
        first = f"Of the same {photos}, both name equally many right"
    first += f" (95 % interval {interval_of_points(evidence)}, ResNet50 less scratch)."
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


#: What no test on one pair of trainings can say.
WHAT_DOES_NOT_FOLLOW = (
    "It does not follow that another training would end the same: each model was trained once, "
    "with one seed and one split. Nor that photos from elsewhere would be named as well, nor that "
    "pre-training alone makes the difference: ResNet50 is also the deeper network."
)


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
