"""Sealing a file into the profile against a plain copy of it; both end on the disk.

python -m bench files
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.report import Row
from messenger.protocol.file_chunks import FileCipher
from messenger.store.sealed_files import SealedFiles, new_name

_SIZE: Final = 128 << 20  # bytes
_COPY_LEN: Final = 64 << 10  # bytes of one read of the plain copy
_ROUNDS: Final = 3


def run() -> list[Row]:
    """Take the best of a few rounds each way, by turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        source.write_bytes(os.urandom(1 << 20) * (_SIZE >> 20))
        files = SealedFiles(folder / "files")
        sealed, copied = [], []
        for _ in range(_ROUNDS):
            sealed.append(_timed(lambda: _seal(files, source)))
            copied.append(_timed(lambda: _copy(source, folder / "copy")))
    rates = [_SIZE / 2**20 / min(times) for times in (sealed, copied)]
    work = f"seal and write a file of {_SIZE >> 20} MiB"
    return [Row(work, "plain copy", rates[0], rates[1], "MiB/s", 0.9, more_is_better=True)]


def _seal(files: SealedFiles, source: Path) -> None:
    name = new_name()
    with source.open("rb") as file:
        files.seal(file, name, FileCipher(os.urandom(32), os.urandom(16), _SIZE))
    files.remove(name)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as file, target.open("wb") as out:
        while data := file.read(_COPY_LEN):
            out.write(data)
        out.flush()
        os.fsync(out.fileno())
    target.unlink()


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
