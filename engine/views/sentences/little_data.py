"""What a learning curve says."""

import pandas as pd

from engine.measures.little_data import Match
from engine.models.specs import SPECS
from engine.runs import ALL_PHOTOS
from engine.text import counted, percent

QUESTION = (
    "How many photos does it take? Both models learn from the same few photos of each class, then "
    "from more and more; both are asked about the same test photos."
)
NAMES = {"scratch": SPECS["scratch"].title, "resnet50": "ResNet50, frozen"}


def in_words(match: Match | None) -> str:
    """How few photos the frozen ResNet50 needs for what scratch reaches."""
    if match is None:
        return "Only one of the two models has been measured."
    most = (
        f"{percent(match.other_accuracy)}, what the CNN from scratch reaches with "
        f"{match.other_photos:,} photos{', trained in full' if match.in_full else ''}"
    )
    if match.photos_per_class is None:
        return f"The frozen ResNet50 reaches {percent(match.accuracy)} at most, less than {most}."
    if match.photos_per_class == ALL_PHOTOS:
        return f"The frozen ResNet50 needs all photos to reach {most}."
    number = int(match.photos_per_class)
    photos = f"{counted(number, 'photo')} per class {'is' if number == 1 else 'are'}"
    return (
        f"{photos} enough for the frozen ResNet50 to name {percent(match.accuracy)} right: no "
        f"fewer than {most}."
    )


def curve_in_words(summary: pd.DataFrame) -> pd.DataFrame:
    """Medians and ranges as people read them: one row a size, a column a model.

    Of one seed there is no range.

    Args:
        summary: `engine.measures.little_data.summarise_curve`.
    """
    columns = {}
    for model, rows in summary.set_index("photos_per_class").groupby("model", sort=False):
        columns.setdefault("Photos", {}).update(
            {size: f"{row['photos']:,}" for size, row in rows.iterrows()}
        )
        columns[NAMES[model]] = {
            size: percent(row["median"])
            + (
                f" ({100 * row['low']:.1f} to {100 * row['high']:.1f})"
                if len(row["seeds"]) > 1
                else ""
            )
            for size, row in rows.iterrows()
        }
    return pd.DataFrame(columns).rename_axis("Per class")
