"""Looks after the database in quiet moments: soundness, snapshots, the count of commits.

Everything heavy runs in a thread of its own with a connection of its own, one thing at a time, and
is stopped with the node.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from messenger.core.clock import Clock
from messenger.core.errors import (
    FolderNotWritableError,
    MessengerError,
    NotAllowedError,
    StoreCorruptError,
    StoreError,
)
from messenger.engine import commands as c
from messenger.engine import events as e
from messenger.store.database import Store, Transaction
from messenger.store.integrity import Pace, Soundness
from messenger.store.settings import LOCAL_PREFIX
from messenger.store.snapshots import SnapshotFile

log = logging.getLogger(__name__)
T = TypeVar("T")

HOUR_MS: Final = 3600 * 1000
DAY_MS: Final = 24 * HOUR_MS
LOOK_S: Final = 60.0  # seconds between two looks at what is due
QUIET_S: Final = 20.0  # without a commit; heartbeats of links come every 55 s
QUICK_S: Final = 2.0  # the look at the start ends then, with what it found
REST_S: Final = 0.002  # after each step of a full look: a quarter of one core at most
SETTLE_MS: Final = 10 * 60 * 1000  # after a deletion, before snapshots follow it
LATEST_MS: Final = HOUR_MS  # after a deletion, whatever else was deleted since
CLOSING_LEN: Final = 64 << 20  # bytes of a database that is copied and checked while closing
CHECK_EVERY_MS: Final = 7 * DAY_MS
CHECKED_SETTING: Final = LOCAL_PREFIX + "checked_at"  # Unix ms of the last full look


class Keeper:
    """One per node. Owner: the engine's loop thread."""

    def __init__(self, store: Store, clock: Clock, emit: Callable[[e.Event], None]) -> None:
        self._store = store
        self._clock = clock
        self._emit = emit
        self._stopped = threading.Event()
        self._one = asyncio.Lock()
        self._works: set[asyncio.Future[Any]] = set()
        self._task: asyncio.Task[None] | None = None
        self._checked_at = 0
        self._stale_since: int | None = None  # Unix ms of the first deletion since a snapshot

    def start(self) -> None:
        """Say what the opening found, take the quick look, then keep watch."""
        if self._store.lost_count:
            log.error("%d commits are missing", self._store.lost_count)
            self._emit(e.CommitsLost(self._store.lost_count))
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop what runs, and wait for its thread."""
        self._stopped.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.gather(*self._works, return_exceptions=True)

    async def follow_at_end(self) -> None:
        """After :meth:`stop`, before the database closes: no snapshot may hold what was deleted.

        A small database gets a new one; of a large one they go, and the next start makes another.
        Damage keeps them.
        """
        removed_at = self._store.removed_at
        files = await asyncio.to_thread(self._store.snapshots.list)
        if not files or files[-1].created_at > removed_at:
            return
        try:
            if files[0].size <= CLOSING_LEN:
                await asyncio.to_thread(
                    self._store.make_snapshot, fresh_since=removed_at, stopped=threading.Event()
                )
            else:
                await asyncio.to_thread(self._store.snapshots.drop_older, removed_at + 1)
        except FolderNotWritableError:
            await asyncio.to_thread(self._store.snapshots.drop_older, removed_at + 1)
        except StoreError as error:
            log.error("snapshots at the end: %s", error.kind)

    # -- commands ---------------------------------------------------------------------------------

    async def check(self, _: c.CheckIntegrity) -> e.IntegrityChecked:
        """Look through everything, now and without rests.

        Raises:
            StoreError: the disk did not answer, or the program ends.
        """
        found = await self._look(Pace(stopped=self._stopped), full=True)
        if found is None:
            raise StoreError("the database could not be looked through")
        return found

    async def snapshot(self, _: c.MakeSnapshot) -> e.Snapshot:
        """Write a snapshot now.

        Raises:
            StoreCorruptError, FolderNotWritableError, StoreError: none was made.
        """
        return await self._snapshot()

    async def list(self, _: c.ListSnapshots) -> tuple[e.Snapshot, ...]:
        """The snapshots there are, the newest first."""
        files = await asyncio.to_thread(self._store.snapshots.list)
        return tuple(map(shown, files))

    # -- what is due ------------------------------------------------------------------------------

    async def _run(self) -> None:
        text = await self._store.read_setting(CHECKED_SETTING)
        self._checked_at = int(text or 0) or self._clock.unix_ms()
        await self._look(Pace(limit_s=QUICK_S, stopped=self._stopped), full=False)
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
            except MessengerError as error:
                log.error("keeping: %s", error.kind)

    async def look(self) -> None:
        """Do what is due, if this is a quiet moment.

        Raises:
            StoreError: it was not done; the next look tries again.
        """
        now = self._clock.unix_ms()
        await self._store.sync_count()
        files = await asyncio.to_thread(self._store.snapshots.list)
        stale = self._is_stale(files, now)
        if not stale and self._clock.now() - self._store.busy_at < QUIET_S:
            return
        if stale or not files or not 0 <= now - files[0].created_at < DAY_MS:
            await self._snapshot()
        elif not 0 <= now - self._checked_at < CHECK_EVERY_MS:
            await self._look(Pace(rest_s=REST_S, stopped=self._stopped), full=True)

    def _is_stale(self, files: tuple[SnapshotFile, ...], now: int) -> bool:
        """Whether snapshots hold what was deleted, and it is time that they follow."""
        removed_at = self._store.removed_at
        if not files or files[-1].created_at > removed_at:
            self._stale_since = None
            return False
        if self._stale_since is None:
            self._stale_since = removed_at
        settled = not 0 <= now - removed_at < SETTLE_MS
        return settled or not 0 <= now - self._stale_since < LATEST_MS

    # -- work -------------------------------------------------------------------------------------

    async def _look(self, pace: Pace, *, full: bool) -> e.IntegrityChecked | None:
        found = await self._in_thread(lambda: self._store.look(pace, full=full))
        if found is Soundness.UNKNOWN:
            return None
        event = e.IntegrityChecked(full, found is Soundness.SOUND)
        if full:
            self._checked_at = now = self._clock.unix_ms()
            with contextlib.suppress(StoreError):
                await self._store.write(lambda tx: _note_checked(tx, now))
        self._emit(event)
        return event

    async def _snapshot(self) -> e.Snapshot:
        removed_at = self._store.removed_at
        try:
            made = await self._in_thread(
                lambda: self._store.make_snapshot(fresh_since=removed_at, stopped=self._stopped)
            )
        except StoreCorruptError:
            self._emit(e.IntegrityChecked(full=True, sound=False))
            raise
        self._stale_since = None
        snapshot = shown(made)
        self._emit(e.SnapshotMade(snapshot))
        return snapshot

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run one piece of work in a thread; whoever is cancelled leaves it to :meth:`stop`."""
        if self._stopped.is_set():
            raise NotAllowedError("Hum is closing.")

        async def run() -> T:
            async with self._one:
                return await asyncio.to_thread(work)

        running = asyncio.ensure_future(run())
        self._works.add(running)
        running.add_done_callback(self._works.discard)
        return await asyncio.shield(running)


def shown(file: SnapshotFile) -> e.Snapshot:
    """Return a snapshot as the engine tells of it."""
    return e.Snapshot(file.created_at, file.size)


def _note_checked(tx: Transaction, now: int) -> None:
    tx.settings.put(CHECKED_SETTING, str(now))
