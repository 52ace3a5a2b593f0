"""Seals a whole file at the pace of the disk: digest and writing beside the cipher.

Blocks go round: each is read and sealed in the calling thread; its digest and its writing are done
by one thread each, in order, and then its memory is used for a later block. Every SYNC_LEN bytes a
third thread has the disk take what was written, so that little is left to wait for at the end.
Reading, hashing, writing and waiting for the disk let other threads run; the cipher does not.
"""

import hashlib
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from io import BufferedIOBase
from typing import Any, BinaryIO, Final

from messenger.core.errors import InputError
from messenger.protocol.file_chunks import (
    CHUNK_LEN,
    OVERHEAD_LEN,
    FileCipher,
    chunk_count,
    chunk_len,
)

BLOCK_CHUNKS: Final = 64  # sealed between two hand-overs; 1 MiB
BLOCKS: Final = 4  # that go round: 8 MiB of memory, half of it in the clear and half sealed
SYNC_LEN: Final = 16 << 20  # bytes written between two waits for the disk

_BLOCK_LEN: Final = BLOCK_CHUNKS * CHUNK_LEN
_SEALED_BLOCK_LEN: Final = BLOCK_CHUNKS * (CHUNK_LEN + OVERHEAD_LEN)
_to_disk: Final[Callable[[int], None]] = getattr(os, "fdatasync", os.fsync)  # Linux, or others


def new_digest() -> Any:
    """Begin the digest of a whole file."""
    return hashlib.sha256()


def seal_stream(source: BufferedIOBase, target: BinaryIO, cipher: FileCipher) -> bytes:
    """Write all chunks of ``source`` to ``target`` and return the digest of the file, 32 bytes.

    Raises:
        InputError: the source has not the length that the cipher was made for.
        OSError: a disk that is full or fails; what was written so far is of no use.
    """
    digest = new_digest()
    blocks = deque(_Block() for _ in range(min(BLOCKS, -(-cipher.size // _BLOCK_LEN))))
    with _Beside() as hashing, _Beside() as writing, _Beside() as syncing:
        for first in range(0, chunk_count(cipher.size), BLOCK_CHUNKS):
            block = blocks[0]
            blocks.rotate(-1)
            block.wait()
            plain = block.read(source, cipher.size - first * CHUNK_LEN)
            hashed = hashing.do(partial(digest.update, plain))
            written = writing.do(partial(target.write, block.seal(cipher, first, len(plain))))
            block.in_use = (hashed, written)
            if first and first * CHUNK_LEN % SYNC_LEN == 0:
                syncing.do(partial(_to_disk, target.fileno()))
        if source.read(1):
            raise InputError("The file became longer while it was read.")
    found: bytes = digest.digest()
    return found


class _Block:
    """Memory for BLOCK_CHUNKS chunks, in the clear and sealed."""

    def __init__(self) -> None:
        self._plain = memoryview(bytearray(_BLOCK_LEN))
        self._sealed = memoryview(bytearray(_SEALED_BLOCK_LEN))
        self.in_use: tuple[Future[Any], ...] = ()

    def wait(self) -> None:
        """Return when nobody reads from it any more; raises what went wrong with it."""
        for work in self.in_use:
            work.result()

    def read(self, source: BufferedIOBase, left: int) -> memoryview:
        """Fill it from the source, of which ``left`` bytes should remain."""
        plain = self._plain[:left]
        if source.readinto(plain) != len(plain):
            raise InputError("The file became shorter while it was read.")
        return plain

    def seal(self, cipher: FileCipher, first: int, length: int) -> memoryview:
        """Seal the chunks from number ``first`` on and return them, one after the other."""
        index, start, end = first, 0, 0
        while start < length:
            plain = self._plain[start : start + chunk_len(cipher.size, index)]
            sealed = self._sealed[end : end + len(plain) + OVERHEAD_LEN]
            cipher.seal_into(index, plain, sealed)
            index, start, end = index + 1, start + len(plain), end + len(sealed)
        return self._sealed[:end]


class _Beside:
    """One thread that does pieces of work in order; an exception of one comes out of the block."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="files")
        self._begun: list[Future[Any]] = []

    def do(self, work: Callable[[], object]) -> Future[Any]:
        """Begin ``work`` when all before it is done."""
        self._begun = [future for future in self._begun if not _is_fine(future)]
        self._begun.append(self._thread.submit(work))
        return self._begun[-1]

    def __enter__(self) -> "_Beside":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._thread.shutdown(wait=True, cancel_futures=kind is not None)
        if kind is None:
            for future in self._begun:
                future.result()


def _is_fine(future: Future[Any]) -> bool:
    return future.done() and future.exception() is None
