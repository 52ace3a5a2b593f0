"""The veil: handshake flights that look like nothing at all.

A flight is a whole number of cells of uniformly random bytes::

    salt 32 ‖ sealed header 21 ‖ sealed Noise message (the rest)

Both seals are ChaCha20-Poly1305 under keys of this flight alone, derived from its salt, the salt
of the flight before it, its number and the veil's secret: the responder's public key, or a public
constant when the key is not known yet. The veil hides; it does not protect. Whoever knows the
secret can lift it and meets Noise. Whoever does not cannot make a flight that anybody answers,
and is refused by the header's tag before any Diffie-Hellman is computed.

Source: docs/protocol.md, section 3.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from messenger.core.errors import DecryptionError, HandshakeError
from messenger.crypto.kdf import hkdf_sha256
from messenger.crypto.noise.functions import KEY_LEN, TAG_LEN
from messenger.protocol.cells import CELL_LEN

SALT_LEN: Final = 32  # bytes
HEADER_LEN: Final = 5  # bytes: cell count u8, hour u32
HEAD_LEN: Final = SALT_LEN + HEADER_LEN + TAG_LEN  # what must arrive before a flight can be judged
FLIGHT_OVERHEAD_LEN: Final = HEAD_LEN + TAG_LEN
# Every flight has 3 to 10 cells: the largest Noise messages need 3, and as all flights draw from
# the same range their sizes do not tell which one they are. 10 segments are what a TCP connection
# may send before the first acknowledgement (RFC 6928).
MIN_CELL_COUNT: Final = 3
MAX_CELL_COUNT: Final = 10

# The secret of a veil over a first use, where the responder's key is not known: no secret.
FIRST_USE_SECRET: Final = hashlib.sha256(b"Hum veil of a first use, version 1").digest()

_LABEL: Final = b"hum 1 veil"
_NONCE: Final = bytes(12)  # each key seals once


@dataclass(frozen=True, slots=True)
class Header:
    """What a flight says before the handshake: its length, and when it was made."""

    cell_count: int  # MIN_CELL_COUNT to MAX_CELL_COUNT
    hour: int = 0  # hours since 1970 UTC by the sender's clock; 0 in all but first flights

    @property
    def flight_len(self) -> int:
        """Length of the whole flight in bytes."""
        return self.cell_count * CELL_LEN

    def encode(self) -> bytes:
        return self.cell_count.to_bytes(1, "big") + self.hour.to_bytes(4, "big")

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read HEADER_LEN bytes; HandshakeError if the count is out of range."""
        header = cls(data[0], int.from_bytes(data[1:], "big"))
        if not MIN_CELL_COUNT <= header.cell_count <= MAX_CELL_COUNT:
            raise HandshakeError(f"a flight of {header.cell_count} cells")
        return header


class Veil:
    """The two keys of one flight."""

    __slots__ = ("_body", "_header", "salt")

    def __init__(self, secret: bytes, *, salt: bytes, number: int, previous_salt: bytes) -> None:
        """Derive the keys of flight ``number`` (1 to 3).

        Args:
            secret: the responder's public key or FIRST_USE_SECRET.
            salt: SALT_LEN random bytes, drawn by the sender of this flight.
            previous_salt: that of the flight this one answers; empty for the first.
        """
        info = _LABEL + bytes((number,)) + previous_salt
        keys = hkdf_sha256(salt=salt, secret=secret, info=info, length=2 * KEY_LEN)
        self.salt = salt
        self._header = ChaCha20Poly1305(keys[:KEY_LEN])
        self._body = ChaCha20Poly1305(keys[KEY_LEN:])

    def seal(self, header: Header, message: bytes) -> bytes:
        """Return the flight; ``message`` has ``message_len(header.cell_count)`` bytes."""
        sealed_header = self._header.encrypt(_NONCE, header.encode(), None)
        return self.salt + sealed_header + self._body.encrypt(_NONCE, message, None)

    def open_header(self, head: bytes) -> Header:
        """Read the first HEAD_LEN bytes of a flight, salt included.

        Raises:
            DecryptionError: not made under this secret, or changed on the way.
            HandshakeError: made under this secret, against the rules.
        """
        return Header.decode(_open(self._header, head[SALT_LEN:HEAD_LEN]))

    def open_message(self, flight: bytes) -> bytes:
        """Return the Noise message of a whole flight; DecryptionError if it was changed."""
        return _open(self._body, flight[HEAD_LEN:])


def message_len(cell_count: int) -> int:
    """Return how long the Noise message in a flight of ``cell_count`` cells is."""
    return cell_count * CELL_LEN - FLIGHT_OVERHEAD_LEN


def _open(key: ChaCha20Poly1305, sealed: bytes) -> bytes:
    try:
        return key.decrypt(_NONCE, sealed, None)
    except InvalidTag as error:
        raise DecryptionError("not a flight under this veil") from error
