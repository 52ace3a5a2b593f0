"""Counters of the wire, the newest cell times, and how late departures were.

Bounded in memory and cheap to feed; nothing here depends on what a cell carries.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from messenger.wire.messages import LinkCounters, Snapshot

RECENT_COUNT: Final = 256  # newest departures and arrivals in a snapshot
LATENESS_COUNT: Final = 1_024  # newest departures the quantiles are taken from


class Statistics:
    """Everything a snapshot says, kept up to date cell by cell.

    Owner: the wire process's loop.
    """

    def __init__(self) -> None:
        self.cells_out = 0
        self.cells_in = 0
        self.bytes_out = 0  # TCP payload, handshakes included
        self.bytes_in = 0
        self._recent_out: deque[float] = deque(maxlen=RECENT_COUNT)
        self._recent_in: deque[float] = deque(maxlen=RECENT_COUNT)
        self._lateness: deque[float] = deque(maxlen=LATENESS_COUNT)

    def on_departure(self, now: float, lateness: float) -> None:
        """Count one cell that left at ``now``, ``lateness`` seconds after its drawn instant."""
        self.cells_out += 1
        self._recent_out.append(now)
        self._lateness.append(lateness)

    def on_arrival(self, now: float, count: int) -> None:
        """Count ``count`` cells that arrived together at ``now``."""
        self.cells_in += count
        self._recent_in.extend([now] * min(count, RECENT_COUNT))

    def lateness_ms(self, share: float) -> float:
        """Return a quantile of the newest departures' lateness, 0.0 if there is none."""
        ordered = sorted(self._lateness)
        if not ordered:
            return 0.0
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def snapshot(self, now: float, links: Iterable[LinkCounters], half_open: int) -> Snapshot:
        """Return everything as one message."""
        return Snapshot(
            links=list(links),
            cells_out=self.cells_out,
            cells_in=self.cells_in,
            bytes_out=self.bytes_out,
            bytes_in=self.bytes_in,
            half_open=half_open,
            recent_out=list(self._recent_out),
            recent_in=list(self._recent_in),
            at=now,
            lateness_p50_ms=self.lateness_ms(0.5),
            lateness_p99_ms=self.lateness_ms(0.99),
        )
