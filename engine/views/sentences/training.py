"""What a training history says: how well it fits, and whether it overfits."""

import pandas as pd

from engine.measures.histories import diverged_epochs, fit_at_best
from engine.text import percent

HOW_TO_READ = (
    "How each model learned, on the same axes. Dashed: on the photos it learns from. Solid: "
    "on validation photos, which it only looks at. A star marks the epoch that was kept. "
    "Dotted and grey: what the least one should try reaches on validation."
)


def reading(history: pd.DataFrame) -> str:
    """How a training went.

    Args:
        history: One row an epoch, columns `engine.runs.HISTORY_COLUMNS`.

    Raises:
        ValueError: If a column is missing.
    """
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
