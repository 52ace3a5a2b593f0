"""The engine in this process: opening, refusing, closing; with a real wire process and store."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from messenger.core.errors import (
    AddressInUseError,
    MessengerError,
    NotAllowedError,
    ProfileInUseError,
    WrongKeyError,
)
from messenger.core.types import (
    Address,
    ContactId,
    Cover,
    Fork,
    NetworkSettings,
    NodeInfo,
    PortMapping,
)
from messenger.engine.commands import (
    AddRecoveryCode,
    CreateProfile,
    GetNodeInfo,
    ListContacts,
    Lock,
    SetCover,
    SetName,
    SetNetwork,
    SetPassphrase,
    SetPreference,
    Shutdown,
    Unlock,
    WaitForStrangers,
)
from messenger.engine.engine import Engine
from messenger.engine.events import (
    EngineFailed,
    EngineStopped,
    Event,
    ForkSeen,
    Locked,
    NodeInfoChanged,
    NodeReady,
    PortMappingChanged,
    ProfileNeeded,
    Reply,
    StrangersAdmitted,
    Unlocked,
    UnlockNeeded,
)
from messenger.engine.options import EngineOptions
from messenger.engine.whereabouts import Whereabouts
from messenger.wire.messages import AdmitStrangers, ToWire


class Run:
    """One engine and the events it emitted."""

    def __init__(self, folder: Path) -> None:
        self.events: list[Event] = []
        self._arrived = asyncio.Event()
        self.engine = Engine(EngineOptions(folder, listen=Address("127.0.0.1", 0)), self._take)
        self.task = asyncio.create_task(self.engine.run())

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self._arrived.set()

    async def event(self, kind: type) -> Any:
        while True:
            for event in self.events:
                if isinstance(event, kind):
                    return event
            self._arrived.clear()
            await self._arrived.wait()

    async def stop(self) -> None:
        await self.engine.execute(Shutdown())
        await self.task


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        async with asyncio.timeout(60):
            await story()

    asyncio.run(run())


async def created(folder: Path) -> Run:
    run = Run(folder)
    await run.event(ProfileNeeded)
    await run.engine.execute(CreateProfile("Ada", use_keyring=False, passphrase="first"))
    await run.event(NodeReady)
    return run


def test_a_first_run_asks_then_makes_a_profile_that_opens_again(tmp_path: Path) -> None:
    async def story() -> None:
        run = await created(tmp_path)
        ready: NodeReady = await run.event(NodeReady)
        assert ready.info.name == "Ada"
        await run.engine.execute(SetPreference("theme", "dark"))
        await run.engine.execute(SetName(" Ada  L. "))
        await run.engine.execute(SetCover(Cover(0.25)))
        await run.stop()
        assert isinstance(run.events[-1], EngineStopped)

        run = Run(tmp_path)
        needed: UnlockNeeded = await run.event(UnlockNeeded)
        assert (needed.slots, needed.problem) == (frozenset({"passphrase"}), None)
        with pytest.raises(NotAllowedError):
            await run.engine.execute(ListContacts())
        with pytest.raises(WrongKeyError):
            await run.engine.execute(Unlock(passphrase="wrong"))
        await run.engine.execute(Unlock(passphrase="first"))
        again: NodeReady = await run.event(NodeReady)
        assert again.info.key == ready.info.key
        assert (again.info.name, again.info.cover) == ("Ada L.", Cover(0.25))
        assert again.info.listen == ready.info.listen  # the port is kept
        assert again.preferences == {"theme": "dark"}
        await run.stop()

    play(story)


def test_recovery_code_and_new_passphrase_open_the_same_profile(tmp_path: Path) -> None:
    async def story() -> None:
        run = await created(tmp_path)
        code = await run.engine.execute(AddRecoveryCode())
        await run.engine.execute(SetPassphrase("second"))
        key = (await run.event(NodeReady)).info.key
        await run.stop()
        for unlock in (Unlock(passphrase="second"), Unlock(recovery_code=str(code))):
            run = Run(tmp_path)
            await run.event(UnlockNeeded)
            with pytest.raises(WrongKeyError):
                await run.engine.execute(Unlock(passphrase="first"))
            await run.engine.execute(unlock)
            assert (await run.event(NodeReady)).info.key == key
            await run.stop()

    play(story)


def test_a_second_engine_on_the_same_folder_fails_and_says_why(tmp_path: Path) -> None:
    async def story() -> None:
        first = await created(tmp_path)
        second = Run(tmp_path)
        failed: EngineFailed = await second.event(EngineFailed)
        assert isinstance(failed.error, ProfileInUseError)
        await second.task
        assert isinstance(await first.engine.execute(GetNodeInfo()), NodeInfo)
        await first.stop()

    play(story)


def test_a_submitted_command_answers_by_a_reply(tmp_path: Path) -> None:
    async def story() -> None:
        run = await created(tmp_path)
        run.engine.submit(GetNodeInfo(), 41)
        run.engine.submit(CreateProfile("again", use_keyring=False, passphrase="x"), 42)
        replies: dict[int, Reply] = {}
        while len(replies) < 2:
            await asyncio.sleep(0.01)
            replies = {e.request: e for e in run.events if isinstance(e, Reply)}
        assert isinstance(replies[41].result, NodeInfo)
        assert isinstance(replies[42].error, MessengerError)
        await run.stop()

    play(story)


def test_whoever_tells_our_addresses_by_mail_hears_of_a_start_and_of_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[tuple[Address, ...]] = []
    monkeypatch.setattr(
        Whereabouts, "follow", lambda self: followed.append(self._context.addresses)
    )
    written_down = Address("192.0.2.7", 4567)

    async def story() -> None:
        run = await created(tmp_path)
        ready = await run.event(NodeReady)
        assert followed == [ready.info.addresses]  # it may have been moved while it was closed
        await run.engine.execute(SetNetwork(NetworkSettings(announced=(written_down,))))
        assert followed[1:] == [(written_down, *ready.info.addresses)]
        await run.stop()

    play(story)


def test_a_lock_ends_the_wait_for_strangers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window that it was begun in promises that, and is closed by the lock."""

    async def story() -> None:
        run = await created(tmp_path)
        told: list[object] = []
        node = run.engine._node
        assert node is not None
        send = node.wire.send

        def noted(message: ToWire) -> None:
            told.append(message)
            send(message)

        monkeypatch.setattr(node.wire, "send", noted)
        await run.engine.execute(WaitForStrangers(600.0))
        await run.engine.execute(Lock())
        assert [m for m in told if isinstance(m, AdmitStrangers)][-1] == AdmitStrangers(0)
        assert [e for e in run.events if isinstance(e, StrangersAdmitted)][-1] == (
            StrangersAdmitted(0)
        )
        await run.engine.execute(Unlock(passphrase="first"))
        run.events.clear()
        await run.engine.execute(Lock())
        assert Locked in map(type, run.events)
        assert StrangersAdmitted not in map(type, run.events)  # nobody waited
        await run.stop()

    play(story)


def test_the_end_of_a_lock_tells_how_we_are_reached(tmp_path: Path) -> None:
    async def story() -> None:
        run = await created(tmp_path)
        node = run.engine._node
        assert node is not None
        await run.engine.execute(Lock())
        node.network._mapper._set(PortMapping("open", Address("203.0.113.9", 4711)))
        node.network.listen_problem = AddressInUseError("lost while nobody was told")
        assert not [e for e in run.events if e == PortMappingChanged(node.network.mapping)]
        await run.engine.execute(Unlock(passphrase="first"))
        unlocked: Unlocked = await run.event(Unlocked)
        assert Address("203.0.113.9", 4711) in unlocked.info.addresses
        after = run.events[run.events.index(unlocked) :]
        assert PortMappingChanged(node.network.mapping) in after
        assert NodeInfoChanged(node.info(), node.network.listen_problem) in after
        await run.stop()

    play(story)


def test_a_warning_that_came_while_locked_follows_the_end_of_the_lock(tmp_path: Path) -> None:
    async def story() -> None:
        run = await created(tmp_path)
        node = run.engine._node
        assert node is not None
        await run.engine.execute(Lock())
        warning = ForkSeen(ContactId(1), Fork.IN_USE, own=True, at=1)
        node.context.emit(warning)
        assert warning not in run.events
        await run.engine.execute(Unlock(passphrase="first"))
        at = run.events.index(await run.event(Unlocked))
        assert run.events[at + 1] == warning  # names can be read from there on
        await run.stop()

    play(story)


def test_a_lock_that_comes_while_another_ends_is_not_told_before_that_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the window would stand open over an engine that is locked."""

    async def story() -> None:
        run = await created(tmp_path)
        node = run.engine._node
        assert node is not None

        async def locked_meanwhile() -> dict[str, str]:
            await run.engine.execute(Lock())
            return {}

        monkeypatch.setattr(node, "read_preferences", locked_meanwhile)
        await run.engine.execute(Lock())
        await run.engine.execute(Unlock(passphrase="first"))
        last = next(each for each in reversed(run.events) if isinstance(each, Locked | Unlocked))
        assert run.engine._lock is not None
        assert isinstance(last, Locked) is run.engine._lock.locked
        await run.stop()

    play(story)


def test_a_profile_needs_a_way_to_open_it(tmp_path: Path) -> None:
    async def story() -> None:
        run = Run(tmp_path)
        await run.event(ProfileNeeded)
        for command in (
            CreateProfile("Ada", use_keyring=False),
            CreateProfile("Ada", use_keyring=False, passphrase=""),
            CreateProfile("Ada", use_keyring=False, passphrase="x", cover="loud"),
            CreateProfile("Ada", use_keyring=True),  # no keyring in the tests' environment
        ):
            with pytest.raises(MessengerError):
                await run.engine.execute(command)
        assert not list(tmp_path.glob("*.db"))
        await run.stop()

    play(story)


def test_secrets_of_commands_hide_from_repr() -> None:
    for command in (
        CreateProfile("Ada", use_keyring=False, passphrase="s3cret"),
        Unlock(passphrase="s3cret"),
        Unlock(recovery_code="s3cret"),
        SetPassphrase("s3cret"),
        Reply(1, "s3cret"),
    ):
        assert "s3cret" not in repr(command)
