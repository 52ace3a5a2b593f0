"""One line of a comparison, and the table they are printed in.

A benchmark is a module of this folder with a function ``run() -> list[Row]``. It measures our
part and its peer interleaved in the same process run, so that a busy machine slows both.
``python -m bench noise store`` runs the ones named.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bench.bars import Bar

Work = Callable[[], object]

_UNITS_OF_TIME: Final = {"s": 1.0, "ms": 1e3, "µs": 1e6}
_OUTSIDE: Final = 0.1  # share of the rounds left out at each end of a spread


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of work, done by us and by a named peer, or held against a named limit.

    Args:
        work: what is done, in words.
        against: the peer and its version, or ``"limit"`` where ``theirs`` is a fixed bound.
        ours: our figure in ``unit``.
        theirs: the peer's figure, or the limit, in the same unit.
        unit: "µs", "ms", "MiB", "/s" …
        goal: the smallest ratio that is good enough; None where nothing was promised.
        more_is_better: True for rates, False for times and sizes.
        bar: the promise that the row belongs to; None for rows beside the README's table.
        spread: between which ratios eight of ten single rounds lay; None for a single figure.
    """

    work: str
    against: str
    ours: float
    theirs: float
    unit: str
    goal: float | None = None
    more_is_better: bool = False
    bar: Bar | None = None
    spread: tuple[float, float] | None = None

    @property
    def ratio(self) -> float:
        """How many times better than the peer we are; 1.0 is equal, below 1.0 is worse."""
        return _ratio(self.ours, self.theirs, more_is_better=self.more_is_better)

    @property
    def good(self) -> bool:
        """Whether the goal is reached; a row without a goal always is."""
        return self.goal is None or self.ratio >= self.goal


def in_turns(*works: Work, rounds: int, calls: int = 1) -> list[list[float]]:
    """Time callables in turns and return for each the seconds of one call in each round.

    Args:
        rounds: how often each is timed; one round of warming up comes on top.
        calls: how many calls make one timing; more for work of a few microseconds.
    """
    times: list[list[float]] = [[] for _ in works]
    for turn in range(rounds + 1):
        for work, kept in zip(works, times, strict=True):
            started = time.perf_counter()
            for _ in range(calls):
                work()
            if turn:
                kept.append((time.perf_counter() - started) / calls)
    return times


def interleaved(ours: Work, theirs: Work, *, rounds: int, calls: int = 1) -> tuple[float, float]:
    """Time two callables in turns and return the median seconds of one call of each."""
    mine, other = in_turns(ours, theirs, rounds=rounds, calls=calls)
    return middle(mine), middle(other)


def timed_row(
    work: str,
    against: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    unit: str,
    *,
    goal: float | None = None,
    bar: Bar | None = None,
) -> Row:
    """Make a row of times that were taken in turns, in seconds: medians and the spread."""
    per_s = _UNITS_OF_TIME[unit]
    mine, other = middle(ours) * per_s, middle(theirs) * per_s
    return Row(work, against, mine, other, unit, goal, bar=bar, spread=spread_of(ours, theirs))


def limit_row(
    work: str, found: Sequence[float], limit: float, unit: str, *, bar: Bar | None = None
) -> Row:
    """Hold the median of figures of single rounds, already in ``unit``, against a limit."""
    spread = spread_of(found, [limit] * len(found))
    return Row(work, "limit", middle(found), limit, unit, 1.0, bar=bar, spread=spread)


def spread_of(
    ours: Iterable[float], theirs: Iterable[float], *, more_is_better: bool = False
) -> tuple[float, float] | None:
    """Return between which ratios the middle eight tenths of the rounds lay, if they are finite."""
    ratios = sorted(
        _ratio(mine, other, more_is_better=more_is_better)
        for mine, other in zip(ours, theirs, strict=True)
    )
    last = len(ratios) - 1
    low, high = ratios[round(last * _OUTSIDE)], ratios[round(last * (1 - _OUTSIDE))]
    return (low, high) if math.isfinite(high) else None


def table(rows: Sequence[Row]) -> str:
    """Lay rows out as a Markdown table."""
    lines = [
        "| work | against | ours | theirs | ratio | 8 of 10 rounds | bar | |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        goal = "" if row.goal is None else f"≥ {row.goal:.2f}x"
        verdict = "" if row.goal is None else "met" if row.good else "**missed**"
        spread = "" if row.spread is None else " to ".join(f"{end:.2f}" for end in row.spread)
        lines.append(
            f"| {row.work} | {row.against} | {_figure(row.ours)} {row.unit} "
            f"| {_figure(row.theirs)} {row.unit} | {_times(row.ratio)} | {spread} | {goal} "
            f"| {verdict} |"
        )
    return "\n".join(lines)


def middle(values: Sequence[float]) -> float:
    """Return the median, the upper one of two."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _ratio(ours: float, theirs: float, *, more_is_better: bool) -> float:
    if more_is_better:
        return ours / theirs if theirs else math.inf
    return theirs / ours if ours else math.inf


def _times(ratio: float) -> str:
    return "∞" if ratio == math.inf else f"{ratio:.2f}x"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
