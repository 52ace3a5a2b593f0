"""A file that is given up when the disk is full, so that there is room to delete something.

Deleting writes first: to the log, and over what it overwrites.
"""

import os
import secrets
import shutil
from pathlib import Path
from typing import Final

from messenger.core.errors import FolderNotWritableError, StoreError
from messenger.store.files import RESERVE_NAME

RESERVE_LEN: Final = 1 << 20  # bytes; design section 8; about 250 pages in the log
# Room that must be left beside it: a disk that is nearly full needs no further taker.
SPARE_LEN: Final = 8 << 20  # bytes; twice the log that SQLite lets grow
FULL_LEN: Final = 64 << 10  # bytes; with less than that free, SQLite cannot even open


class Reserve:
    """The reserve file of one profile. Owner: the thread of the store."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / RESERVE_NAME

    def make(self) -> None:
        """Make the file if it is missing and there is room; where that fails there is none."""
        try:
            if not self._path.exists() and self.free_len() >= SPARE_LEN:
                self._write()
        except OSError:
            self.give_up()

    def may_help(self, error: StoreError) -> bool:
        """Whether room on the disk may be what the database lacked."""
        # Where SQLite maps the index of its log, a full disk is a mere I/O error.
        return isinstance(error, FolderNotWritableError) or (
            type(error) is StoreError and self.free_len() < FULL_LEN
        )

    def give_up(self) -> bool:
        """Remove the file; tell whether that freed anything."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def free_len(self) -> int:
        """Return how many bytes the disk has left; 0 where that cannot be told."""
        try:
            return shutil.disk_usage(self._path.parent).free
        except OSError:
            return 0

    def _write(self) -> None:
        """Random bytes: no file system makes them smaller than they are."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(RESERVE_LEN))
