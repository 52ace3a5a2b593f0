"""Mailboxes in one SQLite file: the store of a relay on one machine.

There is no column for a person, a name, an address or a time of arrival: only random ids, hashes
of random secrets, ciphertext, and the hour in which an envelope expires.

Source: docs/relay.md, "Stores"; https://www.sqlite.org/pragma.html.
"""

import asyncio
import hmac
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from messenger.core.clock import Clock
from messenger.core.errors import (
    MailboxDeniedError,
    MailboxFullError,
    RelayBusyError,
    RelayFullError,
)
from messenger.protocol.mailbox import MAX_ENVELOPES, Access, New, secret_hash
from messenger.relay.store import HOUR_S, LIFETIME_HOURS, Heard, Waiting

PAGE_LEN: Final = 4096  # bytes; SQLite's own default
DEFAULT_MAX_LEN: Final = 2 * 1024**3  # bytes of the file; ours
_SCHEMA_VERSION: Final = 1

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS mailbox (
    id INTEGER PRIMARY KEY,
    owner BLOB NOT NULL UNIQUE,
    owner_hash BLOB NOT NULL,
    depositor BLOB NOT NULL UNIQUE,
    depositor_hash BLOB NOT NULL,
    last_sequence INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS envelope (
    mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    envelope_id BLOB NOT NULL,
    envelope BLOB, -- NULL: acknowledged; the id stays so that a late repetition is known
    expires_hour INTEGER NOT NULL,
    PRIMARY KEY (mailbox, sequence)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS envelope_by_id ON envelope (mailbox, envelope_id);
CREATE INDEX IF NOT EXISTS envelope_by_expiry ON envelope (expires_hour);
"""

T = TypeVar("T")


class SqliteStore:
    """A Store in one file; the connection belongs to one thread of its own."""

    def __init__(self, path: Path, clock: Clock, *, max_len: int = DEFAULT_MAX_LEN) -> None:
        self._path = path
        self._clock = clock
        self._max_pages = max_len // PAGE_LEN
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="relay-store")
        self._connection: sqlite3.Connection | None = None

    async def create(self, mailbox: New) -> None:
        """See :class:`Store`."""
        await self._run(lambda database: _create(database, mailbox))

    async def put(self, access: Access, envelope_id: bytes, envelope: bytes) -> bytes:
        """See :class:`Store`."""
        hour = self._hour()
        return await self._run(lambda database: _put(database, access, envelope_id, envelope, hour))

    async def first_after(self, access: Access, after: int) -> Waiting | None:
        """See :class:`Store`."""
        hour = self._hour()
        return await self._run(lambda database: _first_after(database, access, after, hour))

    async def acknowledge(self, access: Access, sequence: int) -> None:
        """See :class:`Store`."""
        await self._run(lambda database: _acknowledge(database, access, sequence))

    async def delete(self, access: Access) -> None:
        """See :class:`Store`."""
        await self._run(lambda database: _delete(database, access))

    async def expire(self) -> int:
        """See :class:`Store`."""
        hour = self._hour()
        return await self._run(lambda database: _expire(database, hour))

    async def check(self) -> None:
        """See :class:`Store`. One page is written and synced."""
        await self._run(_write_version)

    def watch(self, heard: Heard) -> None:
        """See :class:`Store`. A file tells nobody what another process wrote into it."""

    async def close(self) -> None:
        """See :class:`Store`."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _hour(self) -> int:
        return self._clock.unix_ms() // (HOUR_S * 1000)

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transaction, work)

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            database = self._opened()
            with database:
                database.execute("BEGIN IMMEDIATE")
                return work(database)
        except sqlite3.Error as error:  # full, locked, damaged: none of it is the client's doing
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise RelayFullError("the store of the relay is full") from error
            raise RelayBusyError("the store of the relay cannot do this now") from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _open(self._path, self._max_pages)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _open(path: Path, max_pages: int) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute(f"PRAGMA page_size = {PAGE_LEN}")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")  # an answer stands for bytes on the disk
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(f"PRAGMA max_page_count = {max_pages}")
        database.executescript(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _create(database: sqlite3.Connection, new: New) -> None:
    columns = (new.owner, new.owner_hash, new.depositor, new.depositor_hash)
    found = database.execute(
        "SELECT owner, owner_hash, depositor, depositor_hash FROM mailbox"
        " WHERE owner IN (?1, ?2) OR depositor IN (?1, ?2)",
        (new.owner, new.depositor),
    ).fetchall()
    if found == [columns]:
        return
    if found or new.owner == new.depositor:
        raise MailboxDeniedError("the id of the mailbox is taken")
    database.execute(
        "INSERT INTO mailbox (owner, owner_hash, depositor, depositor_hash) VALUES (?, ?, ?, ?)",
        columns,
    )


def _put(
    database: sqlite3.Connection, access: Access, envelope_id: bytes, envelope: bytes, hour: int
) -> bytes:
    mailbox, last, owner = _depositor(database, access)
    known = database.execute(
        "SELECT 1 FROM envelope WHERE mailbox = ? AND envelope_id = ?", (mailbox, envelope_id)
    ).fetchone()
    if known:
        return owner
    (count,) = database.execute(
        "SELECT count(*) FROM envelope"
        " WHERE mailbox = ? AND envelope IS NOT NULL AND expires_hour > ?",
        (mailbox, hour),
    ).fetchone()
    if count >= MAX_ENVELOPES:
        raise MailboxFullError("the mailbox is full for now")
    database.execute(
        "INSERT INTO envelope VALUES (?, ?, ?, ?, ?)",
        (mailbox, last + 1, envelope_id, envelope, hour + LIFETIME_HOURS),
    )
    database.execute("UPDATE mailbox SET last_sequence = ? WHERE id = ?", (last + 1, mailbox))
    return owner


def _first_after(
    database: sqlite3.Connection, access: Access, after: int, hour: int
) -> Waiting | None:
    row = database.execute(
        "SELECT sequence, envelope_id, envelope FROM envelope"
        " WHERE mailbox = ? AND sequence > ? AND envelope IS NOT NULL AND expires_hour > ?"
        " ORDER BY sequence LIMIT 1",
        (_owner(database, access), after, hour),
    ).fetchone()
    return Waiting(*row) if row else None


def _acknowledge(database: sqlite3.Connection, access: Access, sequence: int) -> None:
    database.execute(
        "UPDATE envelope SET envelope = NULL WHERE mailbox = ? AND sequence = ?",
        (_owner(database, access), sequence),
    )


def _delete(database: sqlite3.Connection, access: Access) -> None:
    database.execute("DELETE FROM mailbox WHERE id = ?", (_owner(database, access),))


def _expire(database: sqlite3.Connection, hour: int) -> int:
    (count,) = database.execute(
        "SELECT count(*) FROM envelope WHERE expires_hour <= ? AND envelope IS NOT NULL", (hour,)
    ).fetchone()
    database.execute("DELETE FROM envelope WHERE expires_hour <= ?", (hour,))
    return int(count)


def _write_version(database: sqlite3.Connection) -> None:
    database.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")


def _owner(database: sqlite3.Connection, access: Access) -> int:
    row = database.execute(
        "SELECT id, owner_hash FROM mailbox WHERE owner = ?", (access.mailbox,)
    ).fetchone()
    mailbox, kept = row or (0, b"")
    _admit(access, kept)
    return int(mailbox)


def _depositor(database: sqlite3.Connection, access: Access) -> tuple[int, int, bytes]:
    row = database.execute(
        "SELECT id, depositor_hash, last_sequence, owner FROM mailbox WHERE depositor = ?",
        (access.mailbox,),
    ).fetchone()
    mailbox, kept, last, owner = row or (0, b"", 0, b"")
    _admit(access, kept)
    return int(mailbox), int(last), bytes(owner)


def _admit(access: Access, kept: bytes) -> None:
    if not hmac.compare_digest(kept, secret_hash(access.secret)):
        raise MailboxDeniedError("no such mailbox, or not this secret")
