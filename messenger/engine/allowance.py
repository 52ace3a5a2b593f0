"""How much of one contact is kept in a day, so that nobody fills a disk by writing.

Each contact has a supply that comes back slowly, far more than anybody writes. What comes on links
uses it up, and so does what the search index takes on the disk by it, which can be thirty times as
much. Whoever has none left loses the link before anything is acknowledged, so it waits on their
side and comes again.
Files have quotas of their own, and mail comes at the pace of our own link to a relay.
"""

from collections.abc import Sequence
from typing import Final

DAY_S: Final = 24 * 3600.0  # seconds
DAY_LEN: Final = 256 << 20  # bytes at once, and as many again over each day; ours
FRAME_COST: Final = 512  # bytes that a message costs on the disk beside itself, about


class Allowance:
    """The supply of one contact, kept as the time at which it is whole again.

    It is not stored: a restart gives all of it back, and no contact can make us restart.
    """

    def __init__(self) -> None:
        self._whole_at = float("-inf")  # monotonic seconds

    def take(self, frames: Sequence[bytes], now: float) -> bool:
        """Use up what these frames cost, or return False if so much is not left."""
        whole_at = self._whole_after(sum(map(len, frames)) + FRAME_COST * len(frames), now)
        if whole_at - now > DAY_S:
            return False
        self._whole_at = whole_at
        return True

    def charge(self, cost: int, now: float) -> None:
        """Use up bytes that what was taken has cost besides; they may be more than is left."""
        self._whole_at = self._whole_after(cost, now)

    def _whole_after(self, cost: int, now: float) -> float:
        return max(now, self._whole_at) + cost / DAY_LEN * DAY_S
