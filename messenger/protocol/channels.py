"""Channels: frames of any length, cut to fit into whatever cells leave.

Each channel is an ordered stream of bytes holding frames ``length u24 ‖ body``. A cell takes from
the channels in strict order of priority, but for an epoch exchange: messages overtake it for
EPOCH_PATIENCE cells, then it comes first once. A frame never makes a cell leave; it only takes the
place of padding.

Source: docs/protocol.md, section 4.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from messenger.core.errors import LocalProtocolError, MalformedFrameError
from messenger.protocol.cells import COVER_PLAINTEXT, CellWriter, read_segments

FRAME_HEADER_LEN: Final = 3  # bytes: length u24
MAX_QUEUED_LEN: Final = 16 * 1024 * 1024  # bytes the engine may queue on one link; ours
# Frames of them; ours. A small one takes some 400 bytes of memory, and a peer may ask for many.
MAX_QUEUED_COUNT: Final = 16_384
# Cells that may leave while an epoch exchange waits behind messages, whatever room these left it:
# who writes without end heals a little later, and not never.
EPOCH_PATIENCE: Final = 2


class Channel(IntEnum):
    """The streams inside a link."""

    CONTROL = 1  # hello, consent, acknowledgements
    MESSAGE = 2  # envelopes
    BULK = 3  # file chunks
    LINK = 4  # the link's own business: new keys. Never seen outside of it
    EPOCH = 5  # the epoch exchange, which nobody waits for


# Bytes of a frame's body; ours. An envelope is at most 64 KiB of text and its packing.
MAX_FRAME_LEN: Final[dict[Channel, int]] = {
    Channel.CONTROL: 4 * 1024,
    Channel.MESSAGE: 80 * 1024,
    Channel.BULK: 80 * 1024,
    Channel.LINK: 2 * 1024,
    Channel.EPOCH: 2 * 1024,
}
PRIORITY: Final = (Channel.LINK, Channel.CONTROL, Channel.MESSAGE, Channel.EPOCH, Channel.BULK)
_PRIORITY_OF_EPOCH: Final = (
    *(Channel.LINK, Channel.CONTROL),
    *(Channel.EPOCH, Channel.MESSAGE, Channel.BULK),
)
# Of the engine's frames; the link's own never leave it.
ENGINE_CHANNELS: Final = frozenset(PRIORITY) - {Channel.LINK}


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame as it arrived."""

    channel: Channel
    body: bytes = field(repr=False)


class FrameQueue:
    """What one link has to say, by channel, in order."""

    __slots__ = ("_in_turn", "_passed_count", "_queued_len", "_streams", "_taken")

    def __init__(self) -> None:
        self._streams = {channel: _OutgoingStream() for channel in PRIORITY}
        self._passed_count = 0  # cells that left while an exchange waited behind messages
        self._in_turn = False  # whether it came before them in the last composition
        self._taken: list[tuple[_OutgoingStream, int]] = []  # by the last composition
        self._queued_len = 0

    @property
    def queued_len(self) -> int:
        """Bytes that have not left yet, frame headers included."""
        return self._queued_len

    def enqueue(self, channel: Channel, body: bytes, number: int = 0) -> None:
        """Append a frame; ``number`` is handed back when its last byte has left, unless 0.

        Raises:
            LocalProtocolError: the body is empty or too long for its channel, or the queue is full.
        """
        if not 0 < len(body) <= MAX_FRAME_LEN[channel]:
            raise LocalProtocolError(f"a frame of {len(body)} bytes on channel {channel.name}")
        too_much = self._queued_len + FRAME_HEADER_LEN + len(body) > MAX_QUEUED_LEN
        too_many = sum(each.frame_count for each in self._streams.values()) >= MAX_QUEUED_COUNT
        if (too_much or too_many) and channel is not Channel.LINK:
            raise LocalProtocolError("the queue of the link is full")
        self._queued_len += self._streams[channel].append(body, number)

    def compose(self) -> bytes:
        """Return the plaintext of a cell that carries what comes next; the queue stays as it is.

        Composing again gives a cell with whatever has been queued since.
        """
        self._taken.clear()
        if not self._queued_len:
            return COVER_PLAINTEXT
        cell = CellWriter()
        self._in_turn = self._passed_count >= EPOCH_PATIENCE
        for channel in _PRIORITY_OF_EPOCH if self._in_turn else PRIORITY:
            stream = self._streams[channel]
            if stream.pending_len and cell.room > 0:
                part = stream.peek(cell.room)
                cell.add(channel, part)
                self._taken.append((stream, len(part)))
        return cell.plaintext()

    def cell_left(self) -> list[int]:
        """Take what was composed last out of the queue.

        Returns:
            The numbers of the frames whose last byte that cell carried.
        """
        numbers: list[int] = []
        for stream, length in self._taken:
            self._queued_len -= length
            numbers += stream.consume(length)
        epoch = self._streams[Channel.EPOCH]
        had_its_turn = self._in_turn and any(stream is epoch for stream, _ in self._taken)
        waits_on = epoch.pending_len and not had_its_turn
        self._passed_count = self._passed_count + 1 if waits_on else 0
        self._taken.clear()
        return numbers


class FrameAssembler:
    """Puts the frames of a link together again; at most one unfinished frame per channel."""

    __slots__ = ("_streams",)

    def __init__(self) -> None:
        self._streams = {channel: _IncomingStream(channel) for channel in PRIORITY}

    def receive_cell(self, plaintext: bytes) -> list[Frame]:
        """Take in the plaintext of one cell and return the frames it completes.

        Raises:
            MalformedFrameError: the cell breaks a rule; none of its frames count, and nothing
                may be received any more.
        """
        frames: list[Frame] = []
        for channel, data in read_segments(plaintext):
            try:
                stream = self._streams[Channel(channel)]
            except ValueError as error:
                raise MalformedFrameError("unknown channel") from error
            frames += stream.receive(data)
        return frames


class _OutgoingStream:
    """The frames of one channel as one stream of bytes."""

    __slots__ = ("_frames", "_offset", "pending_len")

    def __init__(self) -> None:
        self._frames: deque[tuple[memoryview, int]] = deque()  # bytes and number
        self._offset = 0  # bytes of the first frame that have left
        self.pending_len = 0

    @property
    def frame_count(self) -> int:
        """How many frames have not left wholly."""
        return len(self._frames)

    def append(self, body: bytes, number: int) -> int:
        """Queue a frame and return its length on the stream."""
        framed = memoryview(len(body).to_bytes(FRAME_HEADER_LEN, "big") + body)
        self._frames.append((framed, number))
        self.pending_len += len(framed)
        return len(framed)

    def peek(self, length: int) -> bytes:
        """Return the next bytes, at most ``length``."""
        parts = bytearray()
        offset = self._offset
        for framed, _ in self._frames:
            parts += framed[offset : offset + length - len(parts)]
            offset = 0
            if len(parts) == length:
                break
        return bytes(parts)

    def consume(self, length: int) -> list[int]:
        """Drop ``length`` bytes and return the numbers, other than 0, of frames that ended."""
        self.pending_len -= length
        self._offset += length
        ended = []
        while self._frames and self._offset >= len(self._frames[0][0]):
            framed, number = self._frames.popleft()
            self._offset -= len(framed)
            if number:
                ended.append(number)
        return ended


class _IncomingStream:
    """One channel's bytes on their way to becoming frames."""

    __slots__ = ("_buffer", "_channel")

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._buffer = bytearray()  # the unfinished frame, with its header

    def receive(self, data: bytes) -> list[Frame]:
        """Append ``data`` and cut off what is whole."""
        self._buffer += data
        frames = []
        start = 0
        while len(self._buffer) - start >= FRAME_HEADER_LEN:
            body_start = start + FRAME_HEADER_LEN
            end = body_start + self._body_len(start)
            if len(self._buffer) < end:
                break
            frames.append(Frame(self._channel, bytes(self._buffer[body_start:end])))
            start = end
        del self._buffer[:start]
        return frames

    def _body_len(self, start: int) -> int:
        length = int.from_bytes(self._buffer[start : start + FRAME_HEADER_LEN], "big")
        if not 0 < length <= MAX_FRAME_LEN[self._channel]:
            raise MalformedFrameError(f"a frame of {length} bytes on {self._channel.name}")
        return length
