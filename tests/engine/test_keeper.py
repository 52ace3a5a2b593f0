"""What is done for the database in quiet moments, and backups by themselves; on real files."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from messenger.core.clock import ManualClock
from messenger.core.errors import InputError, StoreCorruptError, StoreError
from messenger.engine import commands as c
from messenger.engine import events as e
from messenger.engine.backup_schedule import BackupSchedule
from messenger.engine.backups import Backups
from messenger.engine.keeper import Keeper
from messenger.store.backup import Backup, BackupFile
from messenger.store.database import Store
from messenger.store.integrity import Soundness
from messenger.store.slots import CHEAP_COST_FOR_TESTING_ONLY

KEY = bytes(range(32))
HOUR = 3600
DAY = 24 * HOUR
PASSPHRASE = "canary of a passphrase"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disks of tests need not have room to spare, and passphrases cost nothing."""
    monkeypatch.setattr("messenger.store.snapshots.SPARE_LEN", 0)
    monkeypatch.setattr("messenger.store.backup.DEFAULT_COST", CHEAP_COST_FOR_TESTING_ONLY)


class Kept:
    """A store with what keeps it, and a clock that tests turn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "profile"
        self.folder.mkdir(exist_ok=True)
        self.clock = ManualClock()
        self.events: list[e.Event] = []
        self.open()

    def open(self) -> None:
        self.store = Store.open(
            self.folder,
            KEY,
            clock=self.clock,
            create=True,
            first=lambda tx: tx.identity.save(bytes(32), 1),
        )
        self.keeper = Keeper(self.store, self.clock, self.events.append)
        self.backups = Backups(self.store, self.events.append)
        self.schedule = BackupSchedule(
            self.store, self.backups, self.clock, self.events.append, self.folder
        )

    async def close(self) -> None:
        await self.schedule.stop()
        await self.keeper.stop()
        await self.backups.stop()
        await self.store.close()

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def delete(self) -> None:
        """Delete something, as far as the store knows."""
        await self.store.write(lambda tx: tx._connection.note_deletion())

    async def look(self, seconds: float) -> int:
        """Let time pass, look at what is due; return how many snapshots were made."""
        before = len(self.of(e.SnapshotMade))
        self.clock.advance(seconds)
        await self.keeper.look()
        return len(self.of(e.SnapshotMade)) - before


def play(folder: Path, story: Callable[[Kept], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        kept = Kept(folder)
        try:
            async with asyncio.timeout(60):
                await story(kept)
        finally:
            await kept.close()

    asyncio.run(run())


def test_a_snapshot_a_day_in_a_quiet_moment(tmp_path: Path) -> None:
    async def story(kept: Kept) -> None:
        await kept.store.write(lambda tx: tx.settings.put("x", "y"))
        assert await kept.look(1) == 0  # somebody writes
        assert await kept.look(20) == 1
        assert await kept.look(HOUR) == 0
        for _ in range(4):
            assert await kept.look(DAY) == 1
        assert len(await kept.keeper.list(c.ListSnapshots())) == 3

    play(tmp_path, story)


def test_snapshots_follow_a_deletion(tmp_path: Path) -> None:
    async def story(kept: Kept) -> None:
        assert await kept.look(30) == 1
        await kept.delete()
        assert await kept.look(5 * 60) == 0  # more may follow
        assert await kept.look(6 * 60) == 1
        assert len(await kept.keeper.list(c.ListSnapshots())) == 1
        made = 0
        for _ in range(70):  # deletions that do not end
            await kept.delete()
            made += await kept.look(60)
        assert made == 1  # within the hour all the same

    play(tmp_path, story)


@pytest.mark.parametrize("room", [1 << 30, 0])
def test_no_snapshot_holds_what_was_deleted_once_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """A small database gets a new snapshot; of a large one they go."""
    monkeypatch.setattr("messenger.engine.keeper.CLOSING_LEN", room)

    async def story(kept: Kept) -> None:
        assert await kept.look(30) == 1
        (before,) = await kept.keeper.list(c.ListSnapshots())
        kept.clock.advance(60)
        await kept.keeper.follow_at_end()
        assert await kept.keeper.list(c.ListSnapshots()) == (before,)  # nothing was deleted
        await kept.delete()
        kept.clock.advance(1)
        await kept.keeper.follow_at_end()
        after = await kept.keeper.list(c.ListSnapshots())
        assert before not in after
        assert len(after) == (1 if room else 0)

    play(tmp_path, story)


def test_damage_keeps_the_snapshots_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise StoreCorruptError("damaged")

    async def story(kept: Kept) -> None:
        assert await kept.look(30) == 1
        kept.clock.advance(60)
        await kept.delete()
        monkeypatch.setattr(kept.store, "make_snapshot", damaged)
        await kept.keeper.follow_at_end()
        assert len(await kept.keeper.list(c.ListSnapshots())) == 1

    play(tmp_path, story)


def test_a_full_look_once_a_week_and_on_request(tmp_path: Path) -> None:
    async def story(kept: Kept) -> None:
        await kept.look(30)
        kept.keeper._checked_at = kept.clock.unix_ms()
        kept.clock.advance(7 * DAY)
        await kept.keeper.snapshot(c.MakeSnapshot())
        await kept.look(30)
        assert kept.of(e.IntegrityChecked) == [e.IntegrityChecked(full=True, sound=True)]
        await kept.look(30)
        assert len(kept.of(e.IntegrityChecked)) == 1
        found = await kept.keeper.check(c.CheckIntegrity())
        assert found == e.IntegrityChecked(full=True, sound=True)

    play(tmp_path, story)


def test_a_look_that_tells_nothing_is_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(kept: Kept) -> None:
        monkeypatch.setattr(Store, "look", lambda *_, **__: Soundness.UNKNOWN)
        with pytest.raises(StoreError):
            await kept.keeper.check(c.CheckIntegrity())
        assert kept.of(e.IntegrityChecked) == []

    play(tmp_path, story)


def test_backups_by_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    foreign = folder / "hum-mine.hum"
    foreign.write_bytes(b"of somebody else")

    async def story(kept: Kept) -> None:
        order = c.SetBackupSchedule(folder, interval_h=2, keep=2, passphrase=PASSPHRASE)
        assert PASSPHRASE not in repr(order) + repr(await kept.schedule.set(order))
        assert PASSPHRASE not in repr(kept.schedule)
        for _ in range(4):
            await kept.schedule.look()
            await kept.schedule.look()  # not due
            kept.clock.advance(2 * HOUR)
        written = kept.of(e.BackupWritten)
        assert len(written) == 4
        left = {path for path in folder.iterdir() if path != foreign}
        assert left == {event.path for event in written[2:]}
        assert foreign.exists()
        Backup.open(BackupFile(written[-1].path, PASSPHRASE, CHEAP_COST_FOR_TESTING_ONLY))
        await kept.close()
        kept.open()
        await kept.schedule.start()  # the plan and the passphrase outlive the program
        assert (await kept.schedule.get(c.GetBackupSchedule())).keep == 2
        await kept.schedule.set(c.SetBackupSchedule(folder, interval_h=3))
        stopped = await kept.schedule.set(c.SetBackupSchedule(None))
        assert stopped.folder is None
        with pytest.raises(InputError):  # it is forgotten
            await kept.schedule.set(c.SetBackupSchedule(folder))

    play(tmp_path, story)


def test_a_backup_that_fails_is_told_and_tried_again_within_the_hour(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()

    async def story(kept: Kept) -> None:
        await kept.schedule.set(c.SetBackupSchedule(folder, passphrase=PASSPHRASE))
        folder.rmdir()  # somebody pulls it out
        await kept.schedule.look()
        await kept.schedule.look()
        assert len(kept.of(e.BackupFailed)) == 1
        assert kept.schedule.shown().problem == "folder_not_writable"
        folder.mkdir()
        kept.clock.advance(HOUR)
        await kept.schedule.look()
        assert len(kept.of(e.BackupWritten)) == 1
        assert kept.schedule.shown().problem is None

    play(tmp_path, story)


@pytest.mark.parametrize(
    "order",
    [
        {"interval_h": 0},
        {"keep": 0},
        {"keep": 101},
        {"passphrase": ""},
        {"folder": "profile"},
    ],
)
def test_a_plan_that_cannot_be_is_refused(tmp_path: Path, order: dict[str, Any]) -> None:
    async def story(kept: Kept) -> None:
        folder = tmp_path / order.pop("folder", "")
        wanted = {"passphrase": PASSPHRASE} | order
        with pytest.raises(InputError):
            await kept.schedule.set(c.SetBackupSchedule(folder, **wanted))
        assert kept.schedule.shown().folder is None

    play(tmp_path, story)
