"""The reserve file: on a full disk there is room to delete, and to open."""

import asyncio
import errno
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from store_people import KEY, add_person, receive

from messenger.core.clock import ManualClock
from messenger.core.errors import FolderNotWritableError, NoSuchMessageError
from messenger.core.types import Contact
from messenger.store.connection import Connection
from messenger.store.database import Store, Transaction
from messenger.store.files import DATABASE_NAME, RESERVE_NAME
from messenger.store.reserve import RESERVE_LEN, SPARE_LEN, Reserve


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    store = Store.open(folder, KEY, clock=ManualClock(), create=True)
    try:
        yield store
    finally:
        await store.close()


def greeting(tx: Transaction) -> tuple[Contact, int]:
    ada = add_person(tx, "Ada")
    return ada, receive(tx, ada.id, 1, "hello").row


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where nothing commits while the reserve is there."""
    run = Connection.run

    def full_run(self: Connection, sql: str, values: tuple[object, ...] = ()) -> int:
        if sql == "COMMIT" and (tmp_path / RESERVE_NAME).exists():
            raise FolderNotWritableError("the disk is full")
        return run(self, sql, values)

    monkeypatch.setattr(Connection, "run", full_run)
    # And no room for another one.
    monkeypatch.setattr("messenger.store.reserve.SPARE_LEN", 1 << 62)
    return tmp_path


def test_a_profile_has_a_private_reserve(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path):
            pass
        file = tmp_path / RESERVE_NAME
        first = file.read_bytes()
        assert len(first) == RESERVE_LEN
        assert file.stat().st_mode & 0o777 == 0o600
        async with opened(tmp_path):
            pass
        assert file.read_bytes() == first  # not written at every start

    asyncio.run(story())


def test_deleting_gives_the_reserve_up_and_nothing_else_does(full: Path) -> None:
    async def story() -> None:
        async with opened(full) as store:
            _, row = await store.write(greeting)
            (full / RESERVE_NAME).write_bytes(b"now the disk is full")
            with pytest.raises(FolderNotWritableError):
                await store.write(lambda tx: add_person(tx, "Bob"))
            assert (full / RESERVE_NAME).exists()
            await store.write_removal(lambda tx: tx.changes.remove(row))
            assert not (full / RESERVE_NAME).exists()
            with pytest.raises(NoSuchMessageError):
                await store.read(lambda reader: reader.message(row))
            assert len(await store.read(lambda reader: reader.contacts())) == 1

    asyncio.run(story())


def test_without_a_reserve_the_error_is_told(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with opened(full) as store:
            _, row = await store.write(greeting)
            (full / RESERVE_NAME).write_bytes(b"now the disk is full")
            monkeypatch.setattr(Reserve, "give_up", lambda self: False)
            with pytest.raises(FolderNotWritableError):
                await store.write_removal(lambda tx: tx.changes.remove(row))
            assert (await store.read(lambda reader: reader.message(row))).text == "hello"
            (full / RESERVE_NAME).unlink()

    asyncio.run(story())


def test_a_deletion_refused_for_another_reason_costs_no_reserve(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            with pytest.raises(NoSuchMessageError):
                await store.write_removal(lambda tx: tx.changes.remove(99))
        assert (tmp_path / RESERVE_NAME).exists()

    asyncio.run(story())


def test_the_reserve_comes_back_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with opened(tmp_path) as store:
            (tmp_path / RESERVE_NAME).unlink()
            _, row = await store.write(greeting)
            monkeypatch.setattr("messenger.store.reserve.SPARE_LEN", 1 << 62)
            await store.write_removal(lambda tx: tx.messages.delete(row, 1))
            assert not (tmp_path / RESERVE_NAME).exists()
            monkeypatch.setattr("messenger.store.reserve.SPARE_LEN", SPARE_LEN)
            await store.write_removal(lambda tx: tx.changes.remove(row))
            assert (tmp_path / RESERVE_NAME).stat().st_size == RESERVE_LEN

    asyncio.run(story())


def test_a_log_that_cannot_be_emptied_is_emptied_later(
    connection: Connection, tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deletion is committed by then: it must not be called a failure."""
    calls: list[bool] = []

    def refuse(_: Connection) -> None:
        calls.append(False)
        raise FolderNotWritableError("the disk is full")

    connection.note_deletion()
    monkeypatch.setattr(Connection, "empty_log", refuse)
    connection.empty_log_of_deleted()
    monkeypatch.setattr(Connection, "empty_log", lambda _: calls.append(True))
    connection.empty_log_of_deleted()
    connection.empty_log_of_deleted()
    assert calls == [False, True]
    assert tx.all_contacts() == ()


# -- a disk that is really full -------------------------------------------------------------------


@contextmanager
def mounted(tmp_path: Path, size: str) -> Iterator[Path]:
    """A tmpfs of this size, where we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        check=False,
        capture_output=True,
    )
    if done.returncode:
        pytest.skip(f"only root may mount a small disk: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB."""
    with mounted(tmp_path, "16m") as folder:
        yield folder


def test_a_tiny_disk_recovers_when_it_is_freed(tmp_path: Path) -> None:
    """On 2 MiB the log alone used to take everything, and never gave it back."""

    async def story(profile: Path) -> None:
        async with opened(profile) as store:
            ada, _ = await store.write(greeting)
            fill(profile.parent / "filler")
            for number in range(2, 6):
                with pytest.raises(FolderNotWritableError):
                    await store.write(lambda tx, n=number: receive(tx, ada.id, n, "x " * 3_000))
            (profile.parent / "filler").unlink()
            for number in range(10, 210):
                await store.write(lambda tx, n=number: receive(tx, ada.id, n, "after"))
            assert (profile / (DATABASE_NAME + "-wal")).stat().st_size < 1 << 20
            fill(profile.parent / "filler")  # and it closes on a full one

    with mounted(tmp_path, "2m") as disk:
        profile = disk / "profile"
        profile.mkdir()
        asyncio.run(story(profile))


def fill(path: Path) -> None:
    """Take every byte the disk still has."""
    with path.open("ab", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def test_a_full_disk_opens_and_lets_go_of_messages(small_disk: Path) -> None:
    profile, filler = small_disk / "profile", small_disk / "filler"
    profile.mkdir()

    async def story() -> None:
        async with opened(profile) as store:
            ada, _ = await store.write(greeting)
            rows = await store.write(
                lambda tx: [
                    receive(tx, ada.id, n, f"message {n} {'word ' * 200}").row
                    for n in range(2, 300)
                ]
            )
        assert (profile / RESERVE_NAME).exists()
        fill(filler)
        async with opened(profile) as store:  # takes the reserve for the log and its index
            assert not (profile / RESERVE_NAME).exists()
            for row in rows[:20]:
                await store.write_removal(lambda tx, row=row: tx.changes.remove(row))
            left = await store.read(lambda reader: reader.messages_before(ada.id, None, 1_000))
            assert len(left) == 299 - 20
            filler.unlink()
            await store.write_removal(lambda tx: tx.changes.remove(rows[20]))
            assert (profile / RESERVE_NAME).exists()

    asyncio.run(story())


def test_a_disk_that_fills_up_while_open_lets_go_of_messages(small_disk: Path) -> None:
    profile = small_disk / "profile"
    profile.mkdir()

    async def story() -> None:
        async with opened(profile) as store:
            ada, _ = await store.write(greeting)
            fill(small_disk / "filler")
            number, refused = 2, False
            while not refused:  # until what the log had already taken is used up
                try:
                    await store.write(lambda tx, n=number: receive(tx, ada.id, n, "x " * 3_000))
                except FolderNotWritableError:
                    refused = True
                number += 1
            before = await store.read(lambda reader: reader.messages_before(ada.id, None, 999))
            for message in before:
                await store.write_removal(lambda tx, row=message.row: tx.changes.remove(row))
            assert await store.read(lambda r: r.messages_before(ada.id, None, 999)) == ()

    asyncio.run(story())
