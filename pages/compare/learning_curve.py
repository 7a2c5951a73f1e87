"""Too little data: how right is each model when it learns from a few photos of each class?"""

import pandas as pd
import streamlit as st

from engine.errors import EngineError
from engine.measures.comparison import Comparison
from engine.measures.little_data import match, short_classes, summarise_curve
from engine.views.charts.learning_curve import learning_curve_chart
from engine.views.looks import learning_curve_looks, look_of_model
from engine.views.sentences.little_data import NAMES, QUESTION, curve_in_words, in_words
from pages.ui import cache
from pages.ui.chart import show
from pages.ui.frame import open_page
from pages.ui.navigation import LEARNING_CURVE
from pages.ui.tables import show_table
from pages.ui.text import plain


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
            "terminal, which takes an hour or more on two cores, then reload this page:\n"
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
    looks = learning_curve_looks({*summary["model"], *in_full})
    found = match(summary, "resnet50", "scratch", in_full.get("scratch"))
    st.markdown(f"#### {in_words(found)}")
    show(learning_curve_chart(summary, in_full, looks), key="learning_curve")
    how_it_was_measured(comparison, summary)
    numbers(comparison, summary, table)


def trained_in_full(comparison: Comparison) -> dict[str, float]:
    """Test accuracy of the runs that the other pages show."""
    table = comparison.accuracies
    # Of two runs of one model the left one stands beside the curve.
    test = table[table["split"] == "test"].drop_duplicates("model")
    return test.set_index("model")["accuracy"].to_dict()


def how_it_was_measured(comparison: Comparison, summary: pd.DataFrame) -> None:
    """What the lines, the bands and the hollow marks are, and what they are not."""
    seeds = max(len(one) for one in summary["seeds"])
    scratch = summary[summary["model"] == "scratch"]
    epochs = "" if scratch.empty else f" ({scratch['epochs'].max()} to {scratch['epochs'].min()})"
    lines = (
        "One seed, and with it one draw of the photos: another would give somewhat other numbers."
        if seeds == 1
        else f"Lines: the median of {seeds} seeds, each with its own draw of photos; bands: from "
        "the lowest to the highest."
    )
    st.caption(
        f"{lines} **ResNet50 is in its frozen phase**: only "
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
    titles = {NAMES[model]: look_of_model(model).marked(NAMES[model]) for model in NAMES}
    shown = curve_in_words(summary).rename(columns=titles)
    show_table(shown, table, "learning-curve")


main()
