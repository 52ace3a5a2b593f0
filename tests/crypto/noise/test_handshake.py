"""The handshake machine: turns, lengths, payloads, what it refuses to start with."""

import pytest
from conversation import INITIATOR, RESPONDER, Pair, pair, side, suite
from hypothesis import given, settings
from hypothesis import strategies as st

from messenger.core.errors import (
    CryptoError,
    DecryptionError,
    HandshakeError,
    InvalidKeyError,
    LocalProtocolError,
)
from messenger.crypto.noise import (
    MAX_MESSAGE_LEN,
    X448,
    HandshakeState,
    KeyPair,
    PreparedKeys,
    protocol_named,
)

INTERACTIVE = ["XX", "XK", "IK", "NK", "NN", "XXhfs", "XKhfs", "IKhfs", "NKhfs", "XXhfs+psk3"]


@pytest.mark.parametrize("pattern", INTERACTIVE)
def test_both_sides_end_with_the_same_secrets(pattern: str) -> None:
    talk = pair(pattern, prologue=b"hum 1")
    talk.finish()
    ours, theirs = talk.initiator.split(), talk.responder.split()
    assert ours.handshake_hash == theirs.handshake_hash
    assert ours.exporter == theirs.exporter
    assert len(ours.exporter) == 32
    for send, receive in ((ours.send, theirs.receive), (theirs.send, ours.receive)):
        for text in (b"one", b"two"):
            assert receive.decrypt_with_ad(b"ad", send.encrypt_with_ad(b"ad", text)) == text


def test_peers_learn_the_static_keys_that_travel() -> None:
    talk = pair("XXhfs")
    assert talk.initiator.peer_static is None
    talk.finish()
    assert talk.initiator.peer_static == RESPONDER.public
    assert talk.responder.peer_static == INITIATOR.public


def test_the_exporter_is_neither_transport_key_nor_hash() -> None:
    first, second = pair("XX"), pair("XX")
    exporters = set()
    for talk in (first, second):
        talk.finish()
        transport = talk.initiator.split()
        assert transport.exporter not in transport.handshake_hash
        exporters.add(transport.exporter)
    assert len(exporters) == 2


@pytest.mark.parametrize(
    ("pattern", "tokens"),
    [
        ("XXhfs", "e e1, e ee ekem1 s es, s se"),
        ("XKhfs", "e es e1, e ee ekem1, s se"),
        ("IKhfs", "e es e1 s ss, e ee ekem1 se"),
        ("NKhfs", "e es e1, e ee ekem1"),
        ("NNhfs", "e e1, e ee ekem1"),
        ("XXpsk0+psk3", "psk e, e ee s es, s se psk"),
        ("XXpsk1", "e psk, e ee s es, s se"),
    ],
)
def test_modifiers_put_their_tokens_where_the_specifications_say(pattern: str, tokens: str) -> None:
    messages = protocol_named(suite(pattern)).pattern.messages
    assert ", ".join(" ".join(message) for message in messages) == tokens


@pytest.mark.parametrize("pattern", [*INTERACTIVE, "N", "K", "X", "XXpsk0", "NNpsk2", "X1X1"])
def test_overhead_len_is_exact(pattern: str) -> None:
    talk = pair(pattern)
    while not talk.initiator.complete:
        expected = talk.writer.overhead_len()
        assert talk.reader.overhead_len() == expected
        assert len(talk.exchange(b"twelve bytes")) == expected + 12
    with pytest.raises(LocalProtocolError):
        talk.initiator.overhead_len()


@pytest.mark.parametrize("pattern", ["XX", "XKhfs"])
def test_out_of_turn_is_our_own_bug(pattern: str) -> None:
    talk = pair(pattern)
    while not talk.initiator.complete:
        with pytest.raises(LocalProtocolError):
            talk.reader.write_message()
        with pytest.raises(LocalProtocolError):
            talk.writer.read_message(bytes(2000))
        with pytest.raises(LocalProtocolError):
            talk.writer.split()
        talk.exchange()
    for state in (talk.initiator, talk.responder):
        assert not state.may_write
        assert not state.may_read
        with pytest.raises(LocalProtocolError):
            state.write_message()
        with pytest.raises(LocalProtocolError):
            state.read_message(bytes(100))
        state.split()
        with pytest.raises(LocalProtocolError):
            state.split()


def test_a_one_way_responder_may_not_send() -> None:
    talk = pair("N")
    talk.finish()
    initiator, responder = talk.initiator.split(), talk.responder.split()
    sealed = initiator.send.encrypt_with_ad(b"", b"over")
    assert responder.receive.decrypt_with_ad(b"", sealed) == b"over"
    with pytest.raises(LocalProtocolError):
        _ = responder.send
    with pytest.raises(LocalProtocolError):
        _ = initiator.receive


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=600), min_size=3, max_size=3), st.binary(max_size=80))
def test_any_payload_arrives_as_it_was(payloads: list[bytes], prologue: bytes) -> None:
    talk = pair("XX", prologue=prologue)
    for payload in payloads:
        talk.exchange(payload)


def test_the_largest_message_passes_and_the_next_does_not() -> None:
    talk = pair("XX")
    talk.exchange()
    room = MAX_MESSAGE_LEN - talk.responder.overhead_len()
    with pytest.raises(ValueError, match="65535"):
        talk.responder.write_message(bytes(room + 1))
    assert len(talk.exchange(bytes(room))) == MAX_MESSAGE_LEN
    with pytest.raises(HandshakeError):
        talk.responder.read_message(bytes(MAX_MESSAGE_LEN + 1))


@settings(max_examples=60)
@given(st.data())
def test_garbage_is_refused_and_changes_nothing(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(["XX", "XK", "IK", "XKhfs", "XXpsk0"]))
    talk = pair(pattern)
    for _ in range(data.draw(st.integers(0, 1))):
        talk.exchange()
    reader, message = talk.reader, talk.writer.write_message()
    before = reader.checkpoint()
    garbage = data.draw(st.binary(max_size=len(message) + 40))
    try:
        reader.read_message(garbage)
    except (HandshakeError, CryptoError):
        assert reader.checkpoint() == before
        assert reader.read_message(message) == b""
    else:
        assert pattern == "XX"  # only its first message carries no tag


@pytest.mark.parametrize("pattern", ["XX", "XKhfs"])
def test_every_shorter_message_is_refused(pattern: str) -> None:
    talk = pair(pattern)
    while not talk.initiator.complete:
        reader, message = talk.reader, talk.writer.write_message()
        for length in range(len(message)):
            with pytest.raises(HandshakeError):
                reader.read_message(message[:length])
        reader.read_message(message)


@pytest.mark.parametrize("pattern", ["NNpsk0", "NNpsk2", "XXpsk3", "IKpsk1", "XXhfs+psk3"])
def test_a_wrong_psk_is_refused(pattern: str) -> None:
    talk = Pair(
        side(pattern, initiator=True),
        side(pattern, initiator=False, psks=(b"another key 32 bytes".ljust(32),)),
    )
    with pytest.raises(DecryptionError):
        talk.finish()


@pytest.mark.parametrize("pattern", ["XX", "XKhfs"])
def test_a_different_prologue_is_refused(pattern: str) -> None:
    talk = Pair(
        side(pattern, initiator=True, prologue=b"one"),
        side(pattern, initiator=False, prologue=b"two"),
    )
    with pytest.raises(DecryptionError):
        talk.finish()


def test_a_wrong_responder_is_refused() -> None:
    talk = Pair(
        side("XKhfs", initiator=True, rs=KeyPair.generate().public),
        side("XKhfs", initiator=False),
    )
    with pytest.raises(DecryptionError):
        talk.finish()


def test_a_checkpoint_can_be_returned_to() -> None:
    talk = pair("XXhfs")
    talk.exchange()
    message = talk.responder.write_message(b"answer")
    checkpoint = talk.initiator.checkpoint()
    assert talk.initiator.read_message(message) == b"answer"
    talk.initiator.restore(checkpoint)
    assert talk.initiator.peer_static is None
    assert talk.initiator.read_message(message) == b"answer"
    talk.exchange()


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("Noise_XX_25519_ChaChaPoly_SHA256", {}),  # no static key
        ("Noise_NN_25519_ChaChaPoly_SHA256", {"s": INITIATOR}),
        ("Noise_NK_25519_ChaChaPoly_SHA256", {}),  # the responder's key is not given
        ("Noise_NX_25519_ChaChaPoly_SHA256", {"rs": RESPONDER.public}),
        ("Noise_NNpsk0_25519_ChaChaPoly_SHA256", {}),
        ("Noise_NNpsk0_25519_ChaChaPoly_SHA256", {"psks": (bytes(31),)}),
        ("Noise_NNpsk0_25519_ChaChaPoly_SHA256", {"psks": (bytes(32), bytes(32))}),
        ("Noise_NN_25519_ChaChaPoly_SHA256", {"psks": (bytes(32),)}),
        ("Noise_NNpsk9_25519_ChaChaPoly_SHA256", {"psks": (bytes(32),)}),
        ("Noise_NNpsk0+psk0_25519_ChaChaPoly_SHA256", {"psks": (bytes(32), bytes(32))}),
        ("Noise_Nhfs_25519+MLKEM768_ChaChaPoly_SHA256", {"rs": RESPONDER.public}),
        ("Noise_NNhfs_25519_ChaChaPoly_SHA256", {}),
        ("Noise_NN_25519+MLKEM768_ChaChaPoly_SHA256", {}),
        ("Noise_NN_25519_ChaChaPoly", {}),
        ("noise_NN_25519_ChaChaPoly_SHA256", {}),
        ("", {}),
    ],
)
def test_wrong_inputs_are_our_own_mistake(name: str, inputs: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message differs with each input
        HandshakeState(name, initiator=True, **inputs)  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [0, 31, 33, 56])
def test_keys_of_a_wrong_length_are_refused(length: int) -> None:
    with pytest.raises(InvalidKeyError):
        side("XK", initiator=True, rs=bytes(length))
    with pytest.raises(InvalidKeyError):
        KeyPair.from_private(bytes(length))


def test_prepared_keys_serve_once() -> None:
    prepared = PreparedKeys.generate(kem=True)
    talk = Pair(side("XXhfs", initiator=True, prepared=prepared), side("XXhfs", initiator=False))
    talk.finish()
    with pytest.raises(LocalProtocolError):
        side("XXhfs", initiator=True, prepared=prepared)


def test_each_handshake_draws_its_own_ephemeral_keys() -> None:
    first, second = (side("XXhfs", initiator=True).write_message() for _ in range(2))
    assert first[:32] != second[:32]
    assert first[32:1216] != second[32:1216]


def test_x448_works_both_ways() -> None:
    name = "Noise_XX_448_AESGCM_SHA512"
    talk = Pair(
        HandshakeState(name, initiator=True, s=KeyPair.generate(X448)),
        HandshakeState(name, initiator=False, s=KeyPair.generate(X448)),
    )
    talk.finish()
    assert len(talk.initiator.peer_static or b"") == 56


def test_nothing_secret_is_printed() -> None:
    talk = pair("XXhfs", ephemeral_for_testing_only=INITIATOR)
    talk.exchange()
    checkpoint = talk.responder.checkpoint()
    talk.finish()
    transport = talk.initiator.split()
    secrets = (INITIATOR.private, transport.exporter, checkpoint.symmetric.chaining_key)
    for thing in (INITIATOR, transport, transport.send, checkpoint, talk.initiator):
        assert not any(repr(secret)[2:-1] in repr(thing) for secret in secrets)
        assert not any(secret.hex() in repr(thing) for secret in secrets)
    assert repr(transport) == "Transport()"
