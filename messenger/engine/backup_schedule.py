"""Backups that are written by themselves: where, how often, how many stay.

Everything about it, the passphrase too, lies in the encrypted database and in no backup.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from messenger.core.clock import Clock
from messenger.core.errors import CancelledByPersonError, InputError, MessengerError
from messenger.engine import commands as c
from messenger.engine import events as e
from messenger.engine.backups import Backups
from messenger.store.backup import refuse_inside
from messenger.store.database import Store
from messenger.store.settings import LOCAL_PREFIX
from messenger.store.slots import normal_passphrase

log = logging.getLogger(__name__)

SETTING: Final = LOCAL_PREFIX + "backups"
LOOK_S: Final = 60.0  # seconds between two looks at the clock
HOUR_MS: Final = 3600 * 1000
RETRY_MS: Final = HOUR_MS  # after one that failed
MAX_INTERVAL_H: Final = 8760  # a year
MAX_KEEP: Final = 100


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the database keeps, as JSON."""

    folder: str | None = None
    interval_h: int = 24
    history: bool = True
    keep: int = 3
    last_at: int | None = None  # Unix ms
    tried_at: int | None = None  # Unix ms of the last one that failed
    problem: str | None = None  # a kind of error
    passphrase: str = ""
    written: tuple[str, ...] = ()  # names in the folder, oldest first

    def __repr__(self) -> str:
        return f"Plan({self.folder!r}, {self.interval_h} h)"


@dataclass(slots=True)
class BackupSchedule:
    """One per node. Owner: the engine's loop thread."""

    _store: Store = field(repr=False)
    _backups: Backups
    _clock: Clock
    _emit: Callable[[e.Event], None]
    _profile: Path
    _plan: Plan = field(default_factory=Plan)
    _task: asyncio.Task[None] | None = None
    _awake: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Load the plan and keep to it."""
        text = await self._store.read_setting(SETTING)
        if text:
            self._plan = msgspec.json.decode(text, type=Plan)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; a backup that is being written is stopped by its owner."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # -- commands ---------------------------------------------------------------------------------

    async def set(self, command: c.SetBackupSchedule) -> e.BackupSchedule:
        """Choose where, how often and how many.

        Raises:
            InputError: a place, a number or a passphrase that cannot be; the earlier plan stays.
        """
        if not 1 <= command.interval_h <= MAX_INTERVAL_H or not 1 <= command.keep <= MAX_KEEP:
            raise InputError("Backups are written every 1 to 8760 hours, and 1 to 100 are kept.")
        passphrase = self._plan.passphrase if command.passphrase is None else command.passphrase
        if command.folder is None:
            await self._save(folder=None, passphrase="", problem=None, tried_at=None)
            return self.shown()
        normal_passphrase(passphrase)
        folder = command.folder.expanduser().absolute()
        await asyncio.to_thread(refuse_inside, self._profile, folder / "backup.hum")
        moved = str(folder) != self._plan.folder
        await self._save(
            folder=str(folder),
            interval_h=command.interval_h,
            history=command.history,
            keep=command.keep,
            passphrase=passphrase,
            problem=None,
            tried_at=None,
            last_at=None if moved else self._plan.last_at,
            written=() if moved else self._plan.written,
        )
        self._awake.set()
        return self.shown()

    async def get(self, _: c.GetBackupSchedule) -> e.BackupSchedule:
        """How it is set."""
        return self.shown()

    def shown(self) -> e.BackupSchedule:
        """The plan without its passphrase."""
        plan = self._plan
        folder = Path(plan.folder) if plan.folder else None
        return e.BackupSchedule(
            folder, plan.interval_h, plan.history, plan.keep, plan.last_at, plan.problem
        )

    # -- what is due ------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            await self.look()
            self._awake.clear()
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._awake.wait()
            except TimeoutError:
                pass

    async def look(self) -> None:
        """Write a backup if one is due; a failure is told, and tried again within the hour."""
        if not self._is_due(self._clock.unix_ms()):
            return
        now = self._clock.unix_ms()
        try:
            await self._write(now)
        except CancelledByPersonError:
            await self._try_to_save(tried_at=now)
        except MessengerError as error:
            log.error("a backup was not written: %s", error.kind)
            await self._try_to_save(tried_at=now, problem=error.kind)
            self._emit(e.BackupFailed(error))

    def _is_due(self, now: int) -> bool:
        plan = self._plan
        if plan.folder is None:
            return False
        if plan.tried_at is not None and 0 <= now - plan.tried_at < RETRY_MS:
            return False
        return plan.last_at is None or not 0 <= now - plan.last_at < plan.interval_h * HOUR_MS

    async def _write(self, now: int) -> None:
        plan = self._plan
        assert plan.folder is not None
        stamp = time.strftime("%Y-%m-%d-%H%M%S", time.gmtime(now / 1000))
        path = Path(plan.folder) / f"hum-{stamp}.hum"
        done = await self._backups.back_up(c.BackUp(path, plan.passphrase, plan.history))
        names = (*(name for name in self._plan.written if name != path.name), path.name)
        gone, kept = names[: -plan.keep], names[-plan.keep :]
        await asyncio.to_thread(_remove, Path(plan.folder), gone)
        await self._save(last_at=now, tried_at=None, problem=None, written=kept)
        self._emit(e.BackupWritten(path, done))

    async def _save(self, **changes: Any) -> None:
        plan = msgspec.structs.replace(self._plan, **changes)
        text = msgspec.json.encode(plan).decode()
        await self._store.write(lambda tx: tx.settings.put(SETTING, text))
        self._plan = plan

    async def _try_to_save(self, **changes: Any) -> None:
        try:
            await self._save(**changes)
        except MessengerError:  # the disk: remember it for as long as this node runs
            self._plan = msgspec.structs.replace(self._plan, **changes)


def _remove(folder: Path, names: tuple[str, ...]) -> None:
    """Remove backups of ours that are not wanted any more; one that is in use stays."""
    for name in names:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError:
            log.warning("an old backup could not be removed")
