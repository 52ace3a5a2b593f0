"""A SQLCipher connection with our settings, and SQLite's errors turned into ours.

The raw key of the file and its salt are both derived from the profile's database key. So the first
16 bytes of the file, which are the salt, tell whether a key belongs to it, and a damaged salt
costs nothing.

Source: https://www.zetetic.net/sqlcipher/sqlcipher-api/
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

from sqlcipher3 import dbapi2 as sqlite

from messenger.core.errors import (
    FolderNotWritableError,
    StoreCorruptError,
    StoreError,
    WrongKeyError,
)
from messenger.store.gate import Gate, GatedConnection

DATABASE_KEY_LEN: Final = 32  # bytes
SALT_LEN: Final = 16  # bytes; SQLCipher keeps it at the start of the file
CACHE_KIB: Final = 64_000  # design section 12; measured with 1,000,000 messages
BUSY_TIMEOUT_MS: Final = 5_000  # a checkpoint of the writer beside a reader; one process only
PAGE_LEN: Final = 4_096  # bytes; SQLCipher's default
LOG_PAGES_MAX: Final = 1_000  # SQLite's default: some 4 MiB
LOG_PAGES_MIN: Final = 16
LOG_SHARE: Final = 8  # the log may take one part in so many of a small disk's free space

_PERSON: Final = b"hum sqlcipher 1"  # BLAKE2b personalisation: this key has one use
_SETTINGS: Final = (
    "PRAGMA cipher_log_level = NONE",  # it writes to stderr otherwise
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA cache_size = -{CACHE_KIB}",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)

# SQLite result codes, https://www.sqlite.org/rescode.html; extended codes carry them in 8 bits.
_NOT_WRITABLE: Final = frozenset({3, 8, 13, 14})  # PERM, READONLY, FULL, CANTOPEN
_CORRUPT: Final = frozenset({11, 26})  # CORRUPT, NOTADB

Values = Sequence[object]
Row = tuple[Any, ...]


class Connection:
    """One connection. Owner: the thread that opened it; SQLite refuses any other."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._log_holds_deleted = False
        self._indexed_count = 0
        self._index_growth = 0

    def run(self, sql: str, values: Values = ()) -> int:
        """Run one statement; return the row id of the last insert."""
        try:
            row: int = self._raw.execute(sql, values).lastrowid
        except sqlite.DatabaseError as error:
            _raise_ours(error)
        return row

    def change(self, sql: str, values: Values = ()) -> int:
        """Run one statement; return how many rows it changed."""
        try:
            count: int = self._raw.execute(sql, values).rowcount
        except sqlite.DatabaseError as error:
            _raise_ours(error)
        return count

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Run a query and fetch all of it."""
        try:
            return list(self._raw.execute(sql, values))
        except sqlite.DatabaseError as error:
            _raise_ours(error)

    def stream(self, sql: str, values: Values = ()) -> Iterator[Row]:
        """Run a query and fetch its rows one by one."""
        try:
            yield from self._raw.execute(sql, values)
        except sqlite.DatabaseError as error:
            _raise_ours(error)

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """Run a query and fetch its first row."""
        try:
            row: Row | None = self._raw.execute(sql, values).fetchone()
        except sqlite.DatabaseError as error:
            _raise_ours(error)
        return row

    def value(self, sql: str, values: Values = ()) -> Any:
        """Run a query and fetch the first column of its first row, or None."""
        row = self.row(sql, values)
        return None if row is None else row[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT; any exception rolls back and goes on."""
        self.run("BEGIN IMMEDIATE")
        self._indexed_count = self._index_growth = 0
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        """Leave the transaction; what made it fail is what the caller hears of."""
        if self._raw.in_transaction:  # a full disk makes SQLite roll back by itself
            self._raw.execute("ROLLBACK")

    def note_deletion(self) -> None:
        """Say that this transaction removes what a person wants gone."""
        self._log_holds_deleted = True

    @property
    def holds_deleted(self) -> bool:
        """Whether something was deleted since the log was emptied last."""
        return self._log_holds_deleted

    def note_indexed(self, count: int, *, growth: int = 0) -> None:
        """Say that this transaction puts so many words into the index, or takes them out.

        Args:
            growth: bytes that it takes on the disk by them, about.
        """
        self._indexed_count += count
        self._index_growth += growth

    @property
    def indexed_count(self) -> int:
        """How many words this transaction has put into the index or taken out."""
        return self._indexed_count

    @property
    def index_growth(self) -> int:
        """How many bytes on the disk the index takes by this transaction, about."""
        return self._index_growth

    @property
    def change_count(self) -> int:
        """How many rows were changed since the connection was opened."""
        count: int = self._raw.total_changes
        return count

    def set_step(self, steps: int, call: Callable[[], int]) -> None:
        """Let SQLite call back every so many of its steps; other than 0 ends the query."""
        self._raw.set_progress_handler(call, steps)

    def copy_to(self, target: "Connection", pages: int, step: Callable[[], None]) -> None:
        """Copy the database as it is at this moment, page by page, into an empty one.

        Args:
            pages: copied between two calls of ``step``, which may raise to stop.
        """
        try:
            self._raw.execute("BEGIN")
            self._raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # this moment
            self._raw.backup(
                target._raw, pages=pages, progress=lambda status, left, total: step(), sleep=0.0
            )
        except sqlite.DatabaseError as error:
            _raise_ours(error)
        finally:
            self._roll_back()

    def empty_log_of_deleted(self) -> None:
        """After the commit of a deletion: older pages must not linger in the log."""
        if self._log_holds_deleted:
            try:
                self.empty_log()
            except StoreError:  # what was deleted is; the next commit tries again
                return
            self._log_holds_deleted = False

    def empty_log(self) -> None:
        """Fold the write-ahead log into the file as far as readers allow, and truncate it."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def limit_log(self, free_len: int) -> None:
        """Fold the log in before it takes what a small disk has left (bytes)."""
        pages = min(max(free_len // LOG_SHARE // PAGE_LEN, LOG_PAGES_MIN), LOG_PAGES_MAX)
        self.rows(f"PRAGMA wal_autocheckpoint = {pages}")

    def close(self) -> None:
        """Close; further calls are a bug."""
        self._raw.close()


def open_connection(
    path: Path, key: bytes, *, read_only: bool = False, gate: Gate | None = None
) -> Connection:
    """Open the database with ``key`` (DATABASE_KEY_LEN bytes) and prove that it decrypts.

    With a ``gate`` it answers for as long as that is open.

    Raises:
        WrongKeyError: the file was made with another key.
        StoreCorruptError: the key is right and the first page does not decrypt.
        FolderNotWritableError, StoreError: the file cannot be opened.
    """
    raw_key = _raw_key(key)
    mode = "ro" if read_only else "rwc"
    try:
        raw = sqlite.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None
        )
    except sqlite.DatabaseError as error:
        _raise_ours(error)
    try:
        raw.execute(f"PRAGMA key = \"x'{raw_key.hex()}'\"")
        for setting in _SETTINGS:
            raw.execute(setting)
        if read_only:
            raw.execute("PRAGMA query_only = ON")
        raw.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite.DatabaseError as error:
        raw.close()
        if error.sqlite_errorcode in _CORRUPT and not _salt_fits(path, raw_key):
            raise WrongKeyError("this key does not open the database") from error
        _raise_ours(error)
    return Connection(raw if gate is None else GatedConnection(raw, gate))


def _raw_key(key: bytes) -> bytes:
    """Derive SQLCipher's raw key (32 bytes) and salt (16 bytes)."""
    if len(key) != DATABASE_KEY_LEN:
        raise ValueError("the database key has the wrong length")
    return hashlib.blake2b(key=key, digest_size=32 + SALT_LEN, person=_PERSON).digest()


def _salt_fits(path: Path, raw_key: bytes) -> bool:
    """Whether the file starts with the salt that belongs to the key."""
    with path.open("rb") as file:
        return file.read(SALT_LEN) == raw_key[-SALT_LEN:]


def _raise_ours(error: Any) -> NoReturn:
    """Translate an error of SQLite; its text is left out, the name of its code is enough."""
    if isinstance(error, sqlite.ProgrammingError):
        raise error  # our own code misused the connection
    code = error.sqlite_errorcode & 0xFF
    name = error.sqlite_errorname
    if code in _NOT_WRITABLE:
        raise FolderNotWritableError(f"the database cannot be written ({name})") from error
    if code in _CORRUPT or "vtable constructor failed" in str(error):
        raise StoreCorruptError(f"the database is damaged ({name})") from error
    raise StoreError(f"the database refused ({name})") from error
