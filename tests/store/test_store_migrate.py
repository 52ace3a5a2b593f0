"""Migrations: each step whole or not at all, and old files of every release open."""

import shutil
from pathlib import Path

import pytest
from store_people import KEY, add_person, id_of, key_of
from upgrade import UPGRADE

from messenger.core.clock import ManualClock
from messenger.core.errors import MigrationError, StoreTooNewError
from messenger.core.types import (
    COVER_PROFILES,
    Address,
    ContactId,
    FileInfo,
    FileState,
    Fork,
    Relation,
)
from messenger.protocol.mailbox import Access
from messenger.protocol.parcel import Piece
from messenger.protocol.transfer import Transfer
from messenger.store.connection import Connection, open_connection
from messenger.store.database import Transaction, prepare
from messenger.store.migrate import (
    APPLICATION_ID,
    Migration,
    load_migrations,
    migrate,
    split_statements,
)
from messenger.store.relays import MailboxState
from messenger.store.transfers import FileSecret

FIXTURES = Path(__file__).parent.parent / "fixtures" / "stores"
NEWEST = len(load_migrations())


def schema(connection: Connection) -> list[tuple[object, ...]]:
    """Everything that DDL could have changed."""
    version = connection.value("PRAGMA user_version")
    objects = connection.rows("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")
    return [(version,), *objects]


def test_a_new_database_is_at_the_newest_version(connection: Connection) -> None:
    assert connection.value("PRAGMA user_version") == NEWEST
    assert connection.value("PRAGMA application_id") == APPLICATION_ID
    before = schema(connection)
    migrate(connection)
    assert schema(connection) == before


def test_every_table_of_ours_is_strict(connection: Connection) -> None:
    tables = connection.rows(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    )
    loose = {name for name, strict in tables if not strict}
    assert loose <= {"sqlite_schema", "sqlite_sequence"}


def test_an_upgrade_carries_content_over(tx: Transaction, connection: Connection) -> None:
    ada = add_person(tx, "Ada")
    migrate(connection, (*load_migrations(), *UPGRADE))
    assert connection.rows("SELECT * FROM colour") == [(ada.id, "blue")]
    assert connection.rows("SELECT name, pronoun FROM contact") == [("Ada!", "they")]
    assert connection.value("PRAGMA user_version") == NEWEST + 2


def test_a_failed_step_leaves_the_version_before_it(
    tx: Transaction, connection: Connection
) -> None:
    add_person(tx, "Ada")
    bad = Migration(NEWEST + 2, ("DROP TABLE draft;", "INSERT INTO nowhere VALUES (1);"))
    with pytest.raises(MigrationError, match=str(NEWEST + 2)):
        migrate(connection, (*load_migrations(), UPGRADE[0], bad))
    assert connection.value("PRAGMA user_version") == NEWEST + 1
    assert connection.rows("SELECT name FROM colour") == [("green",)]
    assert connection.rows("SELECT * FROM draft") == []


@pytest.mark.parametrize("stop", range(sum(len(step.statements) + 2 for step in UPGRADE)))
def test_an_error_anywhere_rolls_structure_content_and_number_back(
    tx: Transaction, connection: Connection, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DDL, data and user_version of a step commit together, with SQLCipher too."""
    add_person(tx, "Ada")
    expected = [schema(connection)]
    whole = (*load_migrations(), *UPGRADE)
    left = stop
    run = Connection.run

    def failing(self: Connection, sql: str, values: tuple[object, ...] = ()) -> int:
        nonlocal left
        if sql not in ("BEGIN IMMEDIATE", "COMMIT"):
            left -= 1
            if left < 0:
                raise InterruptedError
        return run(self, sql, values)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "run", failing)
        with pytest.raises(InterruptedError):
            migrate(connection, whole)
    got = schema(connection)
    names = connection.rows("SELECT name FROM contact")
    if stop < len(UPGRADE[0].statements) + 2:
        assert got == expected[0]
    else:
        assert got[0] == (NEWEST + 1,)
        assert connection.rows("SELECT name FROM colour") == [("green",)]
    assert names == [("Ada",)]
    migrate(connection, whole)
    assert connection.rows("SELECT name FROM contact") == [("Ada!",)]


def test_a_later_database_is_refused(connection: Connection) -> None:
    migrate(connection, (*load_migrations(), *UPGRADE))
    before = schema(connection)
    with pytest.raises(StoreTooNewError):
        migrate(connection)
    assert schema(connection) == before


def test_statements_are_cut_where_they_end() -> None:
    script = """
    -- a comment; with a semicolon
    CREATE TABLE a (x TEXT DEFAULT ';');
    CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; DELETE FROM a; END;
    """
    assert len(list(split_statements(script))) == 2
    with pytest.raises(ValueError, match="inside a statement"):
        list(split_statements("CREATE TABLE a (x TEXT"))


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.db")), ids=lambda path: path.name)
def test_the_files_of_every_release_open(path: Path, tmp_path: Path) -> None:
    """Made by make_store_fixture.py of the release; the key is the tests' own."""
    shutil.copyfile(path, tmp_path / path.name)
    connection = open_connection(tmp_path / path.name, KEY)
    prepare(connection)
    tx = Transaction(connection, ManualClock())

    ada, bob = sorted(tx.all_contacts(), key=lambda contact: contact.name)

    assert (ada.name, ada.alias, ada.relation) == ("Ada", "Countess", Relation.ACCEPTED)
    assert (bob.name, bob.relation, bob.frozen) == ("Bob 😀", Relation.ASKED, True)
    assert tx.addresses(ada.id) == (Address("192.0.2.7", 4_000),)
    assert [m.text for m in tx.messages_before(ada.id, None, 10)] == [
        "hello\0there",
        "Grüße 今天天气",
        "",
    ]
    assert [hit.message.text for hit in tx.search("gruss", ada.id)] == ["Grüße 今天天气"]
    assert tx.outbox.totals(ada.id) == (1, len("Grüße 今天天气".encode()))
    assert tx.sessions.load(ada.id) == b"ratchet"
    assert tx.drafts.load(bob.id) == "half a thought"
    version = int(path.stem[1:])
    assert tx.identity.load() == (bytes(range(32, 64)) if version < 3 else bytes(range(64, 96)))
    assert tx.preferences() == {"theme": "dark"}
    assert tx.flights.all() == (b"t" * 16,)
    if version >= 2:
        check_changes(tx, ada.id)
    if version >= 3:
        check_keys(tx, ada.id)
    if version >= 4:
        check_files(tx, bob.id, picture=(640, 480) if version >= 8 else None)
    if version >= 6:
        check_relays(tx, ada.id)
    if version >= 7:
        check_introductions(tx, ada.id)
    assert tx.declined.holds(key_of("Mallory"), 17) is (version >= 9)
    assert tx.contacts.announced_at(ada.id) == (7 if version >= 10 else 0)
    assert tx.contact(ada.id).receipts is (version >= 8)
    assert tx.find_message(id_of(2), ada.id).read_at == (10 if version >= 8 else None)
    assert tx.contact(ada.id).cover == (COVER_PROFILES["saver"] if version >= 5 else None)
    connection.close()


def check_changes(tx: Transaction, contact: ContactId) -> None:
    """What schema 2 added."""
    greeting = tx.find_message(id_of(1), contact)
    assert (greeting.own_reaction, greeting.expires_at) == ("♥", 3_600_001)
    assert tx.next_deadline() == greeting.expires_at
    assert tx.changes.is_gone(contact, id_of(4))
    assert tx.changes.take_early(contact, id_of(5)) == (b"early",)
    assert tx.contact(contact).proposed_lifetime_s == 3_600


def check_keys(tx: Transaction, contact: ContactId) -> None:
    """What schema 3 added."""
    (former,) = tx.identity.former()
    assert former.private_key == bytes(range(32, 64))
    ada = tx.contact(contact)
    assert (ada.key, ada.former_key) == (key_of("Ada anew"), key_of("Ada"))
    assert (ada.own_identity, ada.fork, ada.verified_at) == (former.number, Fork.IN_USE, None)
    (pin,) = tx.former_pins(contact)
    assert (pin.key, pin.replaced_at) == (key_of("Ada"), 8)
    assert tx.lineage.is_ours(b"r" * 16)
    assert tx.lineage.last_heard(contact) == b"p" * 16


def check_files(tx: Transaction, contact: ContactId, picture: tuple[int, int] | None) -> None:
    """What schemas 4 and 8 added."""
    message = tx.find_message(id_of(7), contact)
    assert message.file == FileInfo(70_000, "application/pdf", FileState.DONE, picture=picture)
    assert tx.pictures.preview(message.row) == (b"a small picture" if picture else None)
    file = tx.files.find(message.row)
    assert file is not None
    assert file.transfer == Transfer(FileState.DONE)
    assert file.secret == FileSecret(b"k" * 32, b"d" * 32, "ab" * 16)
    tx.changes.remove(message.row)
    assert tx.files.lost() == ("ab" * 16,)
    assert tx.pictures.preview(message.row) is None


def check_relays(tx: Transaction, contact: ContactId) -> None:
    """What schema 6 added."""
    (relay,) = tx.relays.own()
    assert (relay.address, relay.key) == (Address("relay.example", 4_433), key_of("relay"))
    box, *_ = tx.relays.mailboxes_at(relay.id)
    assert (box.contact, box.state) == (contact, MailboxState.MADE)
    assert tx.relays.next_told_at(contact, 5) == 12
    (theirs,) = tx.mail.mailboxes_of(contact)
    assert theirs.access == Access(b"m" * 24, b"s" * 32)
    assert [deposit.envelope for deposit in tx.mail.next_deposits(theirs.relay)] == [b"envelope"]
    assert [body_id for _, body_id in tx.mail.owed(contact, 0, 9)] == [id_of(8)]
    assert tx.mail.keep(contact, Piece(id_of(9), 1, 2, b"q")) is None  # the digest is another one
    assert tx.find_message(id_of(2), contact).relay == "192.0.2.9"


def check_introductions(tx: Transaction, contact: ContactId) -> None:
    """What schema 7 added."""
    (relay,) = tx.relays.own()
    door = tx.relays.mailboxes_at(relay.id)[-1]
    assert (door.introduction, door.contact, door.state) == (True, None, MailboxState.WANTED)
    (letter,) = tx.introductions.to_answer()
    assert (letter.contact, letter.envelope) == (contact, b"letter")
    assert not tx.introductions.first_time(b"t" * 16, 17)


def test_there_is_a_file_of_every_version() -> None:
    names = {path.name for path in FIXTURES.glob("*.db")}
    assert names == {f"v{number}.db" for number in range(1, NEWEST + 1)}
