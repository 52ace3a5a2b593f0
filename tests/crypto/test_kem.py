"""ML-KEM-768 against a published vector, and what it refuses."""

import hashlib
import json
from pathlib import Path

import pytest

from messenger.core.errors import DecryptionError, InvalidKeyError
from messenger.crypto.kem import (
    CIPHERTEXT_LEN,
    PUBLIC_KEY_LEN,
    SECRET_LEN,
    KemKeyPair,
    encapsulate,
    ml_kem_available,
)

PUBLISHED = json.loads((Path(__file__).parent / "vectors/ml_kem_768.json").read_text())
SEED = bytes.fromhex(PUBLISHED["seed"])


def test_the_key_of_a_published_seed() -> None:
    pair = KemKeyPair.from_seed(SEED)
    assert hashlib.sha256(pair.public).hexdigest() == PUBLISHED["public_sha256"]
    assert pair.public.hex().startswith(PUBLISHED["public_begins"])
    assert pair.seed() == SEED


def test_the_secret_of_a_published_ciphertext_by_implicit_rejection() -> None:
    ciphertext, secret = (bytes.fromhex(PUBLISHED[field]) for field in ("ciphertext", "secret"))
    assert KemKeyPair.from_seed(SEED).decapsulate(ciphertext) == secret
    implicit = hashlib.shake_256(SEED[32:] + ciphertext).digest(32)  # FIPS 203: J(z ‖ c)
    assert secret == implicit


def test_both_sides_get_the_same_secret() -> None:
    pair = KemKeyPair.generate()
    ciphertext, secret = encapsulate(pair.public)
    assert (len(pair.public), len(ciphertext), len(secret)) == (
        PUBLIC_KEY_LEN,
        CIPHERTEXT_LEN,
        SECRET_LEN,
    )
    assert pair.decapsulate(ciphertext) == secret
    assert KemKeyPair.from_seed(pair.seed()).decapsulate(ciphertext) == secret
    assert encapsulate(pair.public)[0] != ciphertext


def test_a_changed_ciphertext_gives_an_unrelated_secret() -> None:
    pair = KemKeyPair.from_seed(SEED)
    ciphertext, secret = encapsulate(pair.public)
    changed = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
    assert pair.decapsulate(changed) != secret


@pytest.mark.parametrize("public", [b"", bytes(1183), bytes(1185), b"\xff" * 1184])
def test_what_is_no_encapsulation_key_is_refused(public: bytes) -> None:
    with pytest.raises(InvalidKeyError):
        encapsulate(public)


@pytest.mark.parametrize("length", [0, 1087, 1089])
def test_what_has_not_the_length_of_a_ciphertext_is_refused(length: int) -> None:
    with pytest.raises(DecryptionError):
        KemKeyPair.from_seed(SEED).decapsulate(bytes(length))


@pytest.mark.parametrize("length", [0, 63, 65])
def test_what_has_not_the_length_of_a_seed_is_refused(length: int) -> None:
    with pytest.raises(InvalidKeyError):
        KemKeyPair.from_seed(bytes(length))


def test_this_computer_has_it_and_shows_no_secret() -> None:
    assert ml_kem_available()
    assert repr(SEED)[2:-1] not in repr(KemKeyPair.from_seed(SEED))
