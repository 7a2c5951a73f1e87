"""Batches of raw photos for Keras. Imports Keras: import it inside the function that trains."""

import math

import keras
import numpy as np


class PhotoBatches(keras.utils.PyDataset):
    """Photos and labels of some rows of the prepared photos, in batches.

    Args:
        photos: uint8 (all photos, size, size, 3), may be memory-mapped.
        labels: int (all photos,).
        rows: Which of them, int (n,).
        batch_size: Photos a batch; the last may be smaller.
        shuffle_seed: Draws a new order each epoch, from this seed and the number of the epoch;
            None keeps the order.
        first_epoch: Number of the first epoch, from 0: a resumed run goes on with its orders.
    """

    def __init__(
        self,
        photos: np.ndarray,
        labels: np.ndarray,
        rows: np.ndarray,
        batch_size: int,
        shuffle_seed: int | None = None,
        first_epoch: int = 0,
    ):
        super().__init__(workers=1)
        self.photos, self.labels, self.rows = photos, labels, np.asarray(rows)
        self.batch_size, self.shuffle_seed = batch_size, shuffle_seed
        self.epoch = first_epoch
        self._draw_order()

    def _draw_order(self) -> None:
        self.order = self.rows
        if self.shuffle_seed is not None:
            generator = np.random.default_rng((self.shuffle_seed, self.epoch))
            self.order = generator.permutation(self.rows)

    def __len__(self) -> int:
        return math.ceil(len(self.rows) / self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        # Sorted so that the file is read forwards; the order within a batch does not matter.
        batch = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        if self.shuffle_seed is not None:
            batch = np.sort(batch)
        return self.photos[batch], self.labels[batch]

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self._draw_order()
