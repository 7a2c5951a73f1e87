"""Every model there is, by name: the one list that a new file is added to."""

from engine.errors import EngineError
from engine.models import resnet50, scratch
from engine.models.baselines import frozen_features, hog, majority, pixels
from engine.models.spec import BaselineSpec, ModelSpec
from engine.recipes.baseline import Baseline
from engine.recipes.checks import check_one_of
from engine.recipes.recipe import HEAD, Recipe

#: The networks, in the order in which they are shown.
SPECS: dict[str, ModelSpec] = {one.name: one for one in (scratch.SPEC, resnet50.SPEC)}
#: The baselines, from the one that knows least on.
BASELINE_SPECS: dict[str, BaselineSpec] = {
    one.name: one for one in (majority.SPEC, pixels.SPEC, hog.SPEC, frozen_features.SPEC)
}
#: Weights between the feature maps and the dense layer: 1 GiB in float32, before any training.
LARGEST_DENSE = 2**28


def find_spec(model: str) -> ModelSpec:
    """The network of this name.

    Raises:
        EngineError: If there is none.
    """
    check_one_of("model", model, tuple(SPECS))
    return SPECS[model]


def find_baseline(model: str) -> BaselineSpec:
    """The baseline of this name.

    Raises:
        EngineError: If there is none.
    """
    check_one_of("model", model, tuple(BASELINE_SPECS))
    return BASELINE_SPECS[model]


def is_baseline(model: str) -> bool:
    """Whether a model is one of the baselines."""
    return model in BASELINE_SPECS


def check_recipe(recipe: Recipe | Baseline) -> None:
    """Refuse what Keras would answer with a traceback, or the machine by running out.

    Raises:
        EngineError: If the model is not known, or its settings do not go together.
    """
    if isinstance(recipe, Baseline):
        find_baseline(recipe.model).check(recipe)
        return
    spec = find_spec(recipe.model)
    for phase in recipe.phases:
        check_one_of("trainable", phase.trainable, spec.trainable)
    inputs = head_inputs(recipe)
    if inputs * recipe.dense_units > LARGEST_DENSE:
        raise EngineError(
            f"The dense layer must have at most {LARGEST_DENSE:,} weights. "
            f"Received: {inputs:,} inputs to {recipe.dense_units:,} units"
        )


def head_inputs(recipe: Recipe) -> int:
    """Numbers a photo that the dense layer is given.

    Raises:
        EngineError: If the model is not known, or there is no room for its maps.
    """
    side, depth = find_spec(recipe.model).maps_shape(recipe)
    return depth * (side * side if recipe.head == "flatten" else 1)


def learns_from_features(recipe: Recipe) -> bool:
    """Whether the backbone sees each photo the same way in every epoch.

    It is frozen throughout and photos are shown as they are, so what it makes of a photo needs to
    be computed only once.
    """
    return (
        find_spec(recipe.model).backbone is not None
        and recipe.head == "average"
        and recipe.augmentation.changes_nothing
        and all(phase.trainable == HEAD for phase in recipe.phases)
    )
