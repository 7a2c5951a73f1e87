"""What the least one should try reaches, and what that says about the runs beside it."""

from collections.abc import Mapping

import pandas as pd

from engine.measures import findings, metrics
from engine.measures.comparison import Comparison
from engine.models.specs import BASELINE_SPECS
from engine.runs import Run
from engine.text import percent
from engine.views.looks import Look
from engine.views.sentences.overview import interval

TITLE = "What is the least one should try?"
HOW_FITTED = (
    "Logistic regressions, fitted once to the training photos as they are. The order of the photos "
    "cannot bias them: the fit weighs all of them at once."
)
_KNOWS = {
    "baseline-majority": "nothing: it always says “{majority}”",
    "baseline-pixels": "{size} × {size} pixels",
    "baseline-hog": "a histogram of its colours, and which way its edges run (HOG)",
    "baseline-features": "what ResNet50 sees in it that has learned from ImageNet only",
}


def least_to_try(
    rows: pd.DataFrame, comparison: Comparison, looks: Mapping[str, Look], split: str
) -> str:
    """The best baseline, and the best that needs no network, beside the runs that are compared.

    Args:
        rows: The rows of one split of `engine.measures.findings.baseline_table`, at least one.
        comparison: What the baselines stand beside.
        looks: The look of the run of each side.
        split: The split.
    """
    baselines = comparison.baselines
    found = [baselines[name] for name in rows["model"] if name in baselines]
    if not found:
        # Of no run, but of the labels: nobody needs to be compared with it.
        only = rows.iloc[0]
        return (
            f"**{BASELINE_SPECS[only['model']].title}**: {percent(only['accuracy'])} of the "
            f"{only['photos']:,} {split} photos. Any model that looks must do better."
        )
    accuracy = rows.set_index("model")["accuracy"]
    best = max(found, key=lambda run: accuracy[run.model])
    said = [_sentence(best, comparison, looks, split)]
    simple = [run for run in found if run.model != "baseline-features"]
    if simple and best not in simple:
        best = max(simple, key=lambda run: accuracy[run.model])
        said.append("Without any network: " + _sentence(best, comparison, looks, split))
    return " ".join(said)


def baselines_in_words(
    rows: pd.DataFrame, baselines: dict[str, Run], majority: str
) -> pd.DataFrame:
    """The rows of one split of `engine.measures.findings.baseline_table` as people read them.

    Args:
        rows: The rows, at least one.
        baselines: Runs of baselines.
        majority: The class most frequent in training, as it is to be shown.
    """
    sizes = {name: run.config.recipe.image_size for name, run in baselines.items()}
    return pd.DataFrame(
        {
            "What it knows of a photo": [
                _KNOWS[name].format(majority=majority, size=sizes.get(name))
                for name in rows["model"]
            ],
            rows["split"].iloc[0].capitalize(): [percent(one) for one in rows["accuracy"]],
            "95 % interval": [interval(row) for _, row in rows.iterrows()],
        },
        index=[BASELINE_SPECS[name].title for name in rows["model"]],
    )


def _sentence(run: Run, comparison: Comparison, looks: Mapping[str, Look], split: str) -> str:
    own = run.predictions.of_split(split)
    right = percent(metrics.accuracy(own.y_true, own.y_pred))
    beside = []
    for side, other in comparison.sides.items():
        lead = findings.lead(own, other.predictions.of_split(split))
        if lead is None:
            continue
        if not lead.difference:
            beside.append(f"as many as {looks[side].phrase}")
            continue
        direction = "more" if lead.difference > 0 else "fewer"
        beside.append(
            f"**{abs(100 * lead.difference):.1f} points {direction}** than {looks[side].phrase} "
            f"({'hardly chance' if lead.clear else 'it may be chance'})"
        )
    return (
        f"**{BASELINE_SPECS[run.model].title}** names {right} of the "
        f"{len(own.y_true):,} {split} photos right{': ' if beside else ''}{', '.join(beside)}."
    )
