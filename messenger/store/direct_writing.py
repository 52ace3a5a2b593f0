"""Writes a new file past the system's cache, straight from our memory to the disk.

What is sealed is read again much later, one chunk at a time, and it has to be on the disk before
anybody hears of it. So the cache gains nothing: bytes are copied once more, other programs' pages
make room for them, and most of the waiting is left for the end.

Linux can do without (O_DIRECT) where the file system can, if memory, place and length are whole
blocks of the disk. Everywhere else, and for what is left at the end, writing goes through the
cache. What the disk itself keeps in its memory is not waited for: that is for fsync, as ever.

Source: open(2), O_DIRECT and its notes; ext4, "direct I/O".
"""

import contextlib
import errno
import os
import sys
from io import FileIO
from typing import Final

PAGE_LEN: Final = 4096  # bytes; disks have blocks of so many, or of 512
CACHED_LEN: Final = 1 << 20  # bytes given to the cache at once; measured: 4 MiB cost thrice as much

if sys.platform == "linux":
    import fcntl

    def _set_direct(descriptor: int, *, is_on: bool) -> None:
        """Raises OSError where the file system has no such thing."""
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        flags = flags | os.O_DIRECT if is_on else flags & ~os.O_DIRECT
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)

else:

    def _set_direct(descriptor: int, *, is_on: bool) -> None:
        """Raises OSError: this system has no such thing."""
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


class DirectWriter:
    """Appends to one file. Owner: one thread at a time.

    Args:
        target: unbuffered, and at a place that is a multiple of PAGE_LEN.
    """

    def __init__(self, target: FileIO) -> None:
        self._target = target
        self._is_direct = False
        with contextlib.suppress(OSError):
            _set_direct(target.fileno(), is_on=True)
            self._is_direct = True

    @property
    def is_direct(self) -> bool:
        """Whether what is written goes past the cache."""
        return self._is_direct

    def write(self, data: memoryview) -> None:
        """Write all of ``data``, which must not change meanwhile.

        Past the cache go whole pages in memory that begins at one and is shared with forks, as
        that of ``mmap`` is; after anything else the rest of the file goes through the cache.

        Raises:
            OSError: a disk that is full or fails.
        """
        if len(data) % PAGE_LEN:
            self._use_cache()
        while data:
            try:
                written = self._target.write(data if self._is_direct else data[:CACHED_LEN])
            except OSError as error:
                if error.errno != errno.EINVAL or not self._is_direct:
                    raise
                self._use_cache()  # what this disk takes are other blocks
            else:
                data = data[written:]

    def _use_cache(self) -> None:
        if self._is_direct:
            _set_direct(self._target.fileno(), is_on=False)
            self._is_direct = False
