"""One process per profile: a lock that the operating system releases when the process ends.

The lock file is never deleted: whoever deletes it could let two processes lock two files.
"""

import os
import sys
from pathlib import Path
from typing import Self

from messenger.core.errors import FolderNotWritableError, ProfileInUseError
from messenger.store.files import LOCK_NAME

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProfileLock:
    """The right to use a profile folder. Child processes do not inherit it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._descriptor: int | None = None

    def acquire(self) -> Self:
        """Take the lock; taking it twice is one lock.

        Raises:
            ProfileInUseError: another process, or another lock of this one, has it.
            FolderNotWritableError: the lock file cannot be made.
        """
        if self._descriptor is not None:
            return self
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderNotWritableError("the lock file cannot be made") from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise ProfileInUseError("another Hum has this profile open") from error
        self._descriptor = descriptor
        return self

    def release(self) -> None:
        """Give the lock back; the end of the process does the same."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
