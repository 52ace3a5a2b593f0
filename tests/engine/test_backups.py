"""Backups of a running node: one at a time, cancelled on request and at the end."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from messenger.core.errors import CancelledByPersonError, NotAllowedError
from messenger.engine.backups import Backups, in_steps
from messenger.engine.commands import BackUp, CancelBackup
from messenger.engine.events import BackupProgress, Event
from messenger.store.backup import BackupFile, Progress
from messenger.store.backup_tables import Manifest, Section
from messenger.store.database import Store

ORDER = BackUp(Path("somewhere.hum"), "a passphrase")
MANIFEST = Manifest(7, True, (Section("contact", (), 2), Section("message", (), 3)))


class SlowStore:
    """Stands at its first row until it is let go on."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def back_up(self, file: BackupFile, *, history: bool, progress: Progress) -> Manifest:
        assert (file.path, file.passphrase, history) == (ORDER.path, ORDER.passphrase, True)
        progress(0, 100)
        self.begun.set()
        assert self.go_on.wait(60)
        progress(100, 100)
        return MANIFEST


def backups_of(store: SlowStore, emit: Callable[[Event], None]) -> Backups:
    return Backups(cast(Store, store), emit)


async def begun(backups: Backups, store: SlowStore) -> asyncio.Task[object]:
    task: asyncio.Task[object] = asyncio.create_task(backups.back_up(ORDER))
    await asyncio.to_thread(store.begun.wait, 60)
    return task


def test_one_at_a_time_and_told_how_far() -> None:
    async def story() -> None:
        events: list[Event] = []
        store = SlowStore()
        backups = backups_of(store, events.append)
        task = await begun(backups, store)
        with pytest.raises(NotAllowedError):
            await backups.back_up(ORDER)
        store.go_on.set()
        done = await task
        assert (done.contact_count, done.message_count) == (2, 3)
        assert events == [BackupProgress(0, 100), BackupProgress(100, 100)]
        await backups.back_up(ORDER)  # the next one

    asyncio.run(story())


def test_it_is_cancelled_on_request_and_can_begin_again() -> None:
    async def story() -> None:
        store = SlowStore()
        backups = backups_of(store, lambda event: None)
        task = await begun(backups, store)
        await backups.cancel(CancelBackup())
        store.go_on.set()
        with pytest.raises(CancelledByPersonError):
            await task
        await backups.back_up(ORDER)

    asyncio.run(story())


def test_the_end_of_the_node_waits_for_the_thread() -> None:
    async def story() -> None:
        store = SlowStore()
        backups = backups_of(store, lambda event: None)
        task = await begun(backups, store)
        task.cancel()
        stopping = asyncio.create_task(backups.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        store.go_on.set()
        await stopping
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(story())


def test_progress_is_told_a_hundred_times_at_most() -> None:
    told: list[tuple[int, int]] = []
    step = in_steps(lambda done, total: told.append((done, total)))
    for done in range(10_001):
        step(done, 10_000)
    assert len(told) == 101
    assert told[-1] == (10_000, 10_000)


def test_a_passphrase_is_in_no_repr() -> None:
    assert ORDER.passphrase not in repr(ORDER)
    assert ORDER.passphrase not in repr(BackupFile(ORDER.path, ORDER.passphrase))
