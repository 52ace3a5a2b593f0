"""Methods about keeping the profile: its locks and its backups."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, cast

from messenger.engine import commands as c
from messenger.engine.events import (
    BackupDone,
    BackupSchedule,
    IntegrityChecked,
    LockSettings,
    Snapshot,
)
from messenger.rpc import keeping_shapes as shapes
from messenger.rpc.params import HasEngine, Json, Params


class Open(Params, frozen=True):
    passphrase: str | None = None
    recovery_code: str | None = None


class SetLock(Params, frozen=True):
    idle_min: int
    with_screen: bool = False


class Slot(Params, frozen=True):
    slot: str


class NewPassphrase(Params, frozen=True):
    passphrase: str


class BackUp(Params, frozen=True):
    path: str
    passphrase: str
    contacts_only: bool = False


class Schedule(Params, frozen=True):
    folder: str | None
    interval_h: int = 24
    contacts_only: bool = False
    keep: int = 3
    passphrase: str | None = None


# -- locks ------------------------------------------------------------------------------------


async def lock(node: HasEngine, _: Params) -> Json:
    await node.engine.execute(c.Lock())
    return {"locked": True}


async def unlock(node: HasEngine, params: Open) -> Json:
    await node.engine.execute(c.Unlock(params.passphrase, params.recovery_code))
    return {"locked": False}


async def lock_settings(node: HasEngine, _: Params) -> Json:
    return await _locks(node, c.GetLockSettings())


async def set_lock(node: HasEngine, params: SetLock) -> Json:
    return await _locks(node, c.SetLock(params.idle_min, params.with_screen))


async def remove_slot(node: HasEngine, params: Slot) -> Json:
    return await _locks(node, c.RemoveSlot(params.slot))


async def set_passphrase(node: HasEngine, params: NewPassphrase) -> Json:
    await node.engine.execute(c.SetPassphrase(params.passphrase))
    return await _locks(node, c.GetLockSettings())


async def add_recovery_code(node: HasEngine, _: Params) -> Json:
    return {"recovery_code": await node.engine.execute(c.AddRecoveryCode())}


async def store_in_keyring(node: HasEngine, _: Params) -> Json:
    await node.engine.execute(c.StoreKeyInKeyring())
    return await _locks(node, c.GetLockSettings())


async def _locks(node: HasEngine, command: c.Command) -> Json:
    settings = await node.engine.execute(command)
    assert isinstance(settings, LockSettings)
    return shapes.lock_settings(settings)


# -- backups ----------------------------------------------------------------------------------


async def backup(node: HasEngine, params: BackUp) -> Json:
    command = c.BackUp(Path(params.path), params.passphrase, history=not params.contacts_only)
    done = await node.engine.execute(command)
    assert isinstance(done, BackupDone)
    return {"path": params.path} | shapes.backup(done)


async def cancel_backup(node: HasEngine, _: Params) -> Json:
    await node.engine.execute(c.CancelBackup())
    return {}


async def set_backups(node: HasEngine, params: Schedule) -> Json:
    return await _schedule(
        node,
        c.SetBackupSchedule(
            folder=Path(params.folder) if params.folder is not None else None,
            interval_h=params.interval_h,
            history=not params.contacts_only,
            keep=params.keep,
            passphrase=params.passphrase,
        ),
    )


async def backups(node: HasEngine, _: Params) -> Json:
    return await _schedule(node, c.GetBackupSchedule())


async def _schedule(node: HasEngine, command: c.Command) -> Json:
    schedule = await node.engine.execute(command)
    assert isinstance(schedule, BackupSchedule)
    return shapes.schedule(schedule)


# -- soundness --------------------------------------------------------------------------------


async def check(node: HasEngine, _: Params) -> Json:
    found = await node.engine.execute(c.CheckIntegrity())
    assert isinstance(found, IntegrityChecked)
    return shapes.integrity(found)


async def make_snapshot(node: HasEngine, _: Params) -> Json:
    made = await node.engine.execute(c.MakeSnapshot())
    assert isinstance(made, Snapshot)
    return shapes.snapshot(made)


async def snapshots(node: HasEngine, _: Params) -> Json:
    found = cast(tuple[Snapshot, ...], await node.engine.execute(c.ListSnapshots()))
    return {"snapshots": [shapes.snapshot(one) for one in found]}


async def restore_snapshot(node: HasEngine, params: Open) -> Json:
    command = c.RestoreSnapshot(params.passphrase, params.recovery_code)
    used = await node.engine.execute(command)
    assert isinstance(used, Snapshot)
    return shapes.snapshot(used)


METHODS: Final[dict[str, tuple[type[Params], Callable[[Any, Any], Awaitable[Json]]]]] = {
    "node.lock": (Params, lock),
    "node.unlock": (Open, unlock),
    "node.lock_settings": (Params, lock_settings),
    "node.set_lock": (SetLock, set_lock),
    "node.remove_slot": (Slot, remove_slot),
    "node.set_passphrase": (NewPassphrase, set_passphrase),
    "node.add_recovery_code": (Params, add_recovery_code),
    "node.store_in_keyring": (Params, store_in_keyring),
    "node.backup": (BackUp, backup),
    "node.cancel_backup": (Params, cancel_backup),
    "node.set_backups": (Schedule, set_backups),
    "node.backups": (Params, backups),
    "node.check": (Params, check),
    "node.snapshot": (Params, make_snapshot),
    "node.snapshots": (Params, snapshots),
    "node.restore_snapshot": (Open, restore_snapshot),
}
