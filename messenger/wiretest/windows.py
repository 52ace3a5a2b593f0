"""From packets to windows: what an attacker may look at, as rows of numbers.

A window is as long as a number of cells takes by the clock, so that a missing or an additional cell
shows. Times are in intervals of the clock.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Final

from messenger.protocol.cells import CELL_LEN
from messenger.wiretest.packets import Line, Packet, Way
from messenger.wiretest.plan import Condition, Run

QUANTILES: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
AT_ONCE_S: Final = 0.002  # an answer that came this soon was no coincidence
NOTHING: Final = -1.0  # where there was nothing to measure


@dataclass(frozen=True, slots=True)
class Window:
    """One look at one direction of one line."""

    block: int  # windows of one block are never split between training and test
    condition: Condition
    features: dict[str, float] = field(repr=False)
    gaps: tuple[float, ...] = field(repr=False)  # between cells, in intervals


def windows_of(line: Line, run: Run, *, cells: int, interval_s: float) -> list[Window]:
    """Cut a run into windows as long as ``cells`` cells, for both directions."""
    length = cells * interval_s
    count = int((run.end - run.start) / length)
    found = []
    for index in range(count):
        start = run.start + index * length
        for way in Way:
            features, gaps = _look(line, way, (start, start + length), interval_s)
            found.append(Window(run.block, run.condition, features, gaps))
    return found


def _look(
    line: Line, way: Way, span: tuple[float, float], interval_s: float
) -> tuple[dict[str, float], tuple[float, ...]]:
    ours = line.between(way, *span)
    theirs = line.between(way.other, *span)
    cells = [p for p in ours if p.length]
    answers = [p for p in theirs if p.length]
    gaps = [(b.at - a.at) / interval_s for a, b in pairwise(cells)]
    features = {
        "rate.cells": float(len(cells)),
        "rate.back": float(len(answers)),
        "rate.bytes": float(sum(p.length for p in cells)),
        "size.odd": float(sum(p.length % CELL_LEN != 0 for p in cells)),
        "size.most": float(max((p.length for p in cells), default=0)),
        "ack.pure": float(len(ours) - len(cells)),
        "ack.pure_back": float(len(theirs) - len(answers)),
        "gap.neighbours": _neighbours(gaps),
    }
    features |= _summary("gap", gaps)
    features |= _summary("ack.delay", line.ack_delays(way, *span))
    features |= _summary("window.own", [float(p.window) for p in ours])
    features |= _summary("window.peer", [float(p.window) for p in theirs])
    reactions = _reactions(answers, cells)
    features |= _summary("reaction", reactions)
    features["reaction.at_once"] = (
        fmean(delay < AT_ONCE_S for delay in reactions) if reactions else NOTHING
    )
    return features, tuple(gaps)


def _summary(name: str, values: Sequence[float]) -> dict[str, float]:
    """Mean, spread and quantiles under the name of what they are of."""
    ordered = sorted(values)
    if not ordered:
        keys = ("mean", "spread", *(f"q{q}" for q in QUANTILES))
        return {f"{name}.{key}": NOTHING for key in keys}
    summary = {f"{name}.mean": fmean(ordered), f"{name}.spread": pstdev(ordered)}
    for share in QUANTILES:
        summary[f"{name}.q{share}"] = ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return summary


def _neighbours(gaps: Sequence[float]) -> float:
    """Correlation of each gap with the next one."""
    return correlation(gaps[:-1], gaps[1:])


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return Pearson's coefficient, 0.0 where it is not defined."""
    if len(xs) < 2:
        return 0.0
    mean_x, mean_y = fmean(xs), fmean(ys)
    spread = math.sqrt(sum((x - mean_x) ** 2 for x in xs) * sum((y - mean_y) ** 2 for y in ys))
    if not spread:
        return 0.0
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread


def _reactions(requests: Sequence[Packet], answers: Sequence[Packet]) -> list[float]:
    """Return the seconds from each request to the next answer after it."""
    delays = []
    position = 0
    for request in requests:
        while position < len(answers) and answers[position].at <= request.at:
            position += 1
        if position == len(answers):
            break
        delays.append(answers[position].at - request.at)
    return delays


def whole_cells(line: Line) -> tuple[int, int]:
    """Return how many TCP payloads there were, and how many were not whole cells."""
    lengths = [p.length for way in Way for p in line.packets[way] if p.length]
    return len(lengths), sum(length % CELL_LEN != 0 for length in lengths)
