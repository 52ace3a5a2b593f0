"""Looks for damage: every page of every table and index, in a read-only connection of its own.

Each page carries a MAC, so whatever reads well is as it was written. A disk that fails to read for
a moment is no damage: only what a second look through a fresh connection finds again counts.

Source: https://www.sqlite.org/pragma.html#pragma_integrity_check
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from messenger.core.errors import StoreCorruptError, StoreError
from messenger.store.connection import Connection

STEPS: Final = 200  # of SQLite between two calls of ours; a page is some steps
_CORRUPT_CODES: Final = frozenset({11, 26})  # CORRUPT, NOTADB; the low 8 bits of a code
_CODE: Final = re.compile(r"error code[ =](\d+)")


class Soundness(Enum):
    """What a look came to."""

    SOUND = "sound"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"  # it was stopped, ran out of time, or the disk did not answer


@dataclass(slots=True)
class Pace:
    """How much of the computer a look may take; ``stop`` ends it soon, from any thread."""

    rest_s: float = 0.0  # after each STEPS
    limit_s: float | None = None  # then it ends, with what was found so far
    stopped: threading.Event | None = None

    def start(self) -> Callable[[], int]:
        """Return what SQLite calls; other than 0 ends the query."""
        began = time.monotonic()

        def step() -> int:
            if self.stopped is not None and self.stopped.wait(self.rest_s):
                return 1
            over = self.limit_s is not None and time.monotonic() - began > self.limit_s
            return int(over)

        return step


def look(connect: Callable[[], Connection], pace: Pace, *, full: bool) -> Soundness:
    """Look for damage; blocks the calling thread.

    Args:
        connect: opens a read-only connection of the calling thread.
        full: also that indexes and tables agree, and the search index.
    """
    first = _look_once(connect, pace, full=full)
    return first if first is not Soundness.DAMAGED else _look_once(connect, pace, full=full)


def _look_once(connect: Callable[[], Connection], pace: Pace, *, full: bool) -> Soundness:
    try:
        connection = connect()
    except StoreCorruptError:
        return Soundness.DAMAGED
    except StoreError:
        return Soundness.UNKNOWN
    try:
        connection.set_step(STEPS, pace.start())
        rows = connection.rows("PRAGMA integrity_check" if full else "PRAGMA quick_check")
    except StoreCorruptError:
        return Soundness.DAMAGED
    except StoreError:
        return Soundness.UNKNOWN
    finally:
        connection.close()
    return judge([str(row[0]) for row in rows])


def judge(lines: list[str]) -> Soundness:
    """Read what SQLite reports: a line that names a code of I/O says nothing about the file."""
    if lines == ["ok"]:
        return Soundness.SOUND
    codes = {int(code) & 0xFF for line in lines for code in _CODE.findall(line)}
    if codes and not codes & _CORRUPT_CODES:
        return Soundness.UNKNOWN
    return Soundness.DAMAGED
