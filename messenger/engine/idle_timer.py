"""Calls back when nobody has been there for a while."""

import asyncio
from collections.abc import Callable
from typing import Final

from messenger.core.clock import Clock

LOOK_S: Final = 15.0  # seconds between two looks, so that a computer that slept is noticed


class IdleTimer:
    """Owner: the engine's loop thread."""

    def __init__(self, clock: Clock, on_idle: Callable[[], None]) -> None:
        self._clock = clock
        self._on_idle = on_idle
        self._limit_s = 0.0  # 0: never
        self._timer: asyncio.TimerHandle | None = None
        self._active_at = self._readings()

    def set_limit(self, limit_s: float) -> None:
        """Call back after so many seconds without :meth:`note`; 0: never."""
        self.stop()
        self._limit_s = limit_s
        self.note()
        self._wait()

    def note(self) -> None:
        """Somebody is there."""
        self._active_at = self._readings()

    def stop(self) -> None:
        """Call back no more until the next limit is set."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def look(self) -> None:
        """Call back if the time is over."""
        if self._limit_s and self.idle_s >= self._limit_s:
            self.note()
            self._on_idle()

    @property
    def idle_s(self) -> float:
        """Seconds since somebody was there; those in which the computer slept count."""
        now = self._readings()
        return max(now[0] - self._active_at[0], now[1] - self._active_at[1])

    def _wait(self) -> None:
        if self._limit_s:
            delay = min(max(self._limit_s - self.idle_s, 0.1), LOOK_S)
            self._timer = asyncio.get_running_loop().call_later(delay, self._on_timer)

    def _on_timer(self) -> None:
        self.look()
        self._wait()

    def _readings(self) -> tuple[float, float]:
        return self._clock.now(), self._clock.unix_ms() / 1000
