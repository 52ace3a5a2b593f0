"""Snapshots, looks for damage, and the count that notices a lost end: on real files."""

import asyncio
import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_people import KEY, add_person, key_of, receive

from messenger.core.clock import ManualClock
from messenger.core.errors import (
    FolderNotWritableError,
    NoSnapshotError,
    StoreCorruptError,
    StoreError,
)
from messenger.core.types import Address, Relation
from messenger.protocol.mailbox import Access
from messenger.store.commit_count import OutsideCount
from messenger.store.connection import Connection, open_connection
from messenger.store.database import Store, Transaction
from messenger.store.files import COUNT_NAME, DATABASE_NAME, SNAPSHOT_FOLDER
from messenger.store.integrity import Pace, Soundness, judge, look
from messenger.store.snapshots import Snapshots

NEVER = threading.Event()


@pytest.fixture
def small_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disks of tests need not have room to spare."""
    monkeypatch.setattr("messenger.store.snapshots.SPARE_LEN", 0)


def fill(tx: Transaction, count: int = 40) -> None:
    ada = add_person(tx, "Ada")
    for number in range(count):
        receive(tx, ada.id, number, f"message {number} " + "words " * 100)
    tx.sessions.save(ada.id, b"a secret of the past" * 20)


def opened(folder: Path, clock: ManualClock | None = None) -> Store:
    return Store.open(folder, KEY, clock=clock or ManualClock(), create=True)


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def connect(path: Path) -> Callable[[], Connection]:
    return lambda: open_connection(path, KEY, read_only=True)


def texts(store: Store) -> Any:
    return store.read(lambda reader: len(reader.messages_before(reader.contacts()[0].id, None, 99)))


# -- snapshots --------------------------------------------------------------------------------


def test_a_snapshot_holds_everything_but_sessions(tmp_path: Path, small_room: None) -> None:
    async def story() -> None:
        store = opened(tmp_path)
        await store.write(fill)
        made = store.make_snapshot(fresh_since=0, stopped=NEVER)
        connection = connect(made.path)()
        assert connection.value("SELECT count(*) FROM message") == 40
        assert connection.value("SELECT count(*) FROM session") == 0
        connection.close()
        assert store.snapshots.list() == (made,)
        assert [path.name for path in (tmp_path / SNAPSHOT_FOLDER).iterdir()] == [made.path.name]
        assert made.path.stat().st_mode & 0o777 == 0o600
        await store.close()

    asyncio.run(story())


def test_a_letter_under_way_is_in_a_snapshot_without_its_secrets(
    tmp_path: Path, small_room: None
) -> None:
    """Whoever has them and what lay at the relay reads its answer, long after they were erased."""
    door = Access(b"m" * 24, b"s" * 32)

    def write_letter(tx: Transaction) -> None:
        ada = tx.contacts.set_relation(add_person(tx, "Ada").id, Relation.ASKED)
        tx.introductions.expect(ada.id, Address("192.0.2.9", 4_433), key_of("relay"), door, 1)
        tx.introductions.written(ada.id, key_of("own"), b"its secrets", 2)

    async def story() -> None:
        store = opened(tmp_path)
        await store.write(write_letter)
        made = store.make_snapshot(fresh_since=0, stopped=NEVER)
        await store.close()
        made.path.replace(tmp_path / DATABASE_NAME)
        store = opened(tmp_path)
        (letter,) = await store.write(lambda tx: tx.introductions.own())
        assert (letter.access, letter.own_key, letter.secrets) == (door, None, None)
        await store.close()

    asyncio.run(story())


def test_what_was_deleted_is_in_no_snapshot(tmp_path: Path, small_room: None) -> None:
    async def story() -> None:
        clock = ManualClock()
        store = opened(tmp_path, clock)
        await store.write(fill)
        for _ in range(5):
            clock.advance(1)
            store.make_snapshot(fresh_since=store.removed_at, stopped=NEVER)
        assert len(store.snapshots.list()) == 3
        clock.advance(1)
        await store.write_removal(lambda tx: tx.changes.remove(7))
        assert store.removed_at == clock.unix_ms()
        await store.close()
        store = opened(tmp_path, clock)  # also after a restart
        clock.advance(1)
        store.make_snapshot(fresh_since=store.removed_at, stopped=NEVER)
        (left,) = store.snapshots.list()
        connection = connect(left.path)()
        assert connection.value("SELECT count(*) FROM message WHERE row = 7") == 0
        connection.close()
        await store.close()

    asyncio.run(story())


def test_a_snapshot_of_damage_is_not_kept(tmp_path: Path, small_room: None) -> None:
    async def story() -> None:
        store = opened(tmp_path)
        await store.write(fill)
        good = store.make_snapshot(fresh_since=0, stopped=NEVER)
        await store.close()
        flip(tmp_path / DATABASE_NAME, 20 * 4096 + 99)
        store = opened(tmp_path)
        with pytest.raises(StoreCorruptError):
            store.make_snapshot(fresh_since=0, stopped=NEVER)
        assert store.snapshots.list() == (good,)
        await store.close()

    asyncio.run(story())


def test_a_snapshot_that_is_stopped_or_has_no_room_leaves_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        store = opened(tmp_path)
        await store.write(fill)
        stopped = threading.Event()
        stopped.set()
        with pytest.raises(StoreError):
            store.make_snapshot(fresh_since=0, stopped=stopped)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("messenger.store.snapshots.SPARE_LEN", 1 << 60)
            with pytest.raises(FolderNotWritableError):
                store.make_snapshot(fresh_since=0, stopped=NEVER)
        assert list((tmp_path / SNAPSHOT_FOLDER).iterdir()) == []
        await store.close()

    asyncio.run(story())


def test_the_newest_good_snapshot_takes_the_place_of_a_damaged_file(
    tmp_path: Path, small_room: None
) -> None:
    async def story() -> None:
        clock = ManualClock()
        store = opened(tmp_path, clock)
        await store.write(fill)
        good = store.make_snapshot(fresh_since=0, stopped=NEVER)
        clock.advance(1)
        bad = store.make_snapshot(fresh_since=0, stopped=NEVER)
        await store.write(lambda tx: receive(tx, tx.all_contacts()[0].id, 99, "later"))
        await store.close()
        flip(bad.path, 20 * 4096 + 99)
        flip(tmp_path / DATABASE_NAME, 50)
        damaged = (tmp_path / DATABASE_NAME).read_bytes()
        (tmp_path / (DATABASE_NAME + "-wal")).write_bytes(b"a log of the damaged file")
        restored, aside = Snapshots(tmp_path, KEY).restore(77)
        assert restored == good
        assert (tmp_path / aside).read_bytes() == damaged
        assert (tmp_path / f"{aside}-wal").exists()
        store = opened(tmp_path, clock)
        assert (await texts(store), store.lost_count) == (40, 0)  # a chosen loss is no alarm
        await store.close()

    asyncio.run(story())


def test_without_a_good_snapshot_nothing_is_touched(tmp_path: Path) -> None:
    asyncio.run(opened(tmp_path).close())
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(NoSnapshotError):
        Snapshots(tmp_path, KEY).restore(77)
    assert before == {path: path.read_bytes() for path in tmp_path.iterdir()}


# -- looks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("full", [False, True])
def test_a_look_tells_sound_from_damaged(tmp_path: Path, *, full: bool) -> None:
    async def story() -> None:
        store = opened(tmp_path)
        await store.write(fill)
        await store.close()

    asyncio.run(story())
    path = tmp_path / DATABASE_NAME
    assert look(connect(path), Pace(), full=full) is Soundness.SOUND
    flip(path, 20 * 4096 + 99)
    assert look(connect(path), Pace(), full=full) is Soundness.DAMAGED


def test_a_look_ends_when_it_is_stopped_or_its_time_is_over(tmp_path: Path) -> None:
    async def story() -> None:
        store = opened(tmp_path)
        await store.write(fill)
        stopped = threading.Event()
        stopped.set()
        assert store.look(Pace(stopped=stopped), full=True) is Soundness.UNKNOWN
        assert store.look(Pace(limit_s=0.0), full=False) is Soundness.UNKNOWN
        await store.close()

    asyncio.run(story())


def test_a_disk_that_does_not_answer_is_not_damage(tmp_path: Path) -> None:
    def no_answer() -> Connection:
        raise StoreError("the database refused (SQLITE_IOERR_READ)")

    assert look(no_answer, Pace(), full=True) is Soundness.UNKNOWN
    assert judge(["Tree 3 page 7: unable to get the page. error code=266"]) is Soundness.UNKNOWN
    assert judge(["Tree 3 page 7: btreeInitPage() returns error code 11"]) is Soundness.DAMAGED
    assert judge(["row 5 missing from index message_id"]) is Soundness.DAMAGED


def test_damage_that_a_second_look_does_not_find_is_none(tmp_path: Path) -> None:
    asyncio.run(opened(tmp_path).close())
    answers = [StoreCorruptError("once"), None]

    def moody() -> Connection:
        error = answers.pop(0)
        if error is not None:
            raise error
        return connect(tmp_path / DATABASE_NAME)()

    assert look(moody, Pace(), full=True) is Soundness.SOUND


# -- the lost end -----------------------------------------------------------------------------


def test_a_log_that_lost_its_end_is_noticed_once(tmp_path: Path) -> None:
    at_work, lost = tmp_path / "at work", tmp_path / "lost"
    at_work.mkdir()

    async def story() -> None:
        store = opened(at_work)
        await store.write(fill)
        log = at_work / (DATABASE_NAME + "-wal")
        short_len = log.stat().st_size
        for number in range(100, 103):
            await store.write(lambda tx, n=number: receive(tx, tx.all_contacts()[0].id, n, "x"))
        shutil.copytree(at_work, lost)  # as a power cut leaves it
        await store.close()
        os.truncate(lost / log.name, short_len)
        store = opened(lost)
        assert store.lost_count == 3
        assert await texts(store) == 40
        sessions = await store.read(lambda reader: reader.session(reader.contacts()[0].id))
        assert sessions is None  # of an earlier state: a new one begins
        await store.close()
        store = opened(lost)
        assert store.lost_count == 0
        await store.close()

    asyncio.run(story())


def test_a_kill_between_the_counts_is_no_alarm(tmp_path: Path) -> None:
    async def story() -> None:
        store = opened(tmp_path)
        await store.write(fill)
        before = (tmp_path / COUNT_NAME).read_bytes()
        await store.write(lambda tx: receive(tx, tx.all_contacts()[0].id, 99, "x"))
        await store.close()
        for content in (before, before[:-1], b"", b"HUMCOUNT" + bytes([255] * 8) + bytes(16)):
            (tmp_path / COUNT_NAME).write_bytes(content)
            store = opened(tmp_path)
            assert store.lost_count == 0
            await store.close()

    asyncio.run(story())


def test_work_that_changes_nothing_or_fails_is_not_counted(tmp_path: Path) -> None:
    async def story() -> None:
        store = opened(tmp_path)
        await store.write(fill)
        count = OutsideCount(tmp_path, KEY)
        before = count.read()
        assert before > 0
        await store.write(lambda tx: tx.all_contacts())

        def fail(tx: Transaction) -> None:
            add_person(tx, "Ben")
            raise StoreError("on purpose")

        with pytest.raises(StoreError):
            await store.write(fail)
        assert count.read() == before
        assert OutsideCount(tmp_path, bytes(32)).read() == 0  # of another profile
        await store.sync_count()
        await store.close()

    asyncio.run(story())


def test_a_count_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    count = OutsideCount(tmp_path, KEY)
    count.write(5)
    with monkeypatch.context() as patch:
        patch.setattr("messenger.store.commit_count.os.write", full)
        count.write(6)
    assert count.read() == 5
    count.close()
