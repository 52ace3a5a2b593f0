"""A database in memory as a profile begins with: migrated once, then copied for whoever asks.

The migrations take longer than most tests of what is in the tables.
"""

from functools import cache

from sqlcipher3 import dbapi2

from messenger.store.connection import Connection
from messenger.store.database import prepare


def fresh_database() -> Connection:
    """Return a database of the present schema, for this thread."""
    connection = _in_memory()
    _migrated()._raw.backup(connection._raw)
    connection.rows("PRAGMA foreign_keys = ON")  # as every database of ours is opened
    return connection


@cache
def _migrated() -> Connection:
    connection = _in_memory()
    prepare(connection)
    return connection


def _in_memory() -> Connection:
    return Connection(dbapi2.connect(":memory:", isolation_level=None))
