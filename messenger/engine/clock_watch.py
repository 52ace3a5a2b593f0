"""Notices when the clock of the day moves otherwise than time passes.

A clock that somebody sets, or that a network sets wrong, makes disappearing messages go early or
stay; a person who is told can put it right. A computer that sleeps is no such thing.
"""

from typing import Final

from messenger.core.clock import Clock

JUMP_S: Final = 300.0  # what is worth a sentence; clocks are put right by seconds all the time


class ClockWatch:
    """Compares two looks at a clock. Owner: the engine's loop thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._apart_s = self._apart()

    def look(self) -> float:
        """Return the seconds by which the clock was moved since the last look, or 0."""
        before, self._apart_s = self._apart_s, self._apart()
        moved_s = self._apart_s - before
        return moved_s if abs(moved_s) >= JUMP_S else 0.0

    def _apart(self) -> float:
        return self._clock.unix_ms() / 1000 - self._clock.passed()
