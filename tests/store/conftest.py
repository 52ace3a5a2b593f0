"""A store in a fresh folder, people in it, and a private D-Bus with a real or a bad keyring."""

from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A migrated database of this thread."""
    connection = open_connection(tmp_path / DATABASE_NAME, KEY)
    prepare(connection)
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
