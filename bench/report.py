"""One line of a comparison, and the table they are printed in.

A benchmark is a module of this folder with a function ``run() -> list[Row]``. It measures our
part and its peer interleaved in the same process run, so that a busy machine slows both.
``python -m bench`` runs them all; ``python -m bench noise store`` runs the ones named.
"""

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


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
    """

    work: str
    against: str
    ours: float
    theirs: float
    unit: str
    goal: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """How many times better than the peer we are; 1.0 is equal, below 1.0 is worse."""
        if self.more_is_better:
            return self.ours / self.theirs if self.theirs else float("inf")
        return self.theirs / self.ours if self.ours else float("inf")

    @property
    def good(self) -> bool:
        """Whether the goal is reached; a row without a goal always is."""
        return self.goal is None or self.ratio >= self.goal


def interleaved(
    ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int, calls: int = 1
) -> tuple[float, float]:
    """Time two callables in turns and return the median seconds of one call of each.

    Args:
        rounds: how often each is timed; one round of warming up comes on top.
        calls: how many calls make one timing; more for work of a few microseconds.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for work, kept in zip((ours, theirs), times, strict=True):
            started = time.perf_counter()
            for _ in range(calls):
                work()
            if turn:
                kept.append((time.perf_counter() - started) / calls)
    return _median(times[0]), _median(times[1])


def table(rows: Sequence[Row]) -> str:
    """Lay rows out as a Markdown table."""
    lines = [
        "| work | against | ours | theirs | ratio | goal | |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for row in rows:
        goal = "" if row.goal is None else f"≥ {row.goal:.2f}x"
        verdict = "" if row.goal is None else "good" if row.good else "SHORT"
        lines.append(
            f"| {row.work} | {row.against} | {_figure(row.ours)} {row.unit} "
            f"| {_figure(row.theirs)} {row.unit} | {_times(row.ratio)} | {goal} | {verdict} |"
        )
    return "\n".join(lines)


def machine() -> str:
    """Name the machine and the day a table was made on."""
    day = time.strftime("%Y-%m-%d")
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {day}"


def _times(ratio: float) -> str:
    return "∞" if ratio == float("inf") else f"{ratio:.2f}x"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
