"""One flipped bit at every byte of every message is refused and costs the real message nothing."""

import pytest
from conversation import Pair, pair

from messenger.core.errors import CryptoError, DecryptionError
from messenger.crypto.noise import HandshakeState


@pytest.mark.parametrize("pattern", ["XX", "XK", "IK", "XXpsk3", "XXhfs", "XKhfs"])
def test_a_flipped_bit_anywhere_is_refused_at_once_or_at_the_next_message(pattern: str) -> None:
    talk = pair(pattern)
    while not talk.initiator.complete:
        writer, reader = talk.writer, talk.reader
        message = writer.write_message(b"payload")
        for place in range(len(message)):
            refused(talk, reader, flipped(message, place))
        assert reader.read_message(message) == b"payload"
    assert talk.initiator.split().exporter == talk.responder.split().exporter


def flipped(message: bytes, place: int) -> bytes:
    """Flip one bit of the byte at ``place``, another one at each place."""
    changed = bytearray(message)
    changed[place] ^= 1 << place % 8
    return bytes(changed)


def refused(talk: Pair, reader: HandshakeState, forged: bytes) -> None:
    """Check that ``forged``, or the answer to it, is refused and leaves the state as it was."""
    before = reader.checkpoint()
    try:
        reader.read_message(forged)
    except CryptoError:
        assert reader.checkpoint() == before
        return
    answer_is_refused(talk, reader)
    reader.restore(before)


def answer_is_refused(talk: Pair, reader: HandshakeState) -> None:
    """Check that the other side refuses what ``reader`` answers, if it can answer at all."""
    assert not reader.complete, "the last message has no answer that could be refused"
    other = talk.initiator if reader is talk.responder else talk.responder
    before_answer, before = reader.checkpoint(), other.checkpoint()
    try:
        answer = reader.write_message()
    except CryptoError:  # the forged key was no key at all
        assert reader.checkpoint() == before_answer
        return
    with pytest.raises(DecryptionError):
        other.read_message(answer)
    assert other.checkpoint() == before


@pytest.mark.parametrize("pattern", ["XX", "XXhfs", "IK"])
def test_a_flipped_bit_anywhere_in_a_transport_message_is_refused(pattern: str) -> None:
    talk = pair(pattern)
    talk.finish()
    send, receive = talk.initiator.split().send, talk.responder.split().receive
    sealed = send.encrypt_with_ad(b"ad", b"text")
    for place in range(len(sealed)):
        with pytest.raises(DecryptionError):
            receive.decrypt_with_ad(b"ad", flipped(sealed, place))
    with pytest.raises(DecryptionError):
        receive.decrypt_with_ad(b"another", sealed)
    assert receive.nonce == 0
    assert receive.decrypt_with_ad(b"ad", sealed) == b"text"
    with pytest.raises(DecryptionError):  # not twice
        receive.decrypt_with_ad(b"ad", sealed)
