from collections import Counter

import numpy as np
import pytest

from engine.models.backend import use_backend

SIZE = 4


@pytest.fixture(scope="module")
def photo_batches():
    use_backend("training")
    from engine.training.batches import PhotoBatches

    return PhotoBatches


@pytest.fixture
def photos():
    """Twenty photos, each filled with its own number, which is also its label."""
    numbers = np.arange(20, dtype="uint8")
    return np.broadcast_to(numbers[:, None, None, None], (20, SIZE, SIZE, 3)).copy()


@pytest.fixture
def labels():
    return np.arange(20)


ROWS = np.arange(1, 20, 2)


def epoch(batches):
    """The labels of each batch of one epoch, as Keras asks for them."""
    seen = [batches[index][1].tolist() for index in range(len(batches))]
    batches.on_epoch_end()
    return seen


def flat(batches):
    return [label for batch in batches for label in batch]


def test_batches_have_the_shapes_and_types_of_the_photos(photo_batches, photos, labels):
    batches = photo_batches(photos, labels, ROWS, batch_size=4)
    assert len(batches) == 3
    x, y = batches[0]
    assert (x.shape, x.dtype, y.shape) == ((4, SIZE, SIZE, 3), np.uint8, (4,))
    assert batches[2][0].shape == (2, SIZE, SIZE, 3)  # the last is smaller


@pytest.mark.parametrize(("count", "batches"), [(4, 1), (5, 2), (8, 2), (1, 1)])
def test_number_of_batches(photo_batches, photos, labels, count, batches):
    assert len(photo_batches(photos, labels, np.arange(count), batch_size=4)) == batches


def test_without_a_seed_the_order_stays(photo_batches, photos, labels):
    batches = photo_batches(photos, labels, ROWS, batch_size=4)
    first = epoch(batches)
    assert flat(first) == ROWS.tolist()
    assert epoch(batches) == first


def test_each_epoch_shows_every_photo_once_in_a_new_order(photo_batches, photos, labels):
    batches = photo_batches(photos, labels, ROWS, batch_size=4, shuffle_seed=3)
    epochs = [epoch(batches) for _ in range(3)]
    for seen in epochs:
        assert Counter(flat(seen)) == Counter(ROWS.tolist())
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0]


def test_photos_stay_with_their_labels(photo_batches, photos, labels):
    batches = photo_batches(photos, labels, ROWS, batch_size=3, shuffle_seed=3)
    for index in range(len(batches)):
        x, y = batches[index]
        assert (x == y[:, None, None, None]).all()


def test_a_resumed_run_goes_on_with_the_same_orders(photo_batches, photos, labels):
    whole = photo_batches(photos, labels, ROWS, batch_size=4, shuffle_seed=3)
    epochs = [epoch(whole) for _ in range(4)]
    resumed = photo_batches(photos, labels, ROWS, batch_size=4, shuffle_seed=3, first_epoch=2)
    assert [epoch(resumed), epoch(resumed)] == epochs[2:]
    other = photo_batches(photos, labels, ROWS, batch_size=4, shuffle_seed=4)
    assert epoch(other) != epochs[0]


def test_memory_mapped_photos(photo_batches, photos, labels, tmp_path):
    np.save(tmp_path / "photos.npy", photos)
    mapped = np.load(tmp_path / "photos.npy", mmap_mode="r")
    x, y = photo_batches(mapped, labels, ROWS, batch_size=4, shuffle_seed=3)[0]
    np.testing.assert_array_equal(x[:, 0, 0, 0], y)
    assert sorted(y) == y.tolist()  # read forwards
