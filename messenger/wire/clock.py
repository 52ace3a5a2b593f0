"""Waiting for an instant to a few hundredths of a millisecond.

A processor that slept wakes late (measured: 0.05 ms after 2 ms, 0.07 ms after 100 ms). So a wait is
asked to end earlier by as much as others were late before, and the rest is spent looking at the
clock. Where the clock is too coarse for that (Windows), the system's own wait has to do.
"""

import select
import time
from collections.abc import Callable
from typing import Final

LEAD_MIN_S: Final = 20e-6  # seconds a wait ends early,
LEAD_MAX_S: Final = 200e-6  # at least and at most; the most that is ever spent on the clock
# A lead grows by this after a wait that ended too late, and shrinks by as much otherwise: so half
# of the waits end in time, the others a little late. More would cost more than all sealing does,
# and hold up whoever else must leave on this processor (measured: docs/wire.md).
LEAD_STEP_S: Final = 2e-6
FINE_RESOLUTION_S: Final = 10e-6  # of a clock that is worth looking at


class Lead:
    """How much earlier than its deadline a wait should end, learnt from how late others were."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def learn(self, late: float) -> None:
        """Take in that a wait ended ``late`` seconds after the time it was asked for."""
        step = LEAD_STEP_S if late > self.seconds else -LEAD_STEP_S
        self.seconds = min(LEAD_MAX_S, max(LEAD_MIN_S, self.seconds + step))


def let_pass(seconds: float) -> None:
    """Sleep; where the system refuses to wait for an instant, wait for a while instead.

    ``time.sleep`` waits for an instant of the monotonic clock. What changes clocks under a process
    (libfaketime) can make that instant an impossible one.
    """
    try:
        time.sleep(seconds)
    except OSError:
        select.select((), (), (), seconds)


class FineWait:
    """Waits on the monotonic clock. While it does, nothing else happens in this thread.

    Args:
        clock: what the time is, in seconds; ``sleep`` lets so many of them pass, or some more.
        is_fine: whether looking at the clock in a circle gains anything.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = let_pass,
        *,
        is_fine: bool = time.get_clock_info("monotonic").resolution <= FINE_RESOLUTION_S,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._is_fine = is_fine
        self._lead = Lead(LEAD_MAX_S / 2)

    def until(self, deadline: float, warm_up: Callable[[], object]) -> None:
        """Return at ``deadline``, at once if it is over.

        Args:
            warm_up: called shortly before, after the sleep; it takes some millionths of a second.
        """
        wake_at = deadline - self._lead.seconds if self._is_fine else deadline
        left = wake_at - self._clock()
        if left > 0:
            self._sleep(left)
            self._lead.learn(self._clock() - wake_at)
        warm_up()
        while self._is_fine and self._clock() < deadline:
            pass
