"""HMAC and HKDF over the four hash functions of Noise, on the fastest safe one-shot hashes.

Pure functions over bytes. HMAC is composed here from two one-shot hashes (RFC 2104) because that
costs about two thirds of the ready-made objects for inputs as short as ours; the tests compare it
with the standard library's HMAC and with the published HKDF examples.

Source: RFC 2104; RFC 5869; Noise revision 34, "Hash functions".
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

_INNER_PAD: Final = bytes(byte ^ 0x36 for byte in range(256))  # RFC 2104, section 2
_OUTER_PAD: Final = bytes(byte ^ 0x5C for byte in range(256))
_ONE: Final = b"\x01"
_TWO: Final = b"\x02"
_THREE: Final = b"\x03"
_MAX_BLOCKS: Final = 255  # RFC 5869, section 2.3


@dataclass(frozen=True, slots=True)
class HashFunction:
    """One hash function, its HMAC and the two shapes of HKDF we use."""

    name: str  # as in a Noise protocol name
    hash_len: int  # HASHLEN, bytes
    block_len: int  # BLOCKLEN, bytes
    _new: Callable[[bytes], Any] = field(repr=False)  # a constructor of hashlib

    def hash(self, data: bytes) -> bytes:
        """Return the ``hash_len`` bytes of HASH(data)."""
        digest: bytes = self._new(data).digest()
        return digest

    def hmac(self, key: bytes, data: bytes) -> bytes:
        """Return HMAC-HASH(key, data), ``hash_len`` bytes; ``key`` may have any length."""
        inner, outer = self._pads(key)
        return self._hmac(inner, outer, data)

    def hkdf_pair(self, chaining_key: bytes, input_key: bytes) -> tuple[bytes, bytes]:
        """Noise HKDF with two outputs of ``hash_len`` bytes each."""
        new = self._new
        inner, outer = self._extract(chaining_key, input_key)
        first = new(outer + new(inner + _ONE).digest()).digest()
        return first, new(outer + new(inner + first + _TWO).digest()).digest()

    def hkdf_triple(self, chaining_key: bytes, input_key: bytes) -> tuple[bytes, bytes, bytes]:
        """Noise HKDF with three outputs of ``hash_len`` bytes each."""
        new = self._new
        inner, outer = self._extract(chaining_key, input_key)
        first = new(outer + new(inner + _ONE).digest()).digest()
        second = new(outer + new(inner + first + _TWO).digest()).digest()
        return first, second, new(outer + new(inner + second + _THREE).digest()).digest()

    def hkdf(self, *, salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
        """RFC 5869 extract and expand: ``length`` bytes, at most 255 * ``hash_len``."""
        return self.hkdf_expand(key=self.hmac(salt, secret), info=info, length=length)

    def hkdf_expand(self, *, key: bytes, info: bytes, length: int) -> bytes:
        """RFC 5869 expand alone, for a ``key`` that is uniformly random already."""
        if not 0 < length <= _MAX_BLOCKS * self.hash_len:
            raise ValueError(f"HKDF cannot make {length} bytes")
        inner, outer = self._pads(key)
        block, output = b"", b""
        for counter in range(1, -(-length // self.hash_len) + 1):
            block = self._hmac(inner, outer, block + info + bytes((counter,)))
            output += block
        return output[:length]

    def _extract(self, chaining_key: bytes, input_key: bytes) -> tuple[bytes, bytes]:
        """Return the padded keys of HMAC under HMAC(chaining_key, input_key)."""
        return self._pads(self._hmac(*self._pads(chaining_key), input_key))

    def _pads(self, key: bytes) -> tuple[bytes, bytes]:
        if len(key) > self.block_len:
            key = self.hash(key)
        padded = key.ljust(self.block_len, b"\0")
        return padded.translate(_INNER_PAD), padded.translate(_OUTER_PAD)

    def _hmac(self, inner: bytes, outer: bytes, data: bytes) -> bytes:
        new = self._new
        digest: bytes = new(outer + new(inner + data).digest()).digest()
        return digest


SHA256: Final = HashFunction("SHA256", 32, 64, hashlib.sha256)
SHA512: Final = HashFunction("SHA512", 64, 128, hashlib.sha512)
BLAKE2S: Final = HashFunction("BLAKE2s", 32, 64, hashlib.blake2s)
BLAKE2B: Final = HashFunction("BLAKE2b", 64, 128, hashlib.blake2b)


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """Return HMAC-SHA-256(key, data), 32 bytes."""
    return SHA256.hmac(key, data)


def hkdf_sha256(*, salt: bytes, secret: bytes, info: bytes, length: int = 32) -> bytes:
    """Return ``length`` bytes of HKDF-SHA-256; ``info`` says what they are for."""
    return SHA256.hkdf(salt=salt, secret=secret, info=info, length=length)
