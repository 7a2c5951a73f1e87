import dataclasses

import numpy as np
import pytest

from engine import runs
from engine.errors import EngineError
from engine.measures.out_of_distribution import measure_out_of_distribution, pictures_of_no_class
from engine.serving.predict import Answer
from tests.conftest import make_data_set, make_run
from tests.told import counted_to


class Dot:
    """Says "dot" to everything, the surer the brighter."""

    def __init__(self, run):
        self.run = run

    def predict(self, photo):
        sure = 0.5 + photo.mean() / 1000
        probabilities = np.array([0, sure, 1 - sure], "float32")
        return Answer(probabilities, photo, 1.0)


def test_drawn_scenes_are_out_of_distribution_for_photos(tiny_data_set, drawn_data_set):
    other, ids = pictures_of_no_class(tiny_data_set)
    assert other.name == "scenes"
    assert len(ids) == 400
    assert all(one.startswith("test/") for one in ids)


def test_a_class_that_both_have_is_not_out_of_distribution(tiny_data_set, drawn_data_set):
    own = dataclasses.replace(tiny_data_set, class_names=("Beach", "dot", "stripe"))
    _, ids = pictures_of_no_class(own)
    assert len(ids) == 350
    assert not any("beach" in one for one in ids)


def test_clothes_are_out_of_distribution_for_scenes(drawn_data_set, artifacts):
    with pytest.raises(EngineError, match="python -m engine data clothing"):
        pictures_of_no_class(drawn_data_set)
    make_data_set(artifacts / "data" / "clothing")
    other, ids = pictures_of_no_class(drawn_data_set)
    assert other.name == "clothing"
    assert len(ids) == 6


def test_a_row_a_picture_for_each_model(tiny_data_set):
    found = {name: Dot(make_run(tiny_data_set, "scratch", name=name)) for name in ("one", "two")}
    ids = tiny_data_set.photos["image_id"].tolist()[:3]
    steps = []
    tables = measure_out_of_distribution(tiny_data_set, ids, found, counted_to(steps.append))
    assert steps == [(done, 3, "out_of_distribution") for done in (1, 2, 3)]
    assert list(tables) == ["one", "two"]
    assert tuple(tables["one"].columns) == runs.OUT_OF_DISTRIBUTION_COLUMNS
    for (_, row), image_id in zip(tables["one"].iterrows(), ids, strict=True):
        assert row["picture"] == f"tiny/{image_id}"
        assert row["predicted"] == "dot"
        sure = 0.5 + tiny_data_set.read_photo(image_id).mean() / 1000
        assert row["probability"] == pytest.approx(sure, rel=1e-6)
