"""First flights that were answered once and must never be answered again.

Somebody who recorded a first flight could send it again and learn from an answer that Hum listens
here. So the tag of every answered first flight is kept for as long as its time would still be
believed; the engine keeps the tags across restarts. A tag carries its hour, so that it says by
itself when it can be forgotten.

Source: docs/protocol.md, section 3.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from messenger.core.errors import ReplayError

TAG_LEN: Final = 16  # bytes: hour u32, 12 bytes of a hash
MAX_TAG_COUNT: Final = 32_768  # ours; half a MiB in the store and on the pipe
MAX_SKEW_HOURS: Final = 48  # ours; wrong days and time zones happen, the tags of four days fit
HOUR_S: Final = 3_600

_HOUR_LEN: Final = 4


def hour_of(unix_s: int) -> int:
    """Return the hour a first flight made at ``unix_s`` states."""
    return unix_s // HOUR_S


def replay_tag(hour: int, head: bytes) -> bytes:
    """Return the TAG_LEN bytes that stand for a first flight; ``head`` starts with its salt."""
    return hour.to_bytes(_HOUR_LEN, "big") + hashlib.sha256(head).digest()[: TAG_LEN - _HOUR_LEN]


def is_outdated(tag: bytes, unix_s: int) -> bool:
    """Tell whether a tag need not be kept: its flight would be refused by its time alone."""
    return _hour(tag) < hour_of(unix_s) - MAX_SKEW_HOURS


class ReplayCache:
    """The tags of answered first flights. Owner: the wire process; one for all its links.

    It holds at most ``max_count`` tags. When it is full the oldest go, and could then be played
    again; but only callers who know the public key can fill it, and these need no replay to learn
    who listens.
    """

    __slots__ = ("_by_hour", "_count", "_max_count")

    def __init__(self, seen: Iterable[bytes] = (), *, max_count: int = MAX_TAG_COUNT) -> None:
        """Start with the tags a former run has ``seen``; any that are not TAG_LEN are ignored."""
        self._by_hour: dict[int, set[bytes]] = {}
        self._count = 0
        self._max_count = max_count
        for tag in seen:
            if len(tag) == TAG_LEN:
                self._insert(tag)

    def __len__(self) -> int:
        return self._count

    def check(self, tag: bytes, unix_s: int) -> None:
        """Refuse a flight that was answered before or is too far from our own time.

        Raises:
            ReplayError: either of the two.
        """
        hour = _hour(tag)
        if abs(hour - hour_of(unix_s)) > MAX_SKEW_HOURS:
            raise ReplayError("a first flight from another time")
        if tag in self._by_hour.get(hour, ()):
            raise ReplayError("a first flight that was answered before")

    def add(self, tag: bytes, unix_s: int) -> None:
        """Check a flight and remember that it is answered now.

        Raises:
            ReplayError: as :meth:`check`; nothing is remembered then.
        """
        self.check(tag, unix_s)
        self._forget_outdated(unix_s)
        self._insert(tag)

    def _insert(self, tag: bytes) -> None:
        tags = self._by_hour.setdefault(_hour(tag), set())
        self._count += tag not in tags
        tags.add(tag)
        if self._count > self._max_count:
            self._forget_one_of(min(self._by_hour))

    def _forget_one_of(self, hour: int) -> None:
        self._by_hour[hour].pop()
        self._count -= 1
        if not self._by_hour[hour]:
            del self._by_hour[hour]

    def _forget_outdated(self, unix_s: int) -> None:
        oldest = hour_of(unix_s) - MAX_SKEW_HOURS
        for hour in [hour for hour in self._by_hour if hour < oldest]:
            self._count -= len(self._by_hour.pop(hour))


def _hour(tag: bytes) -> int:
    return int.from_bytes(tag[:_HOUR_LEN], "big")
