"""The order in which the cells of all links are made and leave.

Every cell has the same last two milliseconds, whatever it carries: the process wakes a fixed time
before the instant, composes and seals the cell, waits for the instant without looking at anything
else, and writes. What comes meanwhile from the engine or a peer is read when the cell has left. So
a message can neither wake the process shortly before a departure nor stand in its way.

Links whose instants lie within one such time go through it together: all are prepared, then each
leaves at its instant, then all are settled. That depends on instants only.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

# Seconds before an instant from which its cell is made and nothing else is done. Ten times what
# preparing takes and a sleeping processor needs to wake; asyncio's timers may eat 1 ms of it.
FREEZE_S: Final = 0.002


class Departing(Protocol):
    """Whoever has a cell to let go at an instant."""

    @property
    def next_at(self) -> float:
        """The instant, monotonic seconds; it changes in :meth:`settle` only."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether nothing is to happen any more."""
        ...

    def prepare(self) -> None:
        """Do all that can be done before the instant."""
        ...

    def warm_up(self) -> None:
        """Do before the instant what makes leaving quick, whatever happened in between."""
        ...

    def leave(self) -> None:
        """The instant has come."""
        ...

    def settle(self) -> None:
        """Do what follows, and draw the next instant."""
        ...


class Departures:
    """Leads all links of a process through their instants.

    Owner: the wire process's loop.

    Args:
        wait_until: blocks until a monotonic time and calls what is to happen shortly before it, see
            :class:`messenger.wire.clock.FineWait`.
    """

    def __init__(self, wait_until: Callable[[float, Callable[[], object]], None]) -> None:
        self._wait_until = wait_until
        self._loop = asyncio.get_running_loop()
        self._order = itertools.count()  # for instants that are equal
        self._waiting: list[tuple[float, int, Departing]] = []  # a heap, by time to prepare
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    def add(self, departing: Departing) -> None:
        """Take in somebody new, until their ``is_over``."""
        self._push(departing)
        self._set_timer()

    def _push(self, departing: Departing) -> None:
        prepare_at = departing.next_at - FREEZE_S
        heapq.heappush(self._waiting, (prepare_at, next(self._order), departing))

    def _set_timer(self) -> None:
        if not self._waiting:
            return
        at = self._waiting[0][0]
        if self._timer is not None:
            if self._timer_at <= at:
                return
            self._timer.cancel()
        self._timer_at = at
        self._timer = self._loop.call_at(at, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        due = self._take_due(max(self._timer_at, self._loop.time()))
        for departing in due:
            self._guard(departing.prepare)
        for departing in due:
            warm_up = partial(self._guard, departing.warm_up)
            self._guard(partial(self._wait_until, departing.next_at, warm_up))
            self._guard(departing.leave)
        for departing in due:
            if self._guard(departing.settle) and not departing.is_over:
                self._push(departing)
        self._set_timer()

    def _take_due(self, now: float) -> list[Departing]:
        due = []
        while self._waiting and self._waiting[0][0] <= now:
            departing = heapq.heappop(self._waiting)[2]
            if not departing.is_over:
                due.append(departing)
        return due

    def _guard(self, act: Callable[[], object]) -> bool:
        """Let a mistake in one link stop no other, as asyncio does for its callbacks."""
        try:
            act()
        except Exception as error:
            self._loop.call_exception_handler({"message": "a departure failed", "exception": error})
            return False
        return True
