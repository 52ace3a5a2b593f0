"""The application without a screen: opens a profile, runs a node, answers commands."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from messenger.core.clock import Clock, SystemClock
from messenger.core.errors import (
    LockedError,
    LockedMeanwhileError,
    MessengerError,
    NotAllowedError,
)
from messenger.engine import commands as c
from messenger.engine.app_lock import AppLock
from messenger.engine.backups import Restore, restore_behind
from messenger.engine.doctor import Doctor, Patient
from messenger.engine.events import (
    BackupDone,
    BackupProgress,
    EngineFailed,
    EngineStopped,
    Event,
    KeyFileRepaired,
    LockSettings,
    NodeReady,
    ProfileNeeded,
    Reply,
    Salvaged,
    Snapshot,
    SnapshotRestored,
    Unlocked,
    UnlockNeeded,
)
from messenger.engine.keeper import shown
from messenger.engine.node import Node
from messenger.engine.options import EngineOptions
from messenger.engine.profile import OpenProfile, ProfileDoor, refuse_locked, working_keyring
from messenger.engine.reads import Reader
from messenger.engine.self_check import SelfCheck
from messenger.store.backup import BackupFile

log = logging.getLogger(__name__)

Handler = Callable[[Any], Awaitable[object]]

# Carried out while locked too: they show nothing, and a draft must be kept, not lost.
WHILE_LOCKED: Final = (
    c.Lock,
    c.Unlock,
    c.GetLockSettings,
    c.SaveDraft,
    c.NoteActivity,
    c.CancelBackup,
    c.Shutdown,
)
# Commands that come by themselves: no sign that somebody is there.
BY_ITSELF: Final = (
    *(c.MarkRead, c.GetWireStats, c.WatchWire, c.GetLockSettings),
    *(c.GetPreview, c.ReadPicture, c.KeepPreview),
)


class Engine:
    """One profile, from closed to closed.

    Owner: the thread whose asyncio loop executes :meth:`run`; :meth:`submit` and :meth:`execute`
    belong to that loop too. Events are emitted from that thread.
    """

    def __init__(
        self,
        options: EngineOptions,
        emit: Callable[[Event], None],
        clock: Clock | None = None,
    ) -> None:
        self._options = options
        self._emit = emit
        self._clock: Clock = clock or SystemClock()
        self._door: ProfileDoor | None = None
        self._node: Node | None = None
        self._lock: AppLock | None = None  # together with the node
        self._self_check = SelfCheck(options.program, emit)
        self._opening = asyncio.Lock()
        self._stopped = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._handlers: dict[type, Handler] = {
            c.CreateProfile: self._create,
            c.Unlock: self._unlock,
            c.RestoreBackup: self._restore_backup,
            c.RestoreSnapshot: self._restore_snapshot,
            c.Salvage: self._salvage,
            c.CopyDamaged: self._copy_damaged,
            c.CheckBuild: self._self_check.check,
            c.Shutdown: self._shutdown,
        }

    async def run(self) -> None:
        """Take the folder, open the profile if its keyring does, and work until Shutdown.

        Emits EngineFailed instead of raising, and EngineStopped last.
        """
        try:
            self._door = await asyncio.to_thread(ProfileDoor, self._options.data_dir, self._clock)
            self._self_check.start()
            await self._open_or_ask()
            await self._stopped.wait()
        except MessengerError as error:
            self._emit(EngineFailed(str(error), error))
        finally:
            await self._close()
            self._emit(EngineStopped())

    def submit(self, command: c.Command, request: int = 0) -> None:
        """Begin a command; with a request number its end comes back as a Reply event."""
        task = asyncio.create_task(self._answer(command, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def execute(self, command: c.Command) -> object:
        """Carry out a command and return its result, of the type its docstring names.

        Raises:
            LockedMeanwhileError: it was done, and only its result is kept back.
            MessengerError: what the command refused, and nothing was done.
        """
        handler = self._handlers.get(type(command))
        if handler is None:
            raise NotAllowedError("Open the profile first.")
        if self._lock is None or isinstance(command, WHILE_LOCKED):
            return await handler(command)
        self._lock.check()
        if not isinstance(command, BY_ITSELF):
            self._lock.note_activity()
        try:
            result = await handler(command)
        except MessengerError as error:
            if self._lock.locked:  # a refusal may name people
                raise LockedError("Hum was locked while this was tried.") from error
            raise
        if self._lock.locked:  # meanwhile
            raise LockedMeanwhileError("It is done, and Hum was locked meanwhile.")
        return result

    def open_reader(self) -> Reader:
        """Open a read-only view of the store, owned by the calling thread; after NodeReady."""
        if self._lock is None:
            raise NotAllowedError("Open the profile first.")
        return self._lock.open_reader()

    # -- opening and closing ----------------------------------------------------------------------

    async def _open_or_ask(self) -> None:
        door = self._held_door()
        if not door.exists:
            name, problem = await asyncio.to_thread(working_keyring)
            self._emit(ProfileNeeded(name, problem))
            return
        slots = door.slots
        problem_error: MessengerError | None = None
        if "keyring" in slots:
            try:
                await self._unlock(c.Unlock())
            except MessengerError as error:
                problem_error = error
            else:
                return
        self._emit(UnlockNeeded(slots, problem_error))

    async def _create(self, command: c.CreateProfile) -> None:
        await self._open(lambda: self._held_door().create(command))

    async def _unlock(self, command: c.Unlock) -> None:
        if self._lock is not None and self._lock.locked:
            await self._end_lock(self._lock, command)
        else:
            await self._open(lambda: self._held_door().unlock(command), command)

    async def _open(
        self, open_profile: Callable[[], OpenProfile], unlock: c.Unlock | None = None
    ) -> None:
        async with self._opening:
            if self._node is not None:
                raise NotAllowedError("The profile is open already.")
            profile = await asyncio.to_thread(open_profile)
            lock = AppLock(profile, self._clock, self._emit)
            try:
                if unlock is not None:
                    await refuse_locked(profile, unlock)
                await lock.start()
                self._node = await Node.start(profile, self._options, self._clock, lock.tell)
            except BaseException:
                await lock.stop()
                await profile.store.close()
                raise
            self._node.context.own_build = self._self_check.build
            self._lock = lock
            lock.on_lock = self._node.on_lock
            self._handlers.update(_node_handlers(self._node))
            self._handlers.update(self._lock_handlers(lock))
            self._handlers[c.CompareBuild] = partial(self._self_check.compare, self._node.contacts)
            self._emit(NodeReady(self._node.info(), self._node.preferences))
            if profile.key_file_mended:
                self._emit(KeyFileRepaired())

    # -- from a backup, from a snapshot ------------------------------------------------------------

    async def _restore_backup(self, command: c.RestoreBackup) -> BackupDone:
        loop = asyncio.get_running_loop()

        def tell(done: int, total: int) -> None:
            loop.call_soon_threadsafe(self._emit, BackupProgress(done, total))

        opened_by = c.CreateProfile("", command.use_keyring, command.passphrase)
        source = Restore(command.path, command.backup_passphrase)
        found: list[BackupDone] = []

        def restore() -> OpenProfile:
            profile, done = restore_behind(self._held_door(), source, opened_by, tell)
            found.append(done)
            return profile

        await self._open(restore)
        return found[0]

    async def _restore_snapshot(self, command: c.RestoreSnapshot) -> Snapshot:
        """Before the profile is open: then it opens. While it is open: then the engine ends."""
        unlock = c.Unlock(command.passphrase, command.recovery_code)
        running = self._node is not None
        async with self._opening:
            _, key = await asyncio.to_thread(self._held_door().key, unlock, for_snapshot=True)
            await asyncio.to_thread(self._held_door().check_snapshot, key)
            try:
                await self._end_node(keep_snapshots=True)
                file, aside = await asyncio.to_thread(self._held_door().restore_snapshot, key)
            finally:
                if running:
                    self._stopped.set()
        self._emit(SnapshotRestored(shown(file), aside))
        if not running:
            await self._unlock(unlock)
        return shown(file)

    async def _salvage(self, command: c.Salvage) -> Salvaged:
        unlock = c.Unlock(command.passphrase, command.recovery_code)
        file = BackupFile(command.path, command.backup_passphrase)
        async with self._opening:
            self._refuse_open()
            found = await asyncio.to_thread(self._held_door().salvage, unlock, file)
        what = found.manifest
        return Salvaged(what.count("contact"), what.count("message"), found.broken)

    async def _copy_damaged(self, command: c.CopyDamaged) -> Path:
        async with self._opening:
            self._refuse_open()
            return await asyncio.to_thread(self._held_door().copy_damaged, command.folder)

    def _refuse_open(self) -> None:
        if self._node is not None:
            raise NotAllowedError("This is for a profile that does not open: make a backup.")

    # -- the lock of the application ---------------------------------------------------------------

    async def _end_lock(self, lock: AppLock, command: c.Unlock) -> None:
        assert self._node is not None
        preferences = await self._node.read_preferences()
        await lock.unlock(command)  # between this and Unlocked nothing else may come
        self._emit(Unlocked(self._node.info(), preferences))
        lock.tell_warnings()
        self._node.tell_info()  # why nobody can come in, if the listener was lost meanwhile
        self._node.network.tell_again()
        self._node.contacts.tell_presence()
        self._node.relays.tell_again()

    def _lock_handlers(self, lock: AppLock) -> dict[type, Handler]:
        async def lock_now(_: c.Lock) -> None:
            await lock.lock()

        async def note(_: c.NoteActivity) -> None:
            lock.note_activity()

        async def settings(_: c.GetLockSettings) -> LockSettings:
            return lock.settings()

        return {
            c.Lock: lock_now,
            c.NoteActivity: note,
            c.GetLockSettings: settings,
            c.SetLock: lock.set,
            c.RemoveSlot: lock.remove_slot,
        }

    async def _shutdown(self, _: c.Shutdown) -> None:
        self._stopped.set()

    async def _close(self) -> None:
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._self_check.stop()
        await self._end_node()
        if self._door is not None:
            self._door.release()

    async def _end_node(self, *, keep_snapshots: bool = False) -> None:
        if self._lock is not None:
            await self._lock.stop()
        if self._node is not None:
            await self._node.stop(keep_snapshots=keep_snapshots)
            self._node = None

    def _held_door(self) -> ProfileDoor:
        if self._door is None:
            raise NotAllowedError("The folder of the profile is not open.")
        return self._door

    async def _answer(self, command: c.Command, request: int) -> None:
        """Carry out a submitted command; an error goes to whoever asked, or to the log."""
        try:
            reply = Reply(request, await self.execute(command))
        except MessengerError as error:
            reply = Reply(request, error=error)
            if not request:
                log.warning("%s refused: %s", type(command).__name__, error.kind)
        except Exception:  # the top of the task: whoever asked must not wait for ever
            log.exception("%s failed in a way that nobody planned", type(command).__name__)
            reply = Reply(request, error=MessengerError("Hum made a mistake of its own."))
        if request:
            self._emit(reply)


def _node_handlers(node: Node) -> dict[type, Handler]:
    contacts, messages, changes = node.contacts, node.messages, node.changes
    transfers, pictures = node.transfers, node.pictures
    return {
        c.AddRecoveryCode: node.add_recovery_code,
        c.StoreKeyInKeyring: node.store_key_in_keyring,
        c.SetPassphrase: node.set_passphrase,
        c.BackUp: node.backups.back_up,
        c.CancelBackup: node.backups.cancel,
        c.SetBackupSchedule: node.schedule.set,
        c.GetBackupSchedule: node.schedule.get,
        c.CheckIntegrity: node.keeper.check,
        c.MakeSnapshot: node.keeper.snapshot,
        c.ListSnapshots: node.keeper.list,
        c.GetNodeInfo: node.get_info,
        c.GetWireStats: node.get_wire_stats,
        c.WatchWire: node.watch_wire,
        c.SetName: node.set_name,
        c.GetNetwork: node.network.get,
        c.GetWayOut: node.network.get_way_out,
        c.SetNetwork: node.network.set,
        c.RunDoctor: Doctor(
            Patient(node.context, node.network, node.lan, node.contacts, node.relays)
        ).run,
        c.RotateIdentity: node.rotate_identity,
        c.GetKeyState: node.rotation.state,
        c.GetPinHistory: node.rotation.pin_history,
        c.AddRelay: node.relays.add,
        c.RemoveRelay: node.relays.remove,
        c.ListRelays: node.relays.show,
        c.SetCover: node.covers.set_cover,
        c.SetContactCover: contacts.set_cover,
        c.SetDataBudget: node.covers.set_budget,
        c.SetPreference: node.set_preference,
        c.GetPreferences: node.get_preferences,
        c.WaitForStrangers: node.wait_for_strangers,
        c.AddContact: contacts.add,
        c.ConnectToAddress: contacts.connect,
        c.ListContacts: contacts.list,
        c.AcceptContact: contacts.accept,
        c.DeclineContact: contacts.decline,
        c.BlockContact: contacts.block,
        c.RemoveContact: contacts.remove,
        c.RenameContact: contacts.rename,
        c.GetSafetyNumber: contacts.safety_number,
        c.SetVerified: contacts.verify,
        c.KeepFrozen: contacts.keep_frozen,
        c.TreatAsNewContact: contacts.treat_as_new,
        c.GetSessionInfo: contacts.session_info,
        c.SendMessage: messages.send,
        c.EditMessage: changes.edit,
        c.DeleteMessage: changes.delete,
        c.React: changes.react,
        c.RetryMessage: changes.retry,
        c.CancelMessage: changes.cancel,
        c.SetTimer: changes.set_timer,
        c.SetReceipts: messages.set_receipts,
        c.SendFile: transfers.send,
        c.AcceptFile: transfers.accept,
        c.PauseFile: transfers.pause,
        c.ResumeFile: transfers.resume,
        c.CancelFile: transfers.cancel,
        c.SetInlinePictures: node.set_inline_pictures,
        c.GetPreview: pictures.preview,
        c.ReadPicture: pictures.read,
        c.KeepPreview: pictures.keep,
        c.ListFiles: transfers.list,
        c.EstimateFile: transfers.estimate,
        c.OpenFastLane: transfers.open_lane,
        c.AnswerFastLane: transfers.answer_lane,
        c.ListMessages: messages.list,
        c.SearchMessages: messages.search,
        c.FindMessage: messages.find,
        c.GetTimeline: messages.timeline,
        c.MarkRead: messages.mark_read,
        c.SaveDraft: messages.save_draft,
    }
