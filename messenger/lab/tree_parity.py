"""Tree parity machines: two networks that synchronise by telling each other one bit at a time.

Both sides see the same random inputs, each tells the parity of its hidden units, and both move
their weights where the parities agree. All runs of an experiment lie in one array and are moved
together: weights ``(runs, K, N)`` int8 in [-L, L], inputs of that shape int8 of -1 and 1.

Source: Kanter, Kinzel and Kanter 2002, "Secure exchange of information by synchronization of
neural networks"; Ruttor 2006, "Neural synchronization and cryptography", chapters 2 and 3.
"""

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int8]
Fields: TypeAlias = NDArray[np.int16]
Steps: TypeAlias = NDArray[np.int64]

RULES: Final = ("random walk", "hebbian", "anti-hebbian")
_COMPACT: Final = 0.9  # share of runs still going below which finished ones are dropped


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a machine: hidden units K, inputs of each N, largest weight L."""

    hidden: int = 3  # K
    inputs: int = 100  # N
    limit: int = 3  # L


@dataclass(frozen=True, slots=True)
class Synchronised:
    """How long each run took."""

    steps: Steps

    @property
    def mean(self) -> float:
        """Mean number of steps of a run."""
        return float(self.steps.mean())

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return float(self.steps.std(ddof=1) / np.sqrt(len(self.steps)))

    @property
    def median(self) -> float:
        """Median number of steps."""
        return float(np.median(self.steps))


def first_weights(shape: Shape, random: np.random.Generator, *axes: int) -> Ints:
    """Draw weights uniform in [-L, L], of shape ``(*axes, K, N)``."""
    size = (*axes, shape.hidden, shape.inputs)
    return random.integers(-shape.limit, shape.limit + 1, size, dtype=np.int8)


def draw_inputs(shape: Shape, random: np.random.Generator, *axes: int) -> Ints:
    """Draw inputs of -1 and 1, of shape ``(*axes, K, N)``."""
    size = (*axes, shape.hidden, shape.inputs)
    count = math.prod(size)
    drawn = np.frombuffer(random.bytes((count + 7) // 8), np.uint8)
    bits = np.unpackbits(drawn, count=count).view(np.int8).reshape(size)
    return bits * np.int8(2) - np.int8(1)


def fields(weights: Ints, inputs: Ints) -> Fields:
    """Return the local field of every hidden unit, ``(…, K)``."""
    field: Fields = np.sum(weights * inputs, axis=-1, dtype=np.int16)
    return field


def signs(field: Fields) -> Ints:
    """Return the outputs of the hidden units, -1 or 1; a field of zero counts as -1."""
    return np.where(field > 0, np.int8(1), np.int8(-1))


def parity(outputs: Ints) -> Ints:
    """Return the output of the machine, the product over its hidden units."""
    told: Ints = np.prod(outputs, axis=-1, dtype=np.int8)
    return told


def move(
    weights: Ints, inputs: Ints, moving: NDArray[np.bool_], told: Ints, rule: str, limit: int
) -> Ints:
    """Return the weights after one step of a learning rule.

    Args:
        weights: ``(…, K, N)``.
        inputs: Of that shape, or one that spreads to it.
        moving: Which hidden units move, ``(…, K)``.
        told: The parity both sides told, ``(…,)``.
        rule: One of ``RULES``.
        limit: L.
    """
    step = inputs if rule == "random walk" else inputs * told[..., None, None]
    if rule == "anti-hebbian":
        step = -step
    moved: Ints = weights + step * moving[..., None]
    return np.clip(moved, -limit, limit, out=moved)


def synchronise(shape: Shape, rule: str, runs: int, seed: int) -> Synchronised:
    """Let ``runs`` pairs synchronise and count the steps of each."""
    random = np.random.default_rng(seed)
    ours, theirs = first_weights(shape, random, runs), first_weights(shape, random, runs)
    steps = np.zeros(runs, np.int64)
    going = np.arange(runs)
    step = 0
    while len(going):
        step += 1
        inputs = draw_inputs(shape, random, len(going))
        ours, theirs, _, _ = mutual_step(ours, theirs, inputs, rule, shape.limit)
        done = (ours == theirs).all(axis=(1, 2))
        steps[going[done & (steps[going] == 0)]] = step
        if np.mean(steps[going] == 0) < _COMPACT or done.all():
            still = steps[going] == 0
            ours, theirs, going = ours[still], theirs[still], going[still]
    return Synchronised(steps)


def mutual_step(
    ours: Ints, theirs: Ints, inputs: Ints, rule: str, limit: int
) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Move both sides of every run on the same inputs, where their parities agree.

    Returns:
        Both sides after the step, the parity our side told, and whether the other told the same.
    """
    our_units, their_units = signs(fields(ours, inputs)), signs(fields(theirs, inputs))
    told = parity(our_units)
    agreed = told == parity(their_units)
    our_moving = agreed[:, None] & (our_units == told[:, None])
    their_moving = agreed[:, None] & (their_units == told[:, None])
    ours = move(ours, inputs, our_moving, told, rule, limit)
    theirs = move(theirs, inputs, their_moving, told, rule, limit)
    return ours, theirs, told, agreed
