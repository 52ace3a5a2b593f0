"""Mailboxes in one SQLite file: the store of a relay on one machine.

There is no column for a person, a name, an address or a time of arrival: only random ids, hashes
of random secrets, ciphertext, and the hour in which an envelope expires.

Source: docs/relay.md, "Stores"; https://www.sqlite.org/pragma.html.
"""

import asyncio
import contextlib
import hmac
import logging
import secrets
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from messenger.core.clock import Clock
from messenger.core.errors import (
    MailboxDeniedError,
    MailboxFullError,
    MessengerError,
    RelayBusyError,
    RelayFullError,
    StoreTooNewError,
)
from messenger.protocol.mailbox import MAX_ENVELOPES, Access, New, secret_hash
from messenger.relay.store import HOUR_S, LIFETIME_HOURS, Heard, Waiting

PAGE_LEN: Final = 4096  # bytes; SQLite's own default
DEFAULT_MAX_LEN: Final = 2 * 1024**3  # bytes of the file; ours
WAL_MAX_LEN: Final = 64 * 1024**2  # bytes the log keeps on the disk when its content is in the file
SCHEMA_VERSION: Final = 2  # in user_version
# Ids of one mailbox whose envelopes were acknowledged, kept so that a late repetition is known: its
# author repeats what had no answer, at most a few. Without a bound one client could pile them up.
ACKNOWLEDGED_KEPT: Final = 4_096  # ids of acknowledged envelopes in one mailbox; ours
FORGOTTEN_AT_ONCE: Final = 64  # of them, with each put
PATIENCE_S: Final = 5.0  # for another process that writes; longer than one that hangs may live
BUSY_MS: Final = 20  # at most, from one try to the next of what SQLite does not wait for itself
JOBS_AT_ONCE: Final = 64  # in one transaction: a MiB of envelopes
EXPIRED_AT_ONCE: Final = 256  # likewise: 4 MiB, overwritten with zeros

_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS mailbox (
        id INTEGER PRIMARY KEY,
        owner BLOB NOT NULL UNIQUE,
        owner_hash BLOB NOT NULL,
        depositor BLOB NOT NULL UNIQUE,
        depositor_hash BLOB NOT NULL,
        last_sequence INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE IF NOT EXISTS envelope (
        mailbox INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
        sequence INTEGER NOT NULL,
        envelope_id BLOB NOT NULL,
        envelope BLOB, -- NULL: acknowledged; the id stays so that a late repetition is known
        expires_hour INTEGER NOT NULL,
        PRIMARY KEY (mailbox, sequence)
    ) STRICT""",
    """CREATE UNIQUE INDEX IF NOT EXISTS envelope_by_id ON envelope (mailbox, envelope_id)""",
    """CREATE INDEX IF NOT EXISTS envelope_by_expiry ON envelope (expires_hour)""",
    # Version 2: what waits is found among any number of ids that stay.
    """CREATE INDEX IF NOT EXISTS envelope_waiting ON envelope (mailbox, sequence)
        WHERE envelope IS NOT NULL""",
)

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    """Something to be done in a transaction, and who waits for it."""

    work: Callable[[sqlite3.Connection], Any]
    writes: bool
    done: asyncio.Future[Any]


class SqliteStore:
    """A Store in one file; the connection belongs to one thread of its own.

    What is asked while a transaction is on its way to the disk goes into the next one together,
    so that many puts share one wait for the disk. Several processes may have the same file open.
    """

    def __init__(self, path: Path, clock: Clock, *, max_len: int = DEFAULT_MAX_LEN) -> None:
        self._path = path
        self._clock = clock
        self._max_pages = max_len // PAGE_LEN
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="relay-store")
        self._jobs: deque[_Job] = deque()
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the file now, to know whether that works.

        Raises:
            StoreTooNewError: a later version of Hum wrote it.
            RelayBusyError: it cannot be opened.
        """
        await self._run(lambda database: None, writes=False)

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
        return await self._run(
            lambda database: _first_after(database, access, after, hour), writes=False
        )

    async def acknowledge(self, access: Access, sequence: int) -> None:
        """See :class:`Store`."""
        await self._run(lambda database: _acknowledge(database, access, sequence))

    async def delete(self, access: Access) -> None:
        """See :class:`Store`."""
        await self._run(lambda database: _delete(database, access))

    async def expire(self) -> int:
        """See :class:`Store`. Many go in several transactions, between which others come."""
        hour, count = self._hour(), 0
        while True:
            gone, envelopes = await self._run(lambda database: _expire(database, hour))
            count += envelopes
            if gone < EXPIRED_AT_ONCE:
                return count

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

    async def _run(self, work: Callable[[sqlite3.Connection], T], *, writes: bool = True) -> T:
        job = _Job(work, writes, asyncio.get_running_loop().create_future())
        self._jobs.append(job)
        self._thread.submit(self._do_jobs)
        return cast(T, await job.done)

    # -- in the thread ------------------------------------------------------------------------

    def _do_jobs(self) -> None:
        """Do what waits by now; whoever was asked for a job that is done already finds nothing."""
        jobs = [self._jobs.popleft() for _ in range(min(len(self._jobs), JOBS_AT_ONCE))]
        for group in ([j for j in jobs if not j.writes], [j for j in jobs if j.writes]):
            if group:
                self._tell(group, self._do_group(group))

    def _do_group(self, jobs: list[_Job]) -> list[Any]:
        """Do all in one transaction, or each in its own if that fails; return what came of each."""
        try:
            return self._transaction(jobs)
        except sqlite3.Error as error:  # full, locked, damaged: none of it is the client's doing
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if len(jobs) > 1 and code != sqlite3.SQLITE_BUSY:
                return [outcome for job in jobs for outcome in self._do_group([job])]
            return [_refusal(error, code)] * len(jobs)
        except Exception as error:  # the file of a later version, or a bug: nobody may wait for it
            return [error] * len(jobs)

    def _transaction(self, jobs: list[_Job]) -> list[Any]:
        database = self._opened()
        with database:
            database.execute("BEGIN IMMEDIATE" if jobs[0].writes else "BEGIN")
            return [_outcome(database, job) for job in jobs]

    def _tell(self, jobs: list[_Job], outcomes: list[Any]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            jobs[0].done.get_loop().call_soon_threadsafe(_settle, jobs, outcomes)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _open(self._path, self._max_pages)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _refusal(error: sqlite3.Error, code: int) -> RelayBusyError:
    if code == sqlite3.SQLITE_FULL:
        refusal: RelayBusyError = RelayFullError("the store of the relay is full")
    else:
        log.warning("the store cannot do this now: %s", type(error).__name__)
        refusal = RelayBusyError("the store of the relay cannot do this now")
    refusal.__cause__ = error
    return refusal


def _outcome(database: sqlite3.Connection, job: _Job) -> Any:
    """Do one job of several; an error of its own leaves the others as they are."""
    database.execute("SAVEPOINT job")
    try:
        outcome = job.work(database)
    except MessengerError as error:
        database.execute("ROLLBACK TO job")
        outcome = error
    database.execute("RELEASE job")
    return outcome


def _settle(jobs: list[_Job], outcomes: list[Any]) -> None:
    for job, outcome in zip(jobs, outcomes, strict=True):
        if job.done.done():  # whoever waited has gone
            continue
        if isinstance(outcome, Exception):
            job.done.set_exception(outcome)
        else:
            job.done.set_result(outcome)


def _open(path: Path, max_pages: int) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_S)
    try:
        database.execute(f"PRAGMA page_size = {PAGE_LEN}")
        _keep_a_log(database)
        database.execute("PRAGMA synchronous = FULL")  # an answer stands for bytes on the disk
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(f"PRAGMA journal_size_limit = {WAL_MAX_LEN}")
        _prepare(database)  # before the bound, so that a full file of an earlier version opens
        database.execute(f"PRAGMA max_page_count = {max_pages}")
    except (sqlite3.Error, StoreTooNewError):
        database.close()
        raise
    return database


def _keep_a_log(database: sqlite3.Connection) -> None:
    """Have SQLite write ahead; of several that open a fresh file together, one makes it so.

    SQLite itself does not wait here: whoever has read the header cannot wait to write it, because
    the other may wait for the same (https://www.sqlite.org/c3ref/busy_handler.html).
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() >= until:
                raise
        time.sleep(secrets.randbelow(BUSY_MS) / 1000)  # not both again at the same instant


def _prepare(database: sqlite3.Connection) -> None:
    """Make what is not there yet; two processes may come here at the same time."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise StoreTooNewError("a later version of Hum wrote the store of this relay")
    if version == SCHEMA_VERSION:
        return
    with database:
        database.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA:
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


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
    database.execute(
        "DELETE FROM envelope WHERE rowid IN (SELECT rowid FROM envelope"
        " WHERE mailbox = ? AND sequence <= ? AND envelope IS NULL LIMIT ?)",
        (mailbox, last + 1 - ACKNOWLEDGED_KEPT, FORGOTTEN_AT_ONCE),
    )
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


def _expire(database: sqlite3.Connection, hour: int) -> tuple[int, int]:
    """Delete some; return how many rows went, and how many of them had an envelope."""
    rows = database.execute(
        "SELECT envelope IS NOT NULL, rowid FROM envelope WHERE expires_hour <= ? LIMIT ?",
        (hour, EXPIRED_AT_ONCE),
    ).fetchall()
    database.executemany("DELETE FROM envelope WHERE rowid = ?", ((row,) for _, row in rows))
    return len(rows), sum(had for had, _ in rows)


def _write_version(database: sqlite3.Connection) -> None:
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


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
