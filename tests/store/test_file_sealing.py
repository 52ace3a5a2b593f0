"""A file sealed in blocks equals its chunks sealed one by one, and nothing fails in silence."""

import hashlib
import io
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
from messenger.store import file_sealing
from messenger.store.file_sealing import BLOCK_CHUNKS, BLOCKS, seal_stream

KEY, FILE = bytes(range(32)), bytes(16)
BLOCK_LEN = BLOCK_CHUNKS * CHUNK_LEN


def _plain(size: int) -> bytes:
    return hashlib.shake_128(b"a file").digest(size)


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
        (2 * BLOCKS + 1) * BLOCK_LEN + CHUNK_LEN + 7,
    ],
)
def test_blocks_are_the_chunks_one_after_the_other(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_sealing, "SYNC_LEN", 2 * BLOCK_LEN)
    plain, cipher = _plain(size), FileCipher(KEY, FILE, size)
    with (tmp_path / "sealed").open("wb") as target:
        digest = seal_stream(io.BytesIO(plain), target, cipher)
    sealed = (tmp_path / "sealed").read_bytes()
    one_by_one = b"".join(
        cipher.seal(index, plain[index * CHUNK_LEN :][: chunk_len(size, index)])
        for index in range(chunk_count(size))
    )
    assert digest == hashlib.sha256(plain).digest()
    assert len(sealed) == sealed_len(size)
    assert sealed == one_by_one


@pytest.mark.parametrize(("there", "promised"), [(BLOCK_LEN, BLOCK_LEN + 1), (9, 8), (1, 0)])
def test_a_source_of_another_length_is_refused(there: int, promised: int, tmp_path: Path) -> None:
    cipher = FileCipher(KEY, FILE, promised)
    with (tmp_path / "sealed").open("wb") as target, pytest.raises(InputError):
        seal_stream(io.BytesIO(_plain(there)), target, cipher)


class _FullDisk(io.BytesIO):
    """Takes a first block and no more."""

    def write(self, data: Any) -> int:
        if self.tell():
            raise OSError(28, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("blocks", [2, 3 * BLOCKS])
def test_a_disk_that_is_full_is_told(blocks: int) -> None:
    size = blocks * BLOCK_LEN
    with pytest.raises(OSError, match="No space"):
        seal_stream(io.BytesIO(_plain(size)), _FullDisk(), FileCipher(KEY, FILE, size))


def test_a_disk_that_fails_while_it_is_waited_for_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(file_sealing, "SYNC_LEN", BLOCK_LEN)
    monkeypatch.setattr(file_sealing, "_to_disk", fail)
    size = 3 * BLOCK_LEN
    with (tmp_path / "sealed").open("wb") as target, pytest.raises(OSError, match="Input/output"):
        seal_stream(io.BytesIO(_plain(size)), target, FileCipher(KEY, FILE, size))
