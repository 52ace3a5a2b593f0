"""A file sealed in blocks equals its chunks sealed one by one, and nothing fails in silence."""

import errno
import functools
import hashlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from messenger.core.errors import InputError
from messenger.protocol.file_chunks import (
    CHUNK_LEN,
    FileCipher,
    chunk_count,
    chunk_len,
    sealed_len,
)
from messenger.store import direct_writing, file_sealing
from messenger.store.file_sealing import BLOCK_CHUNKS, BLOCKS, seal_stream

KEY, FILE = bytes(range(32)), bytes(16)
BLOCK_LEN = BLOCK_CHUNKS * CHUNK_LEN


MOST_LEN = (BLOCKS + 1) * BLOCK_LEN + CHUNK_LEN + 7


@functools.cache
def _long() -> bytes:
    return hashlib.shake_128(b"a file").digest(MOST_LEN)


def _plain(size: int) -> bytes:
    return _long()[:size]


def _new(folder: Path) -> io.FileIO:
    return io.FileIO(folder / "sealed", "xb")


def _one_by_one(plain: bytes, cipher: FileCipher) -> bytes:
    return b"".join(
        cipher.seal(index, plain[index * CHUNK_LEN :][: chunk_len(cipher.size, index)])
        for index in range(chunk_count(cipher.size))
    )


@pytest.fixture
def by_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system, or a file system, on which everything goes through the cache."""

    def refuse(_descriptor: int, *, is_on: bool) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(direct_writing, "_set_direct", refuse)


@pytest.mark.parametrize(
    "size",
    [
        0,
        1,
        CHUNK_LEN,
        CHUNK_LEN + 1,
        BLOCK_LEN - 1,
        BLOCK_LEN,
        BLOCK_LEN + 1,
        MOST_LEN,
    ],
)
def test_blocks_are_the_chunks_one_after_the_other(size: int, tmp_path: Path) -> None:
    plain, cipher = _plain(size), FileCipher(KEY, FILE, size)
    with _new(tmp_path) as target:
        digest = seal_stream(io.BytesIO(plain), target, cipher)
    sealed = (tmp_path / "sealed").read_bytes()
    assert digest == hashlib.sha256(plain).digest()
    assert len(sealed) == sealed_len(size)
    assert sealed == _one_by_one(plain, cipher)


@pytest.mark.usefixtures("by_the_cache")
def test_through_the_cache_it_is_the_same_and_the_disk_begins_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    monkeypatch.setattr(file_sealing, "SYNC_LEN", BLOCK_LEN)
    monkeypatch.setattr(file_sealing, "_to_disk", waits.append)
    plain = _plain(2 * BLOCK_LEN + 1)
    cipher = FileCipher(KEY, FILE, len(plain))
    with _new(tmp_path) as target:
        seal_stream(io.BytesIO(plain), target, cipher)
        assert waits == [target.fileno()] * 2
    assert (tmp_path / "sealed").read_bytes() == _one_by_one(plain, cipher)


class _Picky(io.FileIO):
    """A disk that says it can do without the cache, takes a part of a block, and then cannot."""

    writes = 0

    def write(self, data: Any) -> int:
        self.writes += 1
        if self.writes == 1:
            return super().write(data[: 2 * direct_writing.PAGE_LEN])
        if self.writes == 2:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return super().write(data)


def test_a_disk_that_takes_only_other_blocks_is_written_through_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(
        direct_writing, "_set_direct", lambda _descriptor, *, is_on: asked.append(is_on)
    )
    plain = _plain(2 * BLOCK_LEN)
    cipher = FileCipher(KEY, FILE, len(plain))
    with _Picky(tmp_path / "sealed", "xb") as target:
        seal_stream(io.BytesIO(plain), target, cipher)
    assert asked == [True, False]
    assert (tmp_path / "sealed").read_bytes() == _one_by_one(plain, cipher)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this")
def test_what_is_no_whole_page_ends_the_way_past_the_cache(tmp_path: Path) -> None:
    with _new(tmp_path) as target:
        out = direct_writing.DirectWriter(target)
        if not out.is_direct:
            pytest.skip("the file system of the tests has nothing but the cache")
        out.write(memoryview(b"nine byte"))
        assert not out.is_direct
    assert (tmp_path / "sealed").read_bytes() == b"nine byte"


@pytest.mark.parametrize(("there", "promised"), [(BLOCK_LEN, BLOCK_LEN + 1), (9, 8), (1, 0)])
def test_a_source_of_another_length_is_refused(there: int, promised: int, tmp_path: Path) -> None:
    cipher = FileCipher(KEY, FILE, promised)
    with _new(tmp_path) as target, pytest.raises(InputError):
        seal_stream(io.BytesIO(_plain(there)), target, cipher)


def _refusal(number: int) -> Any:
    return pytest.raises(OSError, match=os.strerror(number))


class _FailingDisk(io.FileIO):
    """Takes a first block and no more."""

    def __init__(self, path: Path, number: int) -> None:
        super().__init__(path, "xb")
        self._number = number

    def write(self, data: Any) -> int:
        if self.tell():
            raise OSError(self._number, os.strerror(self._number))
        return super().write(data)


@pytest.mark.parametrize(
    ("blocks", "number"), [(2, errno.ENOSPC), (BLOCKS + 2, errno.ENOSPC), (2, errno.EINVAL)]
)
def test_a_disk_that_is_full_or_fails_is_told(blocks: int, number: int, tmp_path: Path) -> None:
    size = blocks * BLOCK_LEN
    cipher = FileCipher(KEY, FILE, size)
    with _FailingDisk(tmp_path / "sealed", number) as target, _refusal(number):
        seal_stream(io.BytesIO(bytes(size)), target, cipher)


@pytest.mark.usefixtures("by_the_cache")
def test_a_disk_that_fails_while_it_is_waited_for_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(file_sealing, "SYNC_LEN", BLOCK_LEN)
    monkeypatch.setattr(file_sealing, "_to_disk", fail)
    size = 3 * BLOCK_LEN
    with _new(tmp_path) as target, pytest.raises(OSError, match="Input/output"):
        seal_stream(io.BytesIO(_plain(size)), target, FileCipher(KEY, FILE, size))
