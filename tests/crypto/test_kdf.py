"""HMAC and HKDF against the standard library, pyca/cryptography and the examples of RFC 5869."""

import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from messenger.crypto.kdf import BLAKE2B, BLAKE2S, SHA256, SHA512, HashFunction, hkdf_sha256

FUNCTIONS = (SHA256, SHA512, BLAKE2S, BLAKE2B)
PYCA: dict[str, hashes.HashAlgorithm] = {
    "SHA256": hashes.SHA256(),
    "SHA512": hashes.SHA512(),
    "BLAKE2s": hashes.BLAKE2s(32),
    "BLAKE2b": hashes.BLAKE2b(64),
}


@given(st.sampled_from(FUNCTIONS), st.binary(max_size=300), st.binary(max_size=300))
def test_hmac_is_that_of_the_standard_library(
    function: HashFunction, key: bytes, data: bytes
) -> None:
    assert function.hmac(key, data) == hmac.digest(key, data, function.name.lower())


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
@pytest.mark.parametrize("beyond", [-1, 0, 1, 100])
def test_a_key_longer_than_a_block_is_hashed_first(function: HashFunction, beyond: int) -> None:
    key = bytes(range(1, 255))[: function.block_len + beyond]
    assert function.hmac(key, b"data") == hmac.digest(key, b"data", function.name.lower())


@given(
    st.sampled_from(FUNCTIONS),
    st.binary(max_size=150),
    st.binary(max_size=150),
    st.binary(max_size=80),
    st.integers(min_value=1, max_value=300),
)
def test_hkdf_is_that_of_pyca(
    function: HashFunction, salt: bytes, secret: bytes, info: bytes, length: int
) -> None:
    expected = HKDF(PYCA[function.name], length, salt, info).derive(secret)
    assert function.hkdf(salt=salt, secret=secret, info=info, length=length) == expected


@given(st.sampled_from(FUNCTIONS), st.binary(max_size=64), st.binary(max_size=64))
def test_noise_outputs_are_the_blocks_of_hkdf_without_info(
    function: HashFunction, chaining_key: bytes, input_key: bytes
) -> None:
    size = function.hash_len
    blocks = function.hkdf(salt=chaining_key, secret=input_key, info=b"", length=3 * size)
    first, second, third = (blocks[start : start + size] for start in (0, size, 2 * size))
    assert function.hkdf_pair(chaining_key, input_key) == (first, second)
    assert function.hkdf_triple(chaining_key, input_key) == (first, second, third)


@pytest.mark.parametrize(
    ("secret", "salt", "info", "length", "expected"),
    [
        (
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            42,
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            "0b" * 22,
            "",
            "",
            42,
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
)
def test_examples_of_rfc_5869(
    secret: str, salt: str, info: str, length: int, expected: str
) -> None:
    made = hkdf_sha256(
        salt=bytes.fromhex(salt),
        secret=bytes.fromhex(secret),
        info=bytes.fromhex(info),
        length=length,
    )
    assert made.hex() == expected


@pytest.mark.parametrize("length", [0, -1, 255 * 32 + 1])
def test_impossible_lengths_are_our_own_mistake(length: int) -> None:
    with pytest.raises(ValueError, match="HKDF"):
        hkdf_sha256(salt=b"", secret=b"", info=b"", length=length)
