"""The bridge: commands reach the engine's thread, events the GUI's, and the end is clean."""

import asyncio
import threading
from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from messenger.core.errors import NotAllowedError, ProfileInUseError
from messenger.engine.commands import Command, GetNodeInfo, SetName, Shutdown
from messenger.engine.events import EngineFailed, EngineStopped, Event, ProfileNeeded, Reply
from messenger.gui.client import EngineClient, EngineEnd
from messenger.gui.models.history import History
from messenger.gui.texts import sentence


class EchoEngine:
    """Answers each command with its own name; stops on Shutdown."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._end = asyncio.Event()
        self.threads: list[threading.Thread] = []
        self.commands: list[Command] = []

    async def run(self) -> None:
        self._emit(ProfileNeeded(None, None))
        await self._end.wait()
        self._emit(EngineStopped())

    def submit(self, command: Command, request: int = 0) -> None:
        self.threads.append(threading.current_thread())
        self.commands.append(command)
        if isinstance(command, Shutdown):
            self._end.set()
        if request:
            self._emit(Reply(request, type(command).__name__))

    def open_reader(self) -> History:
        raise NotAllowedError("there is nothing to read")


class Listener(QObject):
    """Collects what it hears and in which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.replies: list[Reply] = []
        self.threads: list[QThread] = []

    @Slot(object)
    def on_event(self, event: Event) -> None:
        self.events.append(event)
        self.threads.append(QThread.currentThread())

    def on_reply(self, reply: Reply) -> None:
        self.replies.append(reply)
        self.threads.append(QThread.currentThread())


class Harness:
    """A client with a listener; remembers the engine it made."""

    def __init__(self, make: Callable[[Callable[[Event], None]], EngineEnd]) -> None:
        self.engines: list[EngineEnd] = []

        def make_engine(emit: Callable[[Event], None]) -> EngineEnd:
            self.engines.append(make(emit))
            return self.engines[-1]

        self.client = EngineClient(make_engine)
        self.listener = Listener()
        self.client.received.connect(self.listener.on_event)

    def finish(self, qtbot: QtBot) -> None:
        with qtbot.waitSignal(self.client.finished):
            self.client.stop()
        assert self.client.wait(5000)


@pytest.fixture
def echo(qtbot: QtBot) -> Harness:
    return Harness(EchoEngine)


def test_events_arrive_in_the_gui_thread(qtbot: QtBot, echo: Harness) -> None:
    with qtbot.waitSignal(echo.client.received):
        echo.client.start()
    echo.finish(qtbot)
    assert [type(event) for event in echo.listener.events] == [ProfileNeeded, EngineStopped]
    assert set(echo.listener.threads) == {QThread.currentThread()}


def test_commands_run_in_the_engine_thread(qtbot: QtBot, echo: Harness) -> None:
    echo.client.start()
    with qtbot.waitSignal(echo.client.replied):
        echo.client.request(GetNodeInfo())
    engine = echo.engines[0]
    assert isinstance(engine, EchoEngine)
    assert threading.main_thread() not in engine.threads
    echo.finish(qtbot)


def test_a_reply_reaches_its_receiver(qtbot: QtBot, echo: Harness) -> None:
    echo.client.start()
    with qtbot.waitSignal(echo.client.replied):
        number = echo.client.request(SetName("Ada"), echo.listener.on_reply)
    assert echo.listener.replies == [Reply(number, "SetName")]
    echo.finish(qtbot)


def test_request_numbers_are_never_used_twice(qtbot: QtBot, echo: Harness) -> None:
    echo.client.start()
    with qtbot.waitSignals([echo.client.replied] * 3):
        numbers = {echo.client.request(GetNodeInfo()) for _ in range(3)}
    assert len(numbers) == 3
    assert 0 not in numbers
    echo.finish(qtbot)


def test_a_receiver_that_is_gone_is_not_called(qtbot: QtBot, echo: Harness) -> None:
    echo.client.start()
    closed = Listener()
    heard = closed.replies
    with qtbot.waitSignal(echo.client.replied):
        echo.client.request(GetNodeInfo(), closed.on_reply)
        del closed
    assert heard == []
    echo.finish(qtbot)


def test_a_receiver_whose_widget_was_deleted_is_not_called(qtbot: QtBot, echo: Harness) -> None:
    echo.client.start()
    closed = Listener()
    with qtbot.waitSignal(echo.client.replied):
        echo.client.request(GetNodeInfo(), closed.on_reply)
        shiboken6.delete(closed)  # before the event loop can bring the reply
    assert closed.replies == []
    echo.finish(qtbot)


def test_receivers_are_bound_methods(echo: Harness) -> None:
    with pytest.raises(TypeError):
        echo.client.request(GetNodeInfo(), lambda reply: None)


def test_what_is_asked_before_the_start_is_kept(qtbot: QtBot, echo: Harness) -> None:
    echo.client.send(SetName("early"))
    with qtbot.waitSignal(echo.client.replied):
        echo.client.request(GetNodeInfo())
        echo.client.start()
    engine = echo.engines[0]
    assert isinstance(engine, EchoEngine)
    assert engine.commands == [SetName("early"), GetNodeInfo()]
    echo.finish(qtbot)


def test_stopping_twice_asks_once(qtbot: QtBot, echo: Harness) -> None:
    with qtbot.waitSignal(echo.client.received):
        echo.client.start()
    with qtbot.waitSignal(echo.client.finished):
        echo.client.stop()
        echo.client.stop()
    engine = echo.engines[0]
    assert isinstance(engine, EchoEngine)
    assert engine.commands == [Shutdown()]


def test_commands_after_the_end_are_silent(qtbot: QtBot, echo: Harness) -> None:
    echo.client.start()
    echo.finish(qtbot)
    echo.client.send(GetNodeInfo())
    assert not echo.client.running


class BrokenEngine(EchoEngine):
    async def run(self) -> None:
        raise ZeroDivisionError("nobody planned this")


class RefusedEngine(EchoEngine):
    async def run(self) -> None:
        raise ProfileInUseError("locked")


@pytest.mark.parametrize("make", [BrokenEngine, RefusedEngine])
def test_an_engine_that_falls_is_told_in_a_sentence(
    qtbot: QtBot, make: type[EchoEngine], caplog: pytest.LogCaptureFixture
) -> None:
    harness = Harness(make)
    with qtbot.waitSignal(harness.client.finished):
        harness.client.start()
    harness.client.wait(5000)
    (event,) = harness.listener.events
    assert isinstance(event, EngineFailed)
    assert "nobody planned this" not in event.text
    if make is RefusedEngine:
        assert event.text == sentence(ProfileInUseError())
    else:
        assert "nobody planned" in caplog.text


def test_there_is_no_reader_without_an_engine(echo: Harness) -> None:
    with pytest.raises(RuntimeError):
        echo.client.open_reader()
