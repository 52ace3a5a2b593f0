"""Bring a database to the newest schema: numbered SQL files, one transaction each.

``PRAGMA user_version`` is the number of the last migration; DDL and the number commit or roll
back together, so a file killed at any moment is at one version or the other, never between.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from messenger.core.errors import (
    FolderNotWritableError,
    MigrationError,
    StoreCorruptError,
    StoreError,
    StoreTooNewError,
)
from messenger.store.connection import Connection

APPLICATION_ID: Final = 0x48554D31  # "HUM1": our own choice, in the header of every database


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: from version ``number - 1`` to ``number``."""

    number: int
    statements: tuple[str, ...]


def migrate(connection: Connection, migrations: Sequence[Migration] | None = None) -> None:
    """Apply what the database lacks.

    Raises:
        StoreTooNewError: a later version of Hum wrote it; nothing was touched.
        StoreCorruptError: it is not a database of Hum.
        MigrationError: a step failed and was rolled back.
    """
    steps = load_migrations() if migrations is None else migrations
    version = int(connection.value("PRAGMA user_version"))
    if version > len(steps):
        raise StoreTooNewError("this profile was written by a later version of Hum")
    if version and connection.value("PRAGMA application_id") != APPLICATION_ID:
        raise StoreCorruptError("this is not a database of Hum")
    for step in steps[version:]:
        _apply(connection, step)


def _apply(connection: Connection, step: Migration) -> None:
    try:
        with connection.transaction():
            for statement in step.statements:
                connection.run(statement)
            connection.run(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.run(f"PRAGMA user_version = {step.number}")
    except (FolderNotWritableError, StoreCorruptError):
        raise
    except StoreError as error:
        raise MigrationError(f"the step to schema {step.number} failed: {error}") from error


@cache
def load_migrations() -> tuple[Migration, ...]:
    """Read the numbered files of this package; they count from 1 without gaps."""
    folder = resources.files("messenger.store") / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    steps = tuple(
        Migration(int(file.name[:4]), tuple(split_statements(file.read_text("utf-8"))))
        for file in files
    )
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError("migration files must be numbered from 1 without gaps")
    return steps


def split_statements(script: str) -> Iterator[str]:
    """Cut a script where SQLite's own tokenizer sees a statement end (triggers stay whole)."""
    statement = ""
    *parts, rest = script.split(";")
    for part in parts:
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if statement or rest.strip():
        raise ValueError("a migration ends inside a statement")
