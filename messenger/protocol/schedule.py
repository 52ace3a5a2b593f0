"""When cells leave: instants drawn from chance and the clock, and from nothing else.

This module cannot see any queue. It imports nothing of the protocol, and the constructor takes a
cover, a start and a source of randomness; there is no argument through which a message, an
acknowledgement or a key press could reach an instant. Each instant is drawn before anybody
decides what the cell at that instant will carry.

Source: docs/protocol.md, section 5.
"""

import math
from random import Random, SystemRandom
from typing import Final

from messenger.core.types import Cover, CoverMode

_FRAME_LEAD: Final = 0.25  # of a frame: instants lie in the middle half of their frame
_FRAME_SPREAD: Final = 0.5  # of a frame
_UNIFORM_BITS: Final = 53  # of a uniform number, as many as a float takes
_UNIFORM_COUNT: Final = 1 << _UNIFORM_BITS
_UNIFORM_MASK: Final = _UNIFORM_COUNT - 1
_MAX_DRAWS: Final = 1_000  # gaps drawn one by one after a stall; beyond that they are jumped over


class Schedule:
    """The instants of one direction of one link.

    Owner: the wire process. ``next_at`` is the instant of the next cell; call :meth:`advance` when
    that cell has left, or when its instant is given up.

    Args:
        cover: mean interval T in seconds, greater than 0, and the law of the instants.
        start: monotonic seconds; no instant lies before it.
        random: where instants are drawn from; a seeded one belongs in tests only.
    """

    __slots__ = ("_cover", "_frame", "_random", "_start", "next_at")

    def __init__(self, cover: Cover, start: float, random: Random | None = None) -> None:
        if not (math.isfinite(cover.interval_s) and cover.interval_s > 0):
            raise ValueError("the interval of a schedule must be positive")
        self._cover = cover
        self._start = start
        self._random = random if random is not None else SystemRandom()
        self._frame = 0
        if cover.mode is CoverMode.FRAMES:
            self.next_at = self._draw_in_frame(0)
        else:
            self.next_at = start + self._draw_gap()

    def advance(self, now: float) -> int:
        """Draw the next instant after ``now``.

        Returns:
            How many instants lay between the present one and ``now``. They are passed over: a
            stall or a night's sleep makes cells missing, never a burst.
        """
        if self._cover.mode is CoverMode.FRAMES:
            return self._advance_frames(now)
        return self._advance_poisson(now)

    def _advance_frames(self, now: float) -> int:
        following = self._frame + 1
        current = math.floor((now - self._start) / self._cover.interval_s)
        self._frame = max(following, current)
        self.next_at = self._draw_in_frame(self._frame)
        if self.next_at <= now:
            self._frame += 1
            self.next_at = self._draw_in_frame(self._frame)
        return self._frame - following

    def _advance_poisson(self, now: float) -> int:
        for skipped in range(_MAX_DRAWS):
            self.next_at += self._draw_gap()
            if self.next_at > now:
                return skipped
        # The process has no memory, so it may as well begin anew at `now`; only the count of what
        # was missed becomes its expectation.
        missed = int((now - self.next_at) / self._cover.interval_s)
        self.next_at = now + self._draw_gap()
        return _MAX_DRAWS + missed

    def _draw_in_frame(self, frame: int) -> float:
        """Draw an instant of ``frame``: Beta(2, 2) over the middle half of it."""
        # The median of three uniform numbers has the distribution Beta(2, 2).
        drawn = self._random.getrandbits(3 * _UNIFORM_BITS)  # all three in one call of the system
        _, median, _ = sorted(
            (
                drawn & _UNIFORM_MASK,
                drawn >> _UNIFORM_BITS & _UNIFORM_MASK,
                drawn >> 2 * _UNIFORM_BITS,
            )
        )
        share = frame + _FRAME_LEAD + _FRAME_SPREAD * median / _UNIFORM_COUNT
        return self._start + self._cover.interval_s * share

    def _draw_gap(self) -> float:
        """Draw an exponential gap of mean T."""
        return -self._cover.interval_s * math.log(1.0 - self._random.random())
