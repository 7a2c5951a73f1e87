"""The name and shape of every weight of a run, from its configuration alone.

So an untrusted file of weights is checked against what it claims to be without Keras, which takes
seconds and hundreds of megabytes to build a model. The tests compare these with Keras's own.
"""

from engine.models.spec import Shapes, layer_shapes
from engine.models.specs import find_baseline, find_spec, head_inputs
from engine.recipes.baseline import Baseline
from engine.recipes.recipe import Recipe

#: The two arrays of a baseline.
KERNEL, BIAS = "predictions/kernel", "predictions/bias"


def weight_shapes(recipe: Recipe | Baseline, class_count: int) -> Shapes:
    """Shapes of the weights that `weights.safetensors` holds, by name.

    Args:
        recipe: What was chosen.
        class_count: Number of classes.

    Raises:
        EngineError: If the model is not known.
    """
    if isinstance(recipe, Baseline):
        length = find_baseline(recipe.model).length(recipe)
        return {KERNEL: (length, class_count), BIAS: (class_count,)}
    return {
        **find_spec(recipe.model).maps_weights(recipe),
        **layer_shapes("dense", (head_inputs(recipe), recipe.dense_units)),
        **layer_shapes("predictions", (recipe.dense_units, class_count)),
    }
