"""What the schedule alone makes a text wait on its way over a relay, both ends online.

    a text waits for an instant of its writer's requests (10 T), for nine cells of its writer's
    link, for a cell of the relay's in which the reader's wait is answered, for an instant of the
    reader's requests, for the cell of a get, and for nine cells of the relay's

and for the answers to gets without a reason that are before it in the reader's cells. Nothing here
takes time but instants of schedules, as docs/relay.md, "What a client does", has them.
"""

from bisect import bisect_left
from random import Random
from typing import Final

from messenger.core.types import Cover
from messenger.engine.relay_visit import LOOK_CHANCE, REQUEST_INTERVALS
from messenger.protocol.cells import CELL_ROOM, SEGMENT_HEADER_LEN
from messenger.protocol.channels import FRAME_HEADER_LEN
from messenger.protocol.mailbox import (
    Access,
    Answer,
    Get,
    Put,
    Size,
    Status,
    encode_answer,
    encode_request,
)
from messenger.protocol.schedule import Schedule

ROOM: Final = CELL_ROOM - SEGMENT_HEADER_LEN  # bytes of a stream that one cell carries
SEED: Final = 1
_BEFORE: Final = 4 * REQUEST_INTERVALS  # intervals that are played before a text is written
_AFTER: Final = 12 * REQUEST_INTERVALS  # and at most until it is there
_ACCESS: Final = Access(bytes(24), bytes(32))
_PUT_LEN: Final = len(encode_request(1, Put(_ACCESS, bytes(32), bytes(Size.SMALL.length))))
_GET_LEN: Final = len(encode_request(1, Get(_ACCESS, 0, Size.SMALL)))
_GOT_LEN: Final = len(encode_answer(1, Answer(Status.OK), room=Size.SMALL))
_WAITED_LEN: Final = len(encode_answer(1, Answer(Status.OK)))


def text_waits(interval_s: float, count: int = 20_000) -> list[float]:
    """Return the seconds that so many texts wait, in order of length.

    Args:
        interval_s: T of every link.
    """
    random = Random(SEED)
    return sorted(interval_s * _one_wait(random) for _ in range(count))


class _Line:
    """One direction of one link: what is queued leaves with its instants, in order."""

    def __init__(self, random: Random) -> None:
        self._instants = _instants(random, 1)
        self._next = 0  # instant whose cell has room
        self._filled = 0  # bytes in it

    def queue(self, at: float, length: int) -> float:
        """Return when the last byte leaves of so many that are queued now."""
        first = bisect_left(self._instants, at)
        if first > self._next:
            self._next, self._filled = first, 0
        total = self._filled + length + FRAME_HEADER_LEN
        last = self._next + (total - 1) // ROOM
        self._next, self._filled = last, total - (last - self._next) * ROOM
        return self._instants[last]


def _one_wait(random: Random) -> float:
    """Return how long one text waits, in intervals."""
    written = _BEFORE + random.random() * REQUEST_INTERVALS
    writer, reader = _instants(random, REQUEST_INTERVALS), _instants(random, REQUEST_INTERVALS)
    up, ask, down = _Line(random), _Line(random), _Line(random)
    put_at = writer[bisect_left(writer, written)]
    stored = up.queue(put_at, _PUT_LEN)
    return _fetched(random, reader, ask, down, stored) - written


def _fetched(
    random: Random, instants: list[float], ask: _Line, down: _Line, stored: float
) -> float:
    """Return when the reader has what was stored."""
    told: float | None = None
    busy_until = 0.0  # a get about this mailbox is on its way
    for instant in instants:
        if told is None and instant >= stored:
            told = down.queue(stored, _WAITED_LEN)
        announced = told is not None and instant >= told and instant >= busy_until
        looks = not announced and random.random() < LOOK_CHANCE
        if not announced and not looks:
            continue
        # One mailbox is for letters of strangers; a look is into either.
        here = announced or (random.random() < 0.5 and instant >= busy_until)
        asked = ask.queue(instant, _GET_LEN)
        if told is None and asked >= stored:
            told = down.queue(stored, _WAITED_LEN)
        answered = down.queue(asked, _GOT_LEN)
        if here and asked >= stored:
            return answered
        if here:
            busy_until = answered
    raise AssertionError("a text waits longer than was played")


def _instants(random: Random, every: int) -> list[float]:
    """Return the instants of a schedule, from a start that is chance, in intervals."""
    schedule = Schedule(Cover(float(every)), -random.random() * every, random)
    instants: list[float] = []
    while schedule.next_at < _BEFORE + _AFTER:
        instants.append(schedule.next_at)
        schedule.advance(schedule.next_at)
    return instants
