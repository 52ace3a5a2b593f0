"""The pipe between engine and wire process: msgpack behind a 4-byte big-endian length.

Pure: bytes in, messages out; both ends use it. The other end is our own program, so whatever does
not decode is a bug of ours and not an attack.

Source: messages.py; docs/wire.md, "The pipe".
"""

from collections.abc import Iterator
from typing import Final, Generic, TypeVar

import msgspec

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import LocalProtocolError
from messenger.wire.messages import PIPE_MESSAGE_MAX_LEN, FromWire, PipeMessage, ToWire

LENGTH_LEN: Final = 4  # bytes, big-endian, of what follows

MessageT = TypeVar("MessageT", ToWire, FromWire)

_encoder = msgspec.msgpack.Encoder()


def encode(message: PipeMessage) -> bytes:
    """Return a message with its length in front.

    Raises:
        LocalProtocolError: the message is longer than PIPE_MESSAGE_MAX_LEN.
    """
    body = _encoder.encode(message)
    if len(body) > PIPE_MESSAGE_MAX_LEN:
        raise LocalProtocolError(f"a {type(message).__name__} of {len(body)} bytes for the pipe")
    return len(body).to_bytes(LENGTH_LEN, "big") + body


class PipeReader(Generic[MessageT]):
    """Cuts a byte stream into messages of one direction."""

    def __init__(self, decoder: "msgspec.msgpack.Decoder[MessageT]") -> None:
        self._decoder: msgspec.msgpack.Decoder[MessageT] = decoder
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[MessageT]:
        """Yield the messages that are complete now.

        Raises:
            LocalProtocolError: a length above the limit or a body that does not decode; nothing
                after it can be read.
        """
        self._buffer += data
        start = 0
        try:
            while (end := self._end_of_message(start)) is not None:
                body = memoryview(self._buffer)[start + LENGTH_LEN : end]
                start = end
                try:
                    message = self._decoder.decode(body)
                finally:
                    body.release()
                yield message
        except DECODE_ERRORS as error:
            raise LocalProtocolError("a pipe message does not decode") from error
        finally:
            del self._buffer[:start]

    def _end_of_message(self, start: int) -> int | None:
        length_end = start + LENGTH_LEN
        if len(self._buffer) < length_end:
            return None
        length = int.from_bytes(self._buffer[start:length_end], "big")
        if length > PIPE_MESSAGE_MAX_LEN:
            raise LocalProtocolError(f"a pipe message of {length} bytes")
        end = length_end + length
        return end if len(self._buffer) >= end else None


def reader_to_wire() -> PipeReader[ToWire]:
    """Return the wire process's reader."""
    return PipeReader(msgspec.msgpack.Decoder(ToWire))


def reader_from_wire() -> PipeReader[FromWire]:
    """Return the engine's reader."""
    return PipeReader(msgspec.msgpack.Decoder(FromWire))
