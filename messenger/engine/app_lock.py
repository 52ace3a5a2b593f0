"""The lock of the application: nothing is shown until somebody has proved who they are.

Locked, the database stays open and the wire goes on, so that messages are received, stored and
acknowledged. What leaves the engine is held back: answers, readers, and events that tell anything.
What those tell can be read from the store afterwards, but for warnings: they are told then.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable
from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import InputError, LockedError, StoreError, WrongKeyError
from messenger.engine import events as e
from messenger.engine.commands import RemoveSlot, SetLock, Unlock
from messenger.engine.guesses import Guesses
from messenger.engine.idle_timer import IdleTimer
from messenger.engine.profile import LOCKED_SETTING, OpenProfile
from messenger.store.database import Transaction
from messenger.store.gate import Gate
from messenger.store.reader import Reader

log = logging.getLogger(__name__)

MAX_IDLE_MIN: Final = 60
IDLE_SETTING: Final = "lock.idle_min"
SCREEN_SETTING: Final = "lock.with_screen"

# Events that tell nothing about people and what they write; whatever is new is held back.
HARMLESS: Final = (
    e.Locked,
    e.NewWhileLocked,
    e.Reply,
    e.EngineFailed,
    e.EngineStopped,
    e.BackupProgress,
    e.BackupWritten,
    e.BackupFailed,
    e.SnapshotMade,
    e.IntegrityChecked,
    e.ClockJumped,
    e.CommitsLost,
    e.StrangersAdmitted,
    e.WireRestarted,
)


class AppLock:
    """The lock of one open profile. Owner: the engine's loop thread."""

    def __init__(self, profile: OpenProfile, clock: Clock, emit: Callable[[e.Event], None]) -> None:
        self._profile = profile
        self._emit = emit
        self._guesses = Guesses(clock)
        self._proving = asyncio.Lock()
        self._gate = Gate()
        self._new_count = 0
        self._warnings: dict[Hashable, e.PersonalWarning] = {}  # not told yet, by their subject
        self._idle = IdleTimer(clock, self._on_idle)
        self._idle_min = 0
        self._with_screen = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.locked = False
        self.on_lock: Callable[[], None] = lambda: None  # end what goes on only while it is seen

    async def start(self) -> None:
        """Load the settings; the profile was opened, so it is not locked any more."""

        def work(tx: Transaction) -> tuple[str | None, str | None]:
            if tx.settings.get(LOCKED_SETTING):
                tx.settings.put(LOCKED_SETTING, "")
            return tx.settings.get(IDLE_SETTING), tx.settings.get(SCREEN_SETTING)

        idle_min, with_screen = await self._profile.store.write(work)
        self._idle_min, self._with_screen = int(idle_min or 0), bool(with_screen)
        self._idle.set_limit(self._idle_min * 60.0)

    async def stop(self) -> None:
        """End the timer, and what it began."""
        self._idle.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- what may leave -------------------------------------------------------------------------

    def tell(self, event: e.Event) -> None:
        """Emit an event, or hold it back."""
        nameless = isinstance(event, e.Failure) and event.contact is None
        if not self.locked or nameless or isinstance(event, HARMLESS):
            self._emit(event)
        elif isinstance(event, e.MessageAdded) and not event.message.outgoing:
            self._new_count += 1
            self._emit(e.NewWhileLocked(self._new_count))
        elif isinstance(event, e.PersonalWarning):
            self._warnings[e.subject(event)] = event

    def tell_warnings(self) -> None:
        """Tell what a person must hear and could not while it was locked."""
        warnings, self._warnings = self._warnings, {}
        for event in warnings.values():
            self.tell(event)

    def check(self) -> None:
        """Raise LockedError while locked."""
        if self.locked:
            raise LockedError("Hum is locked: unlock it first.")

    def open_reader(self) -> Reader:
        """Open a read-only view that ends with the next lock."""
        self.check()
        return self._profile.store.open_reader(self._gate)

    def note_activity(self) -> None:
        """Somebody is there."""
        self._idle.note()

    # -- locking and unlocking --------------------------------------------------------------------

    async def lock(self) -> None:
        """Show nothing any more; the second time does nothing."""
        if self.locked:
            return
        self.locked = True
        self._gate.shut()
        self._new_count = 0
        self._idle.stop()
        self._emit(e.Locked(self._unlocking_slots()))
        self.on_lock()
        # Whoever ends the program does not end the lock; where that cannot be kept, it holds here.
        try:
            await self._profile.store.write(lambda tx: tx.settings.put(LOCKED_SETTING, "1"))
        except StoreError as error:
            log.error("the lock will not outlive the program: %s", error.kind)

    async def unlock(self, command: Unlock) -> None:
        """Prove it, then open.

        Raises:
            TooManyGuessesError: wrong ones came too fast.
            WrongKeyError: another passphrase or code.
            LockedError: nothing was given where the keyring is not enough.
            KeyringError: the keyring was asked and does not open it.
        """
        async with self._proving:
            self._guesses.check()
            try:
                await asyncio.to_thread(self._prove, command)
            except WrongKeyError:
                self._guesses.wrong()
                raise
            self._guesses.right()
            await self._profile.store.write(lambda tx: tx.settings.put(LOCKED_SETTING, ""))
            self.locked = False
            self._gate = Gate()
            self._idle.set_limit(self._idle_min * 60.0)

    def _prove(self, command: Unlock) -> None:
        vault = self._profile.vault
        if command.passphrase is not None:
            vault.unlock_passphrase(command.passphrase)
        elif command.recovery_code is not None:
            vault.unlock_recovery(command.recovery_code)
        elif "keyring" in self._unlocking_slots():
            vault.unlock_keyring()
        else:
            raise LockedError("Hum is locked: type the passphrase or the recovery code.")

    def _unlocking_slots(self) -> frozenset[str]:
        slots = self._profile.vault.slots
        return slots - {"keyring"} if "passphrase" in slots else slots

    def _on_idle(self) -> None:
        task = asyncio.create_task(self.lock())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- settings ---------------------------------------------------------------------------------

    def settings(self) -> e.LockSettings:
        """What opens the profile, and when it locks."""
        vault = self._profile.vault
        return e.LockSettings(
            vault.slots, vault.keyring_name, self._idle_min, self._with_screen, self.locked
        )

    async def remove_slot(self, command: RemoveSlot) -> e.LockSettings:
        """Remove one way to open the profile.

        Raises:
            NotAllowedError: it is the last one, there is none, or the keyring that would be the
                only one left does not work.
            InputError: no such kind.
        """
        await asyncio.to_thread(
            self._profile.vault.give_up_slot, self._profile.database_key, command.name
        )
        return self.settings()

    async def set(self, command: SetLock) -> e.LockSettings:
        """Choose when Hum locks by itself."""
        if not 0 <= command.idle_min <= MAX_IDLE_MIN:
            raise InputError(
                "Hum locks after 1 to {most} minutes, or with 0 never.", most=MAX_IDLE_MIN
            )

        def work(tx: Transaction) -> None:
            tx.settings.put(IDLE_SETTING, str(command.idle_min))
            tx.settings.put(SCREEN_SETTING, "1" if command.with_screen else "")

        await self._profile.store.write(work)
        self._idle_min, self._with_screen = command.idle_min, command.with_screen
        self._idle.set_limit(self._idle_min * 60.0)
        return self.settings()
