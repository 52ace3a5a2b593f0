"""What crosses a socket of the laboratory: msgpack behind a length, strictly read.

Nothing here is ever unpickled. A frame is four bytes of length, big endian, and a tagged msgpack
array that must encode back to the same bytes.
"""

from collections.abc import Iterator
from typing import Annotated, Final, TypeAlias

import msgspec

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import MalformedFrameError
from messenger.lab.coding import MAX_BLOCKS
from messenger.lab.trio import BITS

VERSION: Final = 1
NONCE_LEN: Final = 16  # bytes
MAX_FRAME_LEN: Final = 4 * BITS * MAX_BLOCKS + 65_536  # bytes: the longest text and its frame
_LENGTH_LEN: Final = 4
_CHECK_LEN: Final = 16  # bytes, of a tree parity machine's weights
_LINE_LEN: Final = 4_000  # characters
_CARRIED_LEN: Final = 32_768  # bytes: a line sealed, or a flight

_Number = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]
_Nonce = Annotated[bytes, msgspec.Meta(min_length=NONCE_LEN, max_length=NONCE_LEN)]
_Index = Annotated[int, msgspec.Meta(ge=0, lt=MAX_BLOCKS)]
_Indices = Annotated[list[_Index], msgspec.Meta(max_length=MAX_BLOCKS)]


class _Frame(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True):
    """What all frames have in common: a tagged array, and nothing it does not name."""


class Hello(_Frame, tag="hello", frozen=True):
    """The first frame each way; both nonces together name the session."""

    version: int
    nonce: _Nonce


class Text(_Frame, tag="text", frozen=True):
    """A whole text: float32 ciphertexts and the hidden states that go with it."""

    number: _Number
    ident: Annotated[bytes, msgspec.Meta(min_length=8, max_length=8)]  # the same when sent anew
    cipher: bytes
    signature: bytes


class Missing(_Frame, tag="missing", frozen=True):
    """Bob could not read these blocks in this attempt."""

    number: _Number
    attempt: _Number
    blocks: _Indices


class Again(_Frame, tag="again", frozen=True):
    """The blocks Bob asked for, under fresh keys."""

    number: _Number
    attempt: _Number
    cipher: bytes


class Got(_Frame, tag="got", frozen=True):
    """Bob has the text, and the hidden states fit or do not."""

    number: _Number
    signed: bool


class TreeHello(_Frame, tag="tree", frozen=True):
    """Two tree parity machines agree on their sizes; the seeds together draw the public inputs."""

    hidden: Annotated[int, msgspec.Meta(ge=1, le=8)]
    inputs: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=20)]
    nonce: _Nonce


class TreeBit(_Frame, tag="bit", frozen=True):
    """The parity of one step, and from time to time a digest of the weights."""

    step: _Number
    told: bool
    check: Annotated[bytes, msgspec.Meta(max_length=_CHECK_LEN)] = b""


class Carried(_Frame, tag="carried", frozen=True):
    """A flight of the handshake, or a frame of the message channel, of a session of Hum."""

    body: Annotated[bytes, msgspec.Meta(max_length=_CARRIED_LEN)]


class Line(_Frame, tag="line", frozen=True):
    """What somebody says inside a session of Hum."""

    text: Annotated[str, msgspec.Meta(max_length=_LINE_LEN)]


class Mix(_Frame, tag="mix", frozen=True):
    """Ready for the next epoch; a digest of the machines' key, or nothing to go without it."""

    check: Annotated[bytes, msgspec.Meta(max_length=_CHECK_LEN)]


Frame: TypeAlias = Hello | Text | Missing | Again | Got | TreeHello | TreeBit | Carried | Line | Mix

_DECODER: Final = msgspec.msgpack.Decoder(Frame)
_ENCODER: Final = msgspec.msgpack.Encoder()


def encode(frame: Frame) -> bytes:
    """Return the bytes of a frame, length first."""
    body = _ENCODER.encode(frame)
    return len(body).to_bytes(_LENGTH_LEN, "big") + body


def decode(body: bytes) -> Frame:
    """Read the body of a frame.

    Raises:
        MalformedFrameError: It is no frame, or not in its one encoding.
    """
    try:
        frame: Frame = _DECODER.decode(body)
    except DECODE_ERRORS as error:
        raise MalformedFrameError("the other side sent something that is no frame") from error
    if _ENCODER.encode(frame) != body:
        raise MalformedFrameError("the other side sent a frame in a second encoding")
    return frame


class FrameBuffer:
    """Cuts a stream into frames, however it arrives."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def receive(self, data: bytes) -> Iterator[Frame]:
        """Add bytes and yield every frame that is complete.

        Raises:
            MalformedFrameError: The stream is no stream of frames; it cannot be read on.
        """
        self._waiting += data
        while len(self._waiting) >= _LENGTH_LEN:
            length = int.from_bytes(self._waiting[:_LENGTH_LEN], "big")
            if length > MAX_FRAME_LEN:
                raise MalformedFrameError("the other side announces a frame that is too long")
            end = _LENGTH_LEN + length
            if len(self._waiting) < end:
                return
            body = bytes(self._waiting[_LENGTH_LEN:end])
            del self._waiting[:end]
            yield decode(body)
