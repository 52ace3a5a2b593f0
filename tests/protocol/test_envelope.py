"""Exact lengths and limits of envelopes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_pair import AD, make_sides

from messenger.core.errors import DecryptionError, MalformedFrameError
from messenger.core.types import MAX_TEXT_LEN
from messenger.crypto.padding import pad
from messenger.protocol.bodies import MAX_BODY_LEN, Text, encode_body
from messenger.protocol.envelope import (
    ENVELOPE_OVERHEAD,
    MAX_ENVELOPE_LEN,
    open_envelope,
    seal_envelope,
)

ANN, BEN = (side.session.held[0].ratchet for side in make_sides())


@given(st.binary(max_size=500))
def test_an_envelope_is_its_body_and_97_bytes(body: bytes) -> None:
    _, envelope = seal_envelope(ANN, body, AD)
    assert len(envelope) == len(body) + 97
    assert open_envelope(BEN, envelope, AD)[1] == body


@given(st.binary(max_size=300), st.integers(min_value=397, max_value=600))
def test_a_padded_envelope_has_the_length_asked_for(body: bytes, length: int) -> None:
    _, envelope = seal_envelope(ANN, body, AD, length=length)
    assert len(envelope) == length
    assert open_envelope(BEN, envelope, AD)[1] == body


def test_the_longest_text_fits_and_nothing_beyond_it() -> None:
    text = Text(bytes(16), "€" * (MAX_TEXT_LEN // 3) + "x", 1, bytes(16))
    assert len(text.text.encode()) == MAX_TEXT_LEN
    _, envelope = seal_envelope(ANN, encode_body(text), AD)
    assert len(envelope) <= MAX_ENVELOPE_LEN
    _, envelope = seal_envelope(ANN, bytes(MAX_BODY_LEN), AD)
    assert len(envelope) == MAX_ENVELOPE_LEN == MAX_BODY_LEN + ENVELOPE_OVERHEAD
    assert open_envelope(BEN, envelope, AD)[1] == bytes(MAX_BODY_LEN)
    with pytest.raises(ValueError, match="at most"):
        seal_envelope(ANN, bytes(MAX_BODY_LEN + 1), AD)


def test_a_peer_who_seals_more_is_refused() -> None:
    _, envelope = ANN.seal(pad(bytes(MAX_BODY_LEN + 1)), AD)
    with pytest.raises(DecryptionError):
        open_envelope(BEN, envelope, AD)
    _, envelope = ANN.seal(bytes(10), AD)
    with pytest.raises(MalformedFrameError):
        open_envelope(BEN, envelope, AD)
    with pytest.raises(DecryptionError):
        open_envelope(BEN, bytes(ENVELOPE_OVERHEAD - 1), AD)
