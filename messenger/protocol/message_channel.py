"""Frames of the MESSAGE channel: envelopes, and the epoch exchange in order with them.

An epoch exchange travels on the channel of the envelopes it separates, so that neither side ever
sees an envelope of an epoch that it has already given up. Layout: ``kind u8 ‖ body``.

Source: docs/protocol.md, section 7.
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
    """Wrap one half of an epoch exchange for the channel."""
    return _EPOCH + encode_control(frame)


def decode(body: bytes) -> Envelope | EpochOffer | EpochAnswer:
    """Read a frame of the MESSAGE channel.

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
    raise MalformedFrameError("unknown frame on the message channel")
