"""Test accuracy against photos per class: how many photos does each model need?

Both models learn from the same photos, a few of each class, drawn by seed; those of a smaller size
are among those of a larger one. `resnet50` learns as in the first phase of its recipe, the
backbone frozen: its head is trained on stored features (`engine.training.features`), for as many
steps as that phase takes with all photos. `scratch` learns by its own recipe, but for more epochs
where there are few photos, and for fewer where there are many. Each keeps its best epoch by
validation accuracy; the test photos are only measured. All of it is computed in float32, so that
curves of two machines can be compared.
"""

from engine.training.learning_curve.cost import FrozenCost, frozen_cost
from engine.training.learning_curve.measure import measure_learning_curve
from engine.training.learning_curve.plan import (
    SEEDS,
    SIZES,
    Training,
    check_seeds,
    check_sizes,
    draw_subset,
    plan_trainings,
)

__all__ = [
    "SEEDS",
    "SIZES",
    "FrozenCost",
    "Training",
    "check_seeds",
    "check_sizes",
    "draw_subset",
    "frozen_cost",
    "measure_learning_curve",
    "plan_trainings",
]
