"""Train Alice and Bob against Eve, notice a failed start, and begin again.

One :class:`Training` is one start; :func:`train` keeps starting until one of them holds. Same
settings, same numbers: chance comes from the seed and from nothing else.

Source: Abadi and Andersen 2016, section 2.5 (batches, rate, two steps of Eve for one of ours).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from messenger.core.errors import MessengerError
from messenger.lab.network import Floats
from messenger.lab.objectives import OBJECTIVES, bit_slope
from messenger.lab.optimizers import OPTIMIZERS, Optimizer
from messenger.lab.trio import BITS, EVE_NETWORK, PAIR_NETWORK, Pair, random_bits, wrong_bits

EVE_STEPS: Final = 2  # for each step of Alice and Bob; the paper's
MEASURED: Final = 4096  # blocks of one measurement
MAX_STARTS: Final = 5
STALLED: Final = 4.0  # bits; a Bob who still errs more at half time will not learn


class TrainingFailedError(MessengerError):
    """No start reached the bars; the text tells the best one."""

    kind = "training_failed"


@dataclass(frozen=True, slots=True)
class Settings:
    """One start of a training; the figures decide everything about it."""

    seed: int = 1
    steps: int = 6000
    batch: int = 512
    rate: float = 0.0008  # Adam; the paper's
    optimizer: str = "adam"
    objective: str = "adversarial"
    every: int = 100  # steps between two points of the curve
    bob_bar: float = 0.05  # bits of BITS; more is a failed start
    eve_bar: float = 7.3  # bits of BITS; less is a failed start


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the curves: wrong bits of BITS, after ``step`` steps of start ``start``."""

    start: int
    step: int
    bob: float
    eve: float


@dataclass(frozen=True, slots=True)
class Trained:
    """A pair that reached its bars, the Eve trained beside it, and the way there."""

    pair: Pair
    eve: Floats = field(repr=False)
    settings: Settings
    curve: tuple[Point, ...] = field(repr=False)
    starts: int

    @property
    def last(self) -> Point:
        """The final measurement."""
        return self.curve[-1]


class Training:
    """One start: three networks and their optimisers.

    The chance of a step comes from the seed and the number of the step alone, so that a training
    that is killed and resumed ends in the same networks as one that ran through.
    """

    def __init__(self, settings: Settings, start: int = 0) -> None:
        self.settings, self.start, self.step = settings, start, 0
        random = np.random.default_rng([settings.seed, start])
        self.pair = Pair.first(random)
        self.eve = EVE_NETWORK.first(random)
        self._objective = OBJECTIVES[settings.objective]
        make = OPTIMIZERS[settings.optimizer]
        sizes = (PAIR_NETWORK.size, PAIR_NETWORK.size, EVE_NETWORK.size)
        self.rules: list[Optimizer] = [make(size, settings.rate) for size in sizes]

    @property
    def networks(self) -> tuple[Floats, Floats, Floats]:
        """The parameters of Alice, Bob and Eve, in the order of ``rules``; changed in place."""
        return self.pair.alice, self.pair.bob, self.eve

    def run(self) -> Iterator[Point]:
        """Train to the end; yields a point every ``every`` steps and after the last."""
        while self.step < self.settings.steps:
            self.step += 1
            random = np.random.default_rng([self.settings.seed, self.start, self.step])
            self._step_pair(random)
            for _ in range(EVE_STEPS):
                self._step_eve(random)
            if self.step % self.settings.every == 0 or self.step == self.settings.steps:
                yield self.measure()

    def measure(self) -> Point:
        """Count wrong bits on blocks no step was trained with."""
        random = np.random.default_rng([self.settings.seed, self.start, self.step, MEASURED])
        plain, key = random_bits(random, MEASURED), random_bits(random, MEASURED)
        cipher = self.pair.encrypt(plain, key)
        bob = wrong_bits(self.pair.decrypt(cipher, key), plain)
        eve = wrong_bits(EVE_NETWORK.forward(self.eve, cipher).output, plain)
        return Point(self.start, self.step, bob, eve)

    def _step_pair(self, random: np.random.Generator) -> None:
        plain, key = self._draw(random)
        alice = PAIR_NETWORK.forward(self.pair.alice, np.hstack([plain, key]))
        bob = PAIR_NETWORK.forward(self.pair.bob, np.hstack([alice.output, key]))
        eve = EVE_NETWORK.forward(self.eve, alice.output)
        slopes = self._objective(plain, alice.output, bob.output, eve.output)
        on_bob, through_bob = PAIR_NETWORK.backward(bob, slopes.on_bob)
        _, through_eve = EVE_NETWORK.backward(eve, slopes.on_eve)
        slope = through_bob[:, :BITS] + through_eve + slopes.on_cipher
        on_alice, _ = PAIR_NETWORK.backward(alice, slope)
        self.rules[0].step(self.pair.alice, on_alice)
        self.rules[1].step(self.pair.bob, on_bob)

    def _step_eve(self, random: np.random.Generator) -> None:
        plain, key = self._draw(random)
        eve = EVE_NETWORK.forward(self.eve, self.pair.encrypt(plain, key))
        gradient, _ = EVE_NETWORK.backward(eve, bit_slope(eve.output, plain, 1 / BITS))
        self.rules[2].step(self.eve, gradient)

    def _draw(self, random: np.random.Generator) -> tuple[Floats, Floats]:
        batch = self.settings.batch
        return random_bits(random, batch), random_bits(random, batch)


def train(
    settings: Settings,
    on_point: Callable[[Training, Point], None] | None = None,
    resumed: Training | None = None,
) -> Trained:
    """Start until a start reaches both bars.

    Args:
        settings: Of the first start; later ones differ in their chance only.
        on_point: Called with every point of every start; what it raises ends the training.
        resumed: A start that was interrupted; earlier ones are not repeated.

    Raises:
        TrainingFailedError: ``MAX_STARTS`` starts failed.
    """
    curve: list[Point] = []
    first = resumed.start if resumed else 0
    for start in range(first, MAX_STARTS):
        training = resumed if resumed and start == first else Training(settings, start)
        for point in training.run():
            curve.append(point)
            if on_point is not None:
                on_point(training, point)
            if _hopeless(point, settings):
                break
        if curve and reached(curve[-1], settings):
            return Trained(training.pair, training.eve, settings, tuple(curve), start + 1)
    best = min((point.bob for point in curve), default=float(BITS))
    raise TrainingFailedError(
        f"{MAX_STARTS} starts failed; at best Bob erred in {best:.2f} bits of {BITS}"
    )


def reached(point: Point, settings: Settings) -> bool:
    """Whether a finished start is good enough to keep."""
    return (
        point.step == settings.steps
        and point.bob <= settings.bob_bar
        and point.eve >= settings.eve_bar
    )


def without_bars(settings: Settings) -> Settings:
    """Return the settings of a training that keeps whatever comes out of its one start."""
    return replace(settings, bob_bar=float(BITS), eve_bar=0.0)


def _hopeless(point: Point, settings: Settings) -> bool:
    """Whether Bob has learnt so little by half time that the start is given up."""
    return point.step >= settings.steps // 2 and point.bob > max(STALLED, settings.bob_bar)
