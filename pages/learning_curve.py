"""Too little data: how right is each model when it learns from a few photos of each class?"""

import pandas as pd
import streamlit as st

from engine import findings
from engine.charts.learning_curve import learning_curve_chart
from engine.charts.theme import TITLES, coloured
from engine.errors import EngineError
from engine.little_data import Match, match_scratch, short_classes, summarise_curve
from engine.runs import ALL_PHOTOS
from engine.text import percent
from pages.ui import cache
from pages.ui.chart import show
from pages.ui.frame import Comparison, open_page
from pages.ui.navigation import LEARNING_CURVE
from pages.ui.text import plain

QUESTION = (
    "How many photos does it take? Both models learn from the same few photos of each class, then "
    "from more and more; both are asked about the same test photos."
)
NAMES = {"scratch": TITLES["scratch"], "resnet50": "ResNet50, frozen"}


def main() -> None:
    comparison = open_page(LEARNING_CURVE, QUESTION)
    name = comparison.data_set.name
    try:
        table = cache.learning_curve(name)
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()
    if table is None:
        st.info(
            f"**{plain(comparison.data_set.title)}** has no learning curve yet. Measure it at a "
            "terminal, which takes half an hour or more on two cores, then reload this page:\n"
            f"```\npython -m engine learning-curve {name}\n```",
            icon=":material/potted_plant:",
        )
        st.stop()
    if table["data_set_digest"].iloc[0] != comparison.data_set.digest:
        st.warning(
            "This was measured on another version of these photos: measure it again with "
            f"`python -m engine learning-curve {name}`.",
            icon=":material/difference:",
        )
    summary = summarise_curve(table, len(comparison.data_set.class_names))
    in_full = trained_in_full(comparison)
    st.markdown(f"#### {in_words(match_scratch(summary, in_full.get('scratch')))}")
    show(learning_curve_chart(summary, in_full), key="learning_curve")
    how_it_was_measured(comparison, summary)
    numbers(comparison, summary, table)


def in_words(match: Match | None) -> str:
    """How few photos the frozen ResNet50 needs for what scratch reaches."""
    if match is None:
        return "Only one of the two models has been measured."
    most = (
        f"{percent(match.scratch_accuracy)}, what the CNN from scratch reaches with "
        f"{match.scratch_photos:,} photos{', trained in full' if match.in_full else ''}"
    )
    if match.photos_per_class is None:
        return f"The frozen ResNet50 reaches {percent(match.accuracy)} at most, less than {most}."
    if match.photos_per_class == ALL_PHOTOS:
        return f"The frozen ResNet50 needs all photos to reach {most}."
    number = int(match.photos_per_class)
    photos = f"{number} photo{'' if number == 1 else 's'} per class are"
    return (
        f"{photos} enough for the frozen ResNet50 to name {percent(match.accuracy)} right: no "
        f"fewer than {most}."
    )


def trained_in_full(comparison: Comparison) -> dict[str, float]:
    """Test accuracy of the runs that the other pages show."""
    table = findings.accuracy_table(
        {model: run.predictions for model, run in comparison.runs.items()}
    )
    return table[table["split"] == "test"].set_index("model")["accuracy"].to_dict()


def how_it_was_measured(comparison: Comparison, summary: pd.DataFrame) -> None:
    """What the lines, the bands and the hollow marks are, and what they are not."""
    seeds = max(len(one) for one in summary["seeds"])
    scratch = summary[summary["model"] == "scratch"]
    epochs = "" if scratch.empty else f" ({scratch['epochs'].max()} to {scratch['epochs'].min()})"
    st.caption(
        f"Lines: the median of {seeds} seed{'' if seeds == 1 else 's'}, each with its own draw of "
        "photos; bands: from the lowest to the highest. **ResNet50 is in its frozen phase**: only "
        "its head learns, on features that the ImageNet backbone computed once. The CNN from "
        f"scratch learns by its recipe, but for more epochs with few photos and for fewer with many"
        f"{epochs}. Hollow: the runs of the other pages, trained in full on all photos. The best "
        "epoch was chosen on validation photos."
    )
    sizes = summary["photos_per_class"].drop_duplicates()
    for size in sizes:
        short = short_classes(comparison.data_set.photos, size)
        if short:
            have = ", ".join(f"{plain(name)} {count}" for name, count in short.items())
            st.caption(f"{size} photos per class: fewer where a class has no more ({have}).")


def numbers(comparison: Comparison, summary: pd.DataFrame, table: pd.DataFrame) -> None:
    """The medians and ranges as a table, and every training as CSV."""
    st.subheader("The numbers behind the curves")
    columns = {}
    by_size = summary.set_index("photos_per_class")
    for model, rows in by_size.groupby("model", sort=False):
        columns[coloured(model, NAMES[model])] = {
            size: f"{percent(row['median'])} ({100 * row['low']:.1f} to {100 * row['high']:.1f})"
            for size, row in rows.iterrows()
        }
        columns["Photos"] = {size: f"{row['photos']:,}" for size, row in rows.iterrows()}
    shown = pd.DataFrame(columns).rename_axis("Per class")
    st.table(shown[["Photos", *(one for one in shown if one != "Photos")]])
    st.download_button(
        "Download as CSV",
        table.to_csv(index=False),
        file_name=f"{comparison.data_set.name}-learning-curve.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


main()
