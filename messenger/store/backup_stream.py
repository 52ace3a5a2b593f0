"""The encrypted container of a backup: records in, chunks of one size out, and back.

Layout: HEAD ‖ chunks. HEAD = MAGIC ‖ version u16 ‖ passes u32 ‖ memory u64 (bytes) ‖ salt ‖ key
check ‖ header of the stream ‖ BLAKE2b-256 of all before; numbers are big-endian. A chunk is
CHUNK_LEN bytes sealed by libsodium's secretstream, HEAD its associated data; the last one carries
the final tag. Inside, records of length u32 ‖ bytes, ended by a length of zero and padded with
zeros, so that the size of the file tells little about what is in it.

Source: libsodium, "Encrypted streams and file encryption"; for the padding, Nikitin and others,
"Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", section 4 (Padmé).
"""

import hashlib
import hmac
import secrets
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

import nacl.bindings
import nacl.exceptions

from messenger.core.errors import BackupDamagedError, StoreTooNewError, WrongKeyError
from messenger.store.slots import (
    DEFAULT_COST,
    SALT_LEN,
    Cost,
    normal_passphrase,
    stretch,
    within_limits,
)

BACKUP_VERSION: Final = 1
CHUNK_LEN: Final = 65_536  # bytes of plaintext
MAX_RECORD_LEN: Final = 16 << 20  # bytes; ours are under 1 MiB

_MAGIC: Final = b"HUMBACK\n"
_FIXED: Final = struct.Struct(f">8sHIQ{SALT_LEN}s16s24s")
_DIGEST_LEN: Final = 32  # bytes, in every version
HEAD_LEN: Final = _FIXED.size + _DIGEST_LEN  # bytes
SEALED_CHUNK_LEN: Final = CHUNK_LEN + nacl.bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_LENGTH: Final = struct.Struct(">I")
_MORE: Final = nacl.bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL: Final = nacl.bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class BackupWriter:
    """Seals records into an open file."""

    def __init__(self, file: BinaryIO, passphrase: str, cost: Cost = DEFAULT_COST) -> None:
        """Write the head; takes as long as the passphrase costs."""
        salt = secrets.token_bytes(SALT_LEN)
        key, check = _keys(passphrase, salt, cost)
        self._state = nacl.bindings.crypto_secretstream_xchacha20poly1305_state()
        header = nacl.bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        fixed = _FIXED.pack(
            _MAGIC, BACKUP_VERSION, cost.passes, cost.memory_len, salt, check, header
        )
        self._head = fixed + _digest(fixed)
        self._file = file
        self._waiting = bytearray()
        self._count = 0  # chunks written
        file.write(self._head)

    def add(self, record: bytes) -> None:
        """Seal one record of 1 to MAX_RECORD_LEN bytes."""
        if not 0 < len(record) <= MAX_RECORD_LEN:
            raise ValueError("a record is empty or too long")
        self._waiting += _LENGTH.pack(len(record)) + record
        while len(self._waiting) > CHUNK_LEN:
            self._push(_MORE)

    def finish(self) -> None:
        """Say that this was all, and pad."""
        self._waiting += _LENGTH.pack(0)
        needed = self._count + -(-len(self._waiting) // CHUNK_LEN)
        total = padded_count(needed)
        while self._count < total - 1:
            self._push(_MORE)
        self._push(_FINAL)

    def _push(self, tag: int) -> None:
        chunk = bytes(self._waiting[:CHUNK_LEN]).ljust(CHUNK_LEN, b"\0")
        del self._waiting[:CHUNK_LEN]
        self._file.write(
            nacl.bindings.crypto_secretstream_xchacha20poly1305_push(
                self._state, chunk, self._head, tag
            )
        )
        self._count += 1


class BackupKey:
    """The head of a backup, opened by its passphrase: what its chunks are read with."""

    def __init__(self, file: BinaryIO, passphrase: str, allowed_cost: Cost | None = None) -> None:
        """Read the head of a file; takes as long as the passphrase costs.

        Args:
            allowed_cost: a cost below the floor that a test has agreed to.

        Raises:
            WrongKeyError: another passphrase.
            StoreTooNewError: a later version of Hum wrote it.
            BackupDamagedError: the head is damaged, or of something else.
        """
        self._head = file.read(HEAD_LEN)
        fixed, digest = self._head[:-_DIGEST_LEN], self._head[-_DIGEST_LEN:]
        if not self._head.startswith(_MAGIC):
            raise BackupDamagedError("this is not a backup of Hum")
        if len(self._head) != HEAD_LEN or not hmac.compare_digest(digest, _digest(fixed)):
            raise BackupDamagedError("the backup is damaged")
        _, version, passes, memory_len, salt, check, self._header = _FIXED.unpack(fixed)
        if version > BACKUP_VERSION:
            raise StoreTooNewError("the backup was written by a later version of Hum")
        cost = Cost(passes, memory_len)
        if version == 0 or not (cost == allowed_cost or within_limits(cost)):
            raise BackupDamagedError("the backup is damaged: impossible cost of the passphrase")
        self._key, expected = _keys(passphrase, salt, cost)
        if not hmac.compare_digest(check, expected):
            raise WrongKeyError("this passphrase does not open the backup")

    def records(self, file: BinaryIO) -> Iterator[bytes]:
        """Open the records of the file whose head this is, from its beginning.

        What comes out is as it was written, but only the end proves that nothing is missing.

        Raises:
            BackupDamagedError: damaged, cut off, or another head than before.
        """
        if file.read(HEAD_LEN) != self._head:
            raise BackupDamagedError("the backup is damaged")
        chunks = self._chunks(file)
        waiting = bytearray()
        while length := _LENGTH.unpack(_take(waiting, _LENGTH.size, chunks))[0]:
            if length > MAX_RECORD_LEN:
                raise BackupDamagedError("the backup is damaged: impossible length")
            yield _take(waiting, length, chunks)
        if any(waiting) or any(map(any, chunks)):
            raise BackupDamagedError("the backup is damaged: something behind its end")

    def _chunks(self, file: BinaryIO) -> Iterator[bytes]:
        state = nacl.bindings.crypto_secretstream_xchacha20poly1305_state()
        nacl.bindings.crypto_secretstream_xchacha20poly1305_init_pull(
            state, self._header, self._key
        )
        tag = _MORE
        while tag == _MORE:
            sealed = file.read(SEALED_CHUNK_LEN)
            if len(sealed) != SEALED_CHUNK_LEN:
                raise BackupDamagedError("the backup is damaged: its end is missing")
            try:
                chunk, tag = nacl.bindings.crypto_secretstream_xchacha20poly1305_pull(
                    state, sealed, self._head
                )
            except nacl.exceptions.CryptoError as error:
                raise BackupDamagedError("the backup is damaged") from error
            yield chunk
        if file.read(1):
            raise BackupDamagedError("the backup is damaged: something behind its end")


def padded_count(count: int) -> int:
    """Return ``count`` (at least 1) rounded up so that few sizes remain; at most 12% more."""
    exponent = count.bit_length() - 1
    free_bits = max(0, exponent - exponent.bit_length())
    mask = (1 << free_bits) - 1
    return (count + mask) & ~mask


def _take(waiting: bytearray, length: int, chunks: Iterator[bytes]) -> bytes:
    """Cut ``length`` bytes off the front of what was opened, opening more as needed."""
    while len(waiting) < length:
        chunk = next(chunks, None)
        if chunk is None:
            raise BackupDamagedError("the backup is damaged: a record is cut off")
        waiting += chunk
    taken = bytes(waiting[:length])
    del waiting[:length]
    return taken


def _keys(passphrase: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """Derive the key of the stream (32 bytes) and the key check (16 bytes)."""
    stretched = stretch(normal_passphrase(passphrase), salt, cost)
    key = hashlib.blake2b(key=stretched, digest_size=32, person=b"hum backup key").digest()
    check = hashlib.blake2b(key=stretched, digest_size=16, person=b"hum backup check").digest()
    return key, check


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_LEN).digest()
