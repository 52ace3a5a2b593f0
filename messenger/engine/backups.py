"""Backups of a running node, and of a closed profile; a new profile out of a backup."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import CancelledByPersonError, NotAllowedError, ProfileMissingError
from messenger.engine.closed_profile import backup_done, closed_profile
from messenger.engine.commands import BackUp, CancelBackup, CreateProfile, Unlock
from messenger.engine.events import BackupDone, BackupProgress, Event
from messenger.engine.profile import OpenProfile, ProfileDoor
from messenger.store.backup import Backup, BackupFile, Progress
from messenger.store.backup_tables import Manifest
from messenger.store.database import Store
from messenger.store.snapshots import SnapshotFile
from messenger.store.vault import Vault

THERE_IS_ONE: Final = "There is a profile in this folder already; choose another one."
STEPS: Final = 100  # progress is told so often at most


class Backups:
    """The backups of a running node, one at a time. Owner: the engine's loop thread."""

    def __init__(self, store: Store, emit: Callable[[Event], None]) -> None:
        self._store = store
        self._emit = emit
        self._running: asyncio.Future[Manifest] | None = None
        self._cancelled = threading.Event()

    async def back_up(self, command: BackUp) -> BackupDone:
        """Write a backup in a thread of its own while everything else goes on.

        Raises:
            NotAllowedError: another one is being written.
            CancelledByPersonError: CancelBackup came; what was at the path before stays.
            InputError, FolderNotWritableError, StoreError.
        """
        if self._running is not None and not self._running.done():
            raise NotAllowedError("A backup is being written already.")
        self._cancelled.clear()
        progress = self._progress(asyncio.get_running_loop())
        self._running = asyncio.ensure_future(
            asyncio.to_thread(
                self._store.back_up,
                BackupFile(command.path, command.passphrase),
                history=command.history,
                progress=progress,
            )
        )
        return backup_done(await asyncio.shield(self._running))

    async def cancel(self, _: CancelBackup) -> None:
        """Stop what is being written, soon."""
        self._cancelled.set()

    async def stop(self) -> None:
        """Stop what is being written, and wait for that."""
        self._cancelled.set()
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)

    def _progress(self, loop: asyncio.AbstractEventLoop) -> Progress:
        """Return what the writing thread calls."""

        def tell(done: int, total: int) -> None:
            if self._cancelled.is_set():
                raise CancelledByPersonError("The backup was cancelled.")
            loop.call_soon_threadsafe(self._emit, BackupProgress(done, total))

        return in_steps(tell)


async def back_up_closed(
    folder: Path, unlock: Unlock, command: BackUp, *, clock: Clock, progress: Progress
) -> BackupDone:
    """Back up a profile that no other process has open.

    Raises:
        ProfileInUseError, ProfileMissingError, WrongKeyError, KeyringError, StoreError, InputError.
    """
    async with closed_profile(folder, unlock, clock=clock) as store:
        done = store.back_up(
            BackupFile(command.path, command.passphrase),
            history=command.history,
            progress=in_steps(progress),
        )
    return backup_done(done)


@dataclass(frozen=True, slots=True)
class Restore:
    """Which backup becomes a profile."""

    path: Path
    passphrase: str = field(repr=False)


def restore_profile(
    folder: Path, source: Restore, opened_by: CreateProfile, *, clock: Clock, progress: Progress
) -> BackupDone:
    """Make a profile out of a backup, where there is none; blocks.

    The backup is read and checked as a whole before anything is written.

    Args:
        opened_by: what is to open the new profile; its name and cover come from the backup.

    Raises:
        NotAllowedError: there is a profile in this folder, even a damaged one.
        WrongKeyError, BackupDamagedError, StoreTooNewError, InputError: nothing was written.
        KeyringError, ProfileInUseError, FolderNotWritableError: no profile was made.
    """
    if Vault.exists(folder):  # before anything is made in that place
        raise NotAllowedError(THERE_IS_ONE)
    backup = Backup.open(BackupFile(source.path, source.passphrase))
    door = ProfileDoor(folder, clock)
    try:
        door.restore(backup, opened_by, in_steps(progress))
    finally:
        door.release()
    return backup_done(backup.manifest)


def restore_behind(
    door: ProfileDoor, source: Restore, opened_by: CreateProfile, progress: Progress
) -> tuple[OpenProfile, BackupDone]:
    """Like :func:`restore_profile`, for a folder that is held; the profile is open then."""
    if door.exists:
        raise NotAllowedError(THERE_IS_ONE)
    backup = Backup.open(BackupFile(source.path, source.passphrase))
    door.restore(backup, opened_by, in_steps(progress))
    return door.unlock(Unlock(opened_by.passphrase)), backup_done(backup.manifest)


def restore_snapshot(
    folder: Path, unlock: Unlock, *, clock: Clock
) -> tuple[SnapshotFile, str | None]:
    """Put the newest good snapshot in the place of the database of a closed profile; blocks.

    Returns:
        The snapshot, and the name under which the damaged file is kept, if there was one.

    Raises:
        ProfileInUseError, ProfileMissingError, WrongKeyError, KeyringError.
        NoSnapshotError, FolderNotWritableError: the database is where it was.
    """
    if not Vault.exists(folder):
        raise ProfileMissingError("There is no profile in this folder.")
    door = ProfileDoor(folder, clock)
    try:
        return door.restore_snapshot(door.key(unlock, for_snapshot=True)[1])
    finally:
        door.release()


def in_steps(tell: Progress) -> Progress:
    """Return a Progress that passes on every hundredth only."""
    last = -1

    def step(done: int, total: int) -> None:
        nonlocal last
        now = STEPS * done // total
        if now != last:
            last = now
            tell(done, total)

    return step
