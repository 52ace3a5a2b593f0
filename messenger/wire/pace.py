"""At which pace cells leave: the profile of the link or, for a while, the lane agreed on.

Like the schedule it cannot see any queue. A lane is a number of instants, counted from the moment
it begins; what is sent meanwhile, or given up, does not end it.

Source: docs/protocol.md, section 5.
"""

from random import Random

from messenger.core.types import Cover
from messenger.protocol.schedule import Schedule


class Pace:
    """The schedule that a sender follows, and the change from one to another.

    Owner: the wire process's loop. A change happens at an instant: the schedule that follows
    begins there, so that no two cells leave together and none is made up for.

    Args:
        cover: the profile of the link, to which every lane returns.
        start: monotonic seconds; no instant lies before it.
    """

    __slots__ = ("_cover", "_instants", "_random", "_schedule", "_wish", "cover")

    def __init__(self, cover: Cover, start: float, random: Random) -> None:
        self._cover = cover
        self._random = random
        self._wish: tuple[Cover, int] | None = None
        self._instants = 0  # of the lane, still to come
        self._begin(cover, start)

    cover: Cover  # that is followed now

    @property
    def next_at(self) -> float:
        """The instant of the next cell, drawn already."""
        return self._schedule.next_at

    def hurry(self, interval_s: float, instants: int) -> None:
        """From the next instant on follow a faster cover for so many instants.

        Asked for while a lane runs, or for something slower than the profile, it does nothing.
        """
        if not self._instants and instants > 0 and interval_s < self._cover.interval_s:
            self._wish = (Cover(interval_s, self._cover.mode), instants)

    def advance(self, now: float) -> int:
        """Draw the next instant after ``now``; return how many were passed over."""
        skipped = self._schedule.advance(now)
        if self._instants:
            self._instants = max(0, self._instants - 1 - skipped)
            if not self._instants:
                self._begin(self._cover, now)
        elif self._wish is not None:
            (lane, self._instants), self._wish = self._wish, None
            self._begin(lane, now)
        return skipped

    def _begin(self, cover: Cover, now: float) -> None:
        self.cover = cover
        self._schedule = Schedule(cover, now, self._random)
