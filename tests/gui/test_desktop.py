"""Tray, notifications, one window per profile, desktop files, the display: the edges of Hum."""

import os
import stat
import threading
from pathlib import Path

import pytest
from memory_history import make_contact, make_message
from people import NODE
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from messenger.core.errors import FolderNotWritableError
from messenger.core.types import Relation
from messenger.engine.events import (
    ContactRequested,
    Locked,
    MessageAdded,
    NodeReady,
    Unlocked,
)
from messenger.gui import desktop_files, language
from messenger.gui.activity import ActivityWatch
from messenger.gui.display import display_problem
from messenger.gui.hum_links import MAX_LINK_LEN, hum_link_in
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.notifier import Notifier
from messenger.gui.single_instance import SOCKET_NAME, FirstInstance, raise_other
from messenger.gui.tray import Tray

LOUD_NAME = "<b>Mara</b>"


class Desk:
    """A notifier with a contact list, and what it showed."""

    def __init__(self, **preferences: str) -> None:
        self.shown: list[tuple[str, str]] = []
        self.looking = False
        self._owner = QObject()
        contacts = ContactsModel(self._owner)
        contacts.load([make_contact(1, LOUD_NAME), make_contact(2, "B", relation=Relation.BLOCKED)])
        self.notifier = Notifier(contacts, lambda: self.looking, self._show, self._owner)
        self.notifier.apply(NodeReady(NODE, preferences))

    def _show(self, title: str, text: str) -> None:
        self.shown.append((title, text))

    def message(self, contact: int = 1, *, own: bool = False) -> None:
        message = make_message(1, contact, "the text of it", own=own)
        self.notifier.apply(MessageAdded(message))


# -- notifications ------------------------------------------------------------------------------


def test_a_notification_carries_no_name_and_no_text(qapp: QApplication) -> None:
    desk = Desk()
    desk.message()
    assert desk.shown == [("Hum", "New message")]


def test_the_name_stands_only_where_no_desktop_reads_markup(qapp: QApplication) -> None:
    desk = Desk(notifications="name")
    desk.message()
    assert desk.shown == [(LOUD_NAME, "New message")]


@pytest.mark.parametrize("silence", ["off", "own", "looking", "locked", "blocked"])
def test_silence(qapp: QApplication, silence: str) -> None:
    desk = Desk(notifications="off" if silence == "off" else "")
    desk.looking = silence == "looking"
    if silence == "locked":
        desk.notifier.apply(Locked(frozenset()))
    desk.message(2 if silence == "blocked" else 1, own=silence == "own")
    assert desk.shown == []


def test_requests_are_told_without_who(qapp: QApplication) -> None:
    desk = Desk(notifications="name")
    desk.notifier.apply(Locked(frozenset()))
    desk.notifier.apply(Unlocked(NODE, {"notifications": "name"}))
    desk.notifier.apply(ContactRequested(make_contact(9, "Stranger", relation=Relation.REQUEST)))
    assert desk.shown == [("Hum", "Somebody asks to be a contact")]


def test_a_strange_choice_means_the_careful_one(qapp: QApplication) -> None:
    desk = Desk(notifications="everything")
    desk.message()
    assert desk.shown == [("Hum", "New message")]


# -- the tray -----------------------------------------------------------------------------------


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")  # Qt, on a platform without a tray
def test_the_tray_shows_unread_and_leads_back(qtbot: QtBot) -> None:
    tray = Tray()
    tray.set_unread(True)
    assert tray.unread
    assert "unread" in tray._icon.toolTip()
    for signal, number in ((tray.open_wanted, 0), (tray.lock_wanted, 2), (tray.quit_wanted, 3)):
        with qtbot.waitSignal(signal):
            tray.menu.actions()[number].trigger()
    tray.set_locked(True)
    assert not tray.lock_action.isEnabled()
    tray.remove()


# -- one window per profile ---------------------------------------------------------------------


class Caller(threading.Thread):
    """A second start, which waits for an answer."""

    def __init__(self, folder: Path, link: str) -> None:
        super().__init__()
        self._arguments = (folder, link)
        self.answered: bool | None = None
        self.start()

    def run(self) -> None:
        self.answered = raise_other(*self._arguments)


@pytest.mark.parametrize("link", ["", NODE.link, "http://elsewhere.example"])
def test_a_second_start_raises_the_first_and_hands_its_link_over(
    qtbot: QtBot, tmp_path: Path, link: str
) -> None:
    first = FirstInstance(tmp_path)
    assert first.listen()
    assert stat.S_IMODE((tmp_path / SOCKET_NAME).stat().st_mode) == 0o600
    with qtbot.waitSignal(first.called) as called:
        caller = Caller(tmp_path, link)
    assert called.args == [hum_link_in(link)]
    caller.join()
    assert caller.answered
    first.close()
    assert not (tmp_path / SOCKET_NAME).exists()


def test_folders_that_the_engine_makes_meanwhile_keep_their_mode(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The umask is one for all threads: a folder of 0700 would become one that nobody can enter."""

    def forbidden(mask: int) -> int:
        raise AssertionError("the umask is not ours to change")

    monkeypatch.setattr(os, "umask", forbidden)
    first = FirstInstance(tmp_path)
    assert first.listen()
    first.close()


def test_a_socket_of_a_killed_hum_is_no_hindrance(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / SOCKET_NAME).touch()
    assert not raise_other(tmp_path)
    first = FirstInstance(tmp_path)
    assert first.listen()
    first.close()


def test_a_path_too_long_for_a_socket_only_costs_the_courtesy(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    assert not FirstInstance(folder).listen()
    assert not raise_other(folder)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (" HUM:abc \n", True),
        ("hum:a b", False),
        ("hum:" + "x" * MAX_LINK_LEN, False),
        ("hum:ä", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_one_plain_link_comes_through(text: str, good: bool) -> None:
    assert bool(hum_link_in(text)) is good


# -- desktop files ------------------------------------------------------------------------------


def test_autostart_is_a_file_that_comes_and_goes(tmp_path: Path) -> None:
    file = desktop_files.autostart(["/opt/a b/hum", "100%"], {"XDG_CONFIG_HOME": str(tmp_path)})
    assert not file.exists
    file.put(True)
    text = (tmp_path / "autostart" / "hum.desktop").read_text()
    assert 'Exec="/opt/a b/hum" "100%%" "--minimised"\n' in text
    file.put(False)
    assert not file.exists


def test_the_link_handler_takes_hum_links(tmp_path: Path) -> None:
    file = desktop_files.link_handler(["hum"], {"XDG_DATA_HOME": str(tmp_path)})
    file.put(True)
    text = file.path.read_text()
    assert file.path == tmp_path / "applications" / "hum.desktop"
    assert 'Exec="hum" %u\n' in text
    assert "MimeType=x-scheme-handler/hum;\n" in text


def test_special_signs_are_quoted_twice() -> None:
    assert desktop_files.exec_line(['a"b$c']) == '"a\\"b\\$c"'


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "autostart").touch()
    file = desktop_files.autostart(["hum"], {"XDG_CONFIG_HOME": str(tmp_path)})
    with pytest.raises(FolderNotWritableError):
        file.put(True)


# -- language, display, activity ----------------------------------------------------------------


def test_the_language_lies_beside_the_profile(tmp_path: Path) -> None:
    assert language.chosen(tmp_path) == language.SYSTEM
    language.choose(tmp_path, "de")
    assert language.chosen(tmp_path) == "de"
    assert language.locale_for(tmp_path).bcp47Name().startswith("de")
    (tmp_path / language.FILE_NAME).write_text("xx")
    assert language.chosen(tmp_path) == language.SYSTEM
    language.choose(tmp_path, language.SYSTEM)
    assert not (tmp_path / language.FILE_NAME).exists()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "no display"),
        ({"DISPLAY": ":4097"}, "does not answer"),
        ({"WAYLAND_DISPLAY": "/nowhere/at-all"}, "no display"),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":4097"}, "does not answer"),
        ({"QT_QPA_PLATFORM": "offscreen"}, ""),
    ],
)
def test_a_display_that_is_not_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], words: str
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    problem = display_problem(environment)
    assert words in (problem or "")
    assert bool(words) is (problem is not None)


def test_somebody_at_the_keys_is_told_now_and_then(qtbot: QtBot) -> None:
    told: list[float] = []
    clock = [100.0]
    app = QGuiApplication.instance()
    watch = ActivityWatch(app, lambda: told.append(clock[0]), lambda: clock[0])
    widget = QWidget()
    qtbot.addWidget(widget)
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    for at in (100.0, 104.0, 111.0):
        clock[0] = at
        watch.eventFilter(widget, key)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(1, 1),
        QPointF(1, 1),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    clock[0] = 130.0
    watch.eventFilter(widget, QEvent(QEvent.Type.Paint))
    watch.eventFilter(widget, move)
    assert told == [100.0, 111.0, 130.0]
    watch.deleteLater()
