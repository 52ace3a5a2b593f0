"""What the tests of the window share."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from memory_history import MemoryClient, MemoryHistory, make_contact, make_message
from people import NODE
from picture_options import enlarge_type, speak
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from messenger.core.types import Relation
from messenger.engine.events import NodeReady
from messenger.gui.language import LANGUAGES
from messenger.gui.theme import Theme, ThemeChoice
from messenger.gui.views.main_window import MainWindow

# A wait ends when what it waits for is there; five seconds are few on a machine that is busy.
for _wait in (QtBot.waitSignal, QtBot.waitSignals, QtBot.waitUntil):
    _wait.__kwdefaults__["timeout"] = 60_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to give size hints to, and says so loudly."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints"))


@pytest.fixture(autouse=True)
def _closed_widgets_are_deleted() -> Iterator[None]:
    """Deferred deletion waits for an event loop; until then each theme change would polish them.

    Cycles go here too, as messenger.gui.garbage does it: never while something is painted.
    """
    gc.disable()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect(1)
    gc.enable()


def _speaking(app: QApplication, language: str) -> Iterator[str]:
    """Let the application start with a language chosen, and be as before afterwards."""
    before = QLocale()
    known = set(app.findChildren(QTranslator))
    speak(app, language)
    yield language
    for translator in set(app.findChildren(QTranslator)) - known:
        app.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


@pytest.fixture
def german(qapp: QApplication) -> Iterator[str]:
    """The application in German."""
    yield from _speaking(qapp, "de")


@pytest.fixture(params=LANGUAGES)
def language(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[str]:
    """The application in each of its languages."""
    yield from _speaking(qapp, request.param)


@pytest.fixture
def doubled_type(qapp: QApplication) -> Iterator[None]:
    """Type of twice the size."""
    before = qapp.font()
    enlarge_type(qapp, 200)
    yield
    qapp.setFont(before)


@pytest.fixture
def right_to_left(qapp: QApplication) -> Iterator[None]:
    """Windows that read from right to left."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture(scope="session")
def only_theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def theme(only_theme: Theme) -> Theme:
    """The theme of the application, light."""
    only_theme.choose(ThemeChoice.LIGHT)
    return only_theme


@pytest.fixture
def history() -> MemoryHistory:
    """Three people: Mara with a long conversation, Jonas with none, and somebody who asks."""
    messages = [
        make_message(row, 1, f"message number {row}", own=row % 3 == 0) for row in range(1, 1001)
    ]
    people = [
        make_contact(1, "Mara", last_message=messages[-1]),
        make_contact(2, "Jonas", draft="Half a thought"),
        make_contact(3, "Stranger", relation=Relation.REQUEST),
    ]
    return MemoryHistory(people, messages)


@pytest.fixture
def client(history: MemoryHistory) -> MemoryClient:
    return MemoryClient(history)


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, client: MemoryClient) -> MainWindow:
    """A window with an open profile."""
    window = MainWindow(client, theme)
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    client.emit(NodeReady(NODE, {"theme": "light"}))
    return window
