"""Frames of the MESSAGE channel, envelopes, and of the EPOCH channel, the epoch exchange.

Messages overtake an exchange. That separates no envelope from its epoch: a side seals in a new one
only after its exchange, and lets the ones before go with the first envelope of it that opens, which
came behind all earlier ones. Layout: ``kind u8 ‖ body``.

Source: docs/protocol.md, sections 4 and 7; docs/adr/0018-messages-first.md.
"""

from dataclasses import dataclass, field
from typing import Final

from messenger.core.errors import MalformedFrameError
from messenger.protocol.control import EpochAnswer, EpochOffer, decode_control, encode_control

_ENVELOPE: Final = b"\x00"
_EPOCH: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sealed bytes of the ratchet."""

    sealed: bytes = field(repr=False)


def encode_envelope(sealed: bytes) -> bytes:
    """Wrap an envelope for the channel."""
    return _ENVELOPE + sealed


def encode_epoch(frame: EpochOffer | EpochAnswer) -> bytes:
    """Wrap one half of an epoch exchange for its channel."""
    return _EPOCH + encode_control(frame)


def decode(body: bytes) -> Envelope | EpochOffer | EpochAnswer:
    """Read a frame of either channel.

    Raises:
        MalformedFrameError: an unknown kind, or a control frame that does not belong here.
    """
    kind, rest = body[:1], body[1:]
    if kind == _ENVELOPE:
        return Envelope(rest)
    if kind == _EPOCH:
        frame = decode_control(rest)
        if isinstance(frame, EpochOffer | EpochAnswer):
            return frame
    raise MalformedFrameError("unknown frame of messages or epochs")
