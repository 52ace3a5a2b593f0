"""What an instance counts about itself: numbers only, never an id, an address or a content."""

import asyncio
import itertools
from bisect import bisect_left
from collections import Counter, deque
from typing import Final

import msgspec

from messenger.core.clock import Clock
from messenger.protocol.mailbox import Operation, Status

# Upper bounds of the put histogram in seconds; above the last one lies everything else.
PUT_BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
RECENT_S: Final = 3.0  # what "recent" means: as fast as a rule should see, as slow as one put
LAG_PERIOD_S: Final = 0.05  # between two looks at the lateness of the loop
_MAX_RECENT_COUNT: Final = 4_096  # of puts that are looked at


class Reading(msgspec.Struct, frozen=True):
    """What an instance says of itself at one moment; counts run since it started."""

    connections: int = 0  # clients whose handshake is complete
    half_open: int = 0
    requests: dict[str, int] = {}  # "put ok" and so on
    put_counts: list[int] = []  # by bound, one more at the end
    put_sum_s: float = 0.0
    put_p95_ms: float | None = None  # of recent puts; None: there were none
    lag_ms: float = 0.0  # the worst recent lateness of the loop
    breaker: str = "none"  # "closed", "half-opened" or "opened" where there is one


class Meter:
    """Counts requests, their times and the lateness of the loop.

    Owner: the loop of the instance.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._requests: Counter[str] = Counter()
        self._put_counts = [0] * (len(PUT_BOUNDS_S) + 1)
        self._put_sum_s = 0.0
        self._puts: deque[tuple[float, float]] = deque(maxlen=_MAX_RECENT_COUNT)
        self._lags: deque[tuple[float, float]] = deque()

    def on_request(self, operation: Operation, status: Status, seconds: float) -> None:
        """Count one request that is answered after ``seconds``."""
        self._requests[f"{operation.name} {status.name}".lower()] += 1
        if operation is Operation.PUT:
            self._put_counts[bisect_left(PUT_BOUNDS_S, seconds)] += 1
            self._put_sum_s += seconds
            self._puts.append((self._clock.now(), seconds))

    def on_lag(self, seconds: float) -> None:
        """Take in how late the loop was just now."""
        self._lags.append((self._clock.now(), seconds))

    async def watch_loop(self) -> None:
        """Look again and again how late this loop is, for ever."""
        while True:
            due = self._clock.now() + LAG_PERIOD_S
            await asyncio.sleep(LAG_PERIOD_S)
            self.on_lag(max(0.0, self._clock.now() - due))

    def reading(self, *, connections: int, half_open: int, breaker: str = "none") -> Reading:
        """Return everything as it is now."""
        since = self._clock.now() - RECENT_S
        for recent in (self._puts, self._lags):
            while recent and recent[0][0] < since:
                recent.popleft()
        return Reading(
            connections=connections,
            half_open=half_open,
            requests=dict(self._requests),
            put_counts=list(self._put_counts),
            put_sum_s=self._put_sum_s,
            put_p95_ms=_p95_ms([seconds for _, seconds in self._puts]),
            lag_ms=max((seconds for _, seconds in self._lags), default=0.0) * 1000,
            breaker=breaker,
        )


def _p95_ms(seconds: list[float]) -> float | None:
    ordered = sorted(seconds)
    return ordered[int(0.95 * (len(ordered) - 1))] * 1000 if ordered else None


def total(readings: list[Reading]) -> Reading:
    """Add up the counts of several instances; what is recent is the worst of them."""
    requests: Counter[str] = Counter()
    for each in readings:
        requests.update(each.requests)
    columns = itertools.zip_longest(*(each.put_counts for each in readings), fillvalue=0)
    puts = [each.put_p95_ms for each in readings if each.put_p95_ms is not None]
    return Reading(
        connections=sum(each.connections for each in readings),
        half_open=sum(each.half_open for each in readings),
        requests=dict(requests),
        put_counts=[sum(column) for column in columns],
        put_sum_s=sum(each.put_sum_s for each in readings),
        put_p95_ms=max(puts, default=None),
        lag_ms=max((each.lag_ms for each in readings), default=0.0),
    )
