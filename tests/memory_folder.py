"""Folders in memory, for tests in which the disk is not on trial.

Every commit of a profile or a relay waits until the disk has it. Where other work uses the same
disk that takes tens of milliseconds, a dozen times in a test, and says nothing about the program.
Nothing of such a folder is left behind, not even after a failure.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")
ROOM_LEN: Final = 1 << 30  # bytes that must be free there; containers often have 64 MiB in all


@contextmanager
def memory_folder() -> Iterator[Path]:
    """An empty folder; it is gone behind the block."""
    place = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_LEN else None
    with tempfile.TemporaryDirectory(
        prefix="hum-test-", dir=place, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)
