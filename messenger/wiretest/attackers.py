"""Attackers that look at windows. The plain ones need nothing; the learners need scikit-learn.

Blocks of runs are dealt into folds, and each attacker scores a fold after it was trained on the
folds before it: so what it finds is a habit of the program and not the mood of one minute. It is
not cross-validation: there every block trains the judges of all others, which makes their errors
agree, and no simple interval is wide enough (in the simulation of our tests a 95 % interval misses
in 12 to 18 % of all cases). Going forward only, each fold is news to its judge. The price is that
the judges of early folds have seen little.

Source: Blum, Kalai, Langford: "Beating the Hold-Out", COLT 1999 (progressive validation); Bates,
Hastie, Tibshirani: "Cross-validation: what does it estimate and how well does it do it?" (2021).
"""

import bisect
import importlib.util
from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from messenger.wiretest.judge import Scored
from messenger.wiretest.windows import Window

FOLD_COUNT: Final = 10  # or one for each block, if there are fewer; the first is not scored
KS_SAMPLE: Final = 4_000  # gaps of each kind kept of the training runs

Scorer = Callable[[Sequence[Window]], Sequence[float]]
Trainer = Callable[[Sequence[Window], Sequence[bool]], Scorer]


def has_learners() -> bool:
    """Whether scikit-learn is here."""
    return importlib.util.find_spec("sklearn") is not None


def attackers() -> dict[str, Trainer]:
    """Return every attacker that can work here, by name."""
    plain: dict[str, Trainer] = {
        "cell rate": lambda windows, busy: _best_feature(windows, busy, "rate."),
        "gaps, Kolmogorov-Smirnov": _ks,
        "acknowledgements": lambda windows, busy: _best_feature(windows, busy, "ack."),
        "request and response": lambda windows, busy: _best_feature(windows, busy, "reaction"),
    }
    if not has_learners():
        return plain
    from messenger.wiretest.learners import boosted_trees, logistic  # noqa: PLC0415  an extra

    return plain | {"logistic regression": logistic, "gradient boosting": boosted_trees}


def attack(
    trainer: Trainer, windows: Sequence[Window], busy: Sequence[bool], random: Random
) -> list[Scored]:
    """Score the windows of every fold but the first by an attacker trained on the folds before."""
    fold_of = _folds(windows, busy, random)
    scored = []
    for fold in range(1, FOLD_COUNT):
        train = [i for i, w in enumerate(windows) if fold_of.get(w.block, fold) < fold]
        test = [i for i, w in enumerate(windows) if fold_of.get(w.block) == fold]
        if not train or not test:
            continue
        score = trainer([windows[i] for i in train], [busy[i] for i in train])
        scores = score([windows[i] for i in test])
        scored += [Scored(windows[i].block, busy[i], s) for i, s in zip(test, scores, strict=True)]
    return scored


def _folds(windows: Sequence[Window], busy: Sequence[bool], random: Random) -> dict[int, int]:
    """Deal the blocks that have both kinds of window to the folds, in an order of chance."""
    kinds: dict[int, set[bool]] = defaultdict(set)
    for window, is_busy in zip(windows, busy, strict=True):
        kinds[window.block].add(is_busy)
    whole = sorted(block for block, found in kinds.items() if len(found) == 2)
    random.shuffle(whole)
    count = min(FOLD_COUNT, len(whole))
    return {block: index * count // len(whole) for index, block in enumerate(whole)}


def _best_feature(windows: Sequence[Window], busy: Sequence[bool], prefix: str) -> Scorer:
    """Take the one number of a kind that tells the training windows apart best, and its sign."""
    best, sign, distance = "", 1.0, -1.0
    for name in (n for n in windows[0].features if n.startswith(prefix)):
        idle = sorted(w.features[name] for w, b in zip(windows, busy, strict=True) if not b)
        active = sorted(w.features[name] for w, b in zip(windows, busy, strict=True) if b)
        share = _share_above(active, idle)
        if abs(share - 0.5) > distance:
            best, sign, distance = name, (1.0 if share >= 0.5 else -1.0), abs(share - 0.5)
    return lambda unseen: [sign * window.features[best] for window in unseen]


def _share_above(active: Sequence[float], idle: Sequence[float]) -> float:
    """Return the chance that one of ``active`` is above one of ``idle``; both are sorted."""
    above = sum(
        (bisect.bisect_left(idle, value) + bisect.bisect_right(idle, value)) / 2 for value in active
    )
    return above / (len(active) * len(idle))


def _ks(windows: Sequence[Window], busy: Sequence[bool]) -> Scorer:
    """Compare a window's gaps with all of the idle and all of the busy training windows."""
    pools: dict[bool, list[float]] = {False: [], True: []}
    for window, is_busy in zip(windows, busy, strict=True):
        pools[is_busy] += window.gaps
    idle, active = (_thinned(pools[is_busy]) for is_busy in (False, True))

    def score(window: Window) -> float:
        gaps = sorted(window.gaps)
        return ks_distance(gaps, idle) - ks_distance(gaps, active)

    return lambda unseen: [score(window) for window in unseen]


def _thinned(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return ordered[:: max(1, len(ordered) // KS_SAMPLE)]


def ks_distance(sample: Sequence[float], pool: Sequence[float]) -> float:
    """Return the greatest distance of two empirical distributions; both are sorted.

    1.0 if only one of them is empty, 0.0 if both are.
    """
    if not sample or not pool:
        return float(bool(sample) != bool(pool))
    most = 0.0
    for index, value in enumerate(sample):
        share = bisect.bisect_right(pool, value) / len(pool)
        most = max(most, abs(share - index / len(sample)), abs(share - (index + 1) / len(sample)))
    return most
