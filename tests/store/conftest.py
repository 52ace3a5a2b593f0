"""A store in a fresh folder, people in it, and a private D-Bus with a real or a bad keyring."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from store_people import KEY, add_person

from messenger.core.clock import ManualClock
from messenger.core.types import Contact
from messenger.store.connection import Connection, open_connection
from messenger.store.database import Transaction, prepare
from messenger.store.files import DATABASE_NAME


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@cache
def _migrated() -> bytes:
    """The file of a new profile, made once: the migrations take longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE_NAME
        connection = open_connection(path, KEY)
        prepare(connection)
        connection.close()
        return path.read_bytes()


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A migrated database of this thread."""
    (tmp_path / DATABASE_NAME).write_bytes(_migrated())
    connection = open_connection(tmp_path / DATABASE_NAME, KEY)
    connection.run("PRAGMA synchronous = OFF")  # these tests pull no plugs
    yield connection
    connection.close()


@pytest.fixture
def tx(connection: Connection, clock: ManualClock) -> Transaction:
    """The repositories, each call committing by itself."""
    return Transaction(connection, clock)


@pytest.fixture
def ada(tx: Transaction) -> Contact:
    return add_person(tx, "Ada")


@pytest.fixture
def bob(tx: Transaction) -> Contact:
    return add_person(tx, "Bob")
