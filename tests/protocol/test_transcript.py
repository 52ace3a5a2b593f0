"""A forged transcript verifies exactly as a real one does, and nothing else verifies."""

from dataclasses import fields, replace
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messenger.core.errors import CryptoError, DecryptionError, ProtocolError
from messenger.crypto.noise import KeyPair
from messenger.crypto.noise.functions import X25519
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.protocol import transcript as transcripts
from messenger.protocol.handshake import Introduction
from messenger.protocol.transcript import Line, Transcript, check, converse, forge

ADA, BEN = KeyPair.generate(), KeyPair.generate()
LINES = (
    Line(True, 1, "Did you?"),
    Line(False, 2, "I did. 🐝"),
    Line(False, 3, "And again."),
    Line(True, 4, "Say it once more."),
    Line(False, 5, "No."),
)
lines = st.lists(st.builds(Line, st.booleans(), st.integers(0, 1 << 50), st.text(max_size=40)))


def made(kind: str, said: tuple[Line, ...] = LINES) -> Transcript:
    """Ada's transcript: with Ben, or without any secret of his."""
    return converse(ADA, BEN, said) if kind == "real" else forge(ADA, BEN.public, said)


@pytest.mark.parametrize("kind", ["real", "forged"])
def test_both_verify(kind: str) -> None:
    assert check(made(kind)) == LINES


@given(lines)
@settings(max_examples=15, deadline=None)
def test_anything_can_be_forged(said: list[Line]) -> None:
    assert check(forge(ADA, BEN.public, said)) == tuple(said)


def shape(value: object) -> object:
    """Everything about a transcript but for the random bytes in it."""
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, tuple):
        return [shape(part) for part in value]
    if value is None:
        return None
    names = getattr(value, "__struct_fields__", None) or [f.name for f in fields(value)]
    return {name: shape(getattr(value, name)) for name in names}


def test_both_have_one_shape() -> None:
    assert shape(made("forged")) == shape(made("real"))


@pytest.mark.parametrize("kind", ["real", "forged"])
def test_a_changed_byte_anywhere_does_not_verify(kind: str) -> None:
    """The judge is strict: what verifies does so for a reason."""
    good = made(kind)
    bad = [
        replace(good, peer=KeyPair.generate().public),
        replace(good, handshake=good.handshake[::-1]),
        replace(good, spoken=good.spoken[1:]),
        replace(good, spoken=(good.spoken[0], replace(good.spoken[1], body=b"other"))),
    ]
    for at, message in enumerate(good.handshake):
        for place in (0, len(message) // 2, -1):
            flights = list(good.handshake)
            flights[at] = flipped(message, place)
            bad.append(replace(good, handshake=tuple(flights)))
    for at, spoken in enumerate(good.spoken):
        for place in (0, 30, -1):
            envelopes = list(good.spoken)
            envelopes[at] = replace(spoken, envelope=flipped(spoken.envelope, place))
            bad.append(replace(good, spoken=tuple(envelopes)))
    for field in fields(good.secrets):
        secret = flipped(getattr(good.secrets, field.name), 8)
        bad.append(replace(good, secrets=replace(good.secrets, **{field.name: secret})))
    for transcript in bad:
        with pytest.raises((ProtocolError, CryptoError, ValueError)):
            check(transcript)


def flipped(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def test_who_lacks_both_keys_cannot_forge() -> None:
    """The trick needs one side's own key: a third person's handshake fails at the first message."""
    mallory = KeyPair.generate()
    transcript = forge(mallory, BEN.public, LINES)
    posing = replace(transcript, secrets=replace(transcript.secrets, identity=ADA.private))
    with pytest.raises((ProtocolError, CryptoError)):
        check(posing)
    alone = HandshakeState(
        Introduction.KNOWN_KEY.protocol_name,
        initiator=False,
        prologue=Introduction.KNOWN_KEY.prologue,
        s=KeyPair(mallory.private, BEN.public),
    )
    with pytest.raises(DecryptionError):
        alone.read_message(made("real").handshake[0])


@pytest.mark.parametrize("kind", ["real", "forged"])
def test_a_new_ratchet_key_comes_with_each_turn_and_only_then(kind: str) -> None:
    turns = [spoken.private is not None for spoken in made(kind).spoken if spoken.body is not None]
    assert turns == [True, False, True]  # the heartbeat, a line, a line after two of theirs


def test_nothing_secret_of_a_transcript_is_printed() -> None:
    forged = made("forged")
    assert repr(forged.secrets) == "Secrets()"
    assert "secrets" not in repr(forged)
    for spoken in forged.spoken:
        assert repr(spoken) == f"Spoken(envelope={spoken.envelope!r})"


def test_new_secrets_are_private_keys_and_not_public_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = X25519.generate()
    fixed = SimpleNamespace(generate=lambda: (private, public), public_of=X25519.public_of)
    monkeypatch.setattr(transcripts, "X25519", fixed)
    secrets = made("real").secrets
    assert secrets.identity == ADA.private
    assert secrets.ephemeral == secrets.epoch_private == private
