"""Two runs of one data set beside each other: what every page and the HTML report compare.

The left run stands first, and all differences are those of the right run less the left one. Only
photos that both runs answered are paired, whatever data each of them was trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from engine.data import DataSet, load_data_set
from engine.errors import EngineError
from engine.measures.answers import SIDES, paired_table, prediction_table, shared_answers
from engine.measures.evidence import Evidence, paired_evidence
from engine.measures.findings import accuracy_table, chosen_baselines
from engine.models.specs import SPECS, find_spec
from engine.runs import Predictions, Run, load_runs

#: In this order: photos that chose nothing tell more.
SPLITS = ("test", "validation")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two runs of a data set, and what stands beside them.

    Attributes:
        data_set: The data set, with or without its photos.
        left: The one run; None where the data set has no run of a network.
        right: The other; None where there is but one, the same run where it was chosen twice.
        all_runs: Every run of a network, by model, those named after it first, then by name.
        baselines: The run of each baseline on these very photos, by its model
            (`engine.measures.findings.chosen_baselines`).
        problems: A sentence for each run that could not be read.
    """

    data_set: DataSet
    left: Run | None
    right: Run | None
    all_runs: Sequence[Run]
    baselines: dict[str, Run]
    problems: Sequence[str]

    @property
    def runs(self) -> dict[str, Run]:
        """The runs by name, the left one first: two, one, or none."""
        return {run.name: run for run in (self.left, self.right) if run is not None}

    @property
    def sides(self) -> dict[str, Run]:
        """The runs by side, one of `SIDES`; a run alone, or beside itself, is the left one."""
        return dict(zip(SIDES, self.runs.values(), strict=False))

    @property
    def complete(self) -> bool:
        """Whether there are two runs, and not one twice."""
        return len(self.runs) == len(SIDES)

    @property
    def transfer(self) -> tuple[Run, Run] | None:
        """The run that started from nothing, and the one that started from ImageNet.

        None unless there is one of each.
        """
        starts = {_starts_from_nothing(run): run for run in self.runs.values()}
        return (starts[True], starts[False]) if self.complete and len(starts) == 2 else None

    @cached_property
    def accuracies(self) -> pd.DataFrame:
        """`engine.measures.findings.accuracy_table` of the runs, each on all that it answered."""
        return accuracy_table(self.runs.values())

    @cached_property
    def split(self) -> str:
        """The split that the answer is about: test, or validation where only that can be shown."""
        answered = [one for one in SPLITS if (self.accuracies["split"] == one).any()]
        paired = [one for one in SPLITS if self._shared.get(one)]
        return next(iter([*paired, *answered]), SPLITS[0])

    def answers(self, split: str) -> dict[str, Predictions]:
        """What each run answered on a split, by side.

        Two runs that can be paired: the same photos in the same order, those that both answered,
        with the classes of both. Else all that each run answered.
        """
        return self._shared.get(split) or {
            side: run.predictions.of_split(split) for side, run in self.sides.items()
        }

    def pairs_of(self, split: str) -> pd.DataFrame | None:
        """`engine.measures.answers.paired_table` of a split; None where nothing can be paired."""
        if split not in self._shared:
            return None
        return paired_table(*map(prediction_table_of, self._shared[split].values()))

    def evidence_of(self, split: str) -> Evidence | None:
        """`engine.measures.evidence.paired_evidence` of a split; None without pairs."""
        pairs = self.pairs if split == self.split else self.pairs_of(split)
        return None if pairs is None else paired_evidence(pairs)

    @cached_property
    def pairs(self) -> pd.DataFrame | None:
        """`pairs_of` of the split that the answer is about."""
        return self.pairs_of(self.split)

    @cached_property
    def evidence(self) -> Evidence | None:
        """`evidence_of` the split that the answer is about."""
        return self.evidence_of(self.split)

    @property
    def unpaired(self) -> str | None:
        """Why two runs cannot be compared photo by photo; None where they can, or are not two."""
        if not self.complete or self._shared:
            return None
        return self._disagreement or "The two runs answered no photo in common."

    @cached_property
    def _pairing(self) -> tuple[dict[str, dict[str, Predictions]], str | None]:
        """What both answered, by split that has such photos; and a sentence where they disagree."""
        shared: dict[str, dict[str, Predictions]] = {}
        if not self.complete:
            return shared, None
        for split in SPLITS:
            parts = [run.predictions.of_split(split) for run in self.runs.values()]
            try:
                both = shared_answers(*parts)
            except EngineError as error:
                return {}, str(error)
            if len(both[0].y_true):
                shared[split] = dict(zip(SIDES, both, strict=True))
        return shared, None

    @property
    def _shared(self) -> dict[str, dict[str, Predictions]]:
        return self._pairing[0]

    @property
    def _disagreement(self) -> str | None:
        return self._pairing[1]


def prediction_table_of(part: Predictions) -> pd.DataFrame:
    """`engine.measures.answers.prediction_table` of the predictions of one split."""
    return prediction_table(part.image_ids, part.y_true, part.y_prob, part.class_names)


def compare(
    data_set: DataSet,
    found: Sequence[Run],
    problems: Sequence[str] = (),
    left: str | None = None,
    right: str | None = None,
) -> Comparison:
    """Compare two of the runs that were read.

    Args:
        data_set: The data set.
        found: Every run of it, of networks and baselines.
        problems: A sentence for each run that could not be read.
        left: Name of the left run; without it, one of `default_pair`.
        right: Name of the right run, likewise.

    Raises:
        EngineError: If there is no run of a network of that name.
    """
    networks = networks_of(found)
    first, second = default_pair(networks)
    chosen = {run.name: run for run in networks}
    for name in (left, right):
        if name is not None and name not in chosen:
            raise EngineError(
                f"The run must be one of those of {data_set.name}: {', '.join(chosen) or 'none'}. "
                f"Received: {name!r}"
            )
    one = chosen[left] if left is not None else first
    other = chosen[right] if right is not None else second
    # Of one choice alone the other side has its default, unless that is the very run chosen.
    if right is None and other is one:
        other = first
    elif left is None and one is other:
        one = second
    if one is None:
        one, other = other, None
    baselines = chosen_baselines(list(found), data_set.digest)
    return Comparison(data_set, one, other, networks, baselines, problems)


def load_comparison(
    data_set_name: str, left: str | None = None, right: str | None = None
) -> Comparison:
    """Read the runs of a data set and compare two of them.

    Args:
        data_set_name: Name of the data set.
        left: As for `compare`.
        right: Likewise.

    Raises:
        EngineError: If there is no such data set, no run of a network, or none of a name that is
            wanted.
    """
    data_set = load_data_set(data_set_name)
    found, problems = load_runs(data_set.name)
    if not networks_of(found):
        advice = (
            f"There is no run of {data_set.name} to compare: train one first, with "
            f"`python -m engine train {data_set.name} {next(iter(SPECS))}`."
        )
        raise EngineError(" ".join([advice, *problems]))
    return compare(data_set, found, problems, left, right)


def networks_of(found: Sequence[Run]) -> list[Run]:
    """The runs of networks, by model, those named after it first, then by name."""
    networks = [run for run in found if run.model in SPECS]
    return sorted(networks, key=lambda run: (list(SPECS).index(run.model), *_rank(run)))


def default_pair(networks: Sequence[Run]) -> tuple[Run | None, Run | None]:
    """The two runs that are compared unless somebody chooses others.

    The first run of each of the first two models; of one model alone its first two runs.

    Args:
        networks: As `networks_of` gives them.
    """
    firsts = list({run.model: run for run in reversed(networks)}.values())[::-1]
    others = [run for run in networks if run not in firsts]
    left, right, *_ = [*firsts, *others, None, None]
    return left, right


def _starts_from_nothing(run: Run) -> bool:
    return find_spec(run.model).backbone is None


def _rank(run: Run) -> tuple[bool, str]:
    return run.name != run.model, run.name
