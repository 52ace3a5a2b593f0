"""Counts commits inside and outside of the database, so that a lost end is noticed.

SQLite takes a write-ahead log for as long as its frames fit together: one that lost its end is a
good log of an earlier moment. The count in the database is part of each commit; the count beside it
is written after the commit. If the one inside is smaller, commits are missing.

Layout of the file, 32 bytes: MAGIC ‖ count u64 big-endian ‖ keyed BLAKE2b-128 of both. It is
written in place, in one piece, and synced now and then only: one that is torn or old is no alarm.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

from messenger.store.files import COUNT_NAME
from messenger.store.settings import LOCAL_PREFIX

COUNT_SETTING: Final = LOCAL_PREFIX + "commits"

_MAGIC: Final = b"HUMCOUNT"
_NUMBER_LEN: Final = 8
_TAG_LEN: Final = 16
_LEN: Final = len(_MAGIC) + _NUMBER_LEN + _TAG_LEN


class OutsideCount:
    """The file of one profile. Owner: the thread of the store."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._path = folder / COUNT_NAME
        self._key = key
        self._descriptor: int | None = None

    def read(self) -> int:
        """Return the count, or 0 where there is none that is ours and whole."""
        try:
            content = self._path.read_bytes()
        except OSError:
            return 0
        number = int.from_bytes(content[len(_MAGIC) : -_TAG_LEN], "big")
        fits = len(content) == _LEN and hmac.compare_digest(content, self._encode(number))
        return number if fits else 0

    def write(self, count: int) -> None:
        """Replace the count; a disk that refuses leaves an older one, which is no alarm."""
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, self._encode(count))
        except OSError:
            self.close()

    def sync(self) -> None:
        """Make the count survive a power cut."""
        try:
            if self._descriptor is not None:
                os.fsync(self._descriptor)
        except OSError:
            self.close()

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _encode(self, count: int) -> bytes:
        head = _MAGIC + count.to_bytes(_NUMBER_LEN, "big")
        tag = hashlib.blake2b(head, key=self._key, digest_size=_TAG_LEN, person=b"hum commit count")
        return head + tag.digest()


def forget_count(folder: Path) -> None:
    """Remove the count: an earlier state is taken up on purpose."""
    (folder / COUNT_NAME).unlink(missing_ok=True)
