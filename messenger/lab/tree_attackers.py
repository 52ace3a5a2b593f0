"""Four listeners on two tree parity machines: simple, geometric, majority and genetic.

Each hears the inputs and both parities, as anybody on the wire does, and is measured at the moment
Alice and Bob are equal: success is having exactly their weights.

Source: Klimov, Mityagin and Shamir 2002, "Analysis of neural cryptography" (simple, geometric,
genetic); Shacham et al. 2004, "Cooperating attackers in neural cryptography" (majority).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from messenger.lab.tree_parity import (
    Fields,
    Ints,
    Shape,
    draw_inputs,
    fields,
    first_weights,
    move,
    mutual_step,
    parity,
    signs,
)

KINDS: Final = ("simple", "geometric", "majority")
RULE: Final = "random walk"
_ALONE: Final = 1 / 3  # of the expected time the members of a majority first go alone


@dataclass(frozen=True, slots=True)
class Attacked:
    """Which attackers had the weights when the run ended, ``(runs, attackers)``."""

    succeeded: NDArray[np.bool_]

    @property
    def each(self) -> float:
        """Probability that one attacker succeeds."""
        return float(self.succeeded.mean())

    @property
    def any(self) -> float:
        """Probability that at least one of the attackers of a run succeeds."""
        return float(self.succeeded.any(axis=1).mean())


def attack(shape: Shape, kind: str, runs: int, attackers: int, seed: int) -> Attacked:
    """Let ``attackers`` listen to each of ``runs`` synchronisations by the random-walk rule."""
    random = np.random.default_rng(seed)
    ours, theirs = first_weights(shape, random, runs), first_weights(shape, random, runs)
    eves = first_weights(shape, random, runs, attackers)
    succeeded = np.zeros((runs, attackers), np.bool_)
    going = np.arange(runs)
    step = 0
    while len(going):
        step += 1
        inputs = draw_inputs(shape, random, len(going))
        ours, theirs, told, agreed = mutual_step(ours, theirs, inputs, RULE, shape.limit)
        together = kind == "majority" and step % 2 == 0 and step > _ALONE * _expected(shape)
        eves = _listen(eves, inputs, told, agreed, shape.limit, kind, together)
        done = (ours == theirs).all(axis=(1, 2))
        if done.any():
            equal = (eves[done] == ours[done][:, None]).all(axis=(2, 3))
            succeeded[going[done]] = equal
            ours, theirs, eves, going = ours[~done], theirs[~done], eves[~done], going[~done]
    return Attacked(succeeded)


def genetic_attack(shape: Shape, runs: int, population: int, seed: int) -> Attacked:
    """Breed guesses: every run alone, because populations grow and shrink."""
    wins = [_breed(shape, population, np.random.default_rng([seed, run])) for run in range(runs)]
    return Attacked(np.array(wins)[:, None])


def _expected(shape: Shape) -> float:
    """Steps a synchronisation takes, roughly: 40 L squared at N = 100."""
    return 40.0 * shape.limit**2


def _listen(  # noqa: PLR0913, PLR0917  the parts of one moment on the wire
    eves: Ints,
    inputs: Ints,
    told: Ints,
    agreed: NDArray[np.bool_],
    limit: int,
    kind: str,
    together: bool,
) -> Ints:
    """Move every attacker by what it believes the hidden units to be."""
    shared = inputs[:, None]
    field = fields(eves, shared)
    units = signs(field)
    wrong = parity(units) != told[:, None]
    if kind != "simple":
        units = _corrected(units, field, wrong)
    if together:
        votes = _vote(units)
        units = np.broadcast_to(votes[:, None], units.shape)
    moving = (units == told[:, None, None]) & agreed[:, None, None]
    if kind == "simple":
        moving &= ~wrong[..., None]
    return move(eves, shared, moving, told[:, None], RULE, limit)


def _corrected(units: Ints, field: Fields, wrong: NDArray[np.bool_]) -> Ints:
    """Flip the least certain hidden unit of every machine whose parity is wrong."""
    weakest = np.abs(field).argmin(axis=-1)
    flip = np.ones_like(units)
    np.put_along_axis(flip, weakest[..., None], np.where(wrong, -1, 1)[..., None], axis=-1)
    corrected: Ints = units * flip.astype(np.int8)
    return corrected


def _vote(units: Ints) -> Ints:
    """Return the most frequent set of hidden outputs among the attackers of each run."""
    powers = 1 << np.arange(units.shape[-1])
    codes = ((units > 0) * powers).sum(axis=-1)
    counts = np.apply_along_axis(np.bincount, 1, codes, minlength=1 << units.shape[-1])
    winner = counts.argmax(axis=1)
    bits = (winner[:, None] >> np.arange(units.shape[-1])) & 1
    votes: Ints = (bits * 2 - 1).astype(np.int8)
    return votes


def _breed(shape: Shape, population: int, random: np.random.Generator) -> bool:
    ours, theirs = first_weights(shape, random, 1), first_weights(shape, random, 1)
    herd = first_weights(shape, random, 1)
    variants = _variants(shape.hidden)
    while not np.array_equal(ours, theirs):
        inputs = draw_inputs(shape, random, 1)
        ours, theirs, told, agreed = mutual_step(ours, theirs, inputs, RULE, shape.limit)
        if agreed[0]:
            herd = _generation(herd, inputs, int(told[0]), variants, population, shape.limit)
    return bool((herd == ours).all(axis=(1, 2)).any())


def _generation(
    herd: Ints, inputs: Ints, told: int, variants: Ints, population: int, limit: int
) -> Ints:
    """Branch into every possible set of hidden outputs, or drop those whose parity is wrong."""
    fitting = variants[variants.prod(axis=1) == told]
    if len(herd) * len(fitting) <= population:
        units = np.tile(fitting, (len(herd), 1))
        herd = np.repeat(herd, len(fitting), axis=0)
    else:
        units = signs(fields(herd, inputs))
        right = parity(units) == told
        if right.any():
            herd, units = herd[right], units[right]
    spoken = np.full(len(herd), told, np.int8)
    return move(herd, inputs, units == told, spoken, RULE, limit)


def _variants(hidden: int) -> Ints:
    """All sets of hidden outputs, ``(2 ** hidden, hidden)`` of -1 and 1."""
    codes = np.arange(1 << hidden)[:, None] >> np.arange(hidden)
    return ((codes & 1) * 2 - 1).astype(np.int8)
