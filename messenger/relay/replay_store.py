"""The tags of first flights, shared by all instances of a machine and kept across restarts.

A flight that one instance has answered is answered by no other, and by none after a restart. The
write is not synced at once: a loss of power may forget the last seconds, and whoever has recorded
a flight of these seconds and sends it again then learns that a relay listens here.

Source: docs/protocol.md, section 3; https://www.sqlite.org/wal.html.
"""

import logging
import sqlite3
from pathlib import Path
from typing import Final

from messenger.core.errors import ReplayError, StoreError
from messenger.protocol.replay import MAX_SKEW_HOURS, ReplayCache, hour_of

MAX_TAG_COUNT: Final = 1_000_000  # about 40 MB; the oldest hours go first
BUSY_MS: Final = 20  # a write that waits longer for another process refuses its caller instead
_HOUR_LEN: Final = 4  # bytes at the beginning of a tag

log = logging.getLogger(__name__)


class ReplayStore(ReplayCache):
    """A ReplayCache in a file. Where the file fails, callers are refused: they call again."""

    __slots__ = ("_database",)

    def __init__(self, path: Path) -> None:
        """Open; raises StoreError if that cannot be."""
        super().__init__()
        try:
            self._database = _open(path)
        except sqlite3.Error as error:
            raise StoreError(f"the file {path.name} cannot be opened") from error

    def __len__(self) -> int:
        (count,) = self._database.execute("SELECT count(*) FROM flight").fetchone()
        return int(count)

    def check(self, tag: bytes, unix_s: int) -> None:
        """See :meth:`ReplayCache.check`."""
        super().check(tag, unix_s)  # its hour
        if self._ask("SELECT 1 FROM flight WHERE tag = ?", tag).fetchone():
            raise ReplayError("a first flight that was answered before")

    def add(self, tag: bytes, unix_s: int) -> None:
        """See :meth:`ReplayCache.add`."""
        super().check(tag, unix_s)
        if not self._ask("INSERT OR IGNORE INTO flight VALUES (?)", tag).rowcount:
            raise ReplayError("a first flight that was answered before")

    def forget_outdated(self, unix_s: int) -> None:
        """Delete what would be refused by its time alone, and the oldest of too many."""
        oldest = max(0, hour_of(unix_s) - MAX_SKEW_HOURS).to_bytes(_HOUR_LEN, "big")
        try:
            self._database.execute("DELETE FROM flight WHERE tag < ?", (oldest,))
            self._database.execute(
                "DELETE FROM flight WHERE tag IN"
                " (SELECT tag FROM flight ORDER BY tag DESC LIMIT -1 OFFSET ?)",
                (MAX_TAG_COUNT,),
            )
        except sqlite3.Error as error:
            log.info("old tags are deleted later: %s", type(error).__name__)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _ask(self, statement: str, tag: bytes) -> sqlite3.Cursor:
        try:
            return self._database.execute(statement, (tag,))
        except sqlite3.Error as error:
            log.warning("the tags of first flights do not answer: %s", type(error).__name__)
            raise ReplayError("no caller can be told from a repetition now") from error


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE IF NOT EXISTS flight (tag BLOB PRIMARY KEY) WITHOUT ROWID")
        database.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    except sqlite3.Error:
        database.close()
        raise
    return database
