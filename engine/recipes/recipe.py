"""The recipe of a network: everything one chooses before training, each choice one field."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from engine.recipes.checks import check_between, check_one_of
from engine.recipes.settings import check_settings, setting

HEADS = ("average", "flatten")
OPTIMISERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine", "step")
ACTIVATIONS = ("relu", "elu", "gelu", "tanh", "sigmoid")
POOLINGS = ("max", "average", "none")
DROPOUT_PLACES = ("once", "each")
NORMALISATION_PLACES = ("after", "before")
PHASES = ("scratch", "head", "fine_tune")
#: What may learn in a phase beside the stages that a model names (`ModelSpec.stages`).
ALL, HEAD = "all", "head"
_LONGEST_WORD = 40


@dataclass(frozen=True)
class Augmentation:
    """Random changes a training photo goes through, a fresh draw each epoch.

    Attributes:
        rotation: Largest turn either way, as a fraction of a full turn: 0.1 is 36 degrees.
        zoom: Largest zoom in or out, as a fraction of the photo's side: 0.1 is 10 %.
        shift: Largest move along either side, as a fraction of it.
        flip: Whether every second photo is mirrored, left for right.
        brightness: Largest change of all pixels either way, as a fraction of white.
        contrast: Largest change of each pixel's distance from the photo's mean, as a fraction.
    """

    rotation: float = setting(
        "Rotation of the training photos (±°)",
        default=0.1,
        help="The largest turn either way, a fresh draw each time a photo is shown.",
        low=0.0,
        high=1.0,
        offered=(0.0, 10 / 360, 20 / 360, 0.1, 45 / 360, 0.25, 0.5),
        scale=360,
        of_report=True,
    )
    zoom: float = setting(
        "Zoom of the training photos (±%)",
        default=0.1,
        help="How much nearer or farther at the most, a fresh draw each time a photo is shown.",
        low=0.0,
        high=0.9,
        offered=(0.0, 0.05, 0.1, 0.2, 0.3, 0.5),
        scale=100,
        of_report=True,
    )

    shift: float = setting(
        "Shift of the training photos (±%)",
        default=0.0,
        help="How far aside, up or down at the most, a fresh draw each time a photo is shown.",
        low=0.0,
        high=0.5,
        offered=(0.0, 0.05, 0.1, 0.2),
        scale=100,
    )
    flip: bool = setting(
        "Mirrored training photos",
        default=False,
        help="Every second photo is shown left for right, a fresh draw each time.",
    )
    brightness: float = setting(
        "Brightness of the training photos (±%)",
        default=0.0,
        help="How much lighter or darker at the most, a fresh draw each time a photo is shown.",
        low=0.0,
        high=0.9,
        offered=(0.0, 0.1, 0.2, 0.4),
        scale=100,
    )
    contrast: float = setting(
        "Contrast of the training photos (±%)",
        default=0.0,
        help="How much flatter or stronger at the most, a fresh draw each time a photo is shown.",
        low=0.0,
        high=0.9,
        offered=(0.0, 0.1, 0.2, 0.4),
        scale=100,
    )

    @property
    def changes_nothing(self) -> bool:
        """Whether a photo is always shown as it is."""
        return not any(getattr(self, field.name) for field in dataclasses.fields(self))


@dataclass(frozen=True)
class Phase:
    """A stretch of epochs with one learning rate.

    Attributes:
        name: `scratch`, or `head` and then `fine_tune`.
        epochs: Number of epochs.
        learning_rate: Step size of the optimiser.
        trainable: `all` layers, only the new `head`, or the head and the backbone from one of
            the stages on that its `ModelSpec` names.
    """

    name: str
    epochs: int
    learning_rate: float
    trainable: str = ALL


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything one chooses before training.

    Attributes:
        model: Name of a `ModelSpec`.
        image_size: Side of the square photo the model sees, in pixels.
        batch_size: Photos per step of the optimiser.
        seed: Seed of weights, order of photos, augmentation and dropout.
        augmentation: Random changes of the training photos.
        filters: Filters of each convolution layer: its length is their number.
        batch_normalisation: Normalise after each convolution.
        head: From the last maps to one vector: `average` or `flatten`.
        dense_units: Width of the dense layer before the class outputs.
        dropout: Share of activations dropped in training.
        optimiser: One of `OPTIMISERS`.
        phases: The stretches of training, in order.
        kernel_size: Side of the square of pixels that a filter looks at.
        stride: Pixels that a filter moves on at a time.
        pooling: What becomes of the pixels of a pool: their `max`, their `average`, or `none`.
        pool_size: Side of a pool, in pixels.
        activation: What follows each convolution.
        dropout_place: `once`, before the head, or after `each` pooling.
        normalisation_place: Batch normalisation `after` or `before` the activation.
        momentum: Share of the step before that each step of `sgd` or `rmsprop` keeps.
        schedule: How the learning rate changes within a phase: not at all, along half a `cosine`
            to almost 0, or in a `step` to a tenth after half of its epochs and to a hundredth
            after three quarters.
        weight_decay: Share of each weight that a step takes away, times the learning rate.
        label_smoothing: Share of the truth that is spread over all classes.
        class_weights: Whether a photo of a rare class counts for more, so that all classes count
            alike.
        patience: Epochs of the last phase without a better validation accuracy after which the
            training ends; 0 goes on to the end.
    """

    model: str
    image_size: int = setting("Image size (pixels)", low=32, high=512)
    batch_size: int = setting(
        "Batch size",
        help="Photos that are looked at between two corrections of the weights.",
        low=1,
        high=512,
        offered=(8, 16, 32, 64),
        of_report=True,
    )
    seed: int = setting("Seed", low=0, high=2**31 - 1)
    augmentation: Augmentation
    filters: tuple[int, ...] = setting(
        "Filters of each convolution",
        help="How many patterns each convolution layer looks for; their number is that of layers.",
        low=1,
        high=1024,
        of_report=True,
        of_model=True,
    )
    batch_normalisation: bool = setting(
        "Batch normalisation",
        help="The report tried it and left it out: validation accuracy swung.",
        of_report=True,
        of_model=True,
    )
    head: str = setting(
        "Head",
        help="What becomes of the last maps: their averages, or all of them one after the other.",
        choices=HEADS,
        of_report=True,
    )
    dense_units: int = setting(
        "Dense layer (units)",
        help="How many numbers the head makes of the maps before it names a class.",
        low=1,
        high=8192,
        offered=(32, 64, 128, 256, 512, 1024),
    )
    dropout: float = setting(
        "Dropout",
        help="The share of numbers that each step leaves out, against learning by heart.",
        low=0.0,
        high=0.95,
        offered=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        of_report=True,
    )
    optimiser: str = setting(
        "Optimiser",
        help="How a step follows from the errors of a batch.",
        choices=OPTIMISERS,
    )
    phases: tuple[Phase, ...]
    kernel_size: int = setting(
        "Kernel of each convolution (pixels)",
        default=3,
        help="Side of the square of pixels that a filter looks at.",
        low=1,
        high=11,
        offered=(3, 5, 7),
        of_model=True,
    )
    stride: int = setting(
        "Stride of each convolution (pixels)",
        default=1,
        help="How far a filter moves on at a time: 2 makes a quarter of the work.",
        low=1,
        high=4,
        offered=(1, 2, 3),
        of_model=True,
    )
    pooling: str = setting(
        "Pooling",
        default="max",
        help="What is kept of neighbouring pixels of a map: the largest, the mean, or all.",
        choices=POOLINGS,
        of_model=True,
    )
    pool_size: int = setting(
        "Pool (pixels)",
        default=2,
        help="Side of the square of pixels that becomes one.",
        low=2,
        high=4,
        offered=(2, 3, 4),
        of_model=True,
    )
    activation: str = setting(
        "Activation of the convolutions",
        default="relu",
        help="Which numbers a convolution passes on: ReLU those above 0.",
        choices=ACTIVATIONS,
        of_model=True,
    )
    dropout_place: str = setting(
        "Where dropout stands",
        default="once",
        help="Once, before the dense layer, or after each pooling.",
        choices=DROPOUT_PLACES,
        of_model=True,
    )
    normalisation_place: str = setting(
        "Where batch normalisation stands",
        default="after",
        help="After or before the activation, if there is one.",
        choices=NORMALISATION_PLACES,
        of_model=True,
    )
    momentum: float = setting(
        "Momentum",
        default=0.0,
        help="The share of the step before that each step of sgd or rmsprop keeps.",
        low=0.0,
        high=0.99,
        offered=(0.0, 0.5, 0.9),
    )
    schedule: str = setting(
        "Learning rate within a phase",
        default="constant",
        help="Constant, falling along a cosine to almost 0, or in steps to a tenth and less.",
        choices=SCHEDULES,
    )
    weight_decay: float = setting(
        "Weight decay",
        default=0.0,
        help="Pulls all weights towards 0 a little at each step, against learning by heart.",
        low=0.0,
        high=1.0,
        offered=(0.0, 1e-4, 1e-3, 1e-2),
    )
    label_smoothing: float = setting(
        "Label smoothing",
        default=0.0,
        help="Asks for a little less than full certainty of the true class.",
        low=0.0,
        high=0.5,
        offered=(0.0, 0.05, 0.1, 0.2),
    )
    class_weights: bool = setting(
        "Rare classes count for more",
        default=False,
        help="A photo of a rare class weighs more, so that all classes weigh alike.",
    )
    patience: int = setting(
        "Early stopping (epochs)",
        default=0,
        help="Ends after so many epochs without a better validation accuracy; 0 never does.",
        low=0,
        high=1000,
        offered=(0, 5, 10, 20),
    )

    def __post_init__(self) -> None:
        if not self.model or len(self.model) > _LONGEST_WORD:
            check_one_of("model", self.model, ("the name of a model",))
        check_settings(self)
        check_settings(self.augmentation)
        check_between("number of phases", len(self.phases), 1, len(PHASES))
        for phase in self.phases:
            check_one_of("phase name", phase.name, PHASES)
            check_between("epochs", phase.epochs, 1, 10_000)
            check_between("learning_rate", phase.learning_rate, 1e-9, 10.0)

    @property
    def epochs(self) -> int:
        """Number of epochs over all phases."""
        return sum(phase.epochs for phase in self.phases)


def with_epochs(recipe: Recipe, epochs: int) -> Recipe:
    """The recipe with `epochs` epochs in all, shared among its phases as the preset shares them.

    A phase that would get none is left out.

    Raises:
        EngineError: If `epochs` is not at least 1.
    """
    check_between("epochs", epochs, 1, 10_000)
    phases, left = [], epochs
    for position, phase in enumerate(recipe.phases):
        share = max(1, round(epochs * phase.epochs / recipe.epochs))
        share = left if position == len(recipe.phases) - 1 else min(share, left)
        if share:
            phases.append(dataclasses.replace(phase, epochs=share))
        left -= share
    return dataclasses.replace(recipe, phases=tuple(phases))


def with_learning_rate(recipe: Recipe, learning_rate: float) -> Recipe:
    """The recipe with this learning rate in its first phase, the others scaled alike."""
    factor = learning_rate / recipe.phases[0].learning_rate
    phases = tuple(
        dataclasses.replace(phase, learning_rate=phase.learning_rate * factor)
        for phase in recipe.phases
    )
    return dataclasses.replace(recipe, phases=phases)


def with_phases(
    recipe: Recipe,
    epochs: tuple[int, ...] | None = None,
    learning_rates: tuple[float, ...] | None = None,
    trainable: tuple[str, ...] | None = None,
) -> Recipe:
    """The recipe with its phases set one by one.

    Args:
        recipe: Of a network.
        epochs: Of each phase; fewer numbers than phases leave out the last ones.
        learning_rates: Of each phase that is left.
        trainable: Likewise.

    Raises:
        EngineError: If there are more values than phases, or too few, or one is out of range.
    """
    phases = recipe.phases
    if epochs is not None:
        check_between("number of phases", len(epochs), 1, len(phases))
        phases = tuple(
            dataclasses.replace(phase, epochs=one)
            for phase, one in zip(phases, epochs, strict=False)
        )
    for field, values in (("learning_rate", learning_rates), ("trainable", trainable)):
        if values is not None:
            check_between(f"number of values of {field}", len(values), len(phases), len(phases))
            changes: list[dict[str, Any]] = [{field: one} for one in values]
            phases = tuple(
                dataclasses.replace(phase, **change)
                for phase, change in zip(phases, changes, strict=True)
            )
    return dataclasses.replace(recipe, phases=phases)
