"""Small pixels: outlines and main colours survive, folds and prints do not."""

import numpy as np

from engine.models.baselines.regression import STRENGTHS, check_strengths
from engine.models.spec import BaselineSpec
from engine.recipes.baseline import Baseline

SPEC = BaselineSpec(
    name="baseline-pixels",
    title="Regression on small pixels",
    short_title="small pixels",
    # 1,728 numbers a photo.
    preset=Baseline("baseline-pixels", image_size=24, seed=1, strengths=STRENGTHS),
    describe=lambda baseline, photo: photo.ravel() / np.float32(255),
    length=lambda baseline: 3 * baseline.image_size**2,
    check=check_strengths,
)
