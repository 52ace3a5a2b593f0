"""Files that are whole or not there: write beside, sync, rename, sync the folder."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from messenger.core.errors import FolderNotWritableError


def write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content`` with mode 0600; a crash leaves the old file or the new one.

    Raises:
        FolderNotWritableError: the folder or the disk cannot be written; the old file stays.
    """
    unfinished = path.with_name(path.name + ".new")
    try:
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise FolderNotWritableError(f"the file {path.name} cannot be written") from error


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside ``path`` that takes its place, mode 0600, when the block has ended well.

    An exception in the block leaves what was there and nothing new.

    Raises:
        FolderNotWritableError: the folder or the disk cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(".new", f".{path.name}.", path.parent)
        unfinished = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise FolderNotWritableError(f"the file {path.name} cannot be written") from error


def sync_file(path: Path) -> None:
    """Make the content of a file that others wrote survive a power cut."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` survive a power cut; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
