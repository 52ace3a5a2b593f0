"""Does the line move when somebody in the conversation says that a message was sent?

The attacker of Bahramali et al. takes part in a conversation, so he knows when messages were sent
and how long they are, and asks of each line he watches whether it is one of that conversation. He
compares the volume of the line with the messages, interval by interval, allowing for a delay.

The other lines he watches are those of the other pairs at the same time: what holds up the whole
machine holds up who writes and every line alike, and says nothing about who talks to whom.

Source: Bahramali, Houmansadr, Soltani, Goeckel, Towsley: "Practical Traffic Analysis Attacks
on Secure Messaging Applications", NDSS 2020, the shape-based and the event-based detector.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from messenger.wiretest.judge import Scored
from messenger.wiretest.packets import Line, Way
from messenger.wiretest.plan import Run
from messenger.wiretest.windows import correlation

MAX_LAG: Final = 6  # intervals that a message may take to show
DECOYS: Final = 8  # other lines that a conversation is compared with, at most
BURST_GAP: Final = 0.1  # of an interval: cells closer than that are one event
NEAR: Final = 1.0  # intervals between a message and its event

Spoken = Sequence[tuple[Way, float, int]]


@dataclass(frozen=True, slots=True)
class Talk:
    """One run of chat: what was said and the lines meanwhile, in intervals since its start."""

    number: int
    said: tuple[tuple[float, int], ...]
    cells: tuple[float, ...]  # of its own line
    decoys: tuple[tuple[float, ...], ...]  # of other pairs' lines, the same way
    length: float


def talks_of(
    line: Line, others: Sequence[Line], run: Run, number: int, spoken: Spoken, interval_s: float
) -> list[Talk]:
    """Return a run as one talk for each direction."""

    def cells(of: Line, way: Way) -> tuple[float, ...]:
        packets = of.between(way, run.start, run.end)
        return tuple((p.at - run.start) / interval_s for p in packets if p.length)

    length = (run.end - run.start) / interval_s
    talks = []
    for way in Way:
        said = tuple(
            ((at - run.start) / interval_s, size)
            for who, at, size in spoken
            if who is way and run.start <= at < run.end
        )
        decoys = tuple(cells(other, way) for other in others)
        talks.append(Talk(number, said, cells(line, way), decoys, length))
    return talks


def shape_based(talks: Sequence[Talk]) -> list[Scored]:
    """Score each line with its own conversation (busy) and with others (not)."""
    return _compare(talks, _shape)


def event_based(talks: Sequence[Talk]) -> list[Scored]:
    """The same by events: how many messages have a burst of cells behind them."""
    return _compare(talks, _events)


def _compare(
    talks: Sequence[Talk], score: Callable[[Talk, Sequence[float]], float]
) -> list[Scored]:
    scored = []
    for talk in talks:
        scored.append(Scored(talk.number, True, score(talk, talk.cells)))
        scored += [Scored(talk.number, False, score(talk, decoy)) for decoy in talk.decoys]
    return scored


def _shape(talk: Talk, cells: Sequence[float]) -> float:
    bins = int(talk.length)
    volume = _histogram([(at, 1) for at in cells], bins)
    said = _histogram(talk.said, bins)
    return max(correlation(said[: bins - lag], volume[lag:]) for lag in range(MAX_LAG + 1))


def _histogram(events: Sequence[tuple[float, int]], bins: int) -> list[float]:
    counts = [0.0] * bins
    for at, weight in events:
        if 0 <= at < bins:
            counts[int(at)] += weight
    return counts


def _events(talk: Talk, cells: Sequence[float]) -> float:
    bursts = [b for a, b in pairwise(cells) if b - a < BURST_GAP]
    if not talk.said:
        return 0.0
    found = 0
    for at, _ in talk.said:
        position = bisect_left(bursts, at)
        found += position < len(bursts) and bursts[position] - at < NEAR
    return found / len(talk.said)
