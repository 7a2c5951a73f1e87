"""Training curves: how accuracy and loss of both models moved, epoch by epoch."""

import pandas as pd
import streamlit as st

from engine.measures.comparison import Comparison
from engine.measures.findings import baseline_table
from engine.measures.histories import (
    curves_table,
    history_summary,
    history_table,
)
from engine.text import duration
from engine.views.charts.curves import MEASURES, axis_ranges, curves_chart
from engine.views.looks import Look, baseline_looks, looks_of
from engine.views.sentences.training import HOW_TO_READ, reading
from engine.views.spreadsheet import guarded
from pages.ui.chart import show
from pages.ui.frame import need_runs, open_page
from pages.ui.navigation import TRAINING_CURVES
from pages.ui.tables import csv_button
from pages.ui.text import plain

CHOICES = {"epoch": "By epoch", "minutes": "By time"}


def main() -> None:
    comparison = open_page(TRAINING_CURVES, HOW_TO_READ)
    looks = {**looks_of(comparison.runs), **baseline_looks()}
    need_runs(comparison, looks_of(comparison.sides))
    histories = {name: run.history for name, run in comparison.runs.items()}
    by = st.segmented_control(
        "Horizontal axis",
        list(CHOICES),
        format_func=CHOICES.get,
        default="epoch",
        required=True,
        key="by",
        bind="query-params",
        help="By time shows what an epoch costs: the models differ in minutes per epoch.",
    )
    _readings(histories, looks)
    _charts(histories, looks, by, _baselines(comparison))
    _numbers(histories, looks)


def _readings(histories: dict, looks: dict[str, Look]) -> None:
    for column, (name, history) in zip(st.columns(len(histories)), histories.items(), strict=True):
        with column.container(border=True, height="stretch"):
            title = looks[name].marked(plain(looks[name].title))
            st.markdown(f"**{title}**  \n{reading(history)}")


def _baselines(comparison: Comparison) -> dict[str, float]:
    """Validation accuracy of each baseline, to draw beside the curves."""
    table = baseline_table(comparison.data_set.photos, comparison.baselines)
    return table[table["split"] == "validation"].set_index("model")["accuracy"].to_dict()


def _charts(histories: dict, looks: dict[str, Look], by: str, baselines: dict[str, float]) -> None:
    curves = curves_table(histories)
    best = {name: history_summary(history) for name, history in histories.items()}
    for measure in MEASURES:
        ranges = axis_ranges(curves, measure, by)
        for column, name in zip(st.columns(len(histories)), histories, strict=True):
            others = {
                other: found.best_val_accuracy for other, found in best.items() if other != name
            }
            figure = curves_chart(
                curves[curves["run"] == name],
                name,
                measure,
                by,
                best[name].best_epoch,
                ranges,
                looks,
                others if measure == "accuracy" else None,
                baselines if measure == "accuracy" else None,
            )
            with column:
                show(figure, key=f"{measure}_{name}")


def _numbers(histories: dict, looks: dict[str, Look]) -> None:
    table = history_table(histories)
    total = ", ".join(
        f"{plain(looks[name].title)} {len(history)} epochs in "
        f"{duration(history['seconds'].sum() / 60)}"
        for name, history in histories.items()
    )
    st.subheader("The numbers behind the curves")
    st.markdown(f"One row an epoch: {total}.")
    csv_button(table, "training-curves")
    rows = st.expander("As a table", icon=":material/table:", key="every_epoch", on_change="rerun")
    # A closed table would be drawn, too, and keep the page waiting.
    if rows.open:
        with rows:
            _table(table)


def _table(table: pd.DataFrame) -> None:
    """Every epoch; a click on a header sorts."""
    number = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        guarded(table),
        hide_index=True,
        height=320,
        column_config={
            **dict.fromkeys(("accuracy", "val_accuracy", "loss", "val_loss"), number),
            "learning_rate": st.column_config.NumberColumn(format="%.1e"),
            "seconds": st.column_config.NumberColumn(format="%.1f"),
            "minutes": st.column_config.NumberColumn(
                format="%.1f", help="Minutes of training until the end of this epoch."
            ),
        },
    )


main()
