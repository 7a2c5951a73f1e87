"""Training curves: how accuracy and loss of both models moved, epoch by epoch."""

import streamlit as st

from engine.charts.curves import MEASURES, axis_ranges, curves_chart
from engine.charts.theme import TITLES, coloured
from engine.histories import (
    curves_table,
    diverged_epochs,
    fit_at_best,
    history_summary,
    history_table,
)
from engine.text import duration, percent
from pages.ui.baselines import baseline_table
from pages.ui.chart import show
from pages.ui.frame import Comparison, need_runs, open_page
from pages.ui.navigation import TRAINING_CURVES

CHOICES = {"epoch": "By epoch", "minutes": "By time"}


def main() -> None:
    comparison = open_page(
        TRAINING_CURVES,
        "How each model learned, on the same axes. Dashed: on the photos it learns from. Solid: "
        "on validation photos, which it only looks at. A star marks the epoch that was kept. "
        "Dotted and grey: what the least one should try reaches on validation.",
    )
    need_runs(comparison, both=False)
    histories = {model: run.history for model, run in comparison.runs.items()}
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
    _readings(histories)
    _charts(histories, by, _baselines(comparison))
    _numbers(comparison, histories)


def _readings(histories: dict) -> None:
    for column, (model, history) in zip(st.columns(len(histories)), histories.items(), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{coloured(model, TITLES[model])}**  \n{_reading(history)}")


def _reading(history) -> str:
    fit, diverged = fit_at_best(history), diverged_epochs(history)
    text = ""
    if diverged:
        text = f"The loss was no number in {diverged} of {len(history)} epochs: it diverged. "
    if fit is None:
        return text + "No epoch has a validation accuracy, so no epoch is the best."
    text += (
        f"At its best epoch, {fit.epoch} of {fit.epochs}, it names "
        f"{percent(fit.train_accuracy)} of the training photos right and "
        f"**{percent(fit.val_accuracy)}** of the validation photos. "
    )
    if fit.overfits:
        text += f"It is {fit.gap_points:.0f} points better on photos it knows: **overfitting**. "
    elif fit.gap_points < 0:
        text += (
            "Validation is ahead, because rotation, zoom and dropout make only training harder. "
        )
    elif fit.gap_points >= 0:
        text += f"A gap of {fit.gap_points:.1f} points: hardly any overfitting. "
    if fit.epochs > 1:
        text += (
            "The best came at the very end: more epochs might help."
            if fit.still_improving
            else "Later epochs did not validate better."
        )
    return text


def _baselines(comparison: Comparison) -> dict[str, float]:
    """Validation accuracy of each baseline, to draw beside the curves."""
    table = baseline_table(comparison)
    return table[table["split"] == "validation"].set_index("model")["accuracy"].to_dict()


def _charts(histories: dict, by: str, baselines: dict[str, float]) -> None:
    curves = curves_table(histories)
    best = {model: history_summary(history) for model, history in histories.items()}
    for measure in MEASURES:
        ranges = axis_ranges(curves, measure, by)
        for column, model in zip(st.columns(len(histories)), histories, strict=True):
            others = [best[other].best_val_accuracy for other in histories if other != model]
            figure = curves_chart(
                curves[curves["run"] == model],
                model,
                measure,
                by,
                best[model].best_epoch,
                ranges,
                others[0] if others and measure == "accuracy" else None,
                baselines if measure == "accuracy" else None,
            )
            with column:
                show(figure, key=f"{measure}_{model}")


def _numbers(comparison: Comparison, histories: dict) -> None:
    st.subheader("The numbers behind the curves")
    table = history_table(
        {comparison.runs[model].name: history for model, history in histories.items()}
    )
    total = ", ".join(
        f"{TITLES[model]} {len(history)} epochs in {duration(history['seconds'].sum() / 60)}"
        for model, history in histories.items()
    )
    st.markdown(f"One row an epoch: {total}.")
    st.download_button(
        "Download as CSV",
        table.to_csv(index=False),
        file_name=f"{comparison.data_set.name}-training-curves.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    number = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        table,
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
