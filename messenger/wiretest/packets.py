"""Packets as somebody sees them who stands between two nodes.

A line is the traffic of one pair of nodes, cut into its two directions. Nothing in here knows what
a cell carries.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from enum import StrEnum


class Way(StrEnum):
    """A direction, named by its sender."""

    FROM_A = "a"
    FROM_B = "b"

    @property
    def other(self) -> "Way":
        """The opposite direction."""
        return Way.FROM_B if self is Way.FROM_A else Way.FROM_A


@dataclass(frozen=True, slots=True)
class Packet:
    """One TCP segment, or one read of the recording proxy."""

    at: float  # Unix seconds
    length: int  # bytes of TCP payload; 0: a pure acknowledgement
    window: int = 0  # as the header says it, unscaled
    seq: int = 0
    ack: int = 0


@dataclass(slots=True)
class Line:
    """All packets of one pair of nodes, by direction, in order of time."""

    packets: dict[Way, list[Packet]] = field(
        default_factory=lambda: {Way.FROM_A: [], Way.FROM_B: []}
    )

    def between(self, way: Way, start: float, end: float) -> list[Packet]:
        """Return the packets of a direction from ``start`` on and before ``end``."""
        packets = self.packets[way]
        low = bisect_left(packets, start, key=lambda p: p.at)
        high = bisect_left(packets, end, key=lambda p: p.at)
        return packets[low:high]

    def ack_delays(self, way: Way, start: float, end: float) -> list[float]:
        """Return how long after each cell of ``way`` the other side's kernel acknowledged it.

        A cell that is not acknowledged within the span has no delay; a capture without headers
        has none at all.
        """
        answers = self.between(way.other, start, end)
        delays = []
        position = 0
        for cell in self.between(way, start, end):
            if not cell.length:
                continue
            wanted = (cell.seq + cell.length) & 0xFFFF_FFFF
            while position < len(answers) and (
                answers[position].at < cell.at or _before(answers[position].ack, wanted)
            ):
                position += 1
            if position < len(answers):
                delays.append(answers[position].at - cell.at)
        return delays


def _before(ack: int, wanted: int) -> bool:
    """Compare numbers that wrap at 32 bits. Source: RFC 9293, section 3.4."""
    return (ack - wanted) & 0x8000_0000 != 0
