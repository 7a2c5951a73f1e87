"""What a run is: what one chooses, and the whole configuration of one run.

One chooses a `Recipe` for a network or a `Baseline` for the least one should try; a `RunConfig`
adds what the choice was applied to. All are frozen, and `RunConfig` travels as `config.json`
beside the weights it explains.
"""

import dataclasses
import re
import reprlib
import types
import typing
from dataclasses import dataclass

from engine.disk.paths import check_name
from engine.errors import EngineError

FORMAT_VERSION = 1

MODELS = ("scratch", "resnet50")
MODEL_TITLES = {"scratch": "CNN from scratch", "resnet50": "Fine-tuned ResNet50"}
#: For narrow places: axis labels, table headers, phone captions.
MODEL_SHORT_TITLES = {"scratch": "Scratch", "resnet50": "ResNet50"}
#: The least one should try, from the least on. They are compared with, not compared: the two
#: models stay the two above.
BASELINES = ("baseline-majority", "baseline-pixels", "baseline-hog", "baseline-features")
BASELINE_TITLES = {
    "baseline-majority": "Most frequent class",
    "baseline-pixels": "Regression on small pixels",
    "baseline-hog": "Regression on colours and HOG",
    "baseline-features": "Regression on ResNet50 features",
}
SPLITS = ("train", "validation", "test")
HEADS = ("average", "flatten")
OPTIMISERS = ("adam", "rmsprop")
PRECISIONS = ("float32", "bfloat16")
PHASES = ("scratch", "head", "fine_tune")
#: The one row in the history of a baseline, which is fitted as a whole and not by epochs.
FIT = "fit"
TRAINABLE = ("all", "from_conv4", "from_conv5", "head")
#: Weights between the feature maps and the dense layer: 1 GiB in float32, before any training.
LARGEST_DENSE = 2**28

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Augmentation:
    """Random changes a training photo goes through, a fresh draw each epoch.

    Attributes:
        rotation: Largest turn either way, as a fraction of a full turn: 0.1 is 36 degrees.
        zoom: Largest zoom in or out, as a fraction of the photo's side: 0.1 is 10 %.
    """

    rotation: float = 0.1
    zoom: float = 0.1


@dataclass(frozen=True)
class Phase:
    """A stretch of epochs with one learning rate.

    Attributes:
        name: `scratch`, or `head` and then `fine_tune`.
        epochs: Number of epochs.
        learning_rate: Step size of the optimiser.
        trainable: `all` layers, only the new `head`, or the head and the backbone
            `from_conv4` or `from_conv5`, its last stages.
    """

    name: str
    epochs: int
    learning_rate: float
    trainable: str = "all"


@dataclass(frozen=True)
class Recipe:
    """Everything one chooses before training.

    Attributes:
        model: `scratch` or `resnet50`.
        image_size: Side of the square photo the model sees, in pixels.
        batch_size: Photos per step of the optimiser.
        seed: Seed of weights, order of photos, augmentation and dropout.
        augmentation: Random changes of the training photos.
        filters: Filters of each convolution layer (`scratch` only): its length is their number.
        batch_normalisation: Normalise after each convolution (`scratch` only).
        head: From the backbone's 7x7 maps to one vector: `average` or `flatten` (`resnet50`).
        dense_units: Width of the dense layer before the class outputs.
        dropout: Share of activations dropped in training.
        optimiser: `adam` or `rmsprop`.
        phases: The stretches of training, in order.
    """

    model: str
    image_size: int
    batch_size: int
    seed: int
    augmentation: Augmentation
    filters: tuple[int, ...]
    batch_normalisation: bool
    head: str
    dense_units: int
    dropout: float
    optimiser: str
    phases: tuple[Phase, ...]

    def __post_init__(self):
        _one_of("model", self.model, MODELS)
        _one_of("head", self.head, HEADS)
        _one_of("optimiser", self.optimiser, OPTIMISERS)
        _between("image_size", self.image_size, 32, 512)
        _between("batch_size", self.batch_size, 1, 512)
        _between("seed", self.seed, 0, 2**31 - 1)
        _between("dense_units", self.dense_units, 1, 8192)
        _between("dropout", self.dropout, 0.0, 0.95)
        _between("rotation", self.augmentation.rotation, 0.0, 1.0)
        _between("zoom", self.augmentation.zoom, 0.0, 0.9)
        if self.model == "scratch":
            _between("number of convolution layers", len(self.filters), 1, 5)
        for width in self.filters:
            _between("filters", width, 1, 1024)
        _between("number of phases", len(self.phases), 1, len(PHASES))
        for phase in self.phases:
            _one_of("phase name", phase.name, PHASES)
            _one_of("trainable", phase.trainable, TRAINABLE)
            _between("epochs", phase.epochs, 1, 10_000)
            _between("learning_rate", phase.learning_rate, 1e-9, 10.0)
        self._check_maps()

    def _check_maps(self) -> None:
        """Refuse what Keras would answer with a traceback, or the machine by running out."""
        if self._last_maps[0] < 1:
            raise EngineError(
                f"`filters` must have fewer convolution layers for photos of "
                f"{self.image_size} pixels, because each layer halves them. "
                f"Received: {len(self.filters)}"
            )
        if self.head_inputs * self.dense_units > LARGEST_DENSE:
            raise EngineError(
                f"The dense layer must have at most {LARGEST_DENSE:,} weights. "
                f"Received: {self.head_inputs:,} inputs to {self.dense_units:,} units"
            )

    @property
    def _last_maps(self) -> tuple[int, int]:
        """Side and number of the maps before the head."""
        if self.model == "resnet50":
            return -(-self.image_size // 32), 2048
        side = self.image_size
        for _ in self.filters:
            side = (side - 2) // 2  # a 3x3 convolution without padding, then max pooling
        return side, self.filters[-1]

    @property
    def head_inputs(self) -> int:
        """Numbers a photo that the dense layer is given."""
        side, depth = self._last_maps
        return depth * (side * side if self.head == "flatten" else 1)

    @property
    def epochs(self) -> int:
        """Number of epochs over all phases."""
        return sum(phase.epochs for phase in self.phases)

    @property
    def learns_from_features(self) -> bool:
        """Whether the backbone sees each photo the same way in every epoch.

        It is frozen throughout and nothing is turned or zoomed, so what it makes of a photo needs
        to be computed only once.
        """
        return (
            self.model == "resnet50"
            and self.head == "average"
            and self.augmentation == Augmentation(0.0, 0.0)
            and all(phase.trainable == "head" for phase in self.phases)
        )


@dataclass(frozen=True)
class Baseline:
    """A logistic regression on a description of the photo: everything one chooses before fitting.

    Attributes:
        model: One of `BASELINES`. It says how a photo is described: not at all, by its pixels, by
            its colours and edges, or by the features of ResNet50 as ImageNet left it.
        image_size: Side of the square photo that is described, in pixels.
        seed: Seed of whatever a solver draws. That of today draws nothing.
        strengths: Inverse strengths of the regularisation (scikit-learn's `C`) that are tried: the
            one with the highest validation accuracy is kept, the smallest of several. Empty
            where nothing is regularised, because nothing is looked at.
        colour_levels: Levels of red, of green and of blue in the histogram (`baseline-hog` only).
        cell: Side of a cell of the histogram of oriented gradients, pixels (`baseline-hog` only).
        orientations: Directions in that histogram (`baseline-hog` only).
    """

    model: str
    image_size: int
    seed: int
    strengths: tuple[float, ...]
    colour_levels: int = 0
    cell: int = 0
    orientations: int = 0

    def __post_init__(self):
        _one_of("model", self.model, BASELINES)
        _between("image_size", self.image_size, 8, 512)
        _between("seed", self.seed, 0, 2**31 - 1)
        lowest = 0 if self.model == "baseline-majority" else 1
        _between("number of strengths", len(self.strengths), lowest, 100 * lowest)
        for strength in self.strengths:
            _between("strengths", strength, 1e-9, 1e9)
        if self.model == "baseline-hog":
            _between("colour_levels", self.colour_levels, 1, 16)
            # A block is two cells wide, and a photo holds at least one.
            _between("cell", self.cell, 2, self.image_size // 2)
            _between("orientations", self.orientations, 1, 36)

    @property
    def epochs(self) -> int:
        """Rows of its history."""
        return 1


@dataclass(frozen=True)
class RunConfig:
    """One choice applied to one data set: the whole of `config.json`.

    Attributes:
        name: Name of the run, unique within its data set.
        data_set: Name of the data set.
        data_set_digest: sha256 of the data set's content, 64 hexadecimal digits.
        split_seed: Seed the data set's splits were drawn with.
        class_names: Class names in the order of the model's outputs.
        recipe: What was chosen.
        precision: `float32`, or `bfloat16` (activations; weights and outputs stay float32).
        format_version: Version of the run folder's format.
    """

    name: str
    data_set: str
    data_set_digest: str
    split_seed: int
    class_names: tuple[str, ...]
    recipe: Recipe | Baseline
    precision: str
    format_version: int = FORMAT_VERSION

    def __post_init__(self):
        check_name(self.name, "name of the run")
        check_name(self.data_set, "data set")
        if not _DIGEST.fullmatch(self.data_set_digest):
            raise EngineError(
                "`data_set_digest` must be 64 hexadecimal digits. "
                f"Received: {reprlib.repr(self.data_set_digest)}"
            )
        _one_of("precision", self.precision, PRECISIONS)
        _between("number of classes", len(self.class_names), 2, 1000)
        if len(set(self.class_names)) < len(self.class_names):
            raise EngineError(
                f"`class_names` must be unique. Received: {reprlib.repr(self.class_names)}"
            )
        for name in self.class_names:
            if not name or name != name.encode(errors="replace").decode():
                raise EngineError(f"A class name must be a text. Received: {reprlib.repr(name)}")

    def to_dict(self) -> dict:
        """The configuration as JSON types."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> "RunConfig":
        """The configuration from what `to_dict` gave.

        Raises:
            EngineError: If a field is missing, unknown or of another type or range.
        """
        version = values.get("format_version") if isinstance(values, dict) else None
        if version != FORMAT_VERSION:
            raise EngineError(
                f"The run's format version must be {FORMAT_VERSION}. "
                f"Received: {reprlib.repr(version)}"
            )
        return _from_dict(cls, values)


def with_epochs(recipe: Recipe, epochs: int) -> Recipe:
    """The recipe with `epochs` epochs in all, shared among its phases as the preset shares them.

    A phase that would get none is left out.

    Raises:
        EngineError: If `epochs` is not at least 1.
    """
    _between("epochs", epochs, 1, 10_000)
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


def _one_of(field: str, value, allowed: tuple) -> None:
    if value not in allowed:
        raise EngineError(
            f"`{field}` must be one of {', '.join(allowed)}. Received: {reprlib.repr(value)}"
        )


def _between(field: str, value, low, high) -> None:
    if not low <= value <= high:  # also refuses NaN
        raise EngineError(
            f"`{field}` must be between {low} and {high}. Received: {reprlib.repr(value)}"
        )


def _from_dict(kind, values):
    """Build a (nested) dataclass from JSON types, strictly."""
    if not isinstance(values, dict):
        raise EngineError(f"`{kind.__name__}` must be an object. Received: {reprlib.repr(values)}")
    hints = typing.get_type_hints(kind)
    missing, unknown = hints.keys() - values.keys(), values.keys() - hints.keys()
    if missing or unknown:
        raise EngineError(
            f"`{kind.__name__}` must have the fields {', '.join(hints)}. "
            f"Received: {reprlib.repr(list(values))}"
        )
    return kind(**{name: _convert(name, hint, values[name]) for name, hint in hints.items()})


def _convert(name: str, hint, value):
    if isinstance(hint, types.UnionType):  # the model says which
        known = isinstance(value, dict) and value.get("model") in BASELINES
        hint = Baseline if known else Recipe
    if dataclasses.is_dataclass(hint):
        return _from_dict(hint, value)
    if isinstance(hint, types.GenericAlias):  # tuple[item, ...]
        if not isinstance(value, (list, tuple)):
            raise EngineError(f"`{name}` must be a list. Received: {reprlib.repr(value)}")
        item = typing.get_args(hint)[0]
        return tuple(_convert(name, item, one) for one in value)
    if hint is float and type(value) is int and abs(value) < 2**53:
        value = float(value)
    if type(value) is not hint:
        raise EngineError(
            f"`{name}` must be of type {hint.__name__}. Received: {reprlib.repr(value)}"
        )
    return value
