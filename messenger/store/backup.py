"""Backups: a profile in one encrypted file, and a profile made of such a file.

A backup holds identity, settings, contacts with their pins, and if wanted the history; never the
sessions, so that after a restore every conversation starts a new one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Self, TypeVar

import msgspec

from messenger.core.errors import (
    BackupDamagedError,
    FolderNotWritableError,
    InputError,
    StoreError,
)
from messenger.store.atomic import atomic_file
from messenger.store.backup_stream import BackupKey, BackupWriter
from messenger.store.backup_tables import (
    Manifest,
    decode_manifest,
    decode_rows,
    export_rows,
    import_rows,
    make_manifest,
)
from messenger.store.connection import Connection
from messenger.store.slots import DEFAULT_COST, Cost, normal_passphrase

T = TypeVar("T")
Progress = Callable[[int, int], None]  # rows done, rows in all; may raise to cancel
_PROGRESS_ROWS: Final = 256  # rows between two calls of it


@dataclass(frozen=True, slots=True)
class BackupFile:
    """Where a backup lies and what opens it."""

    path: Path
    passphrase: str = field(repr=False)
    cost_for_testing_only: Cost | None = None


def write_backup(
    connection: Connection,
    file: BackupFile,
    *,
    history: bool,
    created_at: int,
    progress: Progress = lambda done, total: None,
) -> Manifest:
    """Write a backup of the database at one moment; blocks.

    A file that is there is replaced when the new one is whole; whatever ``progress`` raises leaves
    it alone and goes on.

    Args:
        connection: of the calling thread, outside a transaction.
        created_at: Unix ms.

    Raises:
        InputError: nothing that could be a passphrase.
        FolderNotWritableError: the file cannot be written.
    """
    normal_passphrase(file.passphrase)
    with atomic_file(file.path) as out:
        writer = BackupWriter(out, file.passphrase, file.cost_for_testing_only or DEFAULT_COST)
        with _one_moment(connection):
            manifest = make_manifest(connection, history=history, created_at=created_at)
            writer.add(msgspec.msgpack.encode(manifest))
            for done, record in enumerate(export_rows(connection, manifest)):
                if done % _PROGRESS_ROWS == 0:
                    progress(done, manifest.total)
                writer.add(record)
        writer.finish()
        progress(manifest.total, manifest.total)
    return manifest


class Backup:
    """A backup file of which every byte has been checked."""

    def __init__(self, path: Path, key: BackupKey, manifest: Manifest) -> None:
        """Use :meth:`open`."""
        self._path = path
        self._key = key
        self.manifest = manifest

    @classmethod
    def open(cls, file: BackupFile) -> Self:
        """Open a backup and read all of it once; nothing is written.

        Raises:
            InputError: there is no such file, or nothing that could be a passphrase.
            WrongKeyError: another passphrase.
            BackupDamagedError: the file is damaged, cut off, or no backup.
            StoreTooNewError: a later version of Hum wrote it.
        """
        with _reading(file.path) as source:
            key = BackupKey(source, file.passphrase, file.cost_for_testing_only)
            source.seek(0)
            records = key.records(source)
            manifest = _first(records)
            for _ in decode_rows(manifest, records):
                pass
        return cls(file.path, key, manifest)

    def fill(self, connection: Connection, progress: Progress = lambda done, total: None) -> None:
        """Put everything into an empty database of the newest schema, in one transaction.

        Raises:
            BackupDamagedError: the file changed since it was opened, or makes no profile.
            FolderNotWritableError: the disk is full.
        """
        with _reading(self._path) as source:
            records = self._key.records(source)
            manifest = _first(records)
            rows = decode_rows(manifest, records)
            import_rows(connection, _counted(rows, manifest.total, progress))


def refuse_inside(folder: Path, path: Path) -> None:
    """Raise InputError if ``path`` lies in the folder of the profile, or nowhere."""
    if path.resolve().parent == folder.resolve():
        raise InputError("A backup belongs outside the folder of the profile.")
    if path.is_dir():
        raise InputError("A backup is a file: give it a name, not only a folder.")
    if not path.resolve().parent.is_dir():
        raise FolderNotWritableError("there is no such folder for the backup")


def _first(records: Iterator[bytes]) -> Manifest:
    first = next(records, None)
    if first is None:
        raise BackupDamagedError("the backup is damaged: it is empty")
    return decode_manifest(first)


def _counted(rows: Iterator[T], total: int, progress: Progress) -> Iterator[T]:
    for done, row in enumerate(rows):
        if done % _PROGRESS_ROWS == 0:
            progress(done, total)
        yield row
    progress(total, total)


@contextmanager
def _one_moment(connection: Connection) -> Iterator[None]:
    """A read transaction: everything inside sees the same state, whatever is written meanwhile."""
    connection.run("BEGIN")
    try:
        yield
    finally:
        connection.run("ROLLBACK")


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise InputError("There is no such backup file.") from error
    except OSError as error:
        raise StoreError("the backup cannot be read") from error
