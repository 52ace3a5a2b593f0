"""Snapshots: the few newest good states of the database, beside it, under the same key.

A snapshot is written by SQLite's backup at one moment and loses its sessions and the secrets of
letters under way, so that no key of the past is kept. It is read through for damage, and only then
gets its name.
"""

import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from messenger.core.errors import (
    FolderNotWritableError,
    NoSnapshotError,
    StoreCorruptError,
    StoreError,
)
from messenger.store.atomic import sync_file, sync_folder
from messenger.store.commit_count import forget_count
from messenger.store.connection import Connection, open_connection
from messenger.store.files import DATABASE_NAME, SNAPSHOT_FOLDER
from messenger.store.integrity import Pace, Soundness, look

KEEP_COUNT: Final = 3  # the newest
SPARE_LEN: Final = 64 << 20  # bytes that must stay free on the disk
STEP_PAGES: Final = 256  # copied between two looks at whether to stop
_NAME: Final = re.compile(r"hum-(\d{13,16})\.db")
_UNFINISHED: Final = "unfinished.new"


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One snapshot."""

    path: Path
    created_at: int  # Unix ms
    size: int  # bytes


class Snapshots:
    """The snapshots of one profile folder. Blocking; one thread at a time."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._profile = folder
        self._folder = folder / SNAPSHOT_FOLDER
        self._key = key

    def list(self) -> tuple[SnapshotFile, ...]:
        """Return what is there, the newest first."""
        paths = self._folder.iterdir() if self._folder.is_dir() else ()
        found = [
            SnapshotFile(path, int(match[1]), path.stat().st_size)
            for path in paths
            if (match := _NAME.fullmatch(path.name))
        ]
        return tuple(sorted(found, key=lambda file: file.created_at, reverse=True))

    def make(
        self, source: Connection, created_at: int, *, fresh_since: int, stopped: threading.Event
    ) -> SnapshotFile:
        """Write, check and keep a snapshot; drop those beyond KEEP_COUNT, and stale ones.

        Args:
            source: a connection of the calling thread, outside a transaction.
            created_at: Unix ms of this moment.
            fresh_since: older snapshots hold what was deleted since, and go.
            stopped: ends the work; nothing of it remains.

        Raises:
            StoreCorruptError: the database is damaged; the snapshots that are there stay.
            FolderNotWritableError: no room.
            StoreError: it was stopped, or the disk did not answer.
        """
        unfinished = self._folder / _UNFINISHED
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._remove_unfinished()
            self._check_room()
            unfinished.touch(mode=0o600)
            self._copy(source, unfinished, stopped)
            self._check(unfinished, stopped)
            sync_file(unfinished)
            path = self._folder / f"hum-{created_at}.db"
            unfinished.replace(path)
            sync_folder(self._folder)
            self._drop(created_at, fresh_since)
            return SnapshotFile(path, created_at, path.stat().st_size)
        except OSError as error:
            raise FolderNotWritableError("the snapshot cannot be written") from error
        finally:
            self._remove_unfinished()

    def drop_older(self, than: int) -> None:
        """Remove snapshots from before Unix ms ``than``."""
        for file in self.list():
            if file.created_at < than:
                file.path.unlink(missing_ok=True)

    def restore(self, now: int) -> tuple[SnapshotFile, str | None]:
        """Put the newest good snapshot in the place of the database, which is set aside.

        Returns:
            The snapshot, and the name that the damaged file has now; None if it was gone.

        Raises:
            NoSnapshotError: there is none that is good; nothing was changed.
            FolderNotWritableError: no room; nothing is lost.
        """
        newest = self.newest_good()
        database = self._profile / DATABASE_NAME
        aside = f"{DATABASE_NAME}.damaged-{now}"
        unfinished = database.with_name(f"{DATABASE_NAME}.restored.new")
        try:
            shutil.copyfile(newest.path, unfinished)
            unfinished.chmod(0o600)
            sync_file(unfinished)
            # The log first: beside another database it would be folded into it.
            _set_aside(database.with_name(database.name + "-wal"), f"{aside}-wal")
            database.with_name(database.name + "-shm").unlink(missing_ok=True)
            kept = _keep_as(database, aside)
            forget_count(self._profile)
            unfinished.replace(database)
            sync_folder(self._profile)
        except OSError as error:
            raise FolderNotWritableError("the snapshot cannot be put in place") from error
        return newest, aside if kept else None

    # -- parts --------------------------------------------------------------------------------

    def _copy(self, source: Connection, path: Path, stopped: threading.Event) -> None:
        target = open_connection(path, self._key)
        try:
            source.copy_to(target, STEP_PAGES, _unless(stopped))
            target.rows("PRAGMA journal_mode = DELETE")  # its header says WAL
            target.rows("PRAGMA journal_mode = OFF")  # an unfinished one is thrown away
            with target.transaction():
                target.run("DELETE FROM session")
                # A letter whose secrets are gone counts as not written, and is written anew.
                target.run("UPDATE introduction SET own_key = NULL, kept = NULL WHERE outgoing = 1")
        finally:
            target.close()

    def _check(self, path: Path, stopped: threading.Event) -> None:
        found = look(self._opener(path), Pace(stopped=stopped), full=True)
        if found is Soundness.DAMAGED:
            raise StoreCorruptError("the database is damaged: its snapshot is not kept")
        if found is not Soundness.SOUND:
            raise StoreError("the snapshot could not be checked")

    def newest_good(self) -> SnapshotFile:
        """Return the newest snapshot in which no damage is found, or raise NoSnapshotError."""
        for file in self.list():
            if look(self._opener(file.path), Pace(), full=True) is Soundness.SOUND:
                return file
        raise NoSnapshotError("there is no good snapshot of this profile")

    def _opener(self, path: Path) -> Callable[[], Connection]:
        return lambda: open_connection(path, self._key, read_only=True)

    def _check_room(self) -> None:
        size = (self._profile / DATABASE_NAME).stat().st_size
        if shutil.disk_usage(self._folder).free < size + SPARE_LEN:
            raise FolderNotWritableError("there is no room for a snapshot")

    def _drop(self, newest: int, fresh_since: int) -> None:
        for place, file in enumerate(self.list()):
            if file.created_at < newest and (place >= KEEP_COUNT or file.created_at <= fresh_since):
                file.path.unlink(missing_ok=True)

    def _remove_unfinished(self) -> None:
        for leftover in self._folder.glob(_UNFINISHED + "*"):
            leftover.unlink(missing_ok=True)


def _set_aside(path: Path, name: str) -> None:
    if path.exists():
        path.rename(path.with_name(name))


def _keep_as(path: Path, name: str) -> bool:
    """Give a file a second name, so that the first one is never without a file; False: no file."""
    try:
        path.with_name(name).hardlink_to(path)
    except FileNotFoundError:
        return False
    except OSError:  # a file system without links
        path.rename(path.with_name(name))
    return True


def _unless(stopped: threading.Event) -> Callable[[], None]:
    def step() -> None:
        if stopped.is_set():
            raise StoreError("the snapshot was stopped")

    return step
