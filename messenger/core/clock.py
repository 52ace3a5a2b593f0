"""Time as an argument: the two clocks the program reads, and a hand-turned one for tests."""

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Two readings of time; machines take them as arguments instead of asking themselves."""

    def now(self) -> float:
        """Monotonic seconds, for deadlines and intervals."""
        ...

    def unix_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC, for people and for the store."""
        ...


class SystemClock:
    """The clocks of this computer."""

    def now(self) -> float:
        return time.monotonic()

    def unix_ms(self) -> int:
        return time.time_ns() // 1_000_000


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until a test moves it."""

    seconds: float = 0.0
    epoch_ms: int = 1_700_000_000_000

    def now(self) -> float:
        return self.seconds

    def unix_ms(self) -> int:
        return self.epoch_ms + int(self.seconds * 1000)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
