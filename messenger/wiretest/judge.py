"""How good an attacker is: the area under the ROC curve, and how sure that figure is.

AUC is the chance that a busy window gets a higher score than an idle one: 0.5 is guessing. Only
windows of one *block* are compared: one run of each condition, played one after the other by one
pair in an order that chance drew. So drift between minutes and between pairs cancels out.

**Interval.** Windows of a block resemble each other; DeLong's interval and a bootstrap over windows
take them for independent and are too narrow. Here the block is the unit: the spread between
blocks gives the standard error (Obuchowski's for clustered ROC data in its paired form), and
Student's t with as many degrees of freedom as there are blocks but one, which is wide where blocks
are few.

**p.** If a condition shows nothing, its run and the idle run of the block may be exchanged, for
chance alone put them where they are. Exchanging them turns the block's excess over 0.5 around, so
p is the share of sign changes that give at least the sum we saw. It assumes nothing else. It cannot
be smaller than 2 to the power of minus the number of blocks.

**Many rows.** Holm's step-down correction: with adjusted p below 0.05 anywhere, the chance that
there was nothing in any row is at most 5 %, however the rows depend on each other.

Source: Obuchowski, Biometrics 53 (1997) 567; Fisher, "The Design of Experiments" (1935), 21;
Holm, Scand. J. Statist. 6 (1979) 65; Abramowitz and Stegun, 26.7.5.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from random import Random
from typing import Final

NORMAL_QUANTILE: Final = 1.959964  # of 0.975
EXACT_BLOCKS: Final = 12  # up to so many, every change of signs is looked at
SIGN_DRAWS: Final = 4_000  # else so many that chance draws
FEWEST_BLOCKS: Final = 4  # for an interval
FAMILY_LEVEL: Final = 0.05
ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Scored:
    """A window's score by an attacker that was not trained on its block."""

    block: int
    busy: bool
    score: float


@dataclass(frozen=True, slots=True)
class Auc:
    """An area with its 95 % interval."""

    value: float
    low: float
    high: float
    p: float  # one-sided: that chance alone tells idle and busy apart this well
    blocks: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def auc(scored: Sequence[Scored], random: Random) -> Auc:
    """Return the AUC of an attacker, its interval and its p.

    Raises:
        ValueError: no block has both kinds of window.
    """
    blocks = [block for block in map(_compare, _by_block(scored)) if block[1]]
    if not blocks:
        raise ValueError("there is nothing to compare")
    right, pairs = (sum(column) for column in zip(*blocks, strict=True))
    value = right / pairs
    margin = _margin(blocks, value)
    p = _p([right - pairs / 2 for right, pairs in blocks], random)
    return Auc(value, max(0.0, value - margin), min(1.0, value + margin), p, len(blocks))


def holm(ps: Sequence[float]) -> list[float]:
    """Return the p of each row, adjusted for there being so many rows."""
    adjusted = [0.0] * len(ps)
    most = 0.0
    for rank, row in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        most = max(most, min(1.0, ps[row] * (len(ps) - rank)))
        adjusted[row] = most
    return adjusted


def t_quantile(freedom: int) -> float:
    """Return the 0.975 quantile of Student's t; right to 1 % from 3 degrees of freedom on."""
    z = NORMAL_QUANTILE
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def _by_block(scored: Sequence[Scored]) -> list[list[Scored]]:
    blocks: dict[int, list[Scored]] = defaultdict(list)
    for item in scored:
        blocks[item.block].append(item)
    return list(blocks.values())


def _compare(block: Sequence[Scored]) -> tuple[float, int]:
    """Return how many pairs of an idle and a busy window are in the right order, of how many.

    Ties count half.
    """
    right = 0.0
    idle = busy = 0
    ordered = sorted(block, key=lambda s: s.score)
    position = 0
    while position < len(ordered):
        tied_idle = tied_busy = 0
        score = ordered[position].score
        while position < len(ordered) and ordered[position].score == score:
            tied_busy += ordered[position].busy
            tied_idle += not ordered[position].busy
            position += 1
        right += tied_busy * (idle + tied_idle / 2)
        idle += tied_idle
        busy += tied_busy
    return right, idle * busy


def _margin(blocks: Sequence[tuple[float, int]], value: float) -> float:
    """Return half the width of the interval of a ratio of sums over blocks."""
    if len(blocks) < FEWEST_BLOCKS:
        return 1.0
    squares = sum((right - value * pairs) ** 2 for right, pairs in blocks)
    all_pairs = sum(pairs for _, pairs in blocks)
    error = math.sqrt(squares * len(blocks) / (len(blocks) - 1)) / all_pairs
    return t_quantile(len(blocks) - 1) * error


def _p(excesses: Sequence[float], random: Random) -> float:
    """Return the share of sign changes of the blocks' excesses that reach their sum."""
    seen, turned = sum(excesses) - ROUNDING, [-2 * excess for excess in excesses]
    total = sum(excesses)
    if len(excesses) <= EXACT_BLOCKS:
        sums = [total]
        for change in turned:
            sums += [each + change for each in sums]
        return sum(each >= seen for each in sums) / len(sums)
    reached = 0
    for _ in range(SIGN_DRAWS):
        signs = random.getrandbits(len(turned))
        bits = map("1".__eq__, f"{signs:0{len(turned)}b}")
        reached += total + sum(compress(turned, bits)) >= seen
    return (reached + 1) / (SIGN_DRAWS + 1)
