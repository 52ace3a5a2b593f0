"""Does the line move when somebody in the conversation says that a message was sent?

The attacker of Bahramali et al. takes part in a conversation, so he knows when messages were sent
and how long they are, and asks of each line he watches whether it is one of that conversation. He
compares the volume of the line with the messages, interval by interval, allowing for a delay.

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
DECOYS: Final = 8  # other conversations that each line is compared with
BURST_GAP: Final = 0.1  # of an interval: cells closer than that are one event
NEAR: Final = 1.0  # intervals between a message and its event

Spoken = Sequence[tuple[Way, float, int]]


@dataclass(frozen=True, slots=True)
class Talk:
    """One run of chat: what was said and the line meanwhile, times in intervals since its start."""

    number: int
    said: tuple[tuple[float, int], ...]
    cells: tuple[float, ...]
    length: float


def talks_of(line: Line, run: Run, number: int, spoken: Spoken, interval_s: float) -> list[Talk]:
    """Return a run as one talk for each direction."""
    length = (run.end - run.start) / interval_s
    talks = []
    for way in Way:
        said = tuple(
            ((at - run.start) / interval_s, size)
            for who, at, size in spoken
            if who is way and run.start <= at < run.end
        )
        cells = tuple(
            (p.at - run.start) / interval_s
            for p in line.between(way, run.start, run.end)
            if p.length
        )
        talks.append(Talk(number, said, cells, length))
    return talks


def shape_based(talks: Sequence[Talk]) -> list[Scored]:
    """Score each line with its own conversation (busy) and with others (not)."""
    return _compare(talks, _shape)


def event_based(talks: Sequence[Talk]) -> list[Scored]:
    """The same by events: how many messages have a burst of cells behind them."""
    return _compare(talks, _events)


def _compare(talks: Sequence[Talk], score: Callable[[Talk, Talk], float]) -> list[Scored]:
    scored = []
    for index, talk in enumerate(talks):
        scored.append(Scored(talk.number, True, score(talk, talk)))
        for step in range(1, min(DECOYS, len(talks) - 1) + 1):
            other = talks[(index + 2 * step) % len(talks)]
            if other.number != talk.number:
                scored.append(Scored(talk.number, False, score(talk, other)))
    return scored


def _shape(line: Talk, conversation: Talk) -> float:
    bins = int(min(line.length, conversation.length))
    volume = _histogram([(at, 1) for at in line.cells], bins)
    said = _histogram(conversation.said, bins)
    return max(correlation(said[: bins - lag], volume[lag:]) for lag in range(MAX_LAG + 1))


def _histogram(events: Sequence[tuple[float, int]], bins: int) -> list[float]:
    counts = [0.0] * bins
    for at, weight in events:
        if 0 <= at < bins:
            counts[int(at)] += weight
    return counts


def _events(line: Talk, conversation: Talk) -> float:
    bursts = [b for a, b in pairwise(line.cells) if b - a < BURST_GAP]
    if not conversation.said:
        return 0.0
    found = 0
    for at, _ in conversation.said:
        position = bisect_left(bursts, at)
        found += position < len(bursts) and bursts[position] - at < NEAR
    return found / len(conversation.said)
