"""What has to be said of two runs before their numbers are read."""

from collections.abc import Mapping

from engine.measures.comparison import Comparison
from engine.text import counted
from engine.views.looks import Look

ANOTHER_VERSION = (
    "These runs were trained on another version of these photos: train them again before you "
    "compare."
)
_CLASSES_NAMED = 5


def warnings(comparison: Comparison, looks: Mapping[str, Look]) -> list[str]:
    """A sentence for each thing that makes the two runs less than comparable.

    Names of runs and classes, which a visitor may have chosen, stand in them as they are.

    Args:
        comparison: What is compared.
        looks: The look of the run of each side.
    """
    said = []
    if comparison.left is not None and comparison.left is comparison.right:
        said.append(
            f"Left and right are the same run, {comparison.left.name}: choose another one for "
            "either side to compare."
        )
    said += _of_the_data(comparison, looks)
    if not comparison.complete:
        return said
    said += _of_the_split(comparison, looks)
    said += _of_the_classes(comparison, looks)
    if comparison.unpaired is not None:
        said.append(f"{comparison.unpaired} So nothing is compared photo by photo.")
    elif missing := _photos_of_one(comparison):
        said.append(
            f"{counted(missing, 'photo')} that only one of the two runs answered "
            f"{'is' if missing == 1 else 'are'} left out where they are compared photo by photo."
        )
    return said


def _of_the_data(comparison: Comparison, looks: Mapping[str, Look]) -> list[str]:
    digests = {side: run.config.data_set_digest for side, run in comparison.sides.items()}
    changed = [side for side in digests if digests[side] != comparison.data_set.digest]
    if not changed:
        return []
    if len(changed) == 1:
        return [
            f"{_start(looks[changed[0]])} was trained on another version of these photos: train "
            "it again before you compare."
        ]
    if len(set(digests.values())) == 1:
        return [ANOTHER_VERSION]
    return [
        "The two runs were trained on two versions of these photos, and both differ from those "
        "that are here now: train them again before you compare."
    ]


def _of_the_split(comparison: Comparison, looks: Mapping[str, Look]) -> list[str]:
    seeds = {side: run.config.split_seed for side, run in comparison.sides.items()}
    if len(set(seeds.values())) == 1:
        return []
    each = " and ".join(f"seed {seed} for {looks[side].phrase}" for side, seed in seeds.items())
    return [
        f"The photos were split differently ({each}): what one run learned from may test the "
        "other, so only photos that test both are compared."
    ]


def _of_the_classes(comparison: Comparison, looks: Mapping[str, Look]) -> list[str]:
    known = {side: run.config.class_names for side, run in comparison.sides.items()}
    own = {
        side: [name for name in names if not all(name in other for other in known.values())]
        for side, names in known.items()
    }
    each = [
        f"only {looks[side].phrase} knows {_listed(names)}" for side, names in own.items() if names
    ]
    return [f"The two runs know different classes: {'; '.join(each)}."] if each else []


def _photos_of_one(comparison: Comparison) -> int:
    """Photos of the split that is shown, and that only one of the two runs answered."""
    left, right = (
        set(run.predictions.of_split(comparison.split).image_ids.tolist())
        for run in comparison.sides.values()
    )
    return len(left ^ right)


def _listed(names: list[str]) -> str:
    more = len(names) - _CLASSES_NAMED
    listed = ", ".join(names[:_CLASSES_NAMED])
    return f"{listed} and {more} more" if more > 0 else listed


def _start(look: Look) -> str:
    """The phrase at the beginning of a sentence."""
    return look.phrase[0].upper() + look.phrase[1:]
