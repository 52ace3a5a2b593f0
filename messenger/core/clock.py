"""Time as an argument: the clocks the program reads, and a hand-turned one for tests."""

import time
from dataclasses import dataclass
from typing import Final, Protocol

# On Linux the monotonic clock stands still while the computer sleeps; this one does not.
_WITH_SLEEP: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)


class Clock(Protocol):
    """Readings of time; machines take them as arguments instead of asking themselves."""

    def now(self) -> float:
        """Monotonic seconds, for deadlines and intervals."""
        ...

    def unix_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC, for people and for the store."""
        ...

    def passed(self) -> float:
        """Seconds that nobody can set; where the system tells, those of sleep among them."""
        ...


class SystemClock:
    """The clocks of this computer."""

    def now(self) -> float:
        return time.monotonic()

    def unix_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def passed(self) -> float:
        return time.monotonic() if _WITH_SLEEP is None else time.clock_gettime(_WITH_SLEEP)


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until a test moves it."""

    seconds: float = 0.0
    epoch_ms: int = 1_700_000_000_000

    def now(self) -> float:
        return self.seconds

    def unix_ms(self) -> int:
        return self.epoch_ms + int(self.seconds * 1000)

    def passed(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
