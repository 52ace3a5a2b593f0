"""A window with a real engine in this process, for tests that play what a person does."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QDeadlineTimer, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from walk import PASSPHRASE

from messenger.core.clock import SystemClock
from messenger.core.types import Address, Contact, Cover
from messenger.engine.commands import Command, CreateProfile
from messenger.engine.engine import Engine
from messenger.engine.events import Event, NodeReady, ProfileNeeded, Reply
from messenger.engine.options import EngineOptions
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.confirm import ConfirmDialog
from messenger.gui.models.contacts import ContactRole
from messenger.gui.theme import Theme
from messenger.gui.views.main_window import MainWindow

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)
E = TypeVar("E", bound=Event)
PATIENCE_MS = 120_000
FAST = Cover(0.01)  # a hundred cells a second: what takes seconds otherwise takes a moment


class LateClock(SystemClock):
    """This computer's clock of the day, set forward or back by hand."""

    later_s = 0.0

    def unix_ms(self) -> int:
        return super().unix_ms() + round(self.later_s * 1000)


def until(met: Callable[[], T], what: str) -> T:
    """Let window and engine work until something holds."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not (found := met()):
        assert not deadline.hasExpired(), f"never: {what}"
        QTest.qWait(5)
    return found


def shown(kind: type[W]) -> W:
    """Wait for a window of a kind."""

    def find() -> W | None:
        found = (w for w in QApplication.topLevelWidgets() if isinstance(w, kind))
        return next((w for w in found if w.isVisible()), None)

    found = until(find, kind.__name__)
    assert found is not None
    return found


def confirm_next() -> None:
    """Press the verb of the next question, which waits in a loop of its own."""

    def press() -> None:
        found = (w for w in QApplication.topLevelWidgets() if isinstance(w, ConfirmDialog))
        question = next((w for w in found if w.isVisible()), None)
        if question is None:
            QTimer.singleShot(5, press)
        else:
            question.confirm_button.click()

    QTimer.singleShot(0, press)


class Owner:
    """One engine and its window, from the start of the thread to its end."""

    def __init__(self, folder: Path, theme: Theme) -> None:
        self.clock = LateClock()
        self.events: list[Event] = []
        options = EngineOptions(folder, Address("127.0.0.1", 0), FAST)
        self.client = EngineClient(lambda emit: Engine(options, emit, self.clock))
        self.client.received.connect(self.events.append)
        self.window = MainWindow(self.client, theme)
        self.client.start()

    def told(self, kind: type[E]) -> E:
        """Wait for an event of a kind; the newest of those that came."""
        return until(
            lambda: next((e for e in reversed(self.events) if isinstance(e, kind)), None),
            kind.__name__,
        )

    def ask(self, command: Command) -> object:
        """Have a command carried out; return its result."""
        number = self.client.request(command)

        def answer() -> Reply | None:
            replies = (e for e in reversed(self.events) if isinstance(e, Reply))
            return next((reply for reply in replies if reply.request == number), None)

        reply = until(answer, repr(command))
        assert reply.error is None, reply.error
        return reply.result

    def make_profile(self, name: str) -> None:
        """What the first run does, without its pages."""
        self.told(ProfileNeeded)
        self.ask(CreateProfile(name, use_keyring=False, passphrase=PASSPHRASE))
        self.told(NodeReady)
        self.window.show()

    def everybody(self) -> list[Contact]:
        """The contacts in the list, from top to bottom."""
        model = self.window.contacts
        rows = range(model.rowCount())
        return [model.index(row).data(ContactRole.CONTACT) for row in rows]

    def people(self) -> dict[str, Contact]:
        """The same by the name that is shown."""
        return {contact.title: contact for contact in self.everybody()}

    def stop(self) -> None:
        self.window.hide()
        self.client.stop()
        until(lambda: not self.client.running, "the end of the engine")
        assert self.client.wait(PATIENCE_MS)
        self.window.deleteLater()
        self.client.deleteLater()
