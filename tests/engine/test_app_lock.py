"""The lock: what it holds back, what goes on, and what ends it."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from two_people import KEY, Person, play, settled

from messenger.core.builds import Build, compare_builds
from messenger.core.clock import ManualClock
from messenger.core.errors import (
    InputError,
    LockedError,
    LockedMeanwhileError,
    NotAllowedError,
    TooManyGuessesError,
    WrongKeyError,
)
from messenger.core.types import ContactId, Cover, Fork, NodeInfo
from messenger.engine import commands as c
from messenger.engine import events as e
from messenger.engine.app_lock import AppLock
from messenger.engine.backups import back_up_closed, restore_snapshot
from messenger.engine.closed_profile import salvage_profile
from messenger.engine.engine import Engine
from messenger.engine.guesses import Guesses
from messenger.engine.idle_timer import IdleTimer
from messenger.engine.options import EngineOptions
from messenger.engine.profile import (
    LOCKED_SETTING,
    OpenProfile,
    ProfileDoor,
    refuse_locked,
)
from messenger.store.slots import CHEAP_COST_FOR_TESTING_ONLY
from messenger.store.vault import Vault


def lock_of(person: Person, *, passphrase: str = "right") -> AppLock:
    """A lock in front of a person's engine, with a key file of its own."""
    folder = person.folder / "keys"
    folder.mkdir()
    vault, key = Vault.create(
        folder, passphrase=passphrase, cost_for_testing_only=CHEAP_COST_FOR_TESTING_ONLY
    )
    profile = OpenProfile(person.store, vault, key)
    lock = AppLock(profile, person.clock, person.events.append)
    person.context.emit = lock.tell
    return lock


def test_while_locked_messages_come_and_go_and_nothing_tells_of_them(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        lock = lock_of(ben)
        await lock.start()
        reader = lock.open_reader()
        assert reader.contacts()
        await lock.lock()
        with pytest.raises(LockedError):
            reader.contacts()
        with pytest.raises(LockedError):
            lock.open_reader()
        reader.close()
        ben.events.clear()
        await ada.write("canary one")
        await ada.write("canary two")
        await settled(ada)  # acknowledged, so committed
        assert await ben.texts() == ["canary one", "canary two"]
        assert ben.events == [e.NewWhileLocked(1), e.NewWhileLocked(2)]
        await lock.unlock(c.Unlock(passphrase="right"))
        assert lock.open_reader().messages_before(ben.contact, None, 9)
        await ada.write("after")
        await settled(ada)
        assert ben.of(e.MessageAdded)
        await lock.stop()

    play(tmp_path, story)


def test_only_what_is_known_ends_it_where_a_passphrase_is_set(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        lock = lock_of(ada)
        code = lock._profile.vault.add_recovery(lock._profile.database_key)
        await lock.start()
        await lock.lock()
        for proof in (c.Unlock(), c.Unlock(passphrase="wrong")):
            with pytest.raises((LockedError, WrongKeyError)):
                await lock.unlock(proof)
            assert lock.locked
        await lock.unlock(c.Unlock(recovery_code=code))
        assert not lock.locked

    play(tmp_path, story)


class Keyring:
    """One that always answers."""

    name = "Secret Service"

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.get = self.entries.get
        self.set = self.entries.__setitem__


def test_no_other_door_leads_around_the_lock_of_a_profile_that_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever ends a locked Hum and has the keyring of the session: no backup, no snapshot."""
    keyring, folder, clock = Keyring(), tmp_path / "profile", ManualClock()
    monkeypatch.setattr("messenger.store.keyring.find_backend", lambda: keyring)
    monkeypatch.setattr("messenger.store.vault.backend_named", lambda name: keyring)
    for name in ("slots.FLOOR", *(f"{m}.DEFAULT_COST" for m in ("slots", "backup", "salvage"))):
        monkeypatch.setattr(f"messenger.store.{name}", CHEAP_COST_FOR_TESTING_ONLY)
    monkeypatch.setattr("messenger.store.snapshots.SPARE_LEN", 0)
    door = ProfileDoor(folder, clock)
    profile = door.create(c.CreateProfile("Ada", use_keyring=True, passphrase="right"))
    profile.store.make_snapshot(fresh_since=0, stopped=threading.Event())

    async def end(value: str) -> None:
        await profile.store.write(lambda tx: tx.settings.put(LOCKED_SETTING, value))
        await profile.store.close()

    asyncio.run(end("1"))
    door.release()
    backup = c.BackUp(tmp_path / "backup.hum", "mine", history=True)

    def back_up(unlock: c.Unlock) -> object:
        work = back_up_closed(folder, unlock, backup, clock=clock, progress=lambda *_: None)
        return asyncio.run(work)

    ways = (
        back_up,
        lambda unlock: salvage_profile(folder, unlock, backup, clock=clock),
        lambda unlock: restore_snapshot(folder, unlock, clock=clock),
    )
    for way in ways:
        with pytest.raises(LockedError):
            way(c.Unlock())
        assert not backup.path.exists()
    for way in ways:
        way(c.Unlock(passphrase="right"))
    back_up(c.Unlock())  # the snapshot was made while nothing was locked
    assert backup.path.exists()


def test_a_lock_outlives_the_program(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        lock = lock_of(ada)
        await lock.lock()
        with pytest.raises(LockedError):
            await refuse_locked(lock._profile, c.Unlock())
        await refuse_locked(lock._profile, c.Unlock(passphrase="proved by opening"))
        await lock.start()  # opened by it: no lock is left
        await refuse_locked(lock._profile, c.Unlock())

    play(tmp_path, story)


def test_wrong_guesses_have_to_wait(tmp_path: Path) -> None:
    clock = ManualClock()
    guesses = Guesses(clock)
    for _ in range(3):
        guesses.check()
        guesses.wrong()
    with pytest.raises(TooManyGuessesError):
        guesses.check()
    clock.advance(2)
    guesses.check()
    for _ in range(20):
        guesses.wrong()
    clock.advance(60)  # never longer
    guesses.check()
    guesses.right()
    guesses.wrong()
    guesses.check()


def test_the_keyring_is_no_proof_beside_a_passphrase() -> None:
    both = e.LockSettings(frozenset({"keyring", "passphrase"}), "K", 0, False, False)
    assert both.keeps_out
    assert not e.LockSettings(frozenset({"keyring", "recovery"}), "K", 0, False, False).keeps_out


def test_settings_are_kept_and_bounded(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        lock = lock_of(ada)
        await lock.start()
        kept = await lock.set(c.SetLock(7, with_screen=True))
        assert (kept.idle_min, kept.with_screen, kept.slots) == (7, True, {"passphrase"})
        for minutes in (-1, 61):
            with pytest.raises(InputError):
                await lock.set(c.SetLock(minutes, with_screen=False))
        with pytest.raises(NotAllowedError, match="last"):
            await lock.remove_slot(c.RemoveSlot("passphrase"))
        with pytest.raises(InputError):
            await lock.remove_slot(c.RemoveSlot("window"))
        await lock.stop()
        again = AppLock(lock._profile, ada.clock, ada.events.append)
        await again.start()
        assert again.settings() == kept
        await again.stop()

    play(tmp_path, story)


@pytest.mark.parametrize("asleep", [False, True])
def test_nobody_there_for_a_while(asleep: bool) -> None:
    async def story() -> None:
        clock = ManualClock()
        called: list[bool] = []
        timer = IdleTimer(clock, lambda: called.append(True))
        timer.set_limit(60)
        clock.advance(59)
        timer.look()
        timer.note()
        clock.advance(59)
        timer.look()
        assert not called
        if asleep:
            clock.epoch_ms += 2_000  # the monotonic clock stood still
        else:
            clock.advance(2)
        timer.look()
        assert called == [True]
        timer.set_limit(0)
        clock.advance(1e6)
        timer.look()
        assert called == [True]

    asyncio.run(story())


def test_an_event_that_nobody_has_judged_is_held_back(tmp_path: Path) -> None:
    """Whoever adds an event with a name in it need not think of the lock."""

    async def story(ada: Person, ben: Person) -> None:
        lock = lock_of(ada)
        await lock.lock()
        ada.events.clear()
        info = NodeInfo("Ada", KEY, "", "", None, (), Cover(0.5), "")
        told: list[Any] = [e.NodeInfoChanged(info), e.ContactRemoved(ada.contact)]
        told += [e.Failure(InputError("about Ben"), ada.contact)]
        for event in told:
            lock.tell(event)
        assert ada.events == []
        lock.tell(e.Failure(InputError("the disk")))
        assert len(ada.events) == 1

    play(tmp_path, story)


def test_warnings_are_told_when_the_lock_has_ended_the_newest_of_each_subject(
    tmp_path: Path,
) -> None:
    """Nobody tells them again, and no reader has them."""

    async def story(ada: Person, ben: Person) -> None:
        lock = lock_of(ada)
        await lock.start()
        await lock.lock()
        ada.events.clear()
        own = e.ForkSeen(ada.contact, Fork.IN_USE, own=True, at=2)
        builds = (Build("0.1.0", "source", bytes(32)), Build("0.1.0", "source", bytes(31) + b"1"))
        others: list[e.Event] = [
            e.ForkSeen(ada.contact, Fork.RESTORED, own=False, at=3),
            e.KeyAdopted(ada.contact),
            e.SessionReset(ada.contact),
            e.SessionReset(ContactId(2)),
            e.BuildCompared(ada.contact, compare_builds(*builds)),
        ]
        lock.tell(e.ForkSeen(ada.contact, Fork.ROLLED_BACK, own=True, at=1))
        for event in (own, *others):
            lock.tell(event)
        lock.tell_warnings()  # too early
        assert ada.events == []
        await lock.unlock(c.Unlock(passphrase="right"))
        lock.tell_warnings()
        assert ada.events == [own, *others]
        lock.tell_warnings()
        assert ada.events == [own, *others]
        await lock.stop()

    play(tmp_path, story)


@pytest.mark.parametrize("refuses", [False, True])
def test_a_command_begun_before_the_lock_answers_nothing_after_it(
    tmp_path: Path, refuses: bool
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        engine = Engine(EngineOptions(tmp_path / "unused"), ben.events.append)
        lock, going_on = lock_of(ben), asyncio.Event()
        await lock.start()

        async def slow(_: c.ListContacts) -> str:
            await going_on.wait()
            if refuses:
                raise NotAllowedError("canary: not before Carol has heard of it")
            return "canary"

        engine._lock, engine._handlers[c.ListContacts] = lock, slow
        ben.events.clear()
        engine.submit(c.ListContacts(), 1)
        await asyncio.sleep(0)
        await lock.lock()
        going_on.set()
        await asyncio.gather(*engine._tasks)
        (reply,) = [event for event in ben.events if isinstance(event, e.Reply)]
        assert isinstance(reply.error, LockedError)
        assert isinstance(reply.error, LockedMeanwhileError) is not refuses  # one was done
        assert "canary" not in repr(ben.events) + str(reply.error)

    play(tmp_path, story)
