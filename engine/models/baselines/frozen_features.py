"""What ResNet50, as ImageNet left it, sees in a photo: its last maps, averaged."""

from engine.models import resnet50
from engine.models.baselines.regression import STRENGTHS, check_strengths
from engine.models.spec import BaselineSpec
from engine.recipes.baseline import Baseline

SPEC = BaselineSpec(
    name="baseline-features",
    title="Regression on ResNet50 features",
    short_title="frozen ResNet50",
    preset=Baseline("baseline-features", image_size=224, seed=1, strengths=STRENGTHS),
    describe=None,
    length=lambda baseline: resnet50.BACKBONE.channels,
    check=check_strengths,
    packages=("keras", "tensorflow", "tensorflow-cpu"),
    backbone=resnet50.BACKBONE,
)
