"""Confirmations, names, links, timelines and the keyboard map."""

import pytest
from people import LONG_NAME, MARA, named
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.errors import NoSuchContactError
from messenger.core.types import TimelineStep
from messenger.engine.commands import RenameContact
from messenger.gui.dialogs.confirm import (
    ConfirmDialog,
    confirm_block,
    confirm_decline,
    confirm_new_contact,
    confirm_remove,
)
from messenger.gui.dialogs.open_link import MAX_URL_LEN, OpenLinkDialog, target_of
from messenger.gui.dialogs.rename import RenameDialog
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.dialogs.shortcuts import ShortcutsDialog
from messenger.gui.dialogs.timeline import TimelineDialog
from messenger.gui.icons import IconButton
from messenger.gui.texts import sentence


def texts(widget: object) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


# -- confirmations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ask", [confirm_remove, confirm_block, confirm_decline, confirm_new_contact]
)
@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_a_hasty_key_changes_nothing(qtbot: QtBot, ask: object, key: Qt.Key) -> None:
    def press() -> None:
        QTest.keyClick(QApplication.activeModalWidget(), key)

    QTimer.singleShot(0, press)
    assert ask(None, MARA) is False


def test_enter_presses_the_button_that_has_the_focus_once(qtbot: QtBot) -> None:
    pressed: list[str] = []
    dialog = Sheet(None, title="Hum")
    other = dialog.add_button("Other", lambda: pressed.append("other"))
    dialog.add_button("Default", lambda: pressed.append("default"), "primary")
    icon = IconButton("close", "Icon", dialog)
    icon.clicked.connect(lambda: pressed.append("icon"))
    qtbot.addWidget(dialog)
    dialog.show()
    held = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", True
    )
    for button in (other, icon):
        QTest.keyClick(button, Qt.Key.Key_Return)
        QApplication.sendEvent(button, held)
    assert pressed == ["other", "icon"]


def test_the_verb_confirms(qtbot: QtBot) -> None:
    def press() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ConfirmDialog)
        assert "Mara" in texts(dialog)
        dialog.confirm_button.click()

    QTimer.singleShot(0, press)
    assert confirm_remove(None, MARA) is True


def test_a_name_cannot_turn_the_question_round(qtbot: QtBot) -> None:
    seen: list[str] = []

    def press() -> None:
        seen.append(texts(QApplication.activeModalWidget()))
        QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)

    QTimer.singleShot(0, press)
    confirm_remove(None, named("<b>x</b> \u202eMara\n{name}"))
    assert "\u202e" not in seen[0]
    assert "<b>x</b> \ufffdMara {name}" in seen[0]


# -- names ----------------------------------------------------------------------------------------


def test_an_alias_is_stored(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = RenameDialog(client, MARA, None)
    qtbot.addWidget(dialog)
    dialog.edit.setText(" Ma ")
    dialog.save_button.click()
    assert client.asked == [RenameContact(MARA.id, "Ma")]
    with qtbot.waitSignal(dialog.accepted):
        client.answer(RenameContact, MARA)


def test_an_empty_alias_takes_it_back(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = RenameDialog(client, named(LONG_NAME), None)
    qtbot.addWidget(dialog)
    dialog.save_button.click()
    assert client.asked == [RenameContact(MARA.id, None)]
    client.answer(RenameContact, error=NoSuchContactError())
    assert sentence(NoSuchContactError()) in texts(dialog)
    assert dialog.save_button.isEnabled()


# -- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/a?b#c", "example.org"),
        ("HTTP://EXAMPLE.ORG", "example.org"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://аррӏе.example/", "xn--80ak6aa92e.example"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("http://[2001:db8::7]:8080/x", "2001:db8::7"),
    ],
)
def test_the_host_is_shown_in_ascii(url: str, host: str) -> None:
    target = target_of(url)
    assert target is not None
    assert target.host == host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "hum:abc",
        "ftp://example.org",
        "smb://host/share",
        "//host/share",
        "\\\\host\\share",
        "https://",
        "https:///path",
        "https://exa mple.org",
        "https://example.org/\nHost:x",
        "https://example.org/\ud800",
        "https://x" + "a" * MAX_URL_LEN,
    ],
)
def test_everything_else_is_refused(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    assert target_of(url) is None
    dialog = OpenLinkDialog(url, None)
    qtbot.addWidget(dialog)
    assert not hasattr(dialog, "open_button")
    for button in dialog.findChildren(QPushButton):
        button.click()
    assert opened == []


def test_a_link_opens_only_by_its_button(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    dialog = OpenLinkDialog("https://example.org/x", None)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert opened == []
    dialog.open_button.click()
    assert opened == ["https://example.org/x"]


def test_the_whole_link_is_shown_and_can_be_copied(qtbot: QtBot) -> None:
    url = "https://example.org/" + "a" * 500 + "\u202e"
    dialog = OpenLinkDialog(url, None)
    qtbot.addWidget(dialog)
    shown = dialog.findChild(QPlainTextEdit).toPlainText()
    assert shown == url.replace("\u202e", "\ufffd")
    dialog._copy()
    assert QGuiApplication.clipboard().text() == url


@pytest.mark.parametrize(
    ("url", "warning"),
    [
        ("https://bücher.example", "xn--"),
        ("https://a@b.example", "before the @"),
        ("http://example.org", "not encrypted"),
    ],
)
def test_what_deceives_is_said(qtbot: QtBot, url: str, warning: str) -> None:
    dialog = OpenLinkDialog(url, None)
    qtbot.addWidget(dialog)
    assert warning in texts(dialog)


# -- the rest -------------------------------------------------------------------------------------


def test_each_step_of_a_message_is_told_with_its_distance(qtbot: QtBot) -> None:
    steps = tuple((step, 1_760_000_000_000 + 250 * n) for n, step in enumerate(TimelineStep))
    dialog = TimelineDialog(steps, None)
    qtbot.addWidget(dialog)
    assert "Acknowledged by the contact's computer" in texts(dialog)
    assert "+0.750 s" in texts(dialog)


def test_a_clock_that_was_set_back_is_shown_as_it_is(qtbot: QtBot) -> None:
    dialog = TimelineDialog(((TimelineStep.WRITTEN, 5_000), (TimelineStep.LEFT, 3_000)), None)
    qtbot.addWidget(dialog)
    assert "\N{MINUS SIGN}2.000 s" in texts(dialog)


def test_no_steps_are_said_too(qtbot: QtBot) -> None:
    dialog = TimelineDialog((), None)
    qtbot.addWidget(dialog)
    assert "Nothing is recorded" in texts(dialog)


def test_the_keyboard_map_names_every_shortcut(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog(None)
    qtbot.addWidget(dialog)
    for keys in ("Ctrl+K", "Ctrl+N", "Ctrl+F", "Ctrl+L", "Ctrl+/", "Alt+Up", "Alt+Down", "Esc"):
        assert keys in texts(dialog)
