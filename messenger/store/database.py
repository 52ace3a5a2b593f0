"""The open store: one writer thread, transactions that commit before anybody is told."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final, Self, TypeVar

from messenger.core.clock import Clock
from messenger.core.errors import (
    FolderNotWritableError,
    ProfileMissingError,
    StoreCorruptError,
    StoreError,
)
from messenger.store.atomic import sync_folder
from messenger.store.backup import Backup, BackupFile, Progress, refuse_inside, write_backup
from messenger.store.backup_tables import Manifest
from messenger.store.changes import ChangeRepository
from messenger.store.commit_count import COUNT_SETTING, OutsideCount
from messenger.store.connection import Connection, open_connection
from messenger.store.contacts import ContactRepository, DraftRepository
from messenger.store.declined import DeclinedRepository
from messenger.store.files import DATABASE_NAME, FILES_FOLDER, KEY_FILE_NAME
from messenger.store.gate import Gate
from messenger.store.identities import IdentityRepository
from messenger.store.integrity import Pace, Soundness, look
from messenger.store.introductions import IntroductionRepository
from messenger.store.lifetimes import LifetimeRepository
from messenger.store.lineage import LineageRepository
from messenger.store.mail import MailRepository
from messenger.store.messages import MessageRepository
from messenger.store.migrate import migrate
from messenger.store.outbox import OutboxRepository
from messenger.store.pictures import PictureRepository
from messenger.store.reader import Queries, Reader
from messenger.store.receipts import ReceiptRepository
from messenger.store.relays import RelayRepository
from messenger.store.reserve import Reserve
from messenger.store.sealed_files import SealedFiles
from messenger.store.search import COMMIT_WORDS_MAX, SearchIndex
from messenger.store.settings import (
    LOCAL_PREFIX,
    FlightRepository,
    SessionRepository,
    SettingRepository,
)
from messenger.store.snapshots import SnapshotFile, Snapshots
from messenger.store.transfers import FileRepository
from messenger.store.vault import mark_complete

A = TypeVar("A")
T = TypeVar("T")

REMOVED_SETTING: Final = LOCAL_PREFIX + "removed_at"  # Unix ms
_UNFINISHED_SUFFIX: Final = ".new"  # of a database that is being made


class Transaction(Queries):
    """The repositories over the writer connection; valid only inside ``Store.write``."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        super().__init__(connection)
        self.messages = MessageRepository(connection, clock)
        self.relays = RelayRepository(connection)
        self.mail = MailRepository(connection, self.relays)
        self.introductions = IntroductionRepository(connection, self.relays)
        self.contacts = ContactRepository(connection, self.messages, self.mail)
        self.declined = DeclinedRepository(connection)
        self.changes = ChangeRepository(connection, clock, self.messages)
        self.lifetimes = LifetimeRepository(connection)
        self.outbox = OutboxRepository(connection)
        self.files = FileRepository(connection)
        self.pictures = PictureRepository(connection)
        self.receipts = ReceiptRepository(connection)
        self.sessions = SessionRepository(connection)
        self.settings = SettingRepository(connection)
        self.identity = IdentityRepository(connection)
        self.lineage = LineageRepository(connection)
        self.flights = FlightRepository(connection)
        self.drafts = DraftRepository(connection)
        self.search_index = SearchIndex(connection)

    @property
    def is_full(self) -> bool:
        """Whether so much was done to the index that the rest belongs into another transaction.

        Whoever works off what somebody else has sent asks this behind each step, because one
        writer serves everybody and a small frame may take out a long text.
        """
        return self._connection.indexed_count >= COMMIT_WORDS_MAX

    @property
    def index_growth(self) -> int:
        """How many bytes on the disk the index takes by this transaction, about."""
        return self._connection.index_growth


class Store:
    """The database of a profile. Owner of the writer connection: its one thread."""

    def __init__(self, path: Path, key: bytes, clock: Clock) -> None:
        """Use :meth:`open`."""
        self._path = path
        self._key = key
        self._clock = clock
        self.files = SealedFiles(path.parent / FILES_FOLDER)
        self._closed = False
        self._removed_at = 0
        self._busy_at = clock.now()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    @classmethod
    def open(
        cls,
        folder: Path,
        key: bytes,
        *,
        clock: Clock,
        create: bool = False,
        first: Callable[[Transaction], None] | None = None,
    ) -> Self:
        """Open the database of a profile folder; blocks.

        Args:
            key: the database key that Vault gives, 32 bytes.
            create: make the database if the folder has none.
            first: with ``create``, writes what a new database begins with: a process killed on
                the way leaves all of it or no database.

        Raises:
            ProfileMissingError: there is no profile here and ``create`` is False.
            WrongKeyError, StoreTooNewError, StoreCorruptError, MigrationError,
            FolderNotWritableError, StoreError: nothing was changed.
        """
        path = folder / DATABASE_NAME
        if not path.exists():
            _refuse_missing(folder, create=create)
            _create(path, key, lambda connection: _begin(connection, clock, first))
            mark_complete(folder)
        elif path.stat().st_size == 0:
            raise StoreCorruptError("the database file is empty")
        store = cls(path, key, clock)
        try:
            store._thread.submit(store._start).result()
        except BaseException:
            store._thread.shutdown()
            raise
        return store

    def _start(self) -> None:
        self._reserve = Reserve(self._path.parent)
        try:
            self._connection = self._opened()
        except StoreError as error:
            if not (self._reserve.may_help(error) and self._reserve.give_up()):
                raise
            self._connection = self._opened()
        self._reserve.make()
        self._connection.limit_log(self._reserve.free_len())
        self._reader = Reader(self._connection)
        self._transaction = Transaction(self._connection, self._clock)
        self._outside = OutsideCount(self._path.parent, self._key)
        self._lost_count = self._compare_counts()
        self._removed_at = int(self._transaction.settings.get(REMOVED_SETTING) or 0)
        self._remove_files()
        self.files.sweep(self._transaction.files.stored_names())

    def _compare_counts(self) -> int:
        """Return how many commits are missing; sessions of an earlier state are given up then."""
        self._count = int(self._transaction.settings.get(COUNT_SETTING) or 0)
        outside = self._outside.read()
        lost = outside - self._count
        if lost > 0:
            self._count = outside
            with self._connection.transaction():
                self._transaction.sessions.remove_all()
                self._step_count()
            self._outside.write(self._count)
        return max(lost, 0)

    def _step_count(self) -> None:
        """Count this commit, as a part of it."""
        self._count += 1
        self._transaction.settings.put(COUNT_SETTING, str(self._count))

    def _note_removal(self) -> None:
        """Keep when something was deleted: snapshots from before still hold it."""
        self._removed_at = self._clock.unix_ms()
        self._transaction.settings.put(REMOVED_SETTING, str(self._removed_at))

    @property
    def lost_count(self) -> int:
        """How many commits of earlier runs were missing when the database was opened."""
        return self._lost_count

    @property
    def removed_at(self) -> int:
        """Unix ms at which something was deleted last; 0: never."""
        return self._removed_at

    @property
    def busy_at(self) -> float:
        """Monotonic seconds of the last commit."""
        return self._busy_at

    def _opened(self) -> Connection:
        connection = open_connection(self._path, self._key)
        try:
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in a transaction on the writer thread; return after its commit.

        Any exception rolls back and is raised here. A caller that is cancelled while it waits
        does not stop work that has begun.
        """
        return await asyncio.wrap_future(self._submit(self._write, work))

    def _write(self, work: Callable[[Transaction], T]) -> T:
        count, changes = self._count, self._connection.change_count
        try:
            with self._connection.transaction():
                result = work(self._transaction)
                if self._connection.holds_deleted:
                    self._note_removal()
                if self._connection.change_count != changes:
                    self._step_count()
        except BaseException as error:
            self._count = count
            if isinstance(error, FolderNotWritableError):
                self._make_room()
            raise
        if self._count != count:
            self._outside.write(self._count)
            self._busy_at = self._clock.now()
        if self._connection.holds_deleted:
            self._remove_files()
        self._connection.empty_log_of_deleted()
        return result

    def _make_room(self) -> None:
        """Fold the log in: on a full disk it may hold many states of the same few pages."""
        with contextlib.suppress(StoreError):
            self._connection.empty_log()

    def _remove_files(self) -> None:
        """Remove the sealed files whose rows are gone; what fails is done after a later commit."""
        with contextlib.suppress(StoreError):
            removed = [name for name in self._transaction.files.lost() if self.files.remove(name)]
            if removed:
                with self._connection.transaction():
                    self._transaction.files.forget_lost(removed)

    async def write_removal(self, work: Callable[[Transaction], T]) -> T:
        """Like :meth:`write`, for work that removes something: the reserve is there for it.

        On a full disk ``work`` runs a second time after the first one was rolled back.
        """
        return await asyncio.wrap_future(self._submit(self._write_removal, work))

    def _write_removal(self, work: Callable[[Transaction], T]) -> T:
        try:
            result = self._write(work)
        except StoreError as error:
            if not (self._reserve.may_help(error) and self._reserve.give_up()):
                raise
            result = self._write(work)
        self._reserve.make()
        return result

    async def read(self, work: Callable[[Reader], T]) -> T:
        """Run ``work`` on the writer thread without a transaction."""
        return await asyncio.wrap_future(self._submit(work, self._reader))

    def _submit(self, work: Callable[[A], T], argument: A) -> Future[T]:
        if self._closed:
            raise StoreError("the store is closed")
        return self._thread.submit(work, argument)

    def open_reader(self, gate: Gate | None = None) -> Reader:
        """Open a read-only connection that belongs to the calling thread.

        Args:
            gate: behind which it answers.
        """
        return Reader(open_connection(self._path, self._key, read_only=True, gate=gate))

    async def read_setting(self, name: str) -> str | None:
        """Return the value of a setting, or None."""
        return await asyncio.wrap_future(self._submit(self._transaction.settings.get, name))

    async def sync_count(self) -> None:
        """Make the count of commits beside the database survive a power cut."""
        await asyncio.wrap_future(self._submit(OutsideCount.sync, self._outside))

    def look(self, pace: Pace, *, full: bool) -> Soundness:
        """Look for damage beside all other work; blocks the calling thread."""
        return look(lambda: open_connection(self._path, self._key, read_only=True), pace, full=full)

    @property
    def snapshots(self) -> Snapshots:
        """The snapshots of this profile."""
        return Snapshots(self._path.parent, self._key)

    def make_snapshot(self, *, fresh_since: int, stopped: threading.Event) -> SnapshotFile:
        """Write a snapshot of this moment beside all other work; blocks the calling thread.

        Raises:
            StoreCorruptError, FolderNotWritableError, StoreError: see Snapshots.make.
        """
        connection = open_connection(self._path, self._key, read_only=True)
        try:
            return self.snapshots.make(
                connection, self._clock.unix_ms(), fresh_since=fresh_since, stopped=stopped
            )
        finally:
            connection.close()

    def back_up(
        self, file: BackupFile, *, history: bool, progress: Progress = lambda done, total: None
    ) -> Manifest:
        """Write a backup of this moment, beside all other work; blocks the calling thread.

        Raises:
            InputError: a place or a passphrase that cannot be.
            FolderNotWritableError: the file cannot be written; what was there before stays.
        """
        refuse_inside(self._path.parent, file.path)
        connection = open_connection(self._path, self._key, read_only=True)
        try:
            return write_backup(
                connection,
                file,
                history=history,
                created_at=self._clock.unix_ms(),
                progress=progress,
            )
        finally:
            connection.close()

    async def close(self) -> None:
        """Finish what is queued, fold the log into the database, close, end the thread."""
        if not self._closed:
            self._closed = True
            closing = self._thread.submit(self._close)
            self._thread.shutdown(wait=False)
            await asyncio.wrap_future(closing)

    def _close(self) -> None:
        try:
            with contextlib.suppress(FolderNotWritableError):  # a full disk: the next start does it
                self._connection.empty_log()
            self._outside.sync()
        finally:
            self._outside.close()
            self._connection.close()


def restore_database(
    folder: Path, key: bytes, backup: Backup, progress: Progress = lambda done, total: None
) -> None:
    """Make the database of a new profile out of a backup; whole, or not at all. Blocks.

    Raises:
        BackupDamagedError, StoreError, FolderNotWritableError: nothing is left of it.
    """

    def fill(connection: Connection) -> None:
        prepare(connection)
        backup.fill(connection, progress)

    _create(folder / DATABASE_NAME, key, fill)
    mark_complete(folder)


def _refuse_missing(folder: Path, *, create: bool) -> None:
    if not create:
        if (folder / KEY_FILE_NAME).exists():
            raise StoreCorruptError("the database is missing beside its key file")
        raise ProfileMissingError("there is no profile in this folder")


def _create(path: Path, key: bytes, fill: Callable[[Connection], None]) -> None:
    """Make a whole database under another name, then give it its own.

    A process killed on the way leaves no database, never half of one.
    """
    if path.with_name(path.name + "-wal").exists():
        raise StoreCorruptError("the database is missing beside its log")
    unfinished = path.with_name(path.name + _UNFINISHED_SUFFIX)
    try:
        _remove(unfinished)
        unfinished.touch(mode=0o600)
        connection = open_connection(unfinished, key)
        try:
            fill(connection)
            connection.empty_log()
        finally:
            connection.close()
        unfinished.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise FolderNotWritableError("the database cannot be made") from error
    except BaseException:
        _remove(unfinished)
        raise


def _begin(
    connection: Connection, clock: Clock, first: Callable[[Transaction], None] | None
) -> None:
    prepare(connection)
    if first is not None:
        with connection.transaction():
            first(Transaction(connection, clock))


def _remove(unfinished: Path) -> None:
    """Remove a database that never came to be, with its log."""
    for leftover in unfinished.parent.glob(unfinished.name + "*"):
        leftover.unlink()


def prepare(connection: Connection) -> None:
    """Settings that live in the file, migrations, and the rules of the index."""
    migrate(connection)
    connection.rows("PRAGMA journal_mode = WAL")
    connection.run("PRAGMA synchronous = FULL")
    SearchIndex(connection).ensure_current()
