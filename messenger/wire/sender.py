"""Letting one cell leave at each instant of a schedule: the clock that nothing else may move.

The next cell is composed and sealed right after the previous one left, so that at its instant
nothing remains but one write of finished bytes. What is queued in between replaces the armed cell
as long as there is time; the instant itself was drawn before.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from messenger.protocol.link import Link
from messenger.wire.backlog import in_flight_max_len, unacknowledged_len
from messenger.wire.pace import Pace
from messenger.wire.statistics import Statistics

# Seconds before an instant in which the armed cell is left as it is: composing anew takes about
# 20 microseconds, which would move the departures of busy links only.
FREEZE_S: Final = 0.002


class Sender:
    """The departures of one link.

    Owner: the wire process's loop.

    Args:
        schedule: when; an instant is passed over while about 2 s worth of cells is unacknowledged.
        on_departed: called after each instant, when there is time for other work.
    """

    def __init__(
        self,
        link: Link,
        schedule: Pace,
        transport: asyncio.WriteTransport,
        *,
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
        self._freshening: asyncio.Handle | None = None
        self.cells_out = 0
        self.skipped = 0  # instants at which nothing left
        self._cell = link.next_cell()
        self._timer = self._loop.call_at(schedule.next_at, self._on_instant)

    def freshen(self) -> None:
        """Something was queued: compose the next cell again, if there is time."""
        if self._freshening is None:
            self._freshening = self._loop.call_soon(self._compose_again)

    def end(self, on_end: Callable[[], None]) -> None:
        """Send nothing more; at the next instant call ``on_end`` instead."""
        self._on_end = on_end

    def cancel(self) -> None:
        """The connection is gone."""
        self._timer.cancel()
        if self._freshening is not None:
            self._freshening.cancel()

    def _compose_again(self) -> None:
        self._freshening = None
        in_time = self._loop.time() < self._schedule.next_at - FREEZE_S
        if in_time and self._link.cell_outdated and self._on_end is None:
            self._cell = self._link.next_cell()

    def _on_instant(self) -> None:
        if self._on_end is not None:
            self._on_end()
            return
        if self._is_stalled():
            self.skipped += 1
        else:
            self._depart()
        now = self._loop.time()
        self.skipped += self._schedule.advance(now)
        if self._schedule.cover is not self._cover:
            self._cover = self._schedule.cover
            self._in_flight_max_len = in_flight_max_len(self._cover.interval_s)
        self._timer = self._loop.call_at(self._schedule.next_at, self._on_instant)
        self._on_departed(now)

    def _is_stalled(self) -> bool:
        """Whether what left earlier is still here: then this instant is never made up for."""
        return (
            self._transport.get_write_buffer_size() > 0
            or unacknowledged_len(self._socket) > self._in_flight_max_len
        )

    def _depart(self) -> None:
        now = self._loop.time()
        self._transport.write(self._cell)
        self._statistics.on_departure(now, now - self._schedule.next_at)
        self._statistics.bytes_out += len(self._cell)
        self.cells_out += 1
        self._link.cell_left()
        self._cell = self._link.next_cell()
