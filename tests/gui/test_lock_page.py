"""Locked, the window shows and holds nothing of anybody; unlocked, everything is read anew."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from memory_history import MemoryClient, make_contact, make_message
from people import NODE
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from messenger.core.errors import WrongKeyError
from messenger.core.types import ContactId
from messenger.crypto.fingerprint import fingerprint
from messenger.engine.commands import Lock, SaveDraft, Unlock
from messenger.engine.events import Locked, NewWhileLocked, Unlocked
from messenger.gui.dialogs import screen_region
from messenger.gui.dialogs.add_contact import AddContactDialog
from messenger.gui.texts import sentence
from messenger.gui.views.forgetting import forget_clipboard
from messenger.gui.views.header import FaceLabel
from messenger.gui.views.main_window import MainWindow

MARA, JONAS, STRANGER = ContactId(1), ContactId(2), ContactId(3)
CONTROL = Qt.KeyboardModifier.ControlModifier


def held_by(window: QObject) -> Iterator[str]:
    """Yield every text of everything in a window: shown or not, tool tips, names for readers."""
    for each in filter(isValid, [window, *window.findChildren(QObject)]):
        meta = each.metaObject()
        values = (meta.property(place).read(each) for place in range(meta.propertyCount()))
        yield from (value for value in values if isinstance(value, str))


@pytest.fixture
def locked(window: MainWindow, client: MemoryClient, qtbot: QtBot) -> MainWindow:
    """A window that was locked while Mara was being written to and the settings were open.

    A request was looked at before, and a conversation in which nothing is written.
    """
    for contact in (STRANGER, JONAS, MARA):
        window.choose(contact)
        window.page.view.executeDelayedItemsLayout()
    page = window.page
    page.composer.reply_to(page.model.message(0))
    page.failure.show_words("Mara is blocked or frozen.")
    window.notice.show_words("Jonas is blocked or frozen.")
    window.search()
    page.find_bar.edit.setText("number 9")
    qtbot.keyClicks(window.page.composer.edit, "half a secret")
    window.panel.search.setText("Mar")
    window.dialogs.show_settings()
    client.emit(Locked(frozenset({"passphrase", "recovery"})))
    return window


def test_the_keyboard_locks(window: MainWindow, client: MemoryClient, qtbot: QtBot) -> None:
    qtbot.waitExposed(window)
    qtbot.keyClick(window, Qt.Key.Key_L, CONTROL)
    assert client.of(Lock) == [Lock()]


def test_nothing_of_anybody_is_left(locked: MainWindow, client: MemoryClient) -> None:
    assert locked.fronts.currentWidget() is locked.fronts.lock_page
    assert client.of(SaveDraft) == [SaveDraft(MARA, "half a secret")]
    assert locked.contacts.rowCount() == 0
    assert locked.page.model.rowCount() == 0
    assert locked.panel.search.text() == ""
    assert locked.windowTitle() == "Hum"
    assert not [d for d in locked.findChildren(QDialog) if d.isVisible()]
    names = ["Mara", "Jonas", "Stranger"]
    keys = fingerprint(make_contact(3, "").key).split()
    for words in (*names, *keys, "message number", "number 9", "half a secret", "frozen"):
        assert [held for held in held_by(locked) if words in held] == []
    assert [face for face in locked.findChildren(FaceLabel) if face._face is not None] == []
    assert not locked.page.composer.edit.document().isUndoAvailable()
    assert not locked.page.view.painter_delegate._kept


def test_a_window_that_was_locked_with_nothing_written_says_nothing_of_whom(
    window: MainWindow, client: MemoryClient
) -> None:
    window.choose(JONAS)
    window.page.view.executeDelayedItemsLayout()
    assert [held for held in held_by(window) if "Nothing is written yet" in held]
    client.emit(Locked(frozenset({"passphrase"})))
    assert [held for held in held_by(window) if "Jonas" in held] == []


def test_what_was_forgotten_is_said_anew(locked: MainWindow, client: MemoryClient) -> None:
    client.emit(Unlocked(NODE, {}))
    locked.choose(STRANGER)
    assert "Stranger" in locked.page.request.question.text()
    assert len(locked.page.request.key.text().split()) == 14
    locked.choose(MARA)
    header = locked.page.header
    assert (header.name.text(), header.trust.text()) == ("Mara", "Pinned")
    assert not header.trust.icon().isNull()
    assert header.presence.isVisible()


@pytest.mark.qt_log_ignore("does not support setting window opacity")
def test_no_picture_of_the_screen_is_left_over_it(
    window: MainWindow, client: MemoryClient, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_region, "HIDE_MS", 0)
    window.dialogs.add_contact()
    (dialog,) = window.findChildren(AddContactDialog)
    region = dialog.their_side.source.screen_region
    region.start()
    qtbot.waitUntil(lambda: bool(region.overlays))
    (overlay,) = region.overlays
    client.emit(Locked(frozenset({"passphrase"})))
    assert not overlay.isVisible()


@pytest.mark.parametrize("ours", [True, False])
def test_only_what_was_copied_here_leaves_the_clipboard(ours: bool) -> None:
    cleared: list[str] = []
    clipboard = SimpleNamespace(
        ownsClipboard=lambda: ours,
        ownsSelection=lambda: ours,
        supportsSelection=lambda: True,
        clear=lambda mode: cleared.append(mode.name),
    )
    forget_clipboard(clipboard)
    assert cleared == (["Clipboard", "Selection"] if ours else [])


def test_it_says_that_the_hum_goes_on_and_how_much_came(
    locked: MainWindow, client: MemoryClient
) -> None:
    page = locked.fronts.lock_page
    assert "hum go on" in page.face.sentence.text()
    assert not page.new_words.isVisible()
    client.emit(NewWhileLocked(1))
    assert page.new_words.text() == "1 new message"
    client.emit(NewWhileLocked(12))
    assert page.new_words.text() == "12 new messages"


def test_no_shortcut_leads_past_it(locked: MainWindow, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_K, Qt.Key.Key_N, Qt.Key.Key_F, Qt.Key.Key_Comma, Qt.Key.Key_Slash):
        qtbot.keyClick(locked, key, CONTROL)
    locked.add_link("hum:anything")
    assert locked.fronts.currentWidget() is locked.fronts.lock_page
    assert not [d for d in locked.findChildren(QDialog) if d.isVisible()]


def test_the_passphrase_ends_it_and_everything_is_read_anew(
    locked: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    page = locked.fronts.lock_page
    qtbot.keyClicks(page.passphrase.edit, "violet anchor")
    qtbot.keyClick(page.passphrase.edit, Qt.Key.Key_Return)
    assert client.of(Unlock) == [Unlock(passphrase="violet anchor")]
    assert not page.unlock_button.isEnabled()
    client.history.messages.append(make_message(2000, 1, "came meanwhile"))
    client.emit(Unlocked(NODE, {"theme": "light"}))
    client.answer()
    assert page.passphrase.text == ""
    assert locked.contacts.rowCount() == 3
    locked.choose(MARA)
    rows = locked.page.model.rowCount()
    assert locked.page.model.message(rows - 1).text == "came meanwhile"


def test_a_wrong_one_is_told_and_can_be_mended(
    locked: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    page = locked.fronts.lock_page
    page.passphrase.set_text("wrong")
    page.unlock_button.click()
    client.answer(error=WrongKeyError())
    assert page.note.text == sentence(WrongKeyError())
    assert page.passphrase.text == "wrong"
    page.other_button.click()
    page.recovery.setText(" aaaa-bbbb ")
    page.unlock_button.click()
    assert client.of(Unlock)[-1] == Unlock(recovery_code="aaaa-bbbb")


def test_without_a_passphrase_the_keyring_is_asked(
    window: MainWindow, client: MemoryClient
) -> None:
    client.emit(Locked(frozenset({"keyring", "recovery"})))
    window.fronts.lock_page.unlock_button.click()
    assert client.of(Unlock) == [Unlock()]


def test_a_link_that_came_while_locked_waits(
    locked: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    locked.add_link(NODE.link)
    client.emit(Unlocked(NODE, {}))
    dialog = next(d for d in locked.findChildren(QDialog) if d.isVisible())
    assert dialog.their_side.text_edit.toPlainText() == NODE.link
    dialog.reject()
