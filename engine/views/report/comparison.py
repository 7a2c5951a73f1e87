"""What a report compares: a data set, a run of each model, and every other run beside them."""

from dataclasses import dataclass

import pandas as pd

from engine.data import DataSet, load_data_set
from engine.errors import EngineError
from engine.measures.answers import paired_table, prediction_table
from engine.measures.evidence import Evidence, paired_evidence
from engine.measures.findings import accuracy_table, chosen_baselines
from engine.models.specs import MODELS
from engine.runs import Predictions, Run, load_runs


@dataclass(frozen=True, eq=False)
class Comparison:
    """What all sections of a report read.

    Attributes:
        data_set: The data set.
        runs: The compared run of each model, in the order of `engine.recipes.config.MODELS`; a
        model
            without a run is missing, but one is there.
        all_runs: Every run of the data set.
        baselines: The run of each baseline, in the order of `engine.recipes.config.BASELINES`.
        problems: A sentence for each thing that could not be read or compared.
        accuracies: `engine.measures.findings.accuracy_table` of `runs`.
        pairs: `engine.measures.answers.paired_table` of the test split; None unless both models
        answered
            the same photos.
        evidence: `engine.measures.evidence.paired_evidence` of `pairs`; None without them.
    """

    data_set: DataSet
    runs: dict[str, Run]
    all_runs: list[Run]
    baselines: dict[str, Run]
    problems: list[str]
    accuracies: pd.DataFrame
    pairs: pd.DataFrame | None
    evidence: Evidence | None

    def test_answers(self) -> dict[str, Predictions]:
        """What each run answered on the test split."""
        return {model: run.predictions.of_split("test") for model, run in self.runs.items()}


def load_comparison(data_set_name: str, wanted: dict[str, str] | None = None) -> Comparison:
    """Read the runs of a data set and pair those that are compared.

    Args:
        data_set_name: Name of the data set.
        wanted: Name of the run of a model; the others get the one the dashboard opens with.

    Raises:
        EngineError: If there is no such data set, no run of either model, or no run of a name
            that is wanted.
    """
    data_set = load_data_set(data_set_name)
    found, problems = load_runs(data_set.name)
    runs = {}
    for model in MODELS:
        # As in the sidebar: the run that is named after its model comes first.
        names = sorted(
            (run.name for run in found if run.model == model),
            key=lambda name: (name != model, name),
        )
        name = (wanted or {}).get(model) or next(iter(names), None)
        if name is None:
            continue
        if name not in names:
            raise EngineError(
                f"The run of {model} must be one of those of {data_set.name}: "
                f"{', '.join(names) or 'none yet'}. Received: {name!r}"
            )
        runs[model] = next(run for run in found if run.name == name)
    if not runs:
        raise EngineError(
            " ".join(
                [
                    f"There is no run of {data_set.name} to report on: train one first, with "
                    f"`python -m engine train {data_set.name} scratch`.",
                    *problems,
                ]
            )
        )
    return compare_runs(data_set, runs, found, problems)


def compare_runs(
    data_set: DataSet, runs: dict[str, Run], all_runs: list[Run], problems: list[str]
) -> Comparison:
    """Pair what the runs answered on the test split.

    Args:
        data_set: The data set.
        runs: The run of each model, at least one.
        all_runs: Every run of the data set.
        problems: A sentence for each run that could not be read.
    """
    accuracies = accuracy_table({model: run.predictions for model, run in runs.items()})
    pairs = None
    if len(runs) == len(MODELS):
        try:
            pairs = paired_table(*(_answers(runs[model]) for model in MODELS))
        except EngineError as error:
            problems = [*problems, str(error)]
    if pairs is not None and pairs.empty:
        pairs = None
        problems = [*problems, "The two runs have no test photo in common."]
    evidence = None if pairs is None else paired_evidence(pairs)
    baselines = chosen_baselines(all_runs, data_set.digest)
    return Comparison(data_set, runs, all_runs, baselines, problems, accuracies, pairs, evidence)


def _answers(run: Run) -> pd.DataFrame:
    part = run.predictions.of_split("test")
    return prediction_table(part.image_ids, part.y_true, part.y_prob, part.class_names)
