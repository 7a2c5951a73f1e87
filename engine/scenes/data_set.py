"""The data set of scenes: a fixed recipe that says of every picture how it is drawn.

Nothing is stored but this file: the pictures, and their parameters, can always be had again.

The recipe, for each of the eight classes (all draws independent):

- place: `x` and `y` triangular about the middle, up to 0.6 aside and 0.45 up or down;
- `scale` from 0.5 to 1.5, every ratio as likely as the next;
- `rotation` bell-shaped within 15 degrees: cameras are held roughly upright;
- `clutter` from 0 to 0.7, mostly little; `noise` from 0 to 0.6, mostly very little;
- `time_of_day`: 60 % by day, 25 % at dawn or dusk, 15 % by night;
- `palette` and `seed` uniform.

Every 25th picture (4 %) is ambiguous on purpose: its thing is almost out of the frame, or tiny
in bad weather, or stands behind so much clutter that little of it shows.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from engine.errors import EngineError
from engine.progress import Progress
from engine.scenes.draw import draw_scene
from engine.scenes.parameters import RANGES, SCENE_CLASSES, SceneParameters

#: Pictures of each class: `train` holds those for training and validation.
PICTURES_PER_CLASS = {"train": 150, "test": 50}
#: Every picture's draws start from this number; another number is another data set.
DATA_SET_SEED = 2026
#: One picture in this many is ambiguous on purpose.
AMBIGUOUS_EVERY = 25


def scene_parameters(split: str) -> list[tuple[str, SceneParameters]]:
    """All pictures of `train` (training and validation together) or `test`, in order.

    Returns:
        Pairs of an image id, such as `train/stadium/007.png`, and how that picture is drawn.

    Raises:
        EngineError: If the split is unknown.
    """
    if split not in PICTURES_PER_CLASS:
        raise EngineError(
            f"`split` must be one of {', '.join(PICTURES_PER_CLASS)}. Received: {split!r}"
        )
    return [pair for pair in _all_parameters().items() if pair[0].startswith(f"{split}/")]


def parameters_of(image_id: str) -> SceneParameters:
    """How the picture `image_id` (such as `test/street/012.png`) is drawn.

    Raises:
        EngineError: If the data set has no such picture.
    """
    try:
        return _all_parameters()[image_id]
    except (KeyError, TypeError):
        raise EngineError(
            "The image id must be one of the scenes', such as test/street/012.png. "
            f"Received: {image_id!r}"
        ) from None


def write_scenes(folder: Path, progress: Progress | None = None) -> str:
    """Draw all pictures and write them as `<folder>/<split>/<class>/<number>.png`.

    Args:
        folder: Where to; made if missing.
        progress: Told how many pictures are written.

    Returns:
        sha256 over `<sha256 of the pixels>  <image id>\\n`, sorted by image id: 64 hexadecimal
        digits. Of pixels, not of files: how well PNG compresses differs between machines.
    """
    progress = progress or Progress()
    progress.stage("draw", "Drawing the scenes", unit="pictures")
    whole, everything = hashlib.sha256(), _all_parameters()
    for done, image_id in enumerate(sorted(everything), start=1):
        path = Path(folder) / image_id
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = draw_scene(everything[image_id])
        # Grain hardly compresses; more effort would take longer than the drawing.
        Image.fromarray(pixels).save(path, compress_level=1)
        whole.update(f"{hashlib.sha256(pixels.tobytes()).hexdigest()}  {image_id}\n".encode())
        progress.update(done, len(everything))
    return whole.hexdigest()


@cache
def _all_parameters() -> dict[str, SceneParameters]:
    return dict(_recipe())


def _recipe() -> Iterator[tuple[str, SceneParameters]]:
    for position, (split, count) in enumerate(PICTURES_PER_CLASS.items()):
        for index, class_name in enumerate(SCENE_CLASSES):
            for number in range(count):
                draws = np.random.RandomState([DATA_SET_SEED, position, index, number])
                parameters = _one_picture(class_name, number, draws.random_sample(20).tolist())
                yield f"{split}/{class_name}/{number:03d}.png", parameters


def _one_picture(class_name: str, number: int, draws: list[float]) -> SceneParameters:
    values = {
        "x": 0.6 * (draws[0] + draws[1] - 1.0),
        "y": 0.45 * (draws[2] + draws[3] - 1.0),
        "scale": 0.5 * 3.0 ** draws[4],
        "rotation": 10.0 * (draws[5] + draws[6] + draws[7] - 1.5),
        "clutter": 0.7 * draws[8] ** 1.4,
        "time_of_day": _hour(draws[9], draws[10]),
        "palette": draws[11],
        "noise": 0.6 * draws[12] ** 3,
    }
    if number % AMBIGUOUS_EVERY == AMBIGUOUS_EVERY // 2:
        values |= _ambiguous(number // AMBIGUOUS_EVERY, draws[13:17])
    # Three decimals are plenty, and read the same on every machine.
    rounded = {name: round(value, 3) for name, value in values.items()}
    seed = int(draws[17] * RANGES["seed"].high)
    return SceneParameters(class_name, **rounded, seed=seed)


def _hour(kind: float, place: float) -> float:
    if kind < 0.6:
        return 7.5 + 10.0 * place
    if kind < 0.85:
        return 5.5 + 2.0 * place * 2 if place < 0.5 else 17.5 + 4.0 * (place - 0.5)
    return 19.5 + 2.5 * place


def _ambiguous(turn: int, draws: list[float]) -> dict[str, float]:
    """What makes a picture ambiguous; the three ways take turns."""
    if turn % 3 == 0:
        return {"x": (0.9 + 0.1 * draws[0]) * (1 if draws[1] < 0.5 else -1)}
    if turn % 3 == 1:
        return {"scale": 0.3 + 0.05 * draws[0], "noise": 0.5 + 0.2 * draws[1], "clutter": 0.6}
    return {"clutter": 0.9 + 0.1 * draws[0], "scale": 0.6 + 0.2 * draws[1]}
