"""Our direct way into libsodium does what PyNaCl's public one does."""

import nacl.bindings
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.crypto import xchacha

key = st.binary(min_size=32, max_size=32)
nonce = st.binary(min_size=24, max_size=24)
SUNSCREEN = (  # draft-irtf-cfrg-xchacha-03, appendix A.3.1
    b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    b"sunscreen would be it."
)


def test_the_vector_of_the_draft() -> None:
    sealed = xchacha.seal(
        bytes(range(0x80, 0xA0)),
        bytes(range(0x40, 0x58)),
        SUNSCREEN,
        bytes.fromhex("50515253c0c1c2c3c4c5c6c7"),
    )
    assert sealed.hex() == (
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52e"
        "c0875924c1c7987947deafd8780acf49"
    )


@given(key, nonce, st.binary(max_size=300), st.binary(max_size=100))
def test_it_agrees_with_the_public_bindings(k: bytes, n: bytes, text: bytes, data: bytes) -> None:
    sealed = xchacha.seal(k, n, text, data)
    assert sealed == nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(text, data, n, k)
    assert xchacha.open_or_none(k, n, sealed, data) == text


@given(st.data())
def test_a_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    sealed = xchacha.seal(bytes(32), bytes(24), b"text", b"bound")
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    flipped = bytearray(sealed)
    flipped[bit // 8] ^= 1 << bit % 8
    assert xchacha.open_or_none(bytes(32), bytes(24), bytes(flipped), b"bound") is None
    assert xchacha.open_or_none(bytes(32), bytes(24), sealed, b"bounds") is None


@pytest.mark.parametrize("length", range(xchacha.TAG_LEN))
def test_less_than_a_tag_is_refused(length: int) -> None:
    assert xchacha.open_or_none(bytes(32), bytes(24), bytes(length), b"") is None


@pytest.mark.parametrize(("key_len", "nonce_len"), [(31, 24), (33, 24), (32, 23), (32, 25), (0, 0)])
def test_c_never_sees_a_wrong_length(key_len: int, nonce_len: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        xchacha.seal(bytes(key_len), bytes(nonce_len), b"", b"")
    with pytest.raises(ValueError, match="32 bytes"):
        xchacha.open_or_none(bytes(key_len), bytes(nonce_len), bytes(16), b"")
