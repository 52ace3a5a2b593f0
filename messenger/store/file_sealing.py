"""Seals a whole file at the pace of the disk: digest and writing beside the cipher.

A block is read and sealed in the calling thread; its digest and its writing are done by one thread
each, in order, and at most PENDING_MAX blocks wait. Hashing and writing let other threads run.
"""

import hashlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, BinaryIO, Final

from messenger.core.errors import InputError
from messenger.protocol.file_chunks import CHUNK_LEN, FileCipher, chunk_count, chunk_len

BLOCK_CHUNKS: Final = 16  # sealed between two hand-overs; 256 KiB
PENDING_MAX: Final = 8  # hand-overs that wait, of both kinds: at most 2 MiB of memory


def new_digest() -> Any:
    """Begin the digest of a whole file."""
    return hashlib.sha256()


def seal_stream(source: BinaryIO, target: BinaryIO, cipher: FileCipher) -> bytes:
    """Write all chunks of ``source`` to ``target`` and return the digest of the file, 32 bytes.

    Raises:
        InputError: the source has not the length that the cipher was made for.
        OSError: a disk that is full or fails; what was written so far is of no use.
    """
    digest = new_digest()
    with _Beside() as hashing, _Beside() as writing:
        for first in range(0, chunk_count(cipher.size), BLOCK_CHUNKS):
            block = _block(source, cipher.size, first)
            hashing.do(partial(digest.update, block))
            sealed = b"".join(_sealed(cipher, first, memoryview(block)))
            writing.do(partial(target.write, sealed))
        if source.read(1):
            raise InputError("The file became longer while it was read.")
    found: bytes = digest.digest()
    return found


def _block(source: BinaryIO, size: int, first: int) -> bytes:
    length = min(BLOCK_CHUNKS * CHUNK_LEN, size - first * CHUNK_LEN)
    block = source.read(length)
    if len(block) != length:
        raise InputError("The file became shorter while it was read.")
    return block


def _sealed(cipher: FileCipher, first: int, block: memoryview) -> list[bytes]:
    parts, index, start = [], first, 0
    while start < len(block):
        end = start + chunk_len(cipher.size, index)
        parts.append(cipher.seal(index, block[start:end]))
        index, start = index + 1, end
    return parts


class _Beside:
    """One thread that does pieces of work in order; an exception of one comes out of the block."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="files")
        self._pending: deque[Future[Any]] = deque()

    def do(self, work: Callable[[], object]) -> None:
        """Begin ``work`` when all before it is done; waits while too much is pending."""
        while len(self._pending) >= PENDING_MAX // 2:
            self._pending.popleft().result()
        self._pending.append(self._thread.submit(work))

    def __enter__(self) -> "_Beside":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._thread.shutdown(wait=True, cancel_futures=kind is not None)
        if kind is None:
            while self._pending:
                self._pending.popleft().result()
