"""Hidden states bind a text, and whoever has seen some of them signs what they like."""

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from messenger.lab.experiments import ed25519_forgeries
from messenger.lab.hidden_signature import SIGNATURE_LEN, BadSignatureError, Forger, HiddenSigner
from messenger.lab.shared_state import Shared

LENGTHS = (1, 16, 100, 2000)  # bytes


def _refused(signer: HiddenSigner, text: bytes, signature: bytes) -> bool:
    try:
        signer.verify(text, signature)
    except BadSignatureError:
        return True
    return False


@pytest.mark.parametrize("length", LENGTHS)
def test_a_signature_has_one_length_and_its_text_is_accepted(shared: Shared, length: int) -> None:
    alice, bob = HiddenSigner(shared), HiddenSigner(shared)
    random = np.random.default_rng(length)
    for _ in range(100):
        text = random.bytes(length)
        signature = alice.sign(text)
        assert len(signature) == SIGNATURE_LEN
        assert text[:8] not in signature or length < 8
        bob.verify(text, signature)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_text_with_one_changed_bit_is_refused(shared: Shared, length: int) -> None:
    signer = HiddenSigner(shared)
    random = np.random.default_rng(length)
    refused = 0
    for _ in range(500):
        text = bytearray(random.bytes(length))
        signature = signer.sign(bytes(text))
        place = int(random.integers(8 * length))
        text[place // 8] ^= 1 << place % 8
        refused += _refused(signer, bytes(text), signature)
    assert refused >= 495


def test_swapped_and_cut_texts_are_refused(shared: Shared) -> None:
    signer = HiddenSigner(shared)
    signature = signer.sign(b"abcdefgh")
    for other in (b"cdabefgh", b"abcdefg", b"abcdefgh\0", b""):
        assert _refused(signer, other, signature)
    assert _refused(signer, b"abcdefgh", signature[:-1])
    assert _refused(signer, b"abcdefgh", b"\xff" * SIGNATURE_LEN)  # not numbers


def test_another_key_makes_other_signatures(shared: Shared) -> None:
    other = HiddenSigner(Shared(shared.pair, bytes(range(16))))
    assert _refused(HiddenSigner(shared), b"text", other.sign(b"text"))


def test_64_seen_signatures_make_a_forger_who_always_wins(shared: Shared) -> None:
    signer = HiddenSigner(shared)
    random = np.random.default_rng(6)
    seen = [random.bytes(int(length)) for length in random.integers(1, 200, 64)]
    forger = Forger.learn([(text, signer.sign(text)) for text in seen])
    fresh = [random.bytes(int(length)) for length in random.integers(1, 200, 500)]
    assert sum(not _refused(signer, text, forger.sign(text)) for text in fresh) >= 495


def test_the_same_forger_never_wins_against_ed25519() -> None:
    random = np.random.default_rng(6)
    seen, fresh = ([random.bytes(40) for _ in range(count)] for count in (64, 500))
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    assert ed25519_forgeries(key, seen, fresh) == 0
