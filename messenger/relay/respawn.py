"""When the next instance may be started: at once as a rule, later where they keep dying. Pure."""

from dataclasses import dataclass
from typing import Final

FIRST_DELAY_S: Final = 0.5  # after an instance that never came up; doubled with each that follows
LONGEST_DELAY_S: Final = 30.0
BURST: Final = 10  # instances that may die after they came up, without any delay,
REFILL_S: Final = 1.0  # and one more for each of these seconds


@dataclass(slots=True)
class Respawn:
    """Two rules, because there are two ways to keep dying.

    Who does not even come up (a wrong setting, a full disk) is tried again ever more slowly. Who
    comes up and dies is replaced at once, as long as that is not more than once a second for long.
    """

    _failures: int = 0  # in a row, before they came up
    _not_before: float = 0.0
    _full_at: float = 0.0  # when the whole burst is there again

    def wait_s(self, now: float) -> float:
        """Return the seconds until an instance may be started; 0.0: now."""
        lacking = self._full_at - now - BURST * REFILL_S
        return max(0.0, lacking, self._not_before - now)

    def on_up(self) -> None:
        """An instance came up."""
        self._failures = 0
        self._not_before = 0.0

    def on_died(self, now: float, *, came_up: bool) -> None:
        """An instance ended without being asked to."""
        if came_up:
            self._full_at = max(self._full_at, now) + REFILL_S
            return
        delay = min(FIRST_DELAY_S * 2**self._failures, LONGEST_DELAY_S)
        self._failures = min(self._failures + 1, 10)
        self._not_before = now + delay
