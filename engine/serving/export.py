"""Write a run's model as an OpenVINO graph: `python -m engine.serving.export RUN_FOLDER GRAPH.xml`.

A program of its own, because Keras and the model it builds would stay in the memory of the server
that only wants the graph: 100 MB, of the 800 it may take.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from engine import runs
from engine.disk import paths
from engine.errors import EngineError
from engine.models import find_baseline
from engine.models.backend import use_backend
from engine.recipes.baseline import Baseline

if TYPE_CHECKING:
    import keras


def export_run(run: runs.Run, graph: Path) -> None:
    """Have a process of its own write the graph of a run's model, and its weights beside it.

    Args:
        run: The run.
        graph: Where to, a name that ends in `.xml`.

    Raises:
        RunError: If the weights are damaged or belong to another architecture.
        EngineError: If the process fails for another reason.
    """
    done = subprocess.run(
        [sys.executable, "-m", "engine.serving.export", run.folder.resolve(), graph],
        **paths.child_process(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return
    *_, last = done.stderr.strip().splitlines() or ["no reason given"]
    if done.returncode == _DAMAGED:
        raise runs.RunError(last)
    raise EngineError(f"The model of {run.config.data_set}/{run.name} cannot be prepared: {last}")


def build_for_inference(run: runs.Run) -> keras.Model:
    """The Keras model of a run, with its weights and without augmentation.

    Its outputs: the class probabilities; the last maps before the head, (batch, height, width,
    channels); and the output of the head's dense layer, (batch, units), after ReLU. Of
    a baseline whose photos a backbone describes it is that, and its only output the features,
    (batch, channels).

    Raises:
        RunError: If the weights are damaged or belong to another architecture.
        EngineError: If a baseline needs a backbone and no source of its weights answers.
    """
    import keras

    from engine.models.build import build_feature_extractor, build_model, load_backbone

    recipe = run.config.recipe
    if isinstance(recipe, Baseline):
        backbone, size = find_baseline(recipe.model).backbone, recipe.image_size
        if backbone is None:
            raise EngineError(
                f"A baseline without a backbone has no network. Received: {run.model!r}"
            )
        return build_feature_extractor(backbone, size, load_backbone(backbone, size))
    model = build_model(recipe, len(run.config.class_names))
    runs.load_weights(run.folder, model)
    # Augmentation passes a photo unchanged here, but its layers refuse to be compiled: with them,
    # Keras would run the model operation by operation, each compiled anew in every call.
    return keras.Model(
        model.get_layer("augmentation").output,
        [
            model.output,
            model.get_layer(recipe.head).input,
            model.get_layer("dense").output,
        ],
    )


_DAMAGED = 3


def _main(folder: str, graph: str) -> int:
    use_backend("inference")
    try:
        model = build_for_inference(runs.load_run(Path(folder)))
    except EngineError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return _DAMAGED
    model.export(graph, format="openvino", verbose=False)
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
