"""Independent random numbers for every element of a picture, all from one seed."""

import threading
import zlib

import numpy as np


class _Generators(threading.local):
    """One generator a thread, seeded anew for every draw: making one takes ten times as long."""

    def __init__(self):
        self.state = np.random.RandomState(0)


_GENERATORS = _Generators()


class Streams:
    """Uniform draws by the name of what they are for.

    A name always gives the same numbers for the same seed, whoever else has drawn before:
    a parameter that adds or moves one thing never disturbs another.

    Only `RandomState` is used, whose stream NumPy has frozen for good.
    """

    def __init__(self, seed: int):
        self._seed = seed

    def draws(self, name: str, *shape: int) -> np.ndarray:
        """Float64 draws of the given shape from 0 (included) to 1 (excluded)."""
        key = [self._seed & 0xFFFFFFFF, self._seed >> 32, zlib.crc32(name.encode())]
        state = _GENERATORS.state
        state.seed(key)
        return state.random_sample(shape)

    def one(self, name: str) -> float:
        """A single draw from 0 (included) to 1 (excluded)."""
        return float(self.draws(name, 1)[0])

    def choice(self, name: str, options: tuple):
        """One of `options`, each as likely as the others."""
        return options[int(self.one(name) * len(options))]
