"""The open store: its thread, its transactions, and what it says about bad files."""

import asyncio
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_people import KEY, add_person, receive

from messenger.core.clock import ManualClock
from messenger.core.errors import (
    FolderNotWritableError,
    MessengerError,
    NoSuchContactError,
    ProfileMissingError,
    StoreCorruptError,
    StoreError,
    StoreTooNewError,
    WrongKeyError,
)
from messenger.core.types import Contact, ContactId
from messenger.store.connection import open_connection
from messenger.store.database import Store, Transaction
from messenger.store.files import COUNT_NAME, DATABASE_NAME, KEY_FILE_NAME, RESERVE_NAME

OTHER_KEY = bytes(range(1, 33))
PAGE_LEN = 4_096  # bytes


def make(folder: Path, clock: ManualClock) -> Store:
    return Store.open(folder, KEY, clock=clock, create=True)


def filled(folder: Path) -> Path:
    """Make a closed store with one contact and 300 messages; return its file."""

    async def scene() -> None:
        store = make(folder, ManualClock())

        def work(tx: Transaction) -> None:
            ada = add_person(tx, "Ada")
            for number in range(300):
                receive(tx, ada.id, number, f"message {number} " + "filling " * 20)

        await store.write(work)
        await store.close()

    asyncio.run(scene())
    return folder / DATABASE_NAME


def test_what_was_written_is_there_after_a_restart(tmp_path: Path, clock: ManualClock) -> None:
    async def scene() -> None:
        store = make(tmp_path, clock)
        ada = await store.write(lambda tx: add_person(tx, "Ada"))
        await store.close()
        store = Store.open(tmp_path, KEY, clock=clock)
        assert await store.read(lambda reader: reader.contacts()) == (ada,)
        await store.close()

    asyncio.run(scene())


def test_an_exception_rolls_everything_back(tmp_path: Path, clock: ManualClock) -> None:
    class StopError(Exception):
        pass

    async def scene() -> None:
        store = make(tmp_path, clock)

        def work(tx: Transaction) -> None:
            ada = add_person(tx, "Ada")
            receive(tx, ada.id, 1, "word")
            raise StopError

        with pytest.raises(StopError):
            await store.write(work)
        assert await store.read(lambda reader: reader.contacts()) == ()
        assert await store.read(lambda reader: reader.search("word")) == ()
        await store.write(lambda tx: add_person(tx, "Ada"))
        await store.close()

    asyncio.run(scene())


def test_work_runs_on_one_thread_and_in_order(tmp_path: Path, clock: ManualClock) -> None:
    async def scene() -> None:
        store = make(tmp_path, clock)
        threads: list[int] = []
        order: list[int] = []

        def work(number: int, _: Transaction) -> None:
            threads.append(threading.get_ident())
            order.append(number)

        await asyncio.gather(
            *(store.write(lambda tx, number=number: work(number, tx)) for number in range(50))
        )
        assert order == list(range(50))
        assert set(threads) != {threading.get_ident()}
        assert len(set(threads)) == 1
        await store.close()

    asyncio.run(scene())


def test_a_store_serves_several_event_loops(tmp_path: Path, clock: ManualClock) -> None:
    store = make(tmp_path, clock)
    ada = asyncio.run(_write(store, "Ada"))
    bob: list[Contact] = []
    thread = threading.Thread(target=lambda: bob.append(asyncio.run(_write(store, "Bob"))))
    thread.start()
    thread.join()
    assert {c.id for c in asyncio.run(_contacts(store))} == {ada.id, bob[0].id}
    asyncio.run(store.close())


async def _write(store: Store, name: str) -> Contact:
    return await store.write(lambda tx: add_person(tx, name))


async def _contacts(store: Store) -> tuple[Contact, ...]:
    return await store.read(lambda reader: reader.contacts())


def test_work_that_began_commits_though_its_caller_was_cancelled(
    tmp_path: Path, clock: ManualClock
) -> None:
    async def scene() -> None:
        store = make(tmp_path, clock)
        began, go_on = threading.Event(), threading.Event()

        def work(tx: Transaction) -> None:
            began.set()
            go_on.wait()
            add_person(tx, "Ada")

        task = asyncio.create_task(store.write(work))
        await asyncio.to_thread(began.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        assert len(await store.read(lambda reader: reader.contacts())) == 1
        await store.close()

    asyncio.run(scene())


def test_a_reader_sees_commits_and_cannot_write(tmp_path: Path, clock: ManualClock) -> None:
    async def scene() -> None:
        store = make(tmp_path, clock)
        reader = store.open_reader()
        assert reader.contacts() == ()
        ada = await store.write(lambda tx: add_person(tx, "Ada"))
        assert reader.contacts() == (ada,)
        with pytest.raises(FolderNotWritableError):
            Transaction(reader._connection, clock).contacts.set_name(ada.id, "Mallory")
        reader.close()
        await store.close()

    asyncio.run(scene())


def test_a_closed_store_says_so(tmp_path: Path, clock: ManualClock) -> None:
    async def scene() -> None:
        store = make(tmp_path, clock)
        await store.close()
        await store.close()
        with pytest.raises(StoreError, match="closed"):
            await store.write(lambda tx: None)
        with pytest.raises(StoreError, match="closed"):
            await store.read(lambda reader: None)

    asyncio.run(scene())


def test_closing_finishes_what_is_queued(tmp_path: Path, clock: ManualClock) -> None:
    async def scene() -> None:
        store = make(tmp_path, clock)
        pending = [
            asyncio.create_task(store.write(lambda tx, n=n: add_person(tx, str(n))))
            for n in range(20)
        ]
        await asyncio.sleep(0)
        await store.close()
        assert len(await asyncio.gather(*pending)) == 20
        assert not (tmp_path / (DATABASE_NAME + "-wal")).exists()

    asyncio.run(scene())


def test_an_error_of_ours_arrives_as_it_is(tmp_path: Path, clock: ManualClock) -> None:
    async def scene() -> None:
        store = make(tmp_path, clock)
        with pytest.raises(NoSuchContactError):
            await store.read(lambda reader: reader.contact(ContactId(7)))
        await store.close()

    asyncio.run(scene())


def test_settings_of_the_connection(tmp_path: Path, clock: ManualClock) -> None:
    async def scene() -> None:
        store = make(tmp_path, clock)
        wanted = {
            "journal_mode": "wal",
            "synchronous": 2,
            "secure_delete": 1,
            "foreign_keys": 1,
            "temp_store": 2,
            "trusted_schema": 0,
            "cipher_log_level": "NONE",
        }

        def ask(tx: Transaction) -> dict[str, object]:
            return {name: tx._connection.value(f"PRAGMA {name}") for name in wanted}

        assert await store.write(ask) == wanted
        await store.close()

    asyncio.run(scene())


# -- bad files -----------------------------------------------------------------------------------


def refuse(folder: Path, error: type[MessengerError], key: bytes = KEY, **options: bool) -> str:
    """Open, expect one kind of error with one sentence, and find every file untouched."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(error) as caught:
        Store.open(folder, key, clock=ManualClock(), **options)
    assert type(caught.value) is error
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    return str(caught.value)


def test_a_folder_without_profile(tmp_path: Path) -> None:
    refuse(tmp_path, ProfileMissingError)


def test_a_database_that_vanished_from_beside_its_key_file(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE_NAME).write_bytes(b"something")
    assert "missing" in refuse(tmp_path, StoreCorruptError)


def test_a_log_without_its_database_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / (DATABASE_NAME + "-wal")).write_bytes(b"committed once")
    refuse(tmp_path, StoreCorruptError, create=True)


def test_another_key(tmp_path: Path) -> None:
    filled(tmp_path)
    refuse(tmp_path, WrongKeyError, OTHER_KEY)
    refuse(tmp_path, WrongKeyError, OTHER_KEY, create=True)


@pytest.mark.parametrize("length", [0, 31, 33, 48])
def test_a_key_has_32_bytes(tmp_path: Path, length: int) -> None:
    with pytest.raises(ValueError, match="key"):
        open_connection(tmp_path / DATABASE_NAME, bytes(length))


def test_an_empty_file_is_damage_and_not_a_new_database(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).touch()
    refuse(tmp_path, StoreCorruptError, create=True)


def test_a_damaged_first_page_is_not_a_wrong_key(tmp_path: Path) -> None:
    _damage(filled(tmp_path), at=100)
    refuse(tmp_path, StoreCorruptError)


def test_a_damaged_salt_costs_nothing(tmp_path: Path, clock: ManualClock) -> None:
    _damage(filled(tmp_path), at=0)
    store = Store.open(tmp_path, KEY, clock=clock)
    assert len(asyncio.run(_contacts(store))) == 1
    asyncio.run(store.close())


def test_a_file_of_something_else_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(os.urandom(5 * PAGE_LEN))
    refuse(tmp_path, WrongKeyError)


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    connection = open_connection(tmp_path / DATABASE_NAME, KEY)
    connection.run("CREATE TABLE something (x)")
    connection.run("PRAGMA user_version = 1")
    connection.close()
    refuse(tmp_path, StoreCorruptError)


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    connection = open_connection(filled(tmp_path), KEY)
    connection.run("PRAGMA user_version = 9999")
    connection.rows("PRAGMA journal_mode = DELETE")
    connection.close()
    refuse(tmp_path, StoreTooNewError)


def test_a_damaged_page_in_the_middle_is_reported_by_whoever_reads_it(
    tmp_path: Path, clock: ManualClock
) -> None:
    path = filled(tmp_path)
    page_count = path.stat().st_size // PAGE_LEN
    for page in range(page_count * 3 // 4, page_count):  # behind the schema
        _damage(path, at=page * PAGE_LEN + 500)
    store = Store.open(tmp_path, KEY, clock=clock)

    async def scene() -> None:
        ada = (await store.read(lambda reader: reader.contacts()))[0]
        await store.read(lambda reader: reader.messages_before(ada.id, None, 1_000))

    with pytest.raises(StoreCorruptError):
        asyncio.run(scene())
    asyncio.run(_close_damaged(store))


async def _close_damaged(store: Store) -> None:
    try:
        await store.close()
    except StoreCorruptError:
        return


def _damage(path: Path, *, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        old = file.read(16)
        file.seek(at)
        file.write(bytes(byte ^ 0xFF for byte in old))


@pytest.fixture
def unprivileged_folder() -> Iterator[Path]:
    """A folder owned by somebody without rights, whom this process becomes for the test."""
    if os.name != "posix":
        pytest.skip("folder permissions are POSIX here")
    folder = Path(tempfile.mkdtemp(prefix="hum-read-only-"))
    folder.chmod(0o755)
    nobody, privileged = 65_534, os.geteuid() == 0
    try:
        yield from _as_nobody(folder, nobody) if privileged else _as_is(folder)
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def _as_is(folder: Path) -> Iterator[Path]:
    yield folder


def _as_nobody(folder: Path, nobody: int) -> Iterator[Path]:
    os.chown(folder, nobody, nobody)
    os.seteuid(nobody)
    try:
        yield folder
    finally:
        os.seteuid(0)


def test_a_read_only_folder_is_said_and_left_alone(unprivileged_folder: Path) -> None:
    filled(unprivileged_folder)
    unprivileged_folder.chmod(0o500)
    (unprivileged_folder / DATABASE_NAME).chmod(0o400)
    refuse(unprivileged_folder, FolderNotWritableError)


def test_a_database_is_not_made_in_a_read_only_folder(unprivileged_folder: Path) -> None:
    unprivileged_folder.chmod(0o500)
    refuse(unprivileged_folder, FolderNotWritableError, create=True)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX here")
def test_files_are_for_their_owner_only(tmp_path: Path, clock: ManualClock) -> None:
    old = os.umask(0)
    try:
        store = make(tmp_path, clock)
        asyncio.run(_write(store, "Ada"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        asyncio.run(store.close())
    finally:
        os.umask(old)
    database = {DATABASE_NAME, DATABASE_NAME + "-wal", DATABASE_NAME + "-shm"}
    assert set(modes) == database | {COUNT_NAME, RESERVE_NAME}
    assert set(modes.values()) == {0o600}


def test_an_unfinished_database_is_made_again(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / (DATABASE_NAME + ".new")).write_bytes(b"half")
    (tmp_path / (DATABASE_NAME + ".new-wal")).write_bytes(b"half")
    store = make(tmp_path, clock)
    asyncio.run(_write(store, "Ada"))
    asyncio.run(store.close())
    assert {path.name for path in tmp_path.iterdir()} == {COUNT_NAME, DATABASE_NAME, RESERVE_NAME}
