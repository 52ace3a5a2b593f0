"""Envelopes: a body, its padding and the ratchet around them, in exact lengths.

An envelope is ``nonce 24 ‖ sealed header 56 ‖ sealed (body ‖ 0x80 ‖ zeros)``; each of its bytes
looks random to whoever lacks the keys.

Source: docs/protocol.md, section 7.
"""

from typing import Final

from messenger.core.errors import DecryptionError, MalformedFrameError
from messenger.crypto import ratchet
from messenger.crypto.padding import MIN_PADDING_LEN, pad, unpad
from messenger.crypto.ratchet import Ratchet
from messenger.protocol.bodies import MAX_BODY_LEN

ENVELOPE_OVERHEAD: Final = ratchet.OVERHEAD + MIN_PADDING_LEN  # bytes around a body: 97
MAX_ENVELOPE_LEN: Final = MAX_BODY_LEN + ENVELOPE_OVERHEAD  # bytes; a text of 64 KiB fits


def seal_envelope(
    state: Ratchet, body: bytes, associated_data: bytes, *, length: int | None = None
) -> tuple[Ratchet, bytes]:
    """Seal a body; ``length`` is that of the envelope, for carriers that show sizes.

    Raises:
        ValueError: the body is longer than MAX_BODY_LEN or does not fit into ``length``.
        LocalProtocolError: this side cannot seal yet.
    """
    if len(body) > MAX_BODY_LEN:
        raise ValueError(f"a body has at most {MAX_BODY_LEN} bytes")
    padded = pad(body, None if length is None else length - ratchet.OVERHEAD)
    return state.seal(padded, associated_data)


def open_envelope(
    state: Ratchet, envelope: bytes, associated_data: bytes, *, stamp: int = 0
) -> tuple[Ratchet, bytes]:
    """Return the next state and the body.

    Raises:
        DecryptionError: this state does not open it.
        MalformedFrameError: the peer sealed something without padding.
        TooManySkippedError: its number is too far ahead.
    """
    if not ENVELOPE_OVERHEAD <= len(envelope) <= MAX_ENVELOPE_LEN:
        raise DecryptionError("an envelope of an impossible length")
    opened, padded = state.open(envelope, associated_data, stamp=stamp)
    body = unpad(padded)
    if len(body) > MAX_BODY_LEN:
        raise MalformedFrameError(f"a body of more than {MAX_BODY_LEN} bytes")
    return opened, body
