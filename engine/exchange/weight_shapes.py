"""The name and shape of every weight of a run, from its configuration alone.

So a stranger's file of weights is checked against what it claims to be without Keras, which takes
seconds and hundreds of megabytes to build a model. The tests compare these with Keras's own.
"""

from engine.recipes.config import Baseline, Recipe
from engine.training.baselines import BIAS, KERNEL
from engine.training.descriptors import description_length

Shapes = dict[str, tuple[int, ...]]

#: ResNet50: the stages conv2 to conv5, the number of blocks of each, and the maps inside a block.
#: A block gives four times as many.
_STAGES = ((2, 3, 64), (3, 4, 128), (4, 6, 256), (5, 3, 512))


def weight_shapes(recipe: Recipe | Baseline, class_count: int) -> Shapes:
    """Shapes of the weights that `weights.safetensors` holds, by name.

    Args:
        recipe: What was chosen.
        class_count: Number of classes.
    """
    if isinstance(recipe, Baseline):
        return {KERNEL: (description_length(recipe), class_count), BIAS: (class_count,)}
    shapes = _backbone() if recipe.model == "resnet50" else _convolutions(recipe)
    return {
        **shapes,
        **_layer("dense", (recipe.head_inputs, recipe.dense_units)),
        **_layer("predictions", (recipe.dense_units, class_count)),
    }


def _layer(name: str, kernel: tuple[int, ...]) -> Shapes:
    return {f"{name}/kernel": kernel, f"{name}/bias": kernel[-1:]}


def _convolutions(recipe: Recipe) -> Shapes:
    """Those of the CNN from scratch."""
    shapes, depth = {}, 3
    for number, filters in enumerate(recipe.filters, start=1):
        shapes |= _layer(f"convolution_{number}", (3, 3, depth, filters))
        if recipe.batch_normalisation:
            for one in ("gamma", "beta", "moving_mean", "moving_variance"):
                shapes[f"batch_normalisation_{number}/{one}"] = (filters,)
        depth = filters
    return shapes


def _backbone() -> Shapes:
    """Those of ResNet50 without its top, batch normalisation fused (`engine.models.fused`)."""
    shapes, depth = _fused("conv1_conv", (7, 7, 3, 64)), 64
    for stage, blocks, maps in _STAGES:
        for block in range(1, blocks + 1):
            name = f"conv{stage}_block{block}"
            if block == 1:
                shapes |= _fused(f"{name}_0_conv", (1, 1, depth, 4 * maps))
            shapes |= _fused(f"{name}_1_conv", (1, 1, depth, maps))
            shapes |= _fused(f"{name}_2_conv", (3, 3, maps, maps))
            shapes |= _fused(f"{name}_3_conv", (1, 1, maps, 4 * maps))
            depth = 4 * maps
    return shapes


def _fused(name: str, kernel: tuple[int, ...]) -> Shapes:
    vectors = ("gamma", "beta", "mean", "inverse_deviation")
    return _layer(name, kernel) | {f"{name}/{one}": kernel[-1:] for one in vectors}
