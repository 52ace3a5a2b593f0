"""What holds for the main window in every state that ``screens`` can draw, in both languages."""

from collections.abc import Callable
from typing import Final

import pytest
from memory_history import MemoryClient, MemoryHistory
from people import NODE
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from reachable import clipped, cut_off, shared_mnemonics, unreachable
from screens import history, stats

from messenger.core.errors import FolderNotWritableError
from messenger.core.types import ContactId, Obstacle, Presence
from messenger.engine.events import (
    EngineFailed,
    Failure,
    Locked,
    NodeReady,
    PresenceChanged,
    WireSnapshot,
)
from messenger.gui.delegates.bubble import LANE
from messenger.gui.theme import Theme
from messenger.gui.views.main_window import MainWindow


def chosen(number: int) -> Callable[[MainWindow, MemoryClient], None]:
    return lambda window, _client: window.choose(ContactId(number))


def searching(window: MainWindow, _client: MemoryClient) -> None:
    window.choose(ContactId(1))
    window.page.finding.begin()
    window.page.find_bar.edit.setText("bus")
    window.page.find_bar._pause.stop()  # as if it had passed
    window.page.find_bar.query_changed.emit("bus")


def answering(window: MainWindow, _client: MemoryClient) -> None:
    window.choose(ContactId(1))
    window.page.composer.reply_to(window.page.model.message(0))


def editing(window: MainWindow, _client: MemoryClient) -> None:
    window.choose(ContactId(1))
    window.page.composer.edit_message(window.page.model.newest_own())


def refused(window: MainWindow, client: MemoryClient) -> None:
    window.choose(ContactId(1))
    window.page.failure.show_words("Too much is waiting for this contact.")
    client.emit(Failure(FolderNotWritableError()))


def scrolled_back(window: MainWindow, _client: MemoryClient) -> None:
    window.choose(ContactId(1))
    window.page.view.verticalScrollBar().setValue(0)


def locked(_window: MainWindow, client: MemoryClient) -> None:
    client.emit(Locked(frozenset({"passphrase", "recovery"})))


STATES: Final = {
    "nobody chosen": lambda _window, _client: None,
    "chat": chosen(1),
    "long name": chosen(3),
    "asked": chosen(5),
    "changed key": chosen(6),
    "request": chosen(7),
    "blocked": chosen(8),
    "declined": chosen(9),
    "searching": searching,
    "answering": answering,
    "editing": editing,
    "scrolled back": scrolled_back,
    "refused": refused,
    "locked": locked,
    "stopped": lambda _window, client: client.emit(EngineFailed("Hum cannot go on.", None)),
}


def opened(qtbot: QtBot, theme: Theme, kept: MemoryHistory) -> tuple[MainWindow, MemoryClient]:
    client = MemoryClient(kept)
    window = MainWindow(client, theme)
    qtbot.addWidget(window)
    window.show()
    client.emit(NodeReady(NODE, {"theme": "light"}))
    client.emit(WireSnapshot(stats()))
    window.activateWindow()
    return window, client


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


@pytest.mark.usefixtures("language")
def test_it_can_be_used_without_a_mouse_and_without_eyes(qtbot: QtBot, theme: Theme) -> None:
    window, client = opened(qtbot, theme, history())
    for name, reach in STATES.items():
        reach(window, client)
        settle()
        assert (name, unreachable(window)) == (name, [])
        assert (name, shared_mnemonics(window)) == (name, [])
        settle()
        assert (name, clipped(window)) == (name, [])


@pytest.mark.usefixtures("language")
def test_without_any_contact_too(qtbot: QtBot, theme: Theme) -> None:
    window, _client = opened(qtbot, theme, MemoryHistory())
    settle()
    assert unreachable(window) == []
    assert shared_mnemonics(window) == []


def test_a_very_wide_window_keeps_the_two_sides_together(qtbot: QtBot, theme: Theme) -> None:
    window, _client = opened(qtbot, theme, history())
    window.resize(3840, 2160)
    window.choose(ContactId(1))
    settle()
    view, model = window.page.view, window.page.model
    frames = [view.painter_delegate.bubble(model.index(n)).frame for n in range(model.rowCount())]
    left, right = min(f.left() for f in frames), max(f.right() for f in frames)
    assert right - left <= LANE
    assert abs((left + right) / 2 - view.viewport().width() / 2) < 1


@pytest.mark.usefixtures("language", "doubled_type")
def test_it_holds_in_a_narrow_window_with_large_type(qtbot: QtBot, theme: Theme) -> None:
    window, client = opened(qtbot, theme, history())
    window.resize(320, 600)
    for name, reach in STATES.items():
        reach(window, client)
        settle()
        assert window.width() == 320, name
        assert (name, cut_off(window)) == (name, [])
        assert (name, clipped(window)) == (name, [])


@pytest.mark.usefixtures("language", "doubled_type")
def test_large_type_does_not_squeeze_the_header(qtbot: QtBot, theme: Theme) -> None:
    window, _client = opened(qtbot, theme, history())
    window.resize(320, 560)
    header = window.page.header
    for number in (6, 5, 1):
        window.choose(ContactId(number))
        settle()
        assert header.height() >= header.sizeHint().height()
        chat = window.page.banners.parentWidget()
        assert chat.geometry().bottom() < window.page.height()


@pytest.mark.usefixtures("language")
def test_a_narrow_header_says_the_whole_state(qtbot: QtBot, theme: Theme) -> None:
    kept = history()
    window, client = opened(qtbot, theme, kept)
    client.emit(PresenceChanged(ContactId(3), Presence.OFFLINE, None, Obstacle.PROXY_DOWN))
    window.resize(320, 600)
    header = window.page.header
    for contact in kept.people:
        window.choose(contact.id)
        settle()
        for label in (header.trust, header.presence):
            needed = label.fontMetrics().horizontalAdvance(label.text())
            assert not label.isVisible() or needed <= label.width(), label.text()


def test_a_header_stays_as_high_when_a_connection_comes_and_goes(
    qtbot: QtBot, theme: Theme
) -> None:
    window, client = opened(qtbot, theme, history())
    window.choose(ContactId(1))
    header = window.page.header
    heights = {}
    for width in (320, 480, 960):
        window.resize(width, 600)
        for presence in Presence:
            client.emit(PresenceChanged(ContactId(1), presence, None, Obstacle.PROXY_FAILED))
            settle()
            heights.setdefault(width, set()).add(header.height())
    assert [len(each) for each in heights.values()] == [1, 1, 1]
    assert min(heights[320]) > max(heights[960])
    assert header.presence.y() == header.trust.y()
    assert header.presence.text().startswith("·")
