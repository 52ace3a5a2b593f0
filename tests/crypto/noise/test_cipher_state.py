"""Counters, rekey and the end of a key."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from messenger.core.errors import NonceExhaustedError
from messenger.crypto.noise import MAX_NONCE, CipherState
from messenger.crypto.noise.functions import AESGCM_256, CHACHAPOLY, CipherFunction

KEY = bytes(range(32))
BOTH = pytest.mark.parametrize("function", [CHACHAPOLY, AESGCM_256], ids=["ChaChaPoly", "AESGCM"])


@BOTH
def test_messages_are_numbered_from_zero(function: CipherFunction) -> None:
    state = CipherState(function, KEY)
    first, second = (state.encrypt_with_ad(b"ad", b"text") for _ in range(2))
    assert first != second
    assert state.nonce == 2
    opening = CipherState(function, KEY)
    assert opening.decrypt_with_ad(b"ad", first) == b"text"
    assert opening.decrypt_with_ad(b"ad", second) == b"text"


@pytest.mark.parametrize("number", [0, 1, 2**32 + 5, MAX_NONCE - 1])
def test_the_nonce_is_written_as_the_specification_says(number: int) -> None:
    for function, primitive, order in (
        (CHACHAPOLY, ChaCha20Poly1305, "little"),
        (AESGCM_256, AESGCM, "big"),
    ):
        state = CipherState(function, KEY)
        state.rewind(number)
        nonce = bytes(4) + number.to_bytes(8, order)  # type: ignore[arg-type]
        assert state.encrypt_with_ad(b"", b"x") == primitive(KEY).encrypt(nonce, b"x", b"")


@BOTH
def test_a_key_ends_before_the_reserved_nonce(function: CipherFunction) -> None:
    sealing, opening = CipherState(function, KEY), CipherState(function, KEY)
    for state in (sealing, opening):
        state.rewind(MAX_NONCE - 1)
    sealed = sealing.encrypt_with_ad(b"", b"the last")
    assert opening.decrypt_with_ad(b"", sealed) == b"the last"
    for _ in range(2):
        with pytest.raises(NonceExhaustedError):
            sealing.encrypt_with_ad(b"", b"one more")
        with pytest.raises(NonceExhaustedError):
            opening.decrypt_with_ad(b"", sealed)
    assert sealing.nonce == opening.nonce == MAX_NONCE


@BOTH
def test_rekey_changes_the_key_on_both_sides_and_keeps_the_counter(
    function: CipherFunction,
) -> None:
    sealing, opening = CipherState(function, KEY), CipherState(function, KEY)
    opening.decrypt_with_ad(b"", sealing.encrypt_with_ad(b"", b"before"))
    sealing.rekey()
    unchanged = CipherState(function, KEY)
    unchanged.rewind(1)
    sealed = sealing.encrypt_with_ad(b"", b"after")
    assert sealed != unchanged.encrypt_with_ad(b"", b"after")
    opening.rekey()
    assert opening.decrypt_with_ad(b"", sealed) == b"after"
    assert sealing.nonce == opening.nonce == 2


def test_rekey_is_the_specifications_encryption_of_zeros() -> None:
    state = CipherState(CHACHAPOLY, KEY)
    state.rekey()
    nonce = bytes(4) + b"\xff" * 8
    new_key = ChaCha20Poly1305(KEY).encrypt(nonce, bytes(32), b"")[:32]
    assert state.encrypt_with_ad(b"", b"x") == ChaCha20Poly1305(new_key).encrypt(
        bytes(12), b"x", b""
    )
