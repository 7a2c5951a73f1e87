"""The recipe of a network: everything one chooses before training, each choice one field."""

import dataclasses
from dataclasses import dataclass

from engine.recipes.checks import check_between, check_one_of
from engine.recipes.settings import check_settings, setting

HEADS = ("average", "flatten")
OPTIMISERS = ("adam", "rmsprop")
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


@dataclass(frozen=True)
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
    )
    dropout: float = setting(
        "Dropout",
        help="The share of numbers that each step leaves out, against learning by heart.",
        low=0.0,
        high=0.95,
        offered=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        of_report=True,
    )
    optimiser: str = setting("Optimiser", choices=OPTIMISERS, flag=False)
    phases: tuple[Phase, ...]

    def __post_init__(self):
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
