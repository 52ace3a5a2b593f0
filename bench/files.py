"""Sealing a file into the profile against a plain copy of it; both end on the disk.

python -m bench files
"""

import os
import tempfile
from pathlib import Path
from typing import Final

from bench.bars import Bar
from bench.report import Row, in_turns, timed_row
from messenger.protocol.file_chunks import FileCipher
from messenger.store.sealed_files import SealedFiles, new_name

_SIZE: Final = 1 << 30  # bytes
_COPY_LEN: Final = 64 << 10  # bytes of one read of the plain copy
_ROUNDS: Final = 5


def run() -> list[Row]:
    """Seal and copy by turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        with source.open("wb") as file:
            for _ in range(_SIZE >> 20):
                file.write(os.urandom(1 << 20))
        files = SealedFiles(folder / "files")
        sealed, copied = in_turns(
            lambda: _seal(files, source),
            lambda: _copy(source, folder / "copy"),
            rounds=_ROUNDS,
        )
    work = f"seal and write a file of {_SIZE >> 20:,} MiB"
    against = "plain copy, to the disk"
    return [timed_row(work, against, sealed, copied, "s", goal=0.9, bar=Bar.FILE)]


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
