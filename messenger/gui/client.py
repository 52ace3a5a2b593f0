"""The only bridge between the window and the engine: commands go in, events come out.

The engine is an asyncio loop in a QThread of its own. Nothing but frozen values crosses: commands
by ``call_soon_threadsafe``, events by an :class:`EventQueue` and a queued signal that wakes us.
"""

import itertools
import logging
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

import shiboken6
from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from messenger.core.errors import MessengerError
from messenger.engine.commands import Command, Shutdown
from messenger.engine.events import EngineFailed, Event, Reply
from messenger.gui.event_queue import EventQueue
from messenger.gui.models.history import History
from messenger.gui.texts import sentence, unplanned_end

if TYPE_CHECKING:
    import asyncio

log = logging.getLogger(__name__)

ReplyReceiver = Callable[[Reply], None]

SLICE_S: Final = 0.008  # seconds of events before keys and painting have their turn; half a frame


class EngineEnd(Protocol):
    """What the thread needs of :class:`messenger.engine.engine.Engine`."""

    async def run(self) -> None: ...

    def submit(self, command: Command, request: int = 0) -> None: ...

    def open_reader(self) -> History: ...


EngineFactory = Callable[[Callable[[Event], None]], EngineEnd]


class EngineThread(QThread):
    """Runs one engine from start to end.

    Owner: the object lives in the GUI thread, only :meth:`run` is executed by the new thread.

    Signals:
        arrived: events wait in the queue where none did; from the engine's thread.
    """

    arrived = Signal()

    def __init__(self, make_engine: EngineFactory) -> None:
        super().__init__()
        self.queue = EventQueue()
        self.setObjectName("engine")
        self._make_engine = make_engine
        self._lock = threading.Lock()  # guards the next three
        self._early: list[tuple[Command, int]] = []  # submitted before the loop ran
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: EngineEnd | None = None

    def run(self) -> None:
        import asyncio  # noqa: PLC0415  beside the window, which does not wait for it

        try:
            asyncio.run(self._main())
        except MessengerError as error:
            log.warning("the engine ended: %s", error.kind)
            self._emit(EngineFailed(sentence(error)))
        except Exception:
            log.exception("the engine ended by an error that nobody planned")
            self._emit(EngineFailed(unplanned_end()))

    def submit(self, command: Command, request: int) -> None:
        """Hand a command to the engine; from any thread. Silent once the engine has ended."""
        with self._lock:
            if self._loop is not None and self._engine is not None:
                self._loop.call_soon_threadsafe(self._engine.submit, command, request)
            elif not self.isFinished():
                self._early.append((command, request))

    def open_reader(self) -> History:
        with self._lock:
            if self._engine is None:
                raise RuntimeError("the engine does not run")
            return self._engine.open_reader()

    async def _main(self) -> None:
        import asyncio  # noqa: PLC0415  likewise

        engine = self._make_engine(self._emit)
        loop = asyncio.get_running_loop()
        with self._lock:
            self._engine, self._loop = engine, loop
            early, self._early = self._early, []
        for command, request in early:
            loop.call_soon(engine.submit, command, request)
        try:
            await engine.run()
        finally:
            with self._lock:
                self._engine = self._loop = None

    def _emit(self, event: Event) -> None:
        if self.queue.put(event):
            self.arrived.emit()


class EngineClient(QObject):
    """The engine as the window sees it.

    Owner: GUI thread. Call :meth:`start` once, :meth:`stop` before the application ends, and
    :meth:`wait` when ``finished`` has come.

    Signals:
        received: every engine event, Reply included, in the order of their emission; of states
            that were replaced before their turn came only the newest.
        replied: every Reply, after its receiver was called.
        carried_out: a Command that was requested and succeeded, before its receiver is called.
        finished: the engine's thread has ended.
    """

    received = Signal(object)
    replied = Signal(object)
    carried_out = Signal(object)
    finished = Signal()

    def __init__(self, make_engine: EngineFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = EngineThread(make_engine)
        self._thread.arrived.connect(self._take_slice)
        self._thread.finished.connect(self._on_finished)
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._take_slice)
        self._numbers = itertools.count(1)
        self._asked: dict[int, Command] = {}
        self._receivers: dict[int, weakref.WeakMethod[ReplyReceiver]] = {}
        self._stopping = False

    def start(self) -> None:
        self._thread.start()

    def send(self, command: Command) -> None:
        """Ask for something whose end nobody waits for; events tell what it did."""
        self._thread.submit(command, 0)

    def request(self, command: Command, receiver: ReplyReceiver | None = None) -> int:
        """Ask for something and hear how it ended.

        Args:
            command: what to do.
            receiver: a bound method, called with the Reply in the GUI thread. It is held weakly
                and not called if its object is gone by then (a closed dialog).

        Returns:
            The request number, as in ``Reply.request``.

        Raises:
            TypeError: the receiver is not a bound method.
        """
        number = next(self._numbers)
        if receiver is not None:
            self._receivers[number] = weakref.WeakMethod(receiver)
        self._asked[number] = command
        self._thread.submit(command, number)
        return number

    def open_reader(self) -> History:
        """Open a read-only view of the history for the GUI thread; only after NodeReady."""
        return self._thread.open_reader()

    def stop(self) -> None:
        """Ask the engine to end; ``finished`` follows. Does nothing the second time."""
        if not self._stopping and self._thread.isRunning():
            self._stopping = True
            self.send(Shutdown())

    @property
    def running(self) -> bool:
        return self._thread.isRunning()

    def wait(self, milliseconds: int) -> bool:
        """Block until the thread has ended; tell whether it did in time."""
        return self._thread.wait(milliseconds)

    @Slot()
    def _take_slice(self) -> None:
        """Deliver what waits, for a short time; the rest when keys and painting had their turn."""
        self._rest.start()  # first, for a receiver may run an event loop of its own
        end = time.perf_counter() + SLICE_S
        while (event := self._thread.queue.take()) is not None:
            self._on_event(event)
            if time.perf_counter() >= end:
                return
        self._rest.stop()

    @Slot()
    def _on_finished(self) -> None:
        while (event := self._thread.queue.take()) is not None:
            self._on_event(event)
        self.finished.emit()

    def _on_event(self, event: Event) -> None:
        self.received.emit(event)
        if isinstance(event, Reply):
            command = self._asked.pop(event.request, None)
            if command is not None and event.error is None:
                self.carried_out.emit(command)
            self._deliver(event)
            self.replied.emit(event)

    def _deliver(self, reply: Reply) -> None:
        reference = self._receivers.pop(reply.request, None)
        receiver = reference() if reference is not None else None
        if receiver is None:
            return
        owner = getattr(receiver, "__self__", None)
        if not isinstance(owner, QObject) or shiboken6.isValid(owner):
            receiver(reply)
