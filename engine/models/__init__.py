"""Networks and baselines: one file each, and how they are built from a recipe.

Read `spec` first (what a model is), then `scratch` and `resnet50`; `specs` lists them. `build`
makes Keras models of recipes, `augmentation` the random changes of training photos, `fused` a
convolution with its normalisation, `pretrained/` fetches ImageNet's weights, `backend` says which
Keras backend a process uses. Keras is imported inside functions alone.
"""

from engine.models.spec import Backbone, BaselineSpec, ModelSpec
from engine.models.specs import (
    BASELINE_SPECS,
    SPECS,
    check_recipe,
    find_baseline,
    find_spec,
    head_inputs,
    is_baseline,
    learns_from_features,
)

__all__ = [
    "BASELINE_SPECS",
    "SPECS",
    "Backbone",
    "BaselineSpec",
    "ModelSpec",
    "check_recipe",
    "find_baseline",
    "find_spec",
    "head_inputs",
    "is_baseline",
    "learns_from_features",
]
