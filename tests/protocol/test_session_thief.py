"""What a stolen state opens, and which event locks the thief out again.

docs/protocol.md, section 9, is the table that these tests prove.
"""

import os

import pytest
from msgspec.structs import replace
from session_pair import Side, exchange, make_sides
from thief import AD, Oracle, Thief, watch_keys

from messenger.core.errors import DecryptionError
from messenger.crypto.noise.functions import X25519
from messenger.crypto.ratchet import Ratchet
from messenger.protocol import epoch as epochs
from messenger.protocol.control import EpochAnswer, EpochOffer
from messenger.protocol.epoch import Lineage, PendingOffer
from messenger.protocol.session import Session


def say(sender: Side, receiver: Side, body: bytes = b"body") -> bytes:
    """Send one envelope that arrives; return what crossed the wire."""
    envelope = sender.seal(body)
    assert receiver.open(envelope) == body
    return envelope


# -- without a quantum computer -------------------------------------------------------------------


def test_what_was_read_before_the_theft_stays_closed() -> None:
    ann, ben = make_sides()
    before = [say(ann, ben), say(ben, ann), say(ann, ben)]
    thief = Thief(ben.session)
    for envelope in before:
        assert thief.hears_to_victim(envelope) is None
        assert thief.hears_from_victim(envelope) is None


def test_a_missing_message_is_in_the_loot_until_it_comes_or_expires() -> None:
    ann, ben = make_sides()
    late = ann.seal(b"late")
    say(ann, ben)
    assert Thief(ben.session).hears_to_victim(late) == b"late"
    assert Thief(ben.session.forget_skipped(1)).hears_to_victim(late) is None
    ben.open(late)
    assert Thief(ben.session).hears_to_victim(late) is None


def test_one_round_trip_locks_the_thief_out_of_both_directions() -> None:
    ann, ben = make_sides()
    say(ben, ann)
    say(ann, ben)
    thief = Thief(ben.session)
    # Until the victim makes a new key he reads what comes in; the victim's next key is made when
    # the victim next seals after a new key of the other side came in, which is now.
    assert thief.hears_to_victim(say(ann, ben, b"to the victim")) == b"to the victim"
    assert thief.hears_from_victim(say(ben, ann)) is None  # the victim's new key
    assert thief.hears_to_victim(say(ann, ben)) is None  # answers to it
    for _ in range(5):
        assert thief.hears_from_victim(say(ben, ann)) is None
        assert thief.hears_to_victim(say(ann, ben)) is None


def test_without_an_answer_the_thief_reads_on() -> None:
    ann, ben = make_sides()
    say(ann, ben)
    say(ben, ann)
    thief = Thief(ben.session)
    for number in range(5):  # the victim writes and nobody answers: one chain, no healing
        body = b"%d" % number
        assert thief.hears_from_victim(say(ben, ann, body)) == body
    assert thief.hears_to_victim(say(ann, ben, b"answer")) == b"answer"
    assert thief.hears_from_victim(say(ben, ann)) is None
    assert thief.hears_to_victim(say(ann, ben)) is None


def test_a_new_epoch_locks_the_thief_out_without_any_message() -> None:
    ann, ben = make_sides()
    thief = Thief(ben.session)
    exchange(ann, ben)
    for _ in range(3):
        assert thief.hears_to_victim(say(ann, ben)) is None
        assert thief.hears_from_victim(say(ben, ann)) is None


def test_the_epoch_before_is_open_to_him_until_the_new_one_is_used() -> None:
    ann, ben = make_sides()
    say(ann, ben)
    say(ben, ann)
    thief = Thief(ben.session)
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, bytes(32))
    assert thief.hears_from_victim(say(ben, ann, b"in the old one")) == b"in the old one"
    ann.session = ann.session.accept(pending, answer, bytes(32))
    assert thief.hears_to_victim(say(ann, ben)) is None
    assert thief.hears_from_victim(say(ben, ann)) is None


# -- with one ----------------------------------------------------------------------------------


def test_turns_of_the_ratchet_do_not_stop_a_quantum_thief(monkeypatch: pytest.MonkeyPatch) -> None:
    oracle = watch_keys(monkeypatch.setattr)
    ann, ben = make_sides()
    say(ann, ben)
    thief = Thief(ben.session, oracle)
    for number in range(6):
        body = b"%d" % number
        assert thief.hears_from_victim(say(ben, ann, body)) == body
        assert thief.hears_to_victim(say(ann, ben, body)) == body


def test_one_new_epoch_locks_a_quantum_thief_out(monkeypatch: pytest.MonkeyPatch) -> None:
    oracle = watch_keys(monkeypatch.setattr)
    ann, ben = make_sides()
    thief = Thief(ben.session, oracle)
    pending, offer, answer, exporter = _overheard_exchange(ann, ben)
    # He also knows the exporter, both X25519 keys and the secret of the epoch before.
    for guess in (bytes(32), os.urandom(32), exporter):
        thief.session = _guessed_session(thief.session, oracle, offer, answer, exporter, guess)
        for _ in range(3):
            assert thief.hears_to_victim(say(ann, ben)) is None
            assert thief.hears_from_victim(say(ben, ann)) is None
    # The counter-check: with the ML-KEM secret as well he would be inside.
    again_ann, again_ben = make_sides()
    loot = again_ben.session
    pending, offer, answer, exporter = _overheard_exchange(again_ann, again_ben)
    secret = pending.kem.decapsulate(answer.kem_ciphertext)
    inside = Thief(_guessed_session(loot, oracle, offer, answer, exporter, secret), oracle)
    assert inside.hears_to_victim(say(again_ann, again_ben, b"read")) == b"read"


def test_a_thief_who_broke_ml_kem_alone_is_locked_out_as_well() -> None:
    ann, ben = make_sides()
    loot = ben.session
    pending, offer, answer, exporter = _overheard_exchange(ann, ben)
    kem_secret = pending.kem.decapsulate(answer.kem_ciphertext)
    lineage = Lineage(loot.held[0], 2, exporter, 0)
    transcript = epochs._transcript(offer, answer.ratchet_key, answer.kem_ciphertext)
    keys = epochs._derive(lineage, os.urandom(32) + kem_secret, transcript)
    assert keys.id != answer.epoch


def _overheard_exchange(
    ann: Side, ben: Side
) -> tuple[PendingOffer, EpochOffer, EpochAnswer, bytes]:
    exporter = os.urandom(32)
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, exporter)
    ann.session = ann.session.accept(pending, answer, exporter)
    return pending, offer, answer, exporter


def _guessed_session(
    loot: Session,
    oracle: Oracle,
    offer: EpochOffer,
    answer: EpochAnswer,
    exporter: bytes,
    kem_secret: bytes,
) -> Session:
    """The loot and the epoch that follows from it, if this were the ML-KEM secret."""
    private = oracle.break_key(answer.ratchet_key)
    base = loot.held[-1]
    keys = epochs._derive(
        Lineage(base, 2, exporter, 0),
        X25519.exchange(private, offer.ratchet_key) + kem_secret,
        epochs._transcript(offer, answer.ratchet_key, answer.kem_ciphertext),
    )
    ratchet = Ratchet.init_bob(
        root_key=keys.root_key,
        own_private=private,
        header_key_a=keys.header_key_a,
        header_key_b=keys.header_key_b,
    )
    return Session((replace(base, id=keys.id, ratchet=ratchet), base))


# -- what is left behind -----------------------------------------------------------------------


def test_the_stored_form_holds_nothing_of_epochs_that_are_gone() -> None:
    ann, ben = make_sides()
    old = ben.session.held[0]
    secrets = [old.chain_secret, old.ratchet.root_key, old.ratchet.next_sending_header_key]
    assert all(secret in ben.session.encode() for secret in secrets)
    exchange(ann, ben)
    say(ben, ann)
    for side in (ann, ben):
        assert not any(secret in side.session.encode() for secret in secrets)


def test_a_thief_cannot_speak_for_the_other_side_after_one_round_trip() -> None:
    """He holds Ben's state; sealing as Ben works until Ann has moved on with the real Ben."""
    ann, ben = make_sides()
    stolen = ben.session
    _, forged = stolen.seal(b"forged", AD)
    assert ann.session.open(forged, AD)[1] == b"forged"  # no signatures: he is Ben for now
    say(ben, ann)
    say(ann, ben)
    say(ben, ann)
    _, forged = stolen.seal(b"forged", AD)
    with pytest.raises(DecryptionError):
        ann.open(forged)
