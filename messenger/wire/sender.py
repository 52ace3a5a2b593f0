"""One cell at each instant of a schedule: the clock that nothing else may move.

The instant was drawn before anybody knew what its cell would carry, and every cell, real or cover,
is made by the same calls in the same order at the same time before it; see ``departures.py``.
"""

import asyncio
import socket
from collections.abc import Callable

from messenger.protocol.link import Link
from messenger.wire.backlog import in_flight_max_len, unacknowledged_len
from messenger.wire.departures import Departures
from messenger.wire.pace import Pace
from messenger.wire.statistics import Statistics
from messenger.wire.warm_up import warm_up


class Sender:
    """The departures of one link.

    Owner: the wire process's loop.

    Args:
        schedule: when; an instant is passed over while about 2 s worth of cells is unacknowledged.
        departures: leads this and all other links through their instants.
        on_departed: called after each instant, when there is time for other work.
    """

    def __init__(
        self,
        link: Link,
        schedule: Pace,
        transport: asyncio.WriteTransport,
        *,
        departures: Departures,
        statistics: Statistics,
        on_departed: Callable[[float], None],
    ) -> None:
        self._link = link
        self._schedule = schedule
        self._transport = transport
        self._socket: socket.socket = transport.get_extra_info("socket")
        self._cover = schedule.cover
        self._in_flight_max_len = in_flight_max_len(schedule.cover.interval_s)
        self._statistics = statistics
        self._on_departed = on_departed
        self._on_end: Callable[[], None] | None = None
        self._loop = asyncio.get_running_loop()
        self._cell = b""
        self._stalled = False
        self._left_at: float | None = None  # at the present instant, if a cell left at it
        self.next_at = schedule.next_at
        self.is_over = False
        self.cells_out = 0
        self.skipped = 0  # instants at which nothing left
        departures.add(self)

    def end(self, on_end: Callable[[], None]) -> None:
        """Send nothing more; at the next instant call ``on_end`` instead."""
        self._on_end = on_end

    def cancel(self) -> None:
        """The connection is gone."""
        self.is_over = True

    def prepare(self) -> None:
        """Compose and seal the cell, of what is queued now or of nothing."""
        if self._on_end is not None:  # nothing leaves, and a peer may have broken the link
            return
        self._cell = self._link.next_cell()
        self._stalled = self._is_stalled()

    def warm_up(self) -> None:
        """Go the way of the cell without it."""
        warm_up(self._socket)

    def leave(self) -> None:
        """Write the cell: the one thing that is done at the instant itself."""
        self._left_at = None
        if self._on_end is not None:
            self.is_over = True
            self._on_end()
        elif not self._stalled:
            self._left_at = self._loop.time()
            self._transport.write(self._cell)

    def settle(self) -> None:
        """Count, and draw the next instant."""
        if self.is_over:
            return
        if self._left_at is not None:
            self._count(self._left_at)
        else:
            self.skipped += 1
        now = self._loop.time()
        self.skipped += self._schedule.advance(now)
        self.next_at = self._schedule.next_at
        if self._schedule.cover is not self._cover:
            self._cover = self._schedule.cover
            self._in_flight_max_len = in_flight_max_len(self._cover.interval_s)
        self._on_departed(now)

    def _count(self, left_at: float) -> None:
        self._statistics.on_departure(left_at, left_at - self.next_at)
        self._statistics.bytes_out += len(self._cell)
        self.cells_out += 1
        self._link.cell_left()

    def _is_stalled(self) -> bool:
        """Whether what left earlier is still here: then this instant is never made up for."""
        return (
            self._transport.get_write_buffer_size() > 0
            or unacknowledged_len(self._socket) > self._in_flight_max_len
        )
