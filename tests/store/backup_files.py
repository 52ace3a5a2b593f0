"""Backups for tests: cheap passphrases, a well-filled profile, and what must come back of it."""

from pathlib import Path

from make_store_fixture import fill

from messenger.core.clock import ManualClock
from messenger.store.backup import BackupFile, write_backup
from messenger.store.backup_tables import TABLES
from messenger.store.connection import Connection
from messenger.store.database import Transaction
from messenger.store.slots import CHEAP_COST_FOR_TESTING_ONLY

PASSPHRASE = "a passphrase of the backup"


def cheap(path: Path, passphrase: str = PASSPHRASE) -> BackupFile:
    return BackupFile(path, passphrase, CHEAP_COST_FOR_TESTING_ONLY)


def filled(connection: Connection) -> None:
    """Put something into every table."""
    with connection.transaction():
        fill(Transaction(connection, ManualClock()))


def make_backup(connection: Connection, path: Path, *, history: bool = True) -> BackupFile:
    file = cheap(path)
    write_backup(connection, file, history=history, created_at=77)
    return file


def contents(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Everything that a backup with history holds."""
    return {
        table.name: sorted(
            connection.rows(
                f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {table.condition}"
            ),
            key=repr,
        )
        for table in TABLES
    }
