"""What is the least one should try: the baselines beside the two models."""

import pandas as pd
import streamlit as st

from engine import findings
from engine.charts.theme import IN_A_SENTENCE
from engine.config import BASELINE_TITLES, BASELINES
from engine.runs import Run
from engine.text import percent
from pages.ui.frame import Comparison
from pages.ui.text import plain

_KNOWS = {
    "baseline-majority": "nothing: it always says {majority}",
    "baseline-pixels": "{size} × {size} pixels",
    "baseline-hog": "a histogram of its colours, and which way its edges run (HOG)",
    "baseline-features": "what ResNet50 sees in it that has learned from ImageNet only",
}


def baseline_table(comparison: Comparison) -> pd.DataFrame:
    """`engine.findings.accuracy_table` of the baselines, in the order of `BASELINES`.

    Always answering the most frequent class needs no run: it follows from the labels.
    """
    table = findings.accuracy_table(
        {name: run.predictions for name, run in comparison.baselines.items()}
    )
    if BASELINES[0] in comparison.baselines:
        return table
    majority = findings.majority_table(comparison.data_set.photos)
    parts = [one for one in (majority, table) if len(one)]
    return pd.concat(parts, ignore_index=True) if parts else majority


def least_to_try(comparison: Comparison, table: pd.DataFrame, split: str) -> None:
    """Say what the baselines reach, and what that says about the two models.

    Args:
        comparison: What the sidebar chose.
        table: Its `baseline_table`.
        split: The split to measure on.
    """
    st.subheader("What is the least one should try?")
    rows = table[table["split"] == split]
    if len(rows):
        st.markdown(_sentences(comparison, rows, split))
        st.table(
            pd.DataFrame(
                {
                    "": [BASELINE_TITLES[name] for name in rows["model"]],
                    "What it knows of a photo": [
                        _knows(comparison, name) for name in rows["model"]
                    ],
                    split.capitalize(): [percent(one) for one in rows["accuracy"]],
                    "95 % interval": [
                        f"{100 * row.low:.1f} to {percent(row.high)}" for row in rows.itertuples()
                    ],
                }
            ).set_index("")
        )
        st.caption(
            "Logistic regressions, fitted once to the training photos as they are. The order of "
            "the photos cannot bias them: the fit weighs all of them at once."
        )
    missing = [name for name in BASELINES if name not in comparison.baselines]
    if missing:
        commands = "\n".join(
            f"python -m engine train {comparison.data_set.name} {name}" for name in missing
        )
        st.info(
            "Not fitted yet. At a terminal, in seconds, or in minutes for the features of "
            f"ResNet50:\n```\n{commands}\n```",
            icon=":material/straighten:",
        )


def _sentences(comparison: Comparison, rows: pd.DataFrame, split: str) -> str:
    """The best baseline, and the best that needs no network, beside the models."""
    runs = [comparison.baselines[name] for name in rows["model"] if name in comparison.baselines]
    if not runs:
        # Of no run, but of the labels: nobody needs to be compared with it.
        only = rows.iloc[0]
        return (
            f"**{BASELINE_TITLES[only['model']]}**: {percent(only['accuracy'])} of the "
            f"{only['photos']:,} {split} photos. Any model that looks must do better."
        )
    accuracy = rows.set_index("model")["accuracy"]
    best = max(runs, key=lambda run: accuracy[run.model])
    said = [_sentence(comparison, best, split, accuracy[best.model])]
    simple = [run for run in runs if run.model != "baseline-features"]
    if simple and best not in simple:
        best = max(simple, key=lambda run: accuracy[run.model])
        said.append(
            "Without any network: " + _sentence(comparison, best, split, accuracy[best.model])
        )
    return " ".join(said)


def _sentence(comparison: Comparison, run: Run, split: str, accuracy: float) -> str:
    own = run.predictions.of_split(split)
    beside = []
    for model, other in comparison.runs.items():
        lead = findings.lead(own, other.predictions.of_split(split))
        if lead is None:
            continue
        if not lead.difference:
            beside.append(f"as many as {IN_A_SENTENCE[model]}")
            continue
        direction = "more" if lead.difference > 0 else "fewer"
        beside.append(
            f"**{abs(100 * lead.difference):.1f} points {direction}** than {IN_A_SENTENCE[model]} "
            f"({'hardly chance' if lead.clear else 'it may be chance'})"
        )
    return (
        f"**{BASELINE_TITLES[run.model]}** names {percent(accuracy)} of the "
        f"{len(own.y_true):,} {split} photos right{': ' if beside else ''}{', '.join(beside)}."
    )


def _knows(comparison: Comparison, name: str) -> str:
    majority = findings.majority_class(comparison.data_set.photos) or ""
    run = comparison.baselines.get(name)
    size = "" if run is None else run.config.recipe.image_size
    return _KNOWS[name].format(majority=f"“{plain(majority)}”", size=size)
