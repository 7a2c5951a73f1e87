"""Independent random numbers for every element of a picture, all from one seed."""

import math
import random
import threading
import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

#: Up to so many draws Python's generator is quicker than NumPy's.
_FEW = 40


Option = TypeVar("Option")


class _Generators(threading.local):
    """Generators of a thread, seeded anew for every draw: making one takes ten times as long."""

    def __init__(self) -> None:
        self.many = np.random.RandomState(0)
        self.few = random.Random(0)


_GENERATORS = _Generators()


class Streams:
    """Uniform draws by the name of what they are for.

    A name always gives the same numbers for the same seed, whoever else has drawn before:
    a parameter that adds or moves one thing never disturbs another.

    `RandomState`, whose stream NumPy has frozen for good, and Python's `Random`, whose
    documentation promises the same, are one generator (MT19937) and one way to seed it.
    """

    def __init__(self, seed: int) -> None:
        self._seed = int(seed)

    def draws(self, name: str, *shape: int) -> np.ndarray:
        """Float64 draws of the given shape from 0 (included) to 1 (excluded)."""
        key = zlib.crc32(name.encode())
        count = math.prod(shape)
        if count <= _FEW and key:  # Python would leave out a leading 0
            few = _GENERATORS.few
            few.seed(self._seed | key << 64)
            draw = few.random
            return np.array([draw() for _ in range(count)]).reshape(shape)
        many = _GENERATORS.many
        many.seed([self._seed & 0xFFFFFFFF, self._seed >> 32, key])
        return many.random_sample(shape)

    def one(self, name: str) -> float:
        """A single draw from 0 (included) to 1 (excluded)."""
        return float(self.draws(name, 1)[0])

    def choice(self, name: str, options: Sequence[Option]) -> Option:
        """One of `options`, each as likely as the others."""
        return options[int(self.one(name) * len(options))]
