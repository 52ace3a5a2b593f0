"""The ratchet by itself: turns, gaps, refusals, limits."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ratchet_pair import AD, Side, make_pair, make_sides

from messenger.core.errors import (
    DecryptionError,
    LocalProtocolError,
    NonceExhaustedError,
    TooManySkippedError,
)
from messenger.crypto import xchacha
from messenger.crypto.kdf import hmac_sha256
from messenger.crypto.ratchet import MAX_SKIP, OVERHEAD, Ratchet
from messenger.crypto.ratchet_chain import MAX_NUMBER, kdf_ck


def test_alice_speaks_first_and_bob_waits_for_her() -> None:
    alice, bob = map(Side, make_pair())
    assert alice.state.can_seal
    assert not bob.state.can_seal
    with pytest.raises(LocalProtocolError):
        bob.seal()
    assert bob.open(alice.seal(b"hello")) == b"hello"
    assert bob.state.can_seal
    assert alice.open(bob.seal(b"hi")) == b"hi"


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=40)), max_size=30))
def test_any_conversation_in_order_arrives(turns: list[tuple[bool, bytes]]) -> None:
    alice, bob = make_sides()
    for from_alice, text in turns:
        sender, receiver = (alice, bob) if from_alice else (bob, alice)
        envelope = sender.seal(text)
        assert len(envelope) == len(text) + OVERHEAD
        assert receiver.open(envelope) == text
    assert alice.state.skipped.count == bob.state.skipped.count == 0


@given(st.lists(st.booleans(), min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_any_order_of_arrival_opens_each_once(turns: list[bool], random: object) -> None:
    alice, bob = make_sides()
    waiting: list[tuple[Side, bytes, bytes]] = []
    for number, from_alice in enumerate(turns):
        sender, receiver = (alice, bob) if from_alice else (bob, alice)
        waiting.append((receiver, sender.seal(b"%d" % number), b"%d" % number))
        if number % 3 == 0:  # some arrive between the turns, so that the ratchet turns
            random.shuffle(waiting)  # type: ignore[attr-defined]
            receiver, envelope, text = waiting.pop()
            assert receiver.open(envelope) == text
    random.shuffle(waiting)  # type: ignore[attr-defined]
    for receiver, envelope, text in waiting:
        assert receiver.open(envelope) == text
        with pytest.raises(DecryptionError):
            receiver.open(envelope)
    assert alice.state.skipped.count == bob.state.skipped.count == 0


def test_every_byte_of_an_envelope_is_authenticated() -> None:
    alice, bob = make_sides()
    late = alice.seal(b"late")
    for envelope in (late, alice.seal(b"next"), _after_a_turn(alice, bob)):
        before = bob.state
        for at in range(len(envelope)):
            damaged = bytearray(envelope)
            damaged[at] ^= 1 << at % 8
            with pytest.raises(DecryptionError):
                bob.open(bytes(damaged))
            assert bob.state == before
        bob.open(envelope)


def _after_a_turn(alice: Side, bob: Side) -> bytes:
    alice.open(bob.seal())
    return alice.seal(b"in a new chain")


@pytest.mark.parametrize("length", [0, 1, OVERHEAD - 1])
def test_short_envelopes_are_refused(length: int) -> None:
    alice, bob = make_sides()
    with pytest.raises(DecryptionError):
        bob.open(alice.seal()[:length])


def test_associated_data_must_be_the_same() -> None:
    alice, bob = make_sides()
    _, envelope = alice.state.seal(b"text", AD)
    for other in (b"", AD[:-1], AD + b"\0"):
        with pytest.raises(DecryptionError):
            bob.state.open(envelope, other)


def test_a_jump_of_max_skip_is_the_last_allowed() -> None:
    alice, bob = make_sides()
    envelopes = [alice.seal(b"%d" % number) for number in range(MAX_SKIP + 2)]
    with pytest.raises(TooManySkippedError):
        bob.open(envelopes[MAX_SKIP + 1])
    assert bob.state.skipped.count == 0
    assert bob.open(envelopes[MAX_SKIP]) == b"%d" % MAX_SKIP
    assert bob.state.skipped.count == MAX_SKIP
    assert bob.open(envelopes[0]) == b"0"
    assert bob.state.skipped.count == MAX_SKIP - 1


def test_a_jump_at_the_end_of_the_chain_before_counts_too() -> None:
    alice, bob = make_sides()
    bob.open(alice.seal())
    lost = [alice.seal() for _ in range(MAX_SKIP + 1)]
    alice.open(bob.seal())
    envelope = alice.seal(b"in a new chain")
    with pytest.raises(TooManySkippedError):
        bob.open(envelope)
    bob.open(lost[0])
    assert bob.open(envelope) == b"in a new chain"
    assert bob.state.skipped.count == MAX_SKIP


def test_message_numbers_end_before_they_wrap() -> None:
    alice, bob = make_sides()
    bob.open(alice.seal())
    chain = alice.state.sending
    assert chain is not None
    last = msgspec.structs.replace(chain, number=MAX_NUMBER)
    with pytest.raises(NonceExhaustedError):
        Side(msgspec.structs.replace(alice.state, sending=last)).seal()
    almost = msgspec.structs.replace(chain, number=MAX_NUMBER - 1)
    envelope = Side(msgspec.structs.replace(alice.state, sending=almost)).seal()
    with pytest.raises(TooManySkippedError):
        bob.open(envelope)


def test_a_low_order_ratchet_key_is_refused_and_changes_nothing() -> None:
    alice, bob = make_sides()
    alice.state = alice.state._turned_to_send(bytes(range(32)))
    own_key = alice.state.own_key
    assert own_key is not None
    alice.state = msgspec.structs.replace(
        alice.state, own_key=msgspec.structs.replace(own_key, public=bytes(32))
    )
    before = bob.state
    with pytest.raises(DecryptionError):
        bob.open(alice.seal())
    assert bob.state == before


def test_a_state_shows_none_of_its_secrets() -> None:
    alice, _ = make_sides()
    alice.seal()
    for value in (alice.state, alice.state.sending, alice.state.own_key, alice.state.skipped):
        assert "…" in repr(value)
        assert alice.state.root_key.hex() not in repr(value)
        assert repr(alice.state.root_key) not in repr(value)


def test_a_state_survives_its_stored_form() -> None:
    alice, bob = make_sides()
    bob.open([alice.seal() for _ in range(4)][2])
    stored = msgspec.msgpack.encode(bob.state)
    assert msgspec.msgpack.decode(stored, type=Ratchet) == bob.state


def test_the_chain_kdf_is_hmac_with_two_constants() -> None:
    key = bytes(range(32))
    assert kdf_ck(key) == (hmac_sha256(key, b"\x02"), hmac_sha256(key, b"\x01"))


def test_envelopes_have_no_constant_byte_and_no_bit_that_leans() -> None:
    count = 4096
    alice, bob = make_sides()
    envelopes = []
    for _ in range(count // 8):  # eight chains' worth of headers, with a turn between
        envelopes += [alice.seal(b"") for _ in range(8)]
        bob.open(envelopes[-1])
        alice.open(bob.seal())
    for column in zip(*envelopes, strict=True):
        assert len(set(column)) > 240  # of 256 values; 4096 draws miss one with chance 1e-7
        for bit in range(8):
            ones = sum(byte >> bit & 1 for byte in column)
            assert abs(ones - count / 2) < 7 * (count**0.5 / 2)  # seven standard deviations


def test_a_rolled_back_state_never_seals_twice_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[tuple[bytes, bytes]] = set()
    keys: set[bytes] = set()
    seal = xchacha.seal

    def watched(key: bytes, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
        assert (key, nonce) not in used
        used.add((key, nonce))
        keys.add(key)
        return seal(key, nonce, plaintext, data)

    monkeypatch.setattr(xchacha, "seal", watched)
    alice, bob = make_sides()
    for step in range(2500):
        kept = alice.state
        envelope = alice.seal(b"%d" % step)
        if step % 5:  # four times of five the step is undone, as by a restored backup
            alice.state = kept
        else:
            assert bob.open(envelope) == b"%d" % step
            if step % 50 == 0:
                alice.open(bob.seal())
    assert len(used) > 5000
    assert len(keys) < len(used)  # keys did come twice, so the nonces were needed
