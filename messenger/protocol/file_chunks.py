"""Chunks of a file: how they are sealed, on the disk as on the way, and the frames they ride in.

A file is cut into chunks of CHUNK_LEN bytes. Each is sealed once, by its sender, under a random
key that only the offer tells and that nothing else is sealed with; what the receiver keeps are the
very bytes that came. The number of a chunk is its nonce, and with the id of the file and its size
it is bound into it, so that none can take the place of another one and none can be left out.
Frames of the BULK channel::

    kind u8 ‖ file 16 ‖ chunk number u32 ‖ (kind 0) sealed chunk

Source: docs/protocol.md, section 11; RFC 8439, section 2.8. Chunks of one stream under counted
nonces: Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", section 7 (STREAM); the size takes the part of its last flag.
"""

from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from messenger.core.errors import DecryptionError, MalformedFrameError
from messenger.core.types import MAX_FILE_LEN

CHUNK_LEN: Final = 16 * 1024  # bytes; what a lost link may cost: 16 s at the default cover
OVERHEAD_LEN: Final = 16  # bytes of a sealed chunk: its tag
SEALED_CHUNK_LEN: Final = CHUNK_LEN + OVERHEAD_LEN
MAX_CHUNK_COUNT: Final = MAX_FILE_LEN // CHUNK_LEN
HEADER_LEN: Final = 1 + 16 + 4  # bytes of a frame before the sealed chunk

_CHUNK, _WANT, _HAVE = b"\x00", b"\x01", b"\x02"
_NONCE_LEN: Final = 12  # bytes: the number of the chunk, big-endian
_DOMAIN: Final = b"hum file chunk 2"


def chunk_count(size: int) -> int:
    """Return into how many chunks a file of ``size`` bytes is cut."""
    return -(-size // CHUNK_LEN)


def chunk_len(size: int, index: int) -> int:
    """Return the bytes of one chunk before it is sealed."""
    return min(CHUNK_LEN, size - index * CHUNK_LEN)


def sealed_len(size: int) -> int:
    """Return the bytes of all sealed chunks of a file."""
    return size + chunk_count(size) * OVERHEAD_LEN


def wire_len(size: int) -> int:
    """Return the bytes that a file takes on the BULK channel, frame headers (u24) included."""
    return sealed_len(size) + chunk_count(size) * (HEADER_LEN + 3)


class FileCipher:
    """Seals and opens the chunks of one file."""

    __slots__ = ("_aead", "_bound", "size")

    def __init__(self, key: bytes, file: bytes, size: int) -> None:
        """Prepare.

        Args:
            key: 32 random bytes, drawn for this sealing of this file and used for no other.
            file: its id, 16 bytes.
            size: bytes of the whole file.
        """
        self.size = size
        self._aead = ChaCha20Poly1305(key)
        self._bound = _DOMAIN + file + size.to_bytes(8, "big")

    def seal(self, index: int, chunk: bytes | memoryview) -> bytes:
        """Return ciphertext and tag: OVERHEAD_LEN bytes more. Once for each number, ever."""
        return self._aead.encrypt(index.to_bytes(_NONCE_LEN, "big"), chunk, self._bound)

    def seal_into(self, index: int, chunk: memoryview, sealed: memoryview) -> None:
        """Write what :meth:`seal` returns into memory of exactly that length."""
        nonce = index.to_bytes(_NONCE_LEN, "big")
        self._aead.encrypt_into(nonce, chunk, self._bound, sealed)

    def open(self, index: int, sealed: bytes) -> bytes:
        """Return the bytes of a chunk.

        Raises:
            DecryptionError: it is not this chunk of this file, whole and unchanged.
        """
        if len(sealed) != chunk_len(self.size, index) + OVERHEAD_LEN:
            raise DecryptionError("a chunk of a file has another length")
        try:
            return self._aead.decrypt(index.to_bytes(_NONCE_LEN, "big"), sealed, self._bound)
        except InvalidTag as error:
            raise DecryptionError("a chunk of a file does not open") from error


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a file."""

    file: bytes
    index: int
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Want:
    """The receiver has the chunks before ``index`` and wants those from there on."""

    file: bytes
    index: int


@dataclass(frozen=True, slots=True)
class Have:
    """The chunks before ``index`` are on the receiver's disk."""

    file: bytes
    index: int


BulkFrame = Chunk | Want | Have


def encode_bulk(frame: BulkFrame) -> bytes:
    """Return the bytes of a frame."""
    place = frame.file + frame.index.to_bytes(4, "big")
    match frame:
        case Chunk(sealed=sealed):
            return _CHUNK + place + sealed
        case Want():
            return _WANT + place
        case Have():
            return _HAVE + place


def decode_bulk(body: bytes) -> BulkFrame | None:
    """Read a frame; None for a kind that a later version added.

    Raises:
        MalformedFrameError: a frame that is too short or too long, or an impossible number.
    """
    kind, file, rest = body[:1], body[1:17], body[HEADER_LEN:]
    index = int.from_bytes(body[17:HEADER_LEN], "big")
    if len(body) < HEADER_LEN or index > MAX_CHUNK_COUNT:
        raise MalformedFrameError("a frame about a file has no place in one")
    if kind == _CHUNK and OVERHEAD_LEN < len(rest) <= SEALED_CHUNK_LEN:
        return Chunk(file, index, rest)
    if kind in {_WANT, _HAVE} and not rest:
        return Want(file, index) if kind == _WANT else Have(file, index)
    if kind > _HAVE:
        return None
    raise MalformedFrameError("a frame about a file has a wrong length")
