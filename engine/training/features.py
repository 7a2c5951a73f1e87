"""What a backbone, as ImageNet left it, sees in photos: some numbers each, computed once and kept.

The backbone does not learn while it is frozen, so the same photo gives the same numbers in every
epoch, for every size of training set, seed and head. They lie in parts of some hundred photos
below `artifacts/data/<data set>/features/<view>/`, a view named by a digest of all that they depend
on: what a killed computation has done is kept, and a part that is damaged or of other photos is
computed anew.
"""

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.data import DataSet, load_prepared
from engine.data.images import PIXELS
from engine.disk.atomic import atomic_path
from engine.errors import EngineError
from engine.models import Backbone, find_spec
from engine.models.backend import use_backend
from engine.progress import Progress
from engine.recipes.recipe import Augmentation
from engine.text import duration

FEATURES_FOLDER = "features"
#: Photos a part: some ten seconds of work on two cores.
PART = 256
_BATCH = 32


@dataclass(frozen=True)
class View:
    """How photos are looked at.

    Attributes:
        image_size: Side of the square photo, in pixels.
        precision: In which the backbone computes: `float32` or `bfloat16`.
        augmentation: Random changes of the photos before; None looks at them as they are.
        seed: Seed of these changes.
        number: Which draw of them: another number, another draw.
        model: Whose backbone looks.
    """

    image_size: int
    precision: str = "float32"
    augmentation: Augmentation | None = None
    seed: int = 0
    number: int = 0
    model: str = "resnet50"

    @property
    def backbone(self) -> Backbone:
        """What looks.

        Raises:
            EngineError: If the model has none.
        """
        found = find_spec(self.model).backbone
        if found is None:
            raise EngineError(f"Features come from a backbone. Received: {self.model!r}")
        return found

    @property
    def name(self) -> str:
        """Name of its folder: readable, and a digest of everything that the features depend on.

        Photos that nothing changes look the same whatever the seed, so it is left out there.
        """
        depends = {**dataclasses.asdict(self), "backbone": self.backbone.identity, "pixels": PIXELS}
        start = f"{self.backbone.name}-{self.image_size}-{self.precision}"
        if self.augmentation is None:
            depends["seed"] = depends["number"] = 0
            start += "-plain"
        else:
            start += f"-augmented-{self.number}"
        text = json.dumps(depends, sort_keys=True)
        return f"{start}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    def rows(self, data_set: DataSet) -> np.ndarray:
        """Rows of `data_set.photos` that are looked at: all; changed ones to train on only."""
        split = data_set.photos["split"].to_numpy()
        everything = np.arange(len(split))
        return everything if self.augmentation is None else everything[split == "train"]


@dataclass(frozen=True, eq=False)
class Features:
    """The features of photos.

    Attributes:
        values: float32 (photos, channels), averaged over the photo; row i is of `View.rows`[i].
        seconds: What computing them took, whenever that was.
    """

    values: np.ndarray
    seconds: float


def load_features(
    data_set: DataSet,
    view: View,
    weights_file: Path | None = None,
    progress: Progress | None = None,
    load_network: Callable | None = None,
) -> Features:
    """The features of a data set's photos in one view, from the disk as far as they are there.

    Args:
        data_set: The photos.
        view: How to look at them.
        weights_file: ImageNet weights to use instead of the usual sources.
        progress: Told how many photos are done.
        load_network: Gives the backbone's network, where somebody else needs it, too.

    Raises:
        EngineError: If the photos are not here, no source of the weights answers, or the disk
            refuses.
    """
    rows = view.rows(data_set)
    folder = data_set.folder / FEATURES_FOLDER / view.name
    starts = range(0, len(rows), PART)
    paths = [folder / f"{number:03d}.safetensors" for number in range(len(starts))]
    identities = [_identity(data_set, view, rows[start : start + PART]) for start in starts]
    parts = [_read(*one) for one in zip(paths, identities, strict=True)]
    if any(part is None for part in parts):
        progress = progress or Progress()
        network = load_network() if load_network else None
        compute = _computer(data_set, view, weights_file, progress, network)
        folder.mkdir(parents=True, exist_ok=True)
        what = f"features of {view.backbone.title} ({view.name})"
        progress.stage("features", what, unit="photos")
        began, missing = time.perf_counter(), parts.count(None)
        for number, start in enumerate(starts):
            if parts[number] is not None:
                continue
            before = time.perf_counter()
            values = compute(rows[start : start + PART], number)
            seconds = time.perf_counter() - before
            _write(paths[number], identities[number], values, seconds)
            parts[number] = Features(values, seconds)
            still = parts.count(None)
            left = still * (time.perf_counter() - began) / (missing - still)
            done = min(start + PART, len(rows))
            progress.update(
                done,
                len(rows),
                seconds_left=left,
                message=f"{what}: {done:,} of {len(rows):,} photos, "
                f"about {duration(left / 60)} left",
            )
    return Features(
        np.concatenate([part.values for part in parts]), sum(part.seconds for part in parts)
    )


def measure_pace(
    data_set: DataSet, view: View, weights_file: Path | None = None, photos: int = 96
) -> float:
    """Seconds a photo that computing features takes now, on this machine.

    Args:
        data_set: The photos.
        view: How to look at them.
        weights_file: ImageNet weights to use instead of the usual sources.
        photos: How many to take the time of, after as many to warm up.
    """
    rows = view.rows(data_set)[:photos]
    compute = _computer(data_set, view, weights_file, None)
    compute(rows, 0)
    began = time.perf_counter()
    compute(rows, 0)
    return (time.perf_counter() - began) / len(rows)


def _computer(
    data_set: DataSet,
    view: View,
    weights_file: Path | None,
    progress: Progress | None,
    network=None,
) -> Callable:
    """A function from rows and the number of their part to float32 (rows, channels)."""
    photos = load_prepared(data_set, view.image_size)
    use_backend("training")
    import keras

    from engine.models.augmentation import build_augmentation
    from engine.models.build import build_feature_extractor, load_backbone

    network = network or load_backbone(
        view.backbone, view.image_size, view.precision, weights_file, progress
    )
    model = build_feature_extractor(view.backbone, view.image_size, network)

    def compute(rows: np.ndarray, number: int) -> np.ndarray:
        change = None
        if view.augmentation is not None:
            # A draw of its own for each part, so that a computation that was killed goes on with
            # the draws it would have made.
            state = np.random.SeedSequence((view.seed, view.number, number)).generate_state(1)[0]
            change = build_augmentation(view.augmentation, int(state) >> 1)
        values = []
        for start in range(0, len(rows), _BATCH):
            batch = photos[rows[start : start + _BATCH]].astype("float32")
            if change is not None:
                batch = keras.ops.convert_to_numpy(change(batch, training=True))
            values.append(model.predict_on_batch(batch))
        return np.concatenate(values).astype("float32")

    return compute


def _identity(data_set: DataSet, view: View, rows: np.ndarray) -> dict[str, str]:
    """What a part was computed from; a part of anything else is none of ours."""
    return {
        "data_set_digest": data_set.digest,
        "view": view.name,
        "backbone": view.backbone.identity,
        "rows": hashlib.sha256(rows.astype("<i8").tobytes()).hexdigest(),
    }


def _read(path: Path, identity: dict[str, str]) -> Features | None:
    """The part at `path`; None where it is absent, damaged or was computed from anything else."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            values = file.get_tensor("features")
        whole = (
            {key: metadata.get(key) for key in identity} == identity
            and metadata["sha256"] == hashlib.sha256(values.tobytes()).hexdigest()
            and values.dtype == np.float32
        )
        return Features(values, float(metadata["seconds"])) if whole else None
    except (OSError, SafetensorError, ValueError, TypeError, KeyError):
        return None


def _write(path: Path, identity: dict[str, str], values: np.ndarray, seconds: float) -> None:
    from safetensors.numpy import save_file

    values = np.ascontiguousarray(values)
    checksum = hashlib.sha256(values.tobytes()).hexdigest()
    notes = {**identity, "sha256": checksum, "seconds": f"{seconds:.3f}"}
    with atomic_path(path, durable=False) as partial:  # its checksum tells a damaged one
        save_file({"features": values}, partial, notes)
