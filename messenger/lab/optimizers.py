"""Three rules that turn a gradient into a step: Adam, Adagrad and momentum.

Each keeps its moments for one flat parameter vector and changes that vector in place.

Source: Kingma and Ba 2015, algorithm 1; Duchi et al. 2011; Polyak 1964.
"""

import math
from typing import Final, Protocol

import numpy as np

from messenger.lab.network import Floats

EPSILON: Final = np.float32(1e-8)  # Adam, the paper's value
MOMENTUM: Final = np.float32(0.9)


class Optimizer(Protocol):
    """Moves parameters downhill; ``moments`` and ``count`` are all it remembers."""

    moments: Floats  # (kinds of moment, size)
    count: int  # of steps so far

    def step(self, parameters: Floats, gradient: Floats) -> None:
        """Change ``parameters`` in place."""


class Adam:
    """Step by the first moment, scaled by the second."""

    def __init__(self, size: int, rate: float, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self._rate, self._beta1, self._beta2 = rate, beta1, beta2
        self.moments = np.zeros((2, size), np.float32)
        self.count = 0

    def step(self, parameters: Floats, gradient: Floats) -> None:
        """Change ``parameters`` in place."""
        self.count += 1
        mean, square = self.moments
        mean += np.float32(1 - self._beta1) * (gradient - mean)
        square += np.float32(1 - self._beta2) * (gradient * gradient - square)
        unbiased = math.sqrt(1 - self._beta2**self.count) / (1 - self._beta1**self.count)
        parameters -= np.float32(self._rate * unbiased) * mean / (np.sqrt(square) + EPSILON)


class Adagrad:
    """Step by the gradient over the root of all squares so far."""

    def __init__(self, size: int, rate: float) -> None:
        self._rate = np.float32(rate)
        self.moments = np.zeros((1, size), np.float32)
        self.count = 0

    def step(self, parameters: Floats, gradient: Floats) -> None:
        """Change ``parameters`` in place."""
        self.count += 1
        squares = self.moments[0]
        squares += gradient * gradient
        parameters -= self._rate * gradient / (np.sqrt(squares) + EPSILON)


class Momentum:
    """Step by a running sum of gradients."""

    def __init__(self, size: int, rate: float) -> None:
        self._rate = np.float32(rate)
        self.moments = np.zeros((1, size), np.float32)
        self.count = 0

    def step(self, parameters: Floats, gradient: Floats) -> None:
        """Change ``parameters`` in place."""
        self.count += 1
        speed = self.moments[0]
        speed *= MOMENTUM
        speed += gradient
        parameters -= self._rate * speed


OPTIMIZERS: Final = {"adam": Adam, "adagrad": Adagrad, "momentum": Momentum}
