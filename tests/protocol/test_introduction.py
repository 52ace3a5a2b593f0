"""A first contact by mail: letters, answers, and what forges and relays can do to them."""

import pytest

from messenger.core.errors import CryptoError, HandshakeError, MalformedFrameError
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.bodies import Mailbox
from messenger.protocol.introduction import (
    ENVELOPE_LEN,
    MAX_AGE_HOURS,
    MAX_AHEAD_HOURS,
    MAX_KEPT_LETTERS,
    Asked,
    Asking,
    decode_secrets,
    encode_secrets,
)
from messenger.protocol.session import Session

ADA, BEN, EVE = KeyPair.generate(), KeyPair.generate(), KeyPair.generate()
NOW = 1_700_000_000_000  # Unix ms
HOUR = 3_600_000
BOX = Mailbox("relay.example", 4_433, bytes(32), b"m" * 24, b"s" * 32, True)
REFUSED = (CryptoError, HandshakeError, MalformedFrameError)


def ask(name: str = "Ada", boxes: tuple[Mailbox, ...] = (BOX,), **more: object) -> Asking:
    places = (("192.0.2.7", 4_000),)
    return Asking.begin(ADA, BEN.public, name=name, boxes=boxes, addresses=places, unix_ms=NOW)


def answer(asked: Asked, session: Session) -> tuple[Session, bytes]:
    accepting = asked.accept()
    session, said = session.answer(asked.letter.offer, accepting.exporter)
    envelope = accepting.envelope(said, name="Ben", boxes=(BOX,), addresses=(), unix_ms=NOW + 1)
    return session, envelope


def test_two_envelopes_make_a_session() -> None:
    asking = ask()
    asked = Asked.read(BEN, asking.envelope)
    assert (asked.peer_key, asked.letter.name, asked.letter.boxes) == (ADA.public, "Ada", (BOX,))
    ben, envelope = answer(asked, Session.empty())
    assert len(asking.envelope) == len(envelope) == ENVELOPE_LEN
    (kept,) = decode_secrets(encode_secrets(asking.secrets))
    later = Asking(ADA, BEN.public, kept)
    assert later.envelope == asking.envelope
    reply, exporter = later.read(envelope)
    ada = Session.empty().accept(later.pending, reply.answer, exporter)
    ada, sealed = ada.seal(b"hello", b"")
    ben, opened = ben.open(sealed, b"")
    assert opened == b"hello"
    ben, sealed = ben.seal(b"and back", b"")
    assert ada.open(sealed, b"")[1] == b"and back"


def test_a_letter_that_was_written_again_offers_the_same_and_either_answer_is_read() -> None:
    first = ask()
    second = first.again(ADA, name="Ada", boxes=(BOX,), addresses=(), unix_ms=NOW + 5)
    assert first.envelope != second.envelope
    one, two = (Asked.read(BEN, asking.envelope) for asking in (first, second))
    assert one.letter.offer == two.letter.offer
    assert one.tag != two.tag
    kept = decode_secrets(encode_secrets(second.secrets, first.secrets))
    assert kept == (second.secrets, first.secrets)
    for asked, secrets in ((one, kept[1]), (two, kept[0])):
        ben, envelope = answer(asked, Session.empty())
        asking = Asking(ADA, BEN.public, secrets)
        reply, exporter = asking.read(envelope)
        ada = Session.empty().accept(asking.pending, reply.answer, exporter)
        assert ben.open(ada.seal(b"hello", b"")[1], b"")[1] == b"hello"
    older = encode_secrets(second.secrets, first.secrets, first.secrets, first.secrets)
    assert len(decode_secrets(older)) == MAX_KEPT_LETTERS


def test_a_letter_opens_for_nobody_else() -> None:
    with pytest.raises(REFUSED):
        Asked.read(EVE, ask().envelope)


@pytest.mark.parametrize("place", [0, 40, 60, 100, 1_300, 2_000, ENVELOPE_LEN - 1])
def test_a_changed_letter_or_answer_is_refused(place: int) -> None:
    asking = ask()
    _, envelope = answer(Asked.read(BEN, asking.envelope), Session.empty())
    with pytest.raises(REFUSED):
        Asked.read(BEN, _changed(asking.envelope, place))
    with pytest.raises(REFUSED):
        asking.read(_changed(envelope, place))


def _changed(data: bytes, place: int) -> bytes:
    return data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]


def test_nobody_can_answer_for_the_key_in_the_card() -> None:
    asking = ask()
    with pytest.raises(REFUSED):
        Asked.read(EVE, asking.envelope)
    to_eve = Asking.begin(ADA, EVE.public, name="", boxes=(BOX,), addresses=(), unix_ms=NOW)
    _, envelope = answer(Asked.read(EVE, to_eve.envelope), Session.empty())
    with pytest.raises(REFUSED):
        asking.read(envelope)


def test_a_letter_shows_the_key_of_its_writer_and_no_other() -> None:
    forged = Asking.begin(EVE, BEN.public, name="Ada", boxes=(BOX,), addresses=(), unix_ms=NOW)
    assert Asked.read(BEN, forged.envelope).peer_key == EVE.public


def test_an_old_answer_does_not_fit_a_new_letter() -> None:
    _, envelope = answer(Asked.read(BEN, ask().envelope), Session.empty())
    with pytest.raises(REFUSED):
        ask().read(envelope)


def test_a_letter_is_believed_for_as_long_as_a_relay_keeps_it() -> None:
    asked = Asked.read(BEN, ask().envelope)
    assert asked.is_timely(NOW)
    assert asked.is_timely(NOW + MAX_AGE_HOURS * HOUR)
    assert not asked.is_timely(NOW + (MAX_AGE_HOURS + 1) * HOUR)
    assert not asked.is_timely(NOW - (MAX_AHEAD_HOURS + 1) * HOUR)


def test_what_does_not_fit_is_left_out() -> None:
    wide = Mailbox("h" * 255, 4_433, bytes(32), b"m" * 24, b"s" * 32, True)
    asked = Asked.read(BEN, ask(name="字" * 64, boxes=(wide,) * 3).envelope)
    assert asked.letter.boxes in {(wide,), (wide,) * 3}
    _, envelope = answer(asked, Session.empty())
    assert len(envelope) == ENVELOPE_LEN


def test_garbage_is_refused() -> None:
    for data in (b"", b"\0" * ENVELOPE_LEN, b"\xff" * 16_384):
        with pytest.raises(REFUSED):
            Asked.read(BEN, data)
        with pytest.raises(REFUSED):
            ask().read(data)


@pytest.mark.parametrize("filling", [b"\x01", b"X"])
def test_an_answer_whose_padding_says_something_is_refused(
    filling: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = ask()
    asked = Asked.read(BEN, asking.envelope)
    write = HandshakeState.write_message

    def padded(noise: HandshakeState, payload: bytes = b"") -> bytes:
        return write(noise, payload.replace(b"\0", filling))

    monkeypatch.setattr(HandshakeState, "write_message", padded)
    _, envelope = answer(asked, Session.empty())
    with pytest.raises(HandshakeError, match="padding"):
        asking.read(envelope)
