import numpy as np
import pytest

from engine import runs
from engine.training.results import MEASURED_SPLITS, rows_of, save_results


def test_rows_stand_split_by_split(tiny_data_set):
    rows = rows_of(tiny_data_set, "test", "train")
    split = tiny_data_set.photos["split"].to_numpy()[rows]
    assert split.tolist() == ["test"] * 6 + ["train"] * 18
    assert len(set(rows.tolist())) == 24


def test_results_are_those_of_the_answers(run, tiny_data_set):
    rows = rows_of(tiny_data_set, *MEASURED_SPLITS)
    labels = tiny_data_set.photos["label"].to_numpy()[rows]
    y_prob = np.eye(3, dtype="float32")[labels]
    y_prob[:3] = np.roll(y_prob[:3], 1, axis=1)  # three of the six validation photos
    save_results(
        run.folder,
        run.config,
        tiny_data_set,
        y_prob,
        best_epoch=2,
        parameters=5,
        trainable_parameters=4,
        versions=("numpy", "no-such-package"),
        further="fact",
    )
    read = runs.load_run(run.folder)
    assert (read.summary["validation_accuracy"], read.summary["test_accuracy"]) == (0.5, 1.0)
    assert (read.summary["validation_photos"], read.summary["test_photos"]) == (6, 6)
    assert read.summary["training_seconds"] == pytest.approx(run.history["seconds"].sum())
    assert read.summary["versions"] == {"numpy": np.__version__}
    assert (read.summary["epochs"], read.summary["further"]) == (3, "fact")
    image_ids = tiny_data_set.photos["image_id"].to_numpy()[rows]
    assert read.predictions.image_ids.tolist() == image_ids.tolist()
    assert read.predictions.y_true.tolist() == labels.tolist()
