"""Seals a whole file at the pace of the disk: digest and writing beside the cipher.

Blocks go round: each is read and sealed in the calling thread, a part at a time; its digest and its
writing are done by one thread each, in order, and then its memory is used for a later block. Where
writing goes through the system's cache, a third thread has the disk take every SYNC_LEN bytes of
it, so that little is left to wait for at the end.

Reading, hashing, writing and waiting for the disk let other threads run; the cipher does not. So
parts are short: whoever has hashed or written gets its turn for more at the next read.
"""

import hashlib
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from io import BufferedIOBase, FileIO
from mmap import mmap
from typing import Any, Final

from messenger.core.errors import InputError
from messenger.protocol.file_chunks import (
    CHUNK_LEN,
    SEALED_CHUNK_LEN,
    FileCipher,
    chunk_count,
    sealed_len,
)
from messenger.store.direct_writing import DirectWriter

BLOCK_CHUNKS: Final = 256  # sealed between two hand-overs: 4 MiB, and sealed 1,025 whole pages
PART_CHUNKS: Final = 32  # read and sealed at a time; 512 KiB
BLOCKS: Final = 3  # that go round: 24 MiB of memory, half of it in the clear and half sealed
SYNC_LEN: Final = 16 << 20  # bytes written between two waits for the disk

_BLOCK_LEN: Final = BLOCK_CHUNKS * CHUNK_LEN
_to_disk: Final[Callable[[int], None]] = getattr(os, "fdatasync", os.fsync)  # Linux, or others


def new_digest() -> Any:
    """Begin the digest of a whole file."""
    return hashlib.sha256()


def seal_stream(source: BufferedIOBase, target: FileIO, cipher: FileCipher) -> bytes:
    """Write all chunks of ``source`` to ``target`` and return the digest of the file, 32 bytes.

    Args:
        target: new and empty, without a buffer.

    Raises:
        InputError: the source has not the length that the cipher was made for.
        OSError: a disk that is full or fails; what was written so far is of no use.
    """
    digest, out = new_digest(), DirectWriter(target)
    blocks = deque(_Block() for _ in range(min(BLOCKS, -(-cipher.size // _BLOCK_LEN))))
    with _Beside() as hashing, _Beside() as writing, _Beside() as syncing:
        for first in range(0, chunk_count(cipher.size), BLOCK_CHUNKS):
            block = blocks[0]
            blocks.rotate(-1)
            block.wait()
            plain, sealed = block.fill(source, cipher, first)
            block.in_use = (
                hashing.do(partial(digest.update, plain)),
                writing.do(partial(out.write, sealed)),
            )
            if not out.is_direct and first and first * CHUNK_LEN % SYNC_LEN == 0:
                syncing.do(partial(_to_disk, target.fileno()))
        if source.read(1):
            raise InputError("The file became longer while it was read.")
    found: bytes = digest.digest()
    return found


class _Block:
    """Memory for BLOCK_CHUNKS chunks, in the clear and sealed, as DirectWriter wants it."""

    def __init__(self) -> None:
        self._plain = memoryview(mmap(-1, _BLOCK_LEN))
        self._sealed = memoryview(mmap(-1, BLOCK_CHUNKS * SEALED_CHUNK_LEN))
        self.in_use: tuple[Future[Any], ...] = ()

    def wait(self) -> None:
        """Return when nobody reads from it any more; raises what went wrong with it."""
        for work in self.in_use:
            work.result()

    def fill(
        self, source: BufferedIOBase, cipher: FileCipher, first: int
    ) -> tuple[memoryview, memoryview]:
        """Read and seal chunks from number ``first`` on; return them in the clear and sealed."""
        length = min(_BLOCK_LEN, cipher.size - first * CHUNK_LEN)
        plain, sealed = self._plain[:length], self._sealed[: sealed_len(length)]
        for place in range(chunk_count(length)):
            start, end = place * CHUNK_LEN, place * SEALED_CHUNK_LEN
            if place % PART_CHUNKS == 0:
                part = plain[start : start + PART_CHUNKS * CHUNK_LEN]
                if source.readinto(part) != len(part):
                    raise InputError("The file became shorter while it was read.")
            cipher.seal_into(
                first + place,
                plain[start : start + CHUNK_LEN],
                sealed[end : end + SEALED_CHUNK_LEN],
            )
        return plain, sealed


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
