"""How good an attacker is: the area under the ROC curve, with an interval by bootstrap over runs.

AUC is the chance that a busy window gets a higher score than an idle one: 0.5 is guessing. Windows
are compared within the fold they were scored in: scores of two trainings have no common scale.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

BOOTSTRAP_COUNT: Final = 400
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Scored:
    """A window's score by an attacker that was not trained on its run."""

    fold: int
    run: int
    busy: bool
    score: float


@dataclass(frozen=True, slots=True)
class Auc:
    """An area with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def auc(scored: Sequence[Scored], random: Random) -> Auc:
    """Return the AUC of an attacker and its interval; runs are drawn, never windows.

    Raises:
        ValueError: there are not two kinds of window in any fold.
    """
    folds = _folds(scored)
    idle_runs = sorted({s.run for s in scored if not s.busy})
    busy_runs = sorted({s.run for s in scored if s.busy})
    everything = dict.fromkeys([*idle_runs, *busy_runs], 1)
    value = _area(folds, everything)
    if value is None:
        raise ValueError("there is nothing to compare")
    drawn = []
    for _ in range(BOOTSTRAP_COUNT):
        weights: dict[int, int] = defaultdict(int)
        for runs in (idle_runs, busy_runs):
            for run in random.choices(runs, k=len(runs)):
                weights[run] += 1
        area = _area(folds, weights)
        if area is not None:
            drawn.append(area)
    drawn.sort()
    cut = int((1 - LEVEL) / 2 * len(drawn))
    low, high = drawn[cut], drawn[-1 - cut]
    return Auc(value, low, high)


def _folds(scored: Sequence[Scored]) -> list[list[Scored]]:
    folds: dict[int, list[Scored]] = defaultdict(list)
    for item in scored:
        folds[item.fold].append(item)
    return [sorted(fold, key=lambda s: s.score) for fold in folds.values()]


def _area(folds: Sequence[Sequence[Scored]], weights: dict[int, int]) -> float | None:
    """Return the weighted share of pairs in the right order; ties count half."""
    right = pairs = 0.0
    for fold in folds:
        idle = busy = 0.0
        position = 0
        while position < len(fold):
            end, tied_idle, tied_busy = position, 0, 0
            while end < len(fold) and fold[end].score == fold[position].score:
                weight = weights.get(fold[end].run, 0)
                if fold[end].busy:
                    tied_busy += weight
                else:
                    tied_idle += weight
                end += 1
            right += tied_busy * (idle + tied_idle / 2)
            idle += tied_idle
            busy += tied_busy
            position = end
        pairs += idle * busy
    return right / pairs if pairs else None
