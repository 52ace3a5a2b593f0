"""From the first event to the last one: which dialog or window stands there when."""

from collections.abc import Callable

import pytest
from memory_history import MemoryHistory
from people import NODE
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from test_client import EchoEngine

from messenger.app import Application
from messenger.core.errors import ProfileInUseError
from messenger.engine.commands import SetPreference
from messenger.engine.events import (
    EngineStopped,
    Event,
    NodeReady,
    ProfileNeeded,
    UnlockNeeded,
)
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.close_choice import CloseChoiceDialog
from messenger.gui.dialogs.first_run import FirstRunDialog
from messenger.gui.dialogs.unlock import UnlockDialog
from messenger.gui.models.history import History
from messenger.gui.preferences import CLOSE, OnClose
from messenger.gui.theme import Theme
from messenger.gui.tray import Tray
from messenger.gui.views.main_window import MainWindow

# There is no front there, and no tray.
OFFSCREEN = pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged")


class StagedEngine(EchoEngine):
    """Emits what a test wants first; waits for Shutdown."""

    first: tuple[Event, ...] = ()

    async def run(self) -> None:
        for event in self.first:
            self._emit(event)
        await self._end.wait()
        self._emit(EngineStopped())

    def open_reader(self) -> History:
        return MemoryHistory()


class Start:
    """An application over an engine that begins with these events."""

    def __init__(self, theme: Theme, monkeypatch: pytest.MonkeyPatch, *first: Event) -> None:
        self.quits = 0
        monkeypatch.setattr(QCoreApplication, "quit", self._on_quit)

        def make_engine(emit: Callable[[Event], None]) -> StagedEngine:
            engine = StagedEngine(emit)
            engine.first = first
            return engine

        self.client = EngineClient(make_engine)
        self.root = Application(self.client, theme, minimised=False)

    def _on_quit(self) -> None:
        self.quits += 1

    def run(self, qtbot: QtBot) -> None:
        with qtbot.waitSignal(self.client.received):
            self.client.start()

    def finish(self, qtbot: QtBot) -> None:
        if self.client.running:
            with qtbot.waitSignal(self.client.finished):
                self.root.quit()
        assert self.client.wait(5000)
        qtbot.waitUntil(lambda: self.quits > 0)
        self.root.window.deleteLater()
        self.root.deleteLater()


def shown(kind: type[QDialog]) -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


def dialog_of(kind: type[QDialog]) -> QDialog:
    return shown(kind)[0]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (ProfileNeeded("Secret Service", None), FirstRunDialog),
        (UnlockNeeded(frozenset({"passphrase"}), None), UnlockDialog),
    ],
)
def test_a_closed_profile_is_asked_for_before_the_window(
    qtbot: QtBot,
    theme: Theme,
    monkeypatch: pytest.MonkeyPatch,
    event: Event,
    kind: type[QDialog],
) -> None:
    start = Start(theme, monkeypatch, event)
    start.run(qtbot)
    dialog = dialog_of(kind)
    assert not start.root.window.isVisible()
    with qtbot.waitSignal(start.client.finished):
        dialog.reject()
    dialog.deleteLater()
    start.finish(qtbot)


def test_an_open_profile_shows_the_window_and_closing_it_ends_everything(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Start(theme, monkeypatch, NodeReady(NODE, {"theme": "light"}))
    start.run(qtbot)
    assert start.root.window.isVisible()
    with qtbot.waitSignal(start.client.finished):
        start.root.window.close()
    assert not start.root.window.isVisible()
    start.finish(qtbot)


@pytest.fixture
def asking(qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Start:
    """An application with a tray whose window was closed for the first time."""
    monkeypatch.setattr(Tray, "available", lambda: True)
    start = Start(theme, monkeypatch, NodeReady(NODE, {}))
    start.run(qtbot)
    start.root.window.close()
    QApplication.processEvents()
    return start


@OFFSCREEN
def test_with_a_tray_closing_the_window_asks_once_whether_hum_goes_on(
    qtbot: QtBot, asking: Start
) -> None:
    keeps = SetPreference(CLOSE, OnClose.KEEP.value)
    with qtbot.waitSignal(asking.client.carried_out, check_params_cb=lambda c: c == keeps):
        dialog_of(CloseChoiceDialog).keep_button.click()
    assert shown(CloseChoiceDialog) == []
    asking.root.come_forward()
    asking.root.window.close()
    assert shown(CloseChoiceDialog) == []
    assert asking.client.running
    asking.finish(qtbot)


@OFFSCREEN
def test_whoever_would_rather_end_hum_says_so_where_it_asks(qtbot: QtBot, asking: Start) -> None:
    quits = SetPreference(CLOSE, OnClose.QUIT.value)
    with (
        qtbot.waitSignal(asking.client.carried_out, check_params_cb=lambda c: c == quits),
        qtbot.waitSignal(asking.client.finished),
    ):
        dialog_of(CloseChoiceDialog).quit_button.click()
    asking.finish(qtbot)


@OFFSCREEN
def test_esc_takes_the_closing_back_and_chooses_nothing(qtbot: QtBot, asking: Start) -> None:
    QTest.keyClick(dialog_of(CloseChoiceDialog), Qt.Key.Key_Escape)
    assert asking.root.window.isVisible()
    assert asking.client.running
    asking.root.window.close()
    assert len(shown(CloseChoiceDialog)) == 1  # it is asked again
    asking.finish(qtbot)


@OFFSCREEN
def test_the_question_stands_once_and_goes_when_hum_ends(qtbot: QtBot, asking: Start) -> None:
    asking.root.come_forward()
    asking.root.window.close()
    assert len(shown(CloseChoiceDialog)) == 1
    asking.root.quit()
    assert shown(CloseChoiceDialog) == []
    asking.finish(qtbot)


@OFFSCREEN
def test_a_start_without_the_window_is_a_choice_that_a_link_overrules(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MainWindow, "add_link", lambda _window, _link: None)
    for link, shown in (("", False), ("hum:x", True)):
        start = Start(theme, monkeypatch, NodeReady(NODE, {"window.start": "hidden"}))
        start.root.deleteLater()
        start.root = Application(start.client, theme, minimised=False, link=link)
        start.run(qtbot)
        window = start.root.window
        assert (window.isVisible() and not window.isMinimized()) is shown
        start.root.come_forward()
        assert window.isVisible()
        assert not window.isMinimized()
        start.finish(qtbot)


def test_a_dialog_that_still_has_something_to_say_comes_before_the_window(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Start(theme, monkeypatch, ProfileNeeded(None, None), NodeReady(NODE, {}))
    with qtbot.waitSignals([start.client.received] * 2):
        start.client.start()
    dialog = dialog_of(FirstRunDialog)
    assert not start.root.window.isVisible()
    dialog.accept()
    assert start.root.window.isVisible()
    dialog.deleteLater()
    start.finish(qtbot)


class RefusedEngine(StagedEngine):
    async def run(self) -> None:
        raise ProfileInUseError("locked")


def test_an_engine_that_cannot_start_leaves_a_window_that_says_why(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Start(theme, monkeypatch)
    start.client = EngineClient(RefusedEngine)
    start.root = Application(start.client, theme, minimised=False)
    with qtbot.waitSignal(start.client.finished):
        start.client.start()
    window = start.root.window
    qtbot.waitUntil(window.isVisible)
    assert "open already" in window.fronts.stopped.sentence.text()
    assert start.quits == 0
    window.close()
    start.finish(qtbot)
