"""The whole configuration of one run: `config.json` beside the weights it explains."""

import dataclasses
import re
import reprlib
from dataclasses import dataclass
from typing import Any

from engine.disk.paths import check_name
from engine.errors import EngineError
from engine.recipes.baseline import Baseline
from engine.recipes.checks import check_between, check_one_of
from engine.recipes.recipe import Recipe
from engine.recipes.stored import from_json

FORMAT_VERSION = 1
SPLITS = ("train", "validation", "test")
PRECISIONS = ("float32", "bfloat16")

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class RunConfig:
    """One choice applied to one data set.

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

    def __post_init__(self) -> None:
        check_name(self.name, "name of the run")
        check_name(self.data_set, "data set")
        if not _DIGEST.fullmatch(self.data_set_digest):
            raise EngineError(
                "`data_set_digest` must be 64 hexadecimal digits. "
                f"Received: {reprlib.repr(self.data_set_digest)}"
            )
        check_one_of("precision", self.precision, PRECISIONS)
        check_between("number of classes", len(self.class_names), 2, 1000)
        if len(set(self.class_names)) < len(self.class_names):
            raise EngineError(
                f"`class_names` must be unique. Received: {reprlib.repr(self.class_names)}"
            )
        for name in self.class_names:
            if not name or name != name.encode(errors="replace").decode():
                raise EngineError(f"A class name must be a text. Received: {reprlib.repr(name)}")

    def to_dict(self) -> dict[str, Any]:
        """The configuration as JSON types."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RunConfig":
        """The configuration from what `to_dict` gave, of this version or an earlier one.

        Whether its model is one that is known here is for `engine.models.check_recipe` to say.

        Raises:
            EngineError: If a field is unknown, missing without a default, or of another type or
                range.
        """
        version = values.get("format_version") if isinstance(values, dict) else None
        if version != FORMAT_VERSION:
            raise EngineError(
                f"The run's format version must be {FORMAT_VERSION}. "
                f"Received: {reprlib.repr(version)}"
            )
        return from_json(cls, values)
