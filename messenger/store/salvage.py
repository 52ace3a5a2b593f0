"""What can still be read of a damaged database, as a backup for ``hum restore``.

Works on a copy: opening a database folds its log in, and the damaged file is evidence. Every page
carries a MAC, so a row that can be read is as it was written; rows are lost, never changed.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from messenger.core.errors import StoreCorruptError, StoreError, StoreTooNewError
from messenger.store.atomic import atomic_file
from messenger.store.backup import BackupFile, refuse_inside
from messenger.store.backup_stream import BackupWriter
from messenger.store.backup_tables import TABLES, Manifest, Section, Table
from messenger.store.connection import Connection, Row, open_connection
from messenger.store.files import DATABASE_NAME
from messenger.store.migrate import migrate
from messenger.store.slots import DEFAULT_COST, normal_passphrase

# Tables without row numbers, and what orders them.
_KEYS: Final = {"setting": "name", "address": "contact, host, port", "seen": "contact, id"}
_NUMBERS: Final = {"contact": "id", "message": "row"}  # columns that other tables refer to
STEP_MAX: Final = 16  # rows; about half a page of short messages
ROWS_MAX: Final = 1_000_000  # looked for where the number of rows is lost too


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was found."""

    manifest: Manifest
    broken: tuple[str, ...]  # tables of which something could not be read


def salvage(folder: Path, key: bytes, file: BackupFile, *, created_at: int) -> Salvaged:
    """Write a backup of what can be read in the database of ``folder``; blocks.

    Nothing in the folder is changed. Beside ``file`` there must be room for a copy of the database.

    Raises:
        InputError: a place or a passphrase that cannot be.
        WrongKeyError: another key.
        StoreTooNewError: a later version of Hum wrote it.
        StoreCorruptError: not even the schema or the identity can be read.
        FolderNotWritableError: no room.
    """
    refuse_inside(folder, file.path)
    normal_passphrase(file.passphrase)
    with tempfile.TemporaryDirectory(prefix=".hum-salvage-", dir=file.path.parent) as copy:
        try:
            for source in folder.glob(DATABASE_NAME + "*"):
                if source.name in {DATABASE_NAME, DATABASE_NAME + "-wal"}:
                    shutil.copyfile(source, Path(copy) / source.name)
        except OSError as error:
            raise StoreError("the database cannot be copied") from error
        return _Salvage(lambda: open_connection(Path(copy) / DATABASE_NAME, key)).write(
            file, created_at
        )


@dataclass(slots=True)
class _Salvage:
    """One attempt: the rows of all tables, then the backup."""

    connect: Callable[[], Connection]
    broken: set[str] = field(default_factory=set)
    found: dict[str, set[object]] = field(default_factory=dict)  # numbers of contacts and messages

    def write(self, file: BackupFile, created_at: int) -> Salvaged:
        self._upgrade()
        sections = []
        for table in TABLES:
            columns = self._columns(table)
            if columns:
                rows = list(self._belonging(columns, self._rows(table, columns)))
                sections.append((Section(table.name, columns, len(rows)), rows))
                if table.name in _NUMBERS:
                    at = columns.index(_NUMBERS[table.name])
                    self.found[table.name] = {row[at] for row in rows}
        manifest = Manifest(created_at, True, tuple(section for section, _ in sections))
        if manifest.count("identity") != 1:
            raise StoreCorruptError("the identity cannot be read: nothing can be salvaged")
        _write(file, manifest, [rows for _, rows in sections])
        return Salvaged(manifest, tuple(sorted(self.broken)))

    def _upgrade(self) -> None:
        """Bring the copy to the newest schema if it lets that happen."""
        connection = self.connect()
        try:
            migrate(connection)
        except StoreTooNewError:
            raise
        except StoreError:
            self.broken.add("schema")
        finally:
            connection.close()

    def _columns(self, table: Table) -> tuple[str, ...]:
        """Return the columns there are, or none where the earlier table was another one."""
        present = {row[1] for row in self._ask(f"PRAGMA table_info({table.name})")}
        if table.name == "outbox" and not present >= set(table.columns):
            return ()
        return tuple(name for name in table.columns if name in present)

    def _belonging(self, columns: tuple[str, ...], rows: Iterator[Row]) -> Iterator[Row]:
        """Drop rows whose contact or message is lost."""
        parents = [
            (columns.index(name), self.found[parent])
            for name, parent in (("contact", "contact"), ("row", "message"))
            if name in columns and parent in self.found
        ]
        for row in rows:
            if all(row[at] is None or row[at] in keys for at, keys in parents):
                yield row

    def _rows(self, table: Table, columns: tuple[str, ...]) -> Iterator[Row]:
        rest = f"{', '.join(columns)} FROM {table.name} WHERE {table.condition}"
        if table.name in _KEYS:
            yield from self._from_both_ends(table.name, f"SELECT {rest}", _KEYS[table.name])
        else:
            yield from self._around_damage(table.name, f"SELECT rowid, {rest}")

    def _from_both_ends(self, table: str, query: str, order: str) -> Iterator[Row]:
        rows: dict[Row, None] = {}
        descending = ", ".join(f"{name} DESC" for name in order.split(", "))
        for way in (order, descending):
            good, whole = self._until_damage(f"{query} ORDER BY {way}")
            rows.update(dict.fromkeys(good))
            if whole:
                break
            self.broken.add(table)
        yield from rows

    def _around_damage(self, table: str, query: str) -> Iterator[Row]:
        """Read up to a damage, find where it ends, read on."""
        first, last = 0, self._last_row()
        while first <= last:
            rows, whole = self._until_damage(f"{query} AND rowid >= ? ORDER BY rowid", first)
            yield from (row[1:] for row in rows)
            if whole:
                return
            self.broken.add(table)
            first = self._behind_damage(query, rows[-1][0] + 1 if rows else first, last)

    def _behind_damage(self, query: str, failed: int, last: int) -> int:
        """Return the first row number behind ``failed`` from which something can be read."""
        step = 1
        while failed <= last:
            if self._readable(query, failed + step):
                tried = range(failed + 1, failed + step + 1)
                return next(row for row in tried if self._readable(query, row))
            failed, step = failed + step, min(2 * step, STEP_MAX)
        return last + 1

    def _readable(self, query: str, row: int) -> bool:
        return self._until_damage(f"{query} AND rowid >= ? ORDER BY rowid LIMIT 1", row)[1]

    def _last_row(self) -> int:
        """Return a number that no row is above; the tables without a sequence are short."""
        rows, _ = self._until_damage("SELECT coalesce(max(seq), 0) FROM sqlite_sequence")
        return int(rows[0][0]) if rows else ROWS_MAX

    def _until_damage(self, query: str, *values: int) -> tuple[list[Row], bool]:
        """Return the rows that come before the first damage, and whether there was none."""
        rows: list[Row] = []
        connection = self.connect()
        try:
            rows.extend(connection.stream(query, values))
        except StoreError:
            return rows, False
        finally:
            connection.close()
        return rows, True

    def _ask(self, query: str) -> list[Row]:
        connection = self.connect()
        try:
            return connection.rows(query)
        finally:
            connection.close()


def _write(file: BackupFile, manifest: Manifest, sections: list[list[Row]]) -> None:
    with atomic_file(file.path) as out:
        writer = BackupWriter(out, file.passphrase, file.cost_for_testing_only or DEFAULT_COST)
        writer.add(msgspec.msgpack.encode(manifest))
        for number, rows in enumerate(sections):
            for row in rows:
                writer.add(msgspec.msgpack.encode((number, row)))
        writer.finish()
