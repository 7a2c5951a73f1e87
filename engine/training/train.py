"""Train one run, from its configuration to a complete run folder.

Read top to bottom: `train` is the story, the rest its parts; a baseline is fitted by
`engine.training.baselines` instead. Everything a killed training needs
lies in the unfinished folder: after each epoch its row in `history.csv`, then its whole state,
weights and optimiser.
"""

import contextlib
import time
from pathlib import Path

import numpy as np

from engine import runs
from engine.data import DataSet, load_prepared
from engine.disk.progress_file import ProgressFile
from engine.errors import EngineError, StoppedError
from engine.models import check_recipe, find_spec
from engine.models.backend import use_backend
from engine.progress import Progress
from engine.recipes.baseline import Baseline
from engine.recipes.config import RunConfig
from engine.training.baselines import fit_baseline
from engine.training.learners import choose_learner
from engine.training.queue import own_turn
from engine.training.results import MEASURED_SPLITS, rows_of, save_results


def train(
    config: RunConfig,
    data_set: DataSet,
    resume: bool = False,
    weights_file: Path | None = None,
    progress: Progress | None = None,
) -> Path:
    """Train a run and write its folder, once no other training of this machine is before it.

    Args:
        config: The whole configuration.
        data_set: The photos; their digest must be the configuration's.
        resume: Go on after the last complete epoch of the unfinished run of this name.
        weights_file: ImageNet weights to use instead of the usual sources.
        progress: Told how far it is.

    Returns:
        The complete run's folder, below `artifacts/runs`.

    Raises:
        EngineError: If the model is not known, the photos are others, the name is taken, there is
            nothing to resume, the ImageNet weights cannot be had, training diverged, or
            it was stopped before its first epoch was complete.
    """
    progress = progress or Progress()
    check_recipe(config.recipe)
    learn = fit_baseline if isinstance(config.recipe, Baseline) else _train
    if data_set.digest != config.data_set_digest:
        raise EngineError(
            f"The photos of {data_set.name} are not those this run was configured for: "
            "start a new run."
        )
    folder = _claim_folder(config, resume)
    try:
        with (
            runs.lock_unfinished(folder),
            # Also of a training that was started at a terminal, pages show how far it is.
            progress.also(ProgressFile(runs.progress_path(folder))),
        ):
            runs.clear_progress(folder, max(runs.state_epochs(folder), default=0))
            if not runs.is_complete(folder):  # else it was killed within its last second
                with own_turn(config.data_set, config.name, progress, lambda: _check(folder)):
                    learn(config, data_set, folder, weights_file, progress)
            return runs.publish(folder, config.name)
    except StoppedError as error:
        if runs.state_epochs(folder):
            raise EngineError(
                f"The training of {config.name} was stopped before it went on; what it has "
                "learnt is kept: go on with --resume."
            ) from error
        runs.discard(folder)
        raise EngineError(
            f"The training of {config.name} was stopped before its first epoch was complete, so "
            "nothing is kept."
        ) from error
    except BaseException:
        if not (resume or runs.state_epochs(folder) or runs.is_complete(folder)):
            runs.discard(folder)  # nothing was learnt: the name is free again
        raise


def _check(folder: Path) -> None:
    """Ends the work where somebody asked the training to stop.

    For what comes before the first epoch: between batches it is `engine.training.callbacks.Batches`
    that looks, and after the last one it is too late.
    """
    if runs.stop_requested(folder):
        raise StoppedError


def _train(config, data_set, folder, weights_file, progress: Progress) -> None:
    """Train from the newest state in the folder, or from the start, and write all files."""
    progress.stage("start", "Starting Python and TensorFlow")
    use_backend("training")
    import keras

    cpu_before = time.process_time()
    keras.utils.set_random_seed(config.recipe.seed)

    with progress.also(lambda event: _check(folder)):
        learner = choose_learner(config)(config, data_set, weights_file, progress)
        model, done = _build_or_restore(config, folder, learner)
    runs.trim_history(folder, done)
    progress.stage("train", "Training", unit="epochs")
    progress.say(
        f"going on after epoch {done} of {config.name}"
        if done
        else f"training {config.name} on {data_set.name} in {config.precision}"
    )
    with contextlib.suppress(StoppedError):
        _learn(config, data_set, folder, learner, model, done, progress)
    if not runs.state_epochs(folder):
        raise StoppedError
    _finish(folder, config, data_set, learner, cpu_before, progress)


def _learn(config, data_set, folder, learner, model, done, progress: Progress) -> None:
    """Go through the phases, from the epoch after the first `done`."""
    from engine.models.build import compile_model
    from engine.training.callbacks import epoch_callbacks
    from engine.training.schedule import learnt_enough, pace_callbacks

    recipe, first = config.recipe, 0
    weights = class_weights(data_set) if recipe.class_weights else None
    for phase in recipe.phases:
        last = first + phase.epochs
        is_last = phase is recipe.phases[-1]
        # It was killed between its last epoch and its end.
        if is_last and done > first and learnt_enough(folder, recipe.patience):
            break
        if done < last:
            compile_model(model, recipe, phase)
            pace = pace_callbacks(recipe, phase, first, folder)
            if done > first:  # inside this phase: its optimiser goes on as it was
                model.optimizer.build(model.trainable_variables)
                model.load_weights(runs.state_path(folder, done))
            start = max(done, first)
            model.fit(
                _batches(data_set, learner.inputs, "train", config, first_epoch=start),
                validation_data=_batches(data_set, learner.inputs, "validation", config),
                initial_epoch=start,
                epochs=last,
                callbacks=[
                    *epoch_callbacks(folder, phase.name, recipe.epochs, progress, learner.seconds),
                    *pace,
                ],
                class_weight=weights,
                # PhotoBatches draws the order. Keras would shuffle the batches once more, from a
                # state that a resumed training does not have.
                shuffle=False,
                verbose=0,
            )
            if model.stop_training:
                progress.say(
                    f"no better epoch in the last {recipe.patience}, so it ends here"
                    if recipe.patience and learnt_enough(folder, recipe.patience)
                    else "the training diverged: the loss is no number, so it ends here"
                )
                break
        first = last


def class_weights(data_set: DataSet) -> dict[int, float]:
    """How much a training photo of each class counts, so that all classes count alike.

    Photos in all, divided by classes and by photos of the class: scikit-learn's `balanced`.
    """
    photos = data_set.photos
    counts = photos.loc[photos["split"] == "train", "label"].value_counts()
    return {int(label): counts.sum() / len(counts) / count for label, count in counts.items()}


def _claim_folder(config: RunConfig, resume: bool) -> Path:
    folder = runs.unfinished_folder(config.data_set, config.name)
    if any(one.name == config.name for one in runs.find_run_folders(config.data_set)):
        raise EngineError(
            f"The name of the run must be free: {config.data_set} already has a complete run "
            f"of that name. Received: {config.name!r}"
        )
    if resume:
        if runs.load_unfinished_config(folder) != config:
            raise EngineError(
                f"The unfinished run {config.name} was started with another configuration: "
                "resume it without further flags, or start another with --name."
            )
        return folder
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise EngineError(
            f"A run {config.name} of {config.data_set} is unfinished: go on with --resume, "
            "or start another with --name."
        ) from error
    runs.save_config(folder, config)
    return folder


def _build_or_restore(config: RunConfig, folder: Path, learner):
    """The network as the newest whole state has it, or a fresh one; and the epochs it has learnt.

    Raises:
        EngineError: If there are states but none can be read, or no source has ImageNet weights.
    """
    states = sorted(runs.state_epochs(folder), reverse=True)
    if not states:
        return learner.build(fresh=True), 0
    model = learner.build(fresh=False)
    for epoch in states:
        # A state that is damaged stays: its epoch is repeated, and writes it anew.
        with contextlib.suppress(Exception):  # h5py and Keras have many
            model.load_weights(runs.state_path(folder, epoch))
            return model, epoch
    raise EngineError(
        f"No saved state of the unfinished run {config.name} can be read: remove the folder "
        f"{folder.name} of {config.data_set} and train again."
    )


def _batches(data_set: DataSet, inputs, split: str, config: RunConfig, first_epoch: int = 0):
    from engine.training.batches import PhotoBatches

    return PhotoBatches(
        inputs,
        data_set.photos["label"].to_numpy(),
        rows_of(data_set, split),
        config.recipe.batch_size,
        shuffle_seed=config.recipe.seed if split == "train" else None,
        first_epoch=first_epoch,
    )


def _finish(folder, config, data_set, learner, cpu_before, progress: Progress) -> None:
    """Keep the best epoch's weights, predict with exactly these, and sum up."""
    history = runs.load_history(folder)
    best = runs.best_epoch(history)
    if best is None:
        runs.discard(folder)  # going on would change nothing
        raise EngineError(
            "The training diverged: the loss is no number from the first epoch on, so nothing is "
            "kept; train again with a lower learning rate."
        )
    progress.stage("answer", "Answering the validation and test photos", unit="photos")
    progress.say(f"epoch {best} is the best on the validation split; predicting with its weights")
    try:
        model = learner.whole_model(runs.state_path(folder, best))
    except EngineError:
        raise
    except Exception as error:  # h5py and Keras have many
        raise EngineError(
            f"The state of epoch {best}, the best of the unfinished run {config.name}, cannot be "
            f"read: remove the folder {folder.name} of {config.data_set} and train again."
        ) from error
    runs.save_weights(folder, model)
    # Through the file, so that the stored answers are those of the stored float16 weights.
    runs.load_weights(folder, model)
    photos = load_prepared(data_set, config.recipe.image_size)
    parts = [_batches(data_set, photos, split, config) for split in MEASURED_SPLITS]
    answers = []
    for part in parts:
        answers.append(model.predict(part, verbose=0))
        progress.update(sum(map(len, answers)), sum(len(one.rows) for one in parts))
    save_results(
        folder,
        config,
        data_set,
        np.concatenate(answers),
        best_epoch=best,
        parameters=model.count_params(),
        trainable_parameters=_trained_parameters(config, model),
        versions=("keras", "tensorflow", "tensorflow-cpu", "numpy", "pillow"),
        cpu_seconds_of_last_process=round(time.process_time() - cpu_before, 1),
    )


def _trained_parameters(config: RunConfig, model) -> int:
    """How many numbers learned, in the phase in which most did."""
    from engine.models.build import set_trainable

    counts = []
    for phase in config.recipe.phases:
        set_trainable(model, find_spec(config.recipe.model), phase.trainable)
        counts.append(sum(int(np.prod(one.shape)) for one in model.trainable_variables))
    return max(counts)
