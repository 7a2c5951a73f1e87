"""What storing the features of the frozen phase saved."""

from dataclasses import dataclass

import pandas as pd

from engine.data import DataSet
from engine.training.learning_curve.plan import Training
from engine.training.results import rows_of


@dataclass(frozen=True)
class FrozenCost:
    """What storing the features saved.

    Attributes:
        photos: Photos that went through the backbone to be stored, in all views.
        passes: Photos that would have gone through it in training, validating and testing.
        pace: Seconds a photo.
        heads: Seconds of training the heads on stored features.
    """

    photos: int
    passes: int
    pace: float
    heads: float

    @property
    def stored(self) -> float:
        """Seconds of computing the features once and training all heads."""
        return self.photos * self.pace + self.heads

    @property
    def recomputed(self) -> float:
        """Seconds of the same trainings with the backbone in every epoch."""
        return self.passes * self.pace + self.heads


def frozen_cost(
    plan: list[Training], table: pd.DataFrame, data_set: DataSet, photos: int, pace: float
) -> FrozenCost:
    """What the frozen phase took, and what it would have taken without stored features.

    Args:
        plan: The trainings.
        table: Their rows, in the same order.
        data_set: The photos.
        photos: Photos whose features were stored, in all views.
        pace: Seconds a photo.
    """
    heads = [one for one in plan if one.model == "resnet50"]
    validation, test = (len(rows_of(data_set, split)) for split in ("validation", "test"))
    passes = sum(len(one.rows) * one.epochs + validation * len(one.looks) + test for one in heads)
    seconds = table.loc[table["model"] == "resnet50", "seconds"].sum()
    return FrozenCost(photos, passes, pace, float(seconds))
