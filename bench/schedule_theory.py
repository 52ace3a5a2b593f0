"""How long a message waits for its cell, by the law of the schedule and queueing theory alone.

Nothing in here imports the messenger: the law is written down a second time, from the text of
docs/wire.md ("Delivery latency in theory"), so that the two can be compared.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

FRAME_VARIANCE: Final = 0.05 / 4  # of the instant in its frame, in T²: Beta(2, 2) over half a frame
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is sent over one direction of a link."""

    interval_s: float  # T, of the clock
    rate: float  # messages a second, at random times (Poisson)
    message_len: int  # bytes of each message on its stream, framing included
    room: int  # bytes of a stream that one cell carries
    freeze_s: float = 0.0  # a message must be queued so long before the instant of its cell
    riders: tuple[tuple[float, int], ...] = ()  # what else is sent: times a second, bytes
    # Likewise, where the others leave room, or after so many cells of waiting.
    behind: tuple[tuple[float, int], ...] = ()
    patience: int = 2  # cells

    @property
    def load(self) -> float:
        """Share of the cells' room that is used, rho."""
        streams = ((self.rate, self.message_len), *self.riders, *self.behind)
        return sum(rate * length for rate, length in streams) * self.interval_s / self.room


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds from queueing a message to the instant of its last cell."""

    mean: float
    p50: float
    p99: float


def mean_wait_of_full_cells(traffic: Traffic, *, poisson: bool = False) -> float:
    """Return the mean wait where each message fills exactly one cell, in closed form."""
    load = traffic.load
    if poisson:  # M/M/1: the instants have no memory
        return traffic.freeze_s + traffic.interval_s / (1 - load)
    residual = (1 + 2 * FRAME_VARIANCE) / 2  # E[G²] / (2 E[G]) of the gaps, in T
    return traffic.freeze_s + traffic.interval_s * (residual + load / (2 * (1 - load)))


def waits(traffic: Traffic, *, poisson: bool = False, messages: int = 200_000) -> Waits:
    """Play the queue: arrivals and instants drawn by their laws, bytes served first come first."""
    random = Random(SEED)
    law = _Poisson if poisson else _Frames
    arrivals = list(accumulate(random.expovariate(traffic.rate) for _ in range(messages)))
    items = [_Item(at, traffic.message_len, "message") for at in arrivals]
    for riders, kind in ((traffic.riders, "rider"), (traffic.behind, "behind")):
        for rate, length in riders:
            count = int(rate * arrivals[-1])
            items += [_Item(random.uniform(0, arrivals[-1]), length, kind) for _ in range(count)]
    waited = sorted(_play(traffic, sorted(items), law(traffic.interval_s, random)))
    return Waits(sum(waited) / messages, waited[messages // 2], waited[messages * 99 // 100])


class _Item(NamedTuple):
    """Something that is sent."""

    came: float  # seconds
    length: int  # bytes on its stream
    kind: str  # message, rider, behind


class _Frames:
    """One instant in each frame, Beta(2, 2) over its middle half."""

    def __init__(self, interval_s: float, random: Random) -> None:
        self._interval_s = interval_s
        self._random = random
        self._frame = -1

    def after(self, time: float) -> float:
        """Return the first instant from ``time`` on that was not returned before."""
        self._frame = max(self._frame + 1, int(time / self._interval_s))
        instant = -1.0
        while instant < time:
            share = 0.25 + 0.5 * self._random.betavariate(2, 2)
            instant = (self._frame + share) * self._interval_s
            self._frame += instant < time
        return instant


class _Poisson:
    """Exponential gaps: from any time on, the next instant is as far away as from any other."""

    def __init__(self, interval_s: float, random: Random) -> None:
        self._interval_s = interval_s
        self._random = random

    def after(self, time: float) -> float:
        """Return the first instant from ``time`` on."""
        return time + self._random.expovariate(1 / self._interval_s)


def _play(
    traffic: Traffic, items: Sequence[_Item], instants: "_Frames | _Poisson"
) -> Iterator[float]:
    """Yield the wait of each message, whose items come in the order of their times."""
    front: deque[list[float]] = deque()  # what waits: when it came, bytes left, is a message
    behind = 0.0  # bytes that wait behind
    here = passed = 0  # items that have come; cells in a row that had no room for those behind
    now = 0.0
    while here < len(items) or front or behind:
        if not front and not behind:  # cover leaves until somebody comes
            now = max(now, items[here].came + traffic.freeze_s)
        now = instants.after(now)
        while here < len(items) and items[here].came + traffic.freeze_s <= now:
            came, length, kind = items[here]
            if kind == "behind":
                behind += length
            else:
                front.append([came, length, kind == "message"])
            here += 1
        first = traffic.room if passed >= traffic.patience else 0
        room = traffic.room - min(behind, first)
        behind -= min(behind, first)
        while front and room:
            taken = min(room, front[0][1])
            front[0][1] -= taken
            room -= taken
            if not front[0][1]:
                came, _, is_message = front.popleft()
                if is_message:
                    yield now - came
        behind -= min(behind, room)
        passed = passed + 1 if behind and not first else 0
