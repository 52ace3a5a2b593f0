"""The DH and cipher functions that a Noise protocol name can call for.

X25519 runs on libsodium: making a key there costs half of what OpenSSL takes, an exchange the
same, and keys stay plain bytes. X448 exists so that every published vector can be run.

Source: Noise revision 34, "DH functions and cipher functions"; RFC 7748.
"""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import nacl.bindings
import nacl.exceptions
from cryptography.hazmat.primitives.asymmetric.x448 import X448PrivateKey, X448PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from messenger.core.errors import InvalidKeyError
from messenger.crypto.kdf import BLAKE2B, BLAKE2S, SHA256, SHA512, HashFunction

KEY_LEN: Final = 32  # bytes of a cipher key
TAG_LEN: Final = 16  # bytes a cipher adds

_PRIME_25519: Final = 2**255 - 19
_ORDER_8_POINTS: Final = (  # the u-coordinates of the four points of order 8 on the curve
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
)
# Keys that give every exchange the same all-zero result: points of small order on the curve or
# its twist, in each encoding that 255 bits and an ignored top bit allow.
_LOW_ORDER_25519: Final = frozenset(
    (point | top_bit).to_bytes(32, "little")
    for point in (0, 1, *_ORDER_8_POINTS, _PRIME_25519 - 1, _PRIME_25519, _PRIME_25519 + 1)
    for top_bit in (0, 1 << 255)
)


class DhFunction(Protocol):
    """A Diffie-Hellman function over ``key_len`` byte strings."""

    @property
    def name(self) -> str: ...
    @property
    def key_len(self) -> int: ...

    def generate(self) -> tuple[bytes, bytes]:
        """Draw a key pair: private, public."""
        ...

    def public_of(self, private: bytes) -> bytes:
        """Compute the public key of ``private``."""
        ...

    def check_public(self, public: bytes) -> None:
        """Refuse a public key that is known to be worthless before anything is spent on it."""
        ...

    def exchange(self, private: bytes, public: bytes) -> bytes:
        """Return the shared secret; InvalidKeyError if ``public`` is a low-order point."""
        ...


@dataclass(frozen=True, slots=True)
class _Curve25519:
    name: str = "25519"
    key_len: int = 32  # DHLEN, bytes

    def generate(self) -> tuple[bytes, bytes]:
        private = os.urandom(32)
        return private, nacl.bindings.crypto_scalarmult_base(private)

    def public_of(self, private: bytes) -> bytes:
        if len(private) != self.key_len:
            raise InvalidKeyError("an X25519 private key has 32 bytes")
        return nacl.bindings.crypto_scalarmult_base(private)

    def check_public(self, public: bytes) -> None:
        if len(public) != self.key_len:
            raise InvalidKeyError("an X25519 public key has 32 bytes")
        if public in _LOW_ORDER_25519:
            raise InvalidKeyError("a low-order point is not a key")

    def exchange(self, private: bytes, public: bytes) -> bytes:
        try:
            return nacl.bindings.crypto_scalarmult(private, public)
        except nacl.exceptions.RuntimeError as error:  # libsodium refuses an all-zero result
            raise InvalidKeyError("a low-order point is not a key") from error


@dataclass(frozen=True, slots=True)
class _Curve448:
    name: str = "448"
    key_len: int = 56  # DHLEN, bytes

    def generate(self) -> tuple[bytes, bytes]:
        private = X448PrivateKey.generate()
        return private.private_bytes_raw(), private.public_key().public_bytes_raw()

    def public_of(self, private: bytes) -> bytes:
        return self._private(private).public_key().public_bytes_raw()

    def check_public(self, public: bytes) -> None:
        if len(public) != self.key_len:
            raise InvalidKeyError("an X448 public key has 56 bytes")

    def exchange(self, private: bytes, public: bytes) -> bytes:
        try:
            return self._private(private).exchange(X448PublicKey.from_public_bytes(public))
        except ValueError as error:  # OpenSSL refuses an all-zero result
            raise InvalidKeyError("a low-order point is not a key") from error

    @staticmethod
    def _private(private: bytes) -> X448PrivateKey:
        try:
            return X448PrivateKey.from_private_bytes(private)
        except ValueError as error:
            raise InvalidKeyError("an X448 private key has 56 bytes") from error


class Aead(Protocol):
    """A keyed AEAD of pyca/cryptography."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class CipherFunction:
    """An AEAD and the way it writes the 64-bit counter n into its 96-bit nonce."""

    name: str
    new: Callable[[bytes], Aead] = field(repr=False)
    nonce: Callable[[int], bytes] = field(repr=False)


X25519: Final[DhFunction] = _Curve25519()
X448: Final[DhFunction] = _Curve448()
CHACHAPOLY: Final = CipherFunction("ChaChaPoly", ChaCha20Poly1305, struct.Struct("<4xQ").pack)
AESGCM_256: Final = CipherFunction("AESGCM", AESGCM, struct.Struct(">4xQ").pack)

DH_FUNCTIONS: Final = {function.name: function for function in (X25519, X448)}
CIPHER_FUNCTIONS: Final = {function.name: function for function in (CHACHAPOLY, AESGCM_256)}
HASH_FUNCTIONS: Final[dict[str, HashFunction]] = {
    function.name: function for function in (SHA256, SHA512, BLAKE2S, BLAKE2B)
}
