"""An event loop that meets its deadlines to a few hundredths of a millisecond.

asyncio's epoll selector rounds every wait up to whole milliseconds. Here the wait goes through
select(2) on the epoll descriptor, which takes microseconds. A processor that slept still wakes
late, and later after a longer sleep (measured: 0.2 ms after 100 ms, 0.07 ms after 1 ms), so a long
wait is asked to end earlier by as much as others were late before, and the rest is spent looking
at the clock. Short waits, as there are between the cells of hundreds of links, are late by little
and so many that looking at the clock would cost too much. kqueue and Windows keep the selectors
they have.
"""

import asyncio
import select
import selectors
import sys
import time
from typing import Final

LONG_WAIT_S: Final = 0.005  # seconds from which a processor sleeps deeply; so 200 a second at most
LEAD_MIN_S: Final = 20e-6  # seconds a wait ends early,
LEAD_MAX_S: Final = 400e-6  # at least and at most; the most that is ever spent on the clock
# A lead grows by this after a wait that ended too late, and shrinks by a quarter of it otherwise:
# so four of five waits end in time.
LEAD_STEP_S: Final = 8e-6


class Lead:
    """How much earlier than its deadline a wait should end, learnt from how late others were."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def learn(self, late: float) -> None:
        """Take in that a wait ended ``late`` seconds after the time it was asked for."""
        step = LEAD_STEP_S if late > self.seconds else -LEAD_STEP_S / 4
        self.seconds = min(LEAD_MAX_S, max(LEAD_MIN_S, self.seconds + step))


if sys.platform == "linux":

    class FineSelector(selectors.EpollSelector):
        """An EpollSelector whose finite timeouts are kept to microseconds.

        In the last moments of a wait, while it looks at the clock, nothing that arrives is
        reported: what is due is not made late by what has just come.
        """

        def __init__(self) -> None:
            super().__init__()
            self._lead = Lead(200e-6)

        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            """Wait for events; see ``selectors.BaseSelector.select``."""
            if timeout is not None and timeout > 0:
                self._wait(timeout)
                timeout = 0
            return super().select(timeout)

        def _wait(self, timeout: float) -> None:
            """Return when a descriptor is ready or, to the microsecond, after ``timeout``."""
            if timeout <= LONG_WAIT_S:
                select.select([self.fileno()], [], [], timeout)
                return
            deadline = time.monotonic() + timeout
            lead = self._lead.seconds
            if select.select([self.fileno()], [], [], timeout - lead)[0]:
                return
            self._lead.learn(time.monotonic() - deadline + lead)
            while time.monotonic() < deadline:
                pass

    def new_event_loop() -> asyncio.AbstractEventLoop:
        """Return an event loop with the most precise timers this system gives."""
        return asyncio.SelectorEventLoop(FineSelector())

else:

    def new_event_loop() -> asyncio.AbstractEventLoop:
        """Return an event loop with the most precise timers this system gives."""
        return asyncio.SelectorEventLoop()
