"""Backups: everything comes back but the sessions; damage is one clear error and writes nothing."""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from backup_files import PASSPHRASE, cheap, contents, filled, make_backup
from hypothesis import given
from hypothesis import strategies as st
from store_people import KEY, add_person, id_of, receive

from messenger.core.clock import ManualClock
from messenger.core.errors import (
    BackupDamagedError,
    FolderNotWritableError,
    InputError,
    StoreTooNewError,
    WrongKeyError,
)
from messenger.core.types import FileInfo, FileState, MessageState
from messenger.store import backup_stream
from messenger.store.backup import Backup, BackupFile, write_backup
from messenger.store.backup_stream import (
    CHUNK_LEN,
    HEAD_LEN,
    SEALED_CHUNK_LEN,
    BackupKey,
    BackupWriter,
    padded_count,
)
from messenger.store.backup_tables import LEFT_OUT, TABLES
from messenger.store.connection import Connection, open_connection
from messenger.store.database import Store, Transaction, prepare, restore_database
from messenger.store.files import DATABASE_NAME
from messenger.store.slots import CEILING, CHEAP_COST_FOR_TESTING_ONLY, FLOOR, Cost
from messenger.store.transfers import FileSecret

FIXTURE = Path(__file__).parent.parent / "fixtures" / "backups" / "v1.hum"
NEW_KEY = bytes(range(100, 132))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def restored(folder: Path, file: BackupFile) -> Connection:
    folder.mkdir()
    restore_database(folder, NEW_KEY, Backup.open(file))
    return open_connection(folder / DATABASE_NAME, NEW_KEY)


@pytest.fixture
def backup(connection: Connection, tmp_path: Path) -> BackupFile:
    filled(connection)
    return make_backup(connection, tmp_path / "my.hum")


# -- there and back -------------------------------------------------------------------------------


def test_everything_comes_back_but_the_sessions(
    connection: Connection, backup: BackupFile, tmp_path: Path
) -> None:
    again = restored(tmp_path / "new", backup)
    before = contents(connection)
    assert all(before.values())  # something of every table
    assert contents(again) == before
    for table in ("session", "flight"):
        assert connection.value(f"SELECT count(*) FROM {table}") > 0
        assert again.value(f"SELECT count(*) FROM {table}") == 0
    tx = Transaction(again, ManualClock())
    assert [hit.message.text for hit in tx.search("grüße", None, 10)] == ["Grüße 今天天气"]
    assert tx.search("regrettable", None, 10) == ()
    (waiting,) = (w for w in tx.outbox.waiting(tx.contact_by_key(_key(before)).id) if w.message)
    assert waiting.message is not None
    assert waiting.message.state is MessageState.AT_RELAY
    again.close()


def _key(before: dict[str, list[tuple[object, ...]]]) -> bytes:
    found = next(row for row in before["contact"] if row[2] == "Ada")
    assert isinstance(found[1], bytes)
    return found[1]


def test_contacts_only_holds_no_history(connection: Connection, tmp_path: Path) -> None:
    filled(connection)
    again = restored(
        tmp_path / "new", make_backup(connection, tmp_path / "contacts.hum", history=False)
    )
    before, after = contents(connection), contents(again)
    for table in TABLES:
        if table.history:
            assert after[table.name] == []
    for name in ("identity", "setting", "address"):
        assert after[name] == before[name]
    people = Transaction(again, ManualClock()).all_contacts()
    assert {p.name: p.key for p in people} == {row[2]: row[1] for row in before["contact"]}
    assert all(p.unread_count == 0 and p.proposed_lifetime_s is None for p in people)
    again.close()


def test_every_column_is_in_a_backup_or_left_out_on_purpose(connection: Connection) -> None:
    """A new column has to be decided about: it may need a new format version."""
    names = {
        row[0]
        for row in connection.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'"
        )
    }
    assert names == {table.name for table in TABLES} | set(LEFT_OUT)
    for table in TABLES:
        columns = {row[1] for row in connection.rows(f"PRAGMA table_info({table.name})")}
        assert columns - {"only_row"} == set(table.columns)


def test_a_backup_of_the_first_format_is_still_read(tmp_path: Path) -> None:
    again = restored(tmp_path / "new", cheap(FIXTURE))
    tx = Transaction(again, ManualClock())
    ada, bob = sorted(tx.all_contacts(), key=lambda contact: contact.name)
    assert (ada.alias, ada.frozen) == ("Countess", False)
    assert (bob.name, bob.frozen, bob.draft) == ("Bob 😀", True, "half a thought")
    assert tx.identity.load() == bytes(range(32, 64))
    assert tx.preferences() == {"theme": "dark"}
    assert [m.text for m in tx.messages_before(ada.id, None, 9)] == [
        "hello\0there",
        "Grüße 今天天气",
        "",
    ]
    again.close()


def test_a_backup_beside_writes_is_of_one_moment(tmp_path: Path) -> None:
    async def story() -> None:
        store = Store.open(tmp_path, KEY, clock=ManualClock(), create=True)
        await store.write(lambda tx: tx.identity.save(bytes(32), 1))
        ada = await store.write(lambda tx: add_person(tx, "Ada"))
        await store.write(
            lambda tx: [receive(tx, ada.id, number, f"before {number}") for number in range(600)]
        )
        loop, begun = asyncio.get_running_loop(), asyncio.Event()
        go_on = threading.Event()

        def progress(done: int, _: int) -> None:
            if done > 0:
                loop.call_soon_threadsafe(begun.set)
                assert go_on.wait(60)

        folder = tmp_path / "elsewhere"
        folder.mkdir()
        file = cheap(folder / "b.hum")
        work = asyncio.create_task(
            asyncio.to_thread(store.back_up, file, history=True, progress=progress)
        )
        await begun.wait()
        await store.write(lambda tx: receive(tx, ada.id, 1_000, "meanwhile"))
        go_on.set()
        manifest = await work
        await store.close()
        assert manifest.count("message") == 600
        again = restored(tmp_path / "new", file)
        assert again.value("SELECT count(*) FROM message WHERE text = 'meanwhile'") == 0
        again.close()

    asyncio.run(story())


# -- writing --------------------------------------------------------------------------------------


class StopError(Exception):
    """What a progress callback raises in these tests."""


def test_cancelling_leaves_the_old_file_and_nothing_new(
    connection: Connection, backup: BackupFile
) -> None:
    old = backup.path.read_bytes()

    def stop(done: int, total: int) -> None:
        if done == total:
            raise StopError

    names = names_in(backup.path.parent)
    with pytest.raises(StopError):
        write_backup(connection, backup, history=True, created_at=1, progress=stop)
    assert backup.path.read_bytes() == old
    assert names_in(backup.path.parent) == names
    write_backup(connection, backup, history=True, created_at=1)  # the connection is as it was
    assert backup.path.read_bytes() != old


def test_a_backup_is_private_and_has_a_size_that_tells_little(backup: BackupFile) -> None:
    assert backup.path.stat().st_mode & 0o777 == 0o600
    assert backup.path.stat().st_size == HEAD_LEN + SEALED_CHUNK_LEN


def test_nothing_of_it_can_be_read(backup: BackupFile) -> None:
    data = backup.path.read_bytes()
    for word in ("Countess", "hello", "Grüße", "192.0.2.7", "theme", PASSPHRASE):
        assert word.encode() not in data


@pytest.mark.parametrize("where", [DATABASE_NAME, "fresh.hum"])
def test_no_backup_into_the_folder_of_the_profile(tmp_path: Path, where: str) -> None:
    async def story() -> None:
        store = Store.open(tmp_path, KEY, clock=ManualClock(), create=True)
        with pytest.raises(InputError):
            store.back_up(cheap(tmp_path / where), history=True)
        with pytest.raises(InputError):
            store.back_up(cheap(tmp_path), history=True)
        with pytest.raises(FolderNotWritableError):
            store.back_up(cheap(tmp_path / "nowhere" / "b.hum"), history=True)
        await store.close()

    asyncio.run(story())


def test_padding_adds_at_most_an_eighth() -> None:
    for count in range(1, 5_000):
        assert count <= padded_count(count) <= count * 1.13
    assert len({padded_count(count) for count in range(1, 5_000)}) < 200


# -- damage ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_backup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackupFile]:
    """Several chunks."""
    folder = tmp_path_factory.mktemp("long")
    connection = open_connection(folder / DATABASE_NAME, KEY)
    prepare(connection)
    connection.run("PRAGMA synchronous = OFF")
    filled(connection)
    tx = Transaction(connection, ManualClock())
    ada = next(c for c in tx.all_contacts() if c.name == "Ada")
    with connection.transaction():
        for number in range(5):
            receive(tx, ada.id, 100 + number, os.urandom(30_000).hex())
    yield make_backup(connection, folder / "long.hum")
    connection.close()


def refused(path: Path, data: bytes) -> None:
    """One error, and nothing but the damaged file in the folder."""
    path.write_bytes(data)
    with pytest.raises((BackupDamagedError, StoreTooNewError)):
        Backup.open(cheap(path))
    assert names_in(path.parent) == {path.name}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "damaged.hum"


@given(data=st.data())
def test_a_cut_off_backup_is_refused(
    long_backup: BackupFile, scratch: Path, data: st.DataObject
) -> None:
    whole = long_backup.path.read_bytes()
    length = data.draw(
        st.one_of(
            st.integers(0, HEAD_LEN),
            st.integers(0, len(whole) - 1),
            st.integers(0, 4).map(lambda n: HEAD_LEN + n * SEALED_CHUNK_LEN),
        )
    )
    refused(scratch, whole[:length])


@given(data=st.data())
def test_a_flipped_bit_anywhere_is_refused(
    long_backup: BackupFile, scratch: Path, data: st.DataObject
) -> None:
    whole = bytearray(long_backup.path.read_bytes())
    regions = st.one_of(st.integers(0, HEAD_LEN - 1), st.integers(HEAD_LEN, len(whole) - 1))
    whole[data.draw(regions)] ^= 1 << data.draw(st.integers(0, 7))
    refused(scratch, bytes(whole))


@pytest.mark.parametrize("change", ["swapped", "repeated", "longer", "left out"])
def test_chunks_have_their_place(long_backup: BackupFile, scratch: Path, change: str) -> None:
    whole = long_backup.path.read_bytes()
    head, body = whole[:HEAD_LEN], whole[HEAD_LEN:]
    first, second, rest = (
        body[:SEALED_CHUNK_LEN],
        body[SEALED_CHUNK_LEN : 2 * SEALED_CHUNK_LEN],
        body[2 * SEALED_CHUNK_LEN :],
    )
    assert rest
    changed = {
        "swapped": head + second + first + rest,
        "repeated": head + first + first + second + rest,
        "longer": whole + b"\0",
        "left out": head + first + rest,
    }
    refused(scratch, changed[change])


@pytest.mark.parametrize("data", [b"", b"HUMBACK\n", b"SQLite format 3\0" * 10_000, b"\0" * 200])
def test_what_is_no_backup_is_called_that(scratch: Path, data: bytes) -> None:
    refused(scratch, data)


@given(passphrase=st.text(min_size=1, max_size=40).filter(lambda text: text.strip()))
def test_another_passphrase_is_told_from_damage(long_backup: BackupFile, passphrase: str) -> None:
    with pytest.raises((WrongKeyError, InputError)):  # InputError: NFKC left nothing of it
        Backup.open(cheap(long_backup.path, passphrase))


def test_no_file_and_no_passphrase(tmp_path: Path, backup: BackupFile) -> None:
    with pytest.raises(InputError):
        Backup.open(cheap(tmp_path / "missing.hum"))
    with pytest.raises(InputError):
        Backup.open(cheap(backup.path, "  "))


def test_a_later_format_is_refused_as_later(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(connection)
    monkeypatch.setattr(backup_stream, "BACKUP_VERSION", 2)
    file = make_backup(connection, tmp_path / "later.hum")
    monkeypatch.undo()
    with pytest.raises(StoreTooNewError):
        Backup.open(file)


@pytest.mark.parametrize(
    "cost",
    [
        CHEAP_COST_FOR_TESTING_ONLY,
        Cost(FLOOR.passes - 1, FLOOR.memory_len),
        Cost(CEILING.passes + 1, FLOOR.memory_len),
        Cost(FLOOR.passes, CEILING.memory_len + 1),
    ],
)
def test_a_cost_outside_the_limits_is_refused_unpaid(
    tmp_path: Path, cost: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_stream, "stretch", lambda *_: bytes(32))
    path = tmp_path / "odd.hum"
    with path.open("wb") as file:
        BackupWriter(file, PASSPHRASE, cost).finish()
    with pytest.raises(BackupDamagedError, match="cost"):
        Backup.open(BackupFile(path, PASSPHRASE))


# -- authentic, but no profile --------------------------------------------------------------------


def written(path: Path, records: list[bytes]) -> BackupFile:
    with path.open("wb") as file:
        writer = BackupWriter(file, PASSPHRASE, CHEAP_COST_FOR_TESTING_ONLY)
        for record in records:
            writer.add(record)
        writer.finish()
    return cheap(path)


def opened_records(file: BackupFile) -> list[bytes]:
    with file.path.open("rb") as source:
        key = BackupKey(source, file.passphrase, file.cost_for_testing_only)
        source.seek(0)
        return list(key.records(source))


@given(records=st.lists(st.binary(min_size=1, max_size=200), max_size=5))
def test_garbage_inside_is_refused(scratch: Path, records: list[bytes]) -> None:
    with pytest.raises(BackupDamagedError):
        Backup.open(written(scratch, records))


@given(lengths=st.lists(st.integers(1, 3 * CHUNK_LEN), max_size=4))
def test_records_of_any_length_come_back(scratch: Path, lengths: list[int]) -> None:
    records = [bytes([n + 1]) * length for n, length in enumerate(lengths)]
    assert opened_records(written(scratch, records)) == records


@pytest.mark.parametrize("change", ["row missing", "row twice", "no rows"])
def test_rows_must_be_those_of_the_manifest(
    backup: BackupFile, tmp_path: Path, change: str
) -> None:
    records = opened_records(backup)
    changed = {
        "row missing": records[:-1],
        "row twice": [*records, records[-1]],
        "no rows": records[:1],
    }
    with pytest.raises(BackupDamagedError):
        Backup.open(written(tmp_path / "odd.hum", changed[change]))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("contact", "UPDATE contact SET relation = 'enemy'"),
        ("message", "UPDATE message SET state = 'lost'"),
        ("identity", "UPDATE identity SET private_key = x'00'"),
    ],
)
def test_a_backup_of_impossible_values_leaves_nothing(
    connection: Connection, tmp_path: Path, table: str, change: str
) -> None:
    filled(connection)
    connection.run(change)
    file = Backup.open(make_backup(connection, tmp_path / f"{table}.hum"))
    folder = tmp_path / "new"
    folder.mkdir()
    with pytest.raises(BackupDamagedError):
        restore_database(folder, NEW_KEY, file)
    assert names_in(folder) == set()


def test_a_second_message_of_one_id_leaves_nothing(backup: BackupFile, tmp_path: Path) -> None:
    records = opened_records(backup)
    manifest = msgspec.msgpack.decode(records[0])
    number = next(n for n, section in enumerate(manifest[2]) if section[0] == "seen")
    manifest[2][number][2] += 1
    at = next(n for n, r in enumerate(records[1:], 1) if msgspec.msgpack.decode(r)[0] == number)
    changed = [msgspec.msgpack.encode(manifest), *records[1:at], records[at], *records[at:]]
    folder = tmp_path / "new"
    folder.mkdir()
    with pytest.raises(BackupDamagedError):
        restore_database(folder, NEW_KEY, Backup.open(written(tmp_path / "odd.hum", changed)))
    assert names_in(folder) == set()


def test_an_offer_that_was_open_is_lost_in_a_backup(connection: Connection, tmp_path: Path) -> None:
    filled(connection)
    tx = Transaction(connection, ManualClock())
    with connection.transaction():
        ada = next(contact for contact in tx.all_contacts() if contact.name.startswith("Ada"))
        sent = tx.messages.add_outgoing(ada.id, id_of(50), "open.pdf", 1)
        secret = FileSecret(b"k" * 32, b"d" * 32, "cd" * 16)
        tx.files.add(sent.row, size=9, kind="application/pdf", secret=secret)
    file = cheap(tmp_path / "open.hum")
    write_backup(connection, file, history=True, created_at=1)
    again = restored(tmp_path / "new", file)
    message = Transaction(again, ManualClock()).find_message(id_of(50))
    assert message.file == FileInfo(9, "application/pdf", FileState.FAILED, "lost")
    assert message.state is MessageState.FAILED
    assert again.value("SELECT count(*) FROM outbox WHERE row = ?", (sent.row,)) == 0
    again.close()
