"""Unlocking: one sentence for each problem, every way that exists, no plaintext fallback."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.errors import (
    DatabaseMissingError,
    KeyringEntryMissingError,
    KeyringUnavailableError,
    MessengerError,
    StoreCorruptError,
    WrongKeyError,
)
from messenger.engine.commands import (
    CopyDamaged,
    RestoreSnapshot,
    Salvage,
    StoreKeyInKeyring,
    Unlock,
)
from messenger.engine.events import Salvaged, Snapshot, UnlockNeeded
from messenger.gui.dialogs.unlock import UnlockDialog
from messenger.gui.texts import sentence


@pytest.fixture
def client(qapp: object) -> ScriptedClient:
    return ScriptedClient()


def unlock(
    qtbot: QtBot, client: ScriptedClient, slots: set[str], problem: MessengerError | None = None
) -> UnlockDialog:
    dialog = UnlockDialog(client, UnlockNeeded(frozenset(slots), problem), None)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def visible_words(dialog: UnlockDialog) -> set[str]:
    return {button.text() for button in dialog.findChildren(QPushButton) if button.isVisible()}


def test_a_passphrase_opens(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = unlock(qtbot, client, {"passphrase", "recovery"})
    QTest.keyClicks(dialog.passphrase.edit, "able acorn")
    QTest.keyClick(dialog.passphrase.edit, Qt.Key.Key_Return)
    assert client.asked == [Unlock(passphrase="able acorn")]
    assert not dialog.unlock_button.isEnabled()
    with qtbot.waitSignal(dialog.accepted):
        client.answer(Unlock)
    assert dialog.passphrase.text == ""


def test_an_empty_passphrase_asks_nothing(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = unlock(qtbot, client, {"passphrase"})
    dialog.unlock_button.click()
    assert client.asked == []


def test_a_wrong_passphrase_is_said_and_can_be_tried_again(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = unlock(qtbot, client, {"passphrase"})
    dialog.passphrase.set_text("wrong")
    dialog.unlock_button.click()
    client.answer(Unlock, error=WrongKeyError())
    assert dialog._note.text == sentence(WrongKeyError())
    assert dialog.isVisible()
    dialog.unlock_button.click()
    assert len(client.asked) == 2


def test_a_locked_keyring_is_tried_again(qtbot: QtBot, client: ScriptedClient) -> None:
    error = KeyringUnavailableError()
    dialog = unlock(qtbot, client, {"keyring", "recovery"}, error)
    assert dialog._note.text == sentence(error)
    dialog.unlock_button.click()
    assert client.asked == [Unlock()]
    with qtbot.waitSignal(dialog.accepted):
        client.answer(Unlock)


def test_only_the_ways_that_exist_are_offered(qtbot: QtBot, client: ScriptedClient) -> None:
    error = KeyringUnavailableError()
    with_recovery = unlock(qtbot, client, {"keyring", "recovery"}, error)
    assert visible_words(with_recovery) == {"Use the recovery code", "Quit", "Try again"}
    with_passphrase = unlock(qtbot, client, {"keyring", "passphrase"}, error)
    assert visible_words(with_passphrase) == {"Try the keyring again", "Quit", "Unlock"}
    alone = unlock(qtbot, client, {"passphrase"})
    assert visible_words(alone) == {"Quit", "Unlock"}


def test_after_the_recovery_code_the_keyring_is_offered_again(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = unlock(qtbot, client, {"keyring", "recovery"}, KeyringEntryMissingError())
    dialog.recovery.setText(" 7g2kq-4m8zr ")
    dialog.unlock_button.click()
    assert client.last(Unlock) == Unlock(recovery_code="7g2kq-4m8zr")
    client.answer(Unlock)
    assert dialog.isVisible()
    assert dialog.recovery.text() == ""
    dialog.unlock_button.click()
    assert client.asked[-1] == StoreKeyInKeyring()
    with qtbot.waitSignal(dialog.accepted):
        client.answer(StoreKeyInKeyring)


def test_the_offer_can_be_left_and_the_profile_stays_open(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = unlock(qtbot, client, {"keyring", "recovery"}, KeyringEntryMissingError())
    dialog.recovery.setText("7g2kq")
    dialog.unlock_button.click()
    client.answer(Unlock)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not any(isinstance(command, StoreKeyInKeyring) for command in client.asked)


def test_a_keyring_that_still_fails_is_said_after_the_offer(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = unlock(qtbot, client, {"keyring", "passphrase"}, KeyringEntryMissingError())
    dialog.passphrase.set_text("able")
    dialog.unlock_button.click()
    client.answer(Unlock)
    dialog.unlock_button.click()
    error = KeyringUnavailableError()
    client.answer(StoreKeyInKeyring, error=error)
    assert dialog._note.text == sentence(error)
    with qtbot.waitSignal(dialog.accepted):
        dialog.cancel_button.click()


def test_giving_up_rejects(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = unlock(qtbot, client, {"passphrase"})
    with qtbot.waitSignal(dialog.rejected):
        dialog.cancel_button.click()


def test_the_eye_shows_and_hides(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = unlock(qtbot, client, {"passphrase"})
    edit = dialog.passphrase.edit
    assert edit.echoMode() is edit.EchoMode.Password
    dialog.passphrase._eye.click()
    assert edit.echoMode() is edit.EchoMode.Normal
    dialog.passphrase._eye.click()
    assert edit.echoMode() is edit.EchoMode.Password


def test_damaged_data_offers_the_newest_good_state(qtbot: QtBot) -> None:
    client = ScriptedClient()
    needed = UnlockNeeded(frozenset({"passphrase", "recovery"}), None)
    dialog = UnlockDialog(client, needed, None)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.passphrase.set_text("violet anchor")
    dialog.unlock_button.click()
    client.answer(Unlock, error=StoreCorruptError())
    assert "deletes nothing" in "".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.unlock_button.click()
    assert client.last(RestoreSnapshot) == RestoreSnapshot("violet anchor")
    with qtbot.waitSignal(dialog.accepted):
        client.answer(RestoreSnapshot, Snapshot(1_760_000_000_000, 4096))


def test_damaged_data_is_salvaged_and_copied(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = unlock(qtbot, client, {"passphrase"})
    dialog.passphrase.set_text("violet anchor")
    dialog.unlock_button.click()
    client.answer(Unlock, error=StoreCorruptError())
    page = dialog.damaged_page
    assert page.passphrase.isVisible()
    assert not page.salvage_button.isEnabled()
    page.passphrase.field.set_text("club meteor plaster land")
    assert page.salvage_button.isEnabled()
    page.salvage_wanted.emit(Path("found.humbackup"), page.passphrase.text)
    assert not dialog.unlock_button.isEnabled()
    wanted = Salvage(Path("found.humbackup"), "club meteor plaster land", "violet anchor")
    assert client.last(Salvage) == wanted
    client.answer(Salvage, Salvaged(3, 1200, ("message",)))
    assert "Messages: 1200" in page.note.text.replace(",", "")
    assert "Not all" in page.note.text
    page.copy_wanted.emit(Path("somewhere"))
    assert client.last(CopyDamaged) == CopyDamaged(Path("somewhere"))
    client.answer(CopyDamaged, Path("somewhere/else"))
    assert "somewhere/else" in page.note.text
    assert dialog.unlock_button.isEnabled()


def test_a_failed_salvage_stays_on_the_page(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = unlock(qtbot, client, {"keyring"}, StoreCorruptError())
    dialog.damaged_page.salvage_wanted.emit(Path("x"), "club meteor plaster land")
    client.answer(Salvage, error=StoreCorruptError())
    assert dialog._note.text == sentence(StoreCorruptError())
    assert dialog.damaged_page.isVisible()


def test_a_database_that_is_gone_is_called_that(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = unlock(qtbot, client, {"keyring"}, DatabaseMissingError())
    assert "put it back" in "".join(label.text() for label in dialog.findChildren(QLabel))
    assert not dialog.damaged_page.salvage_button.isVisible()
    dialog.unlock_button.click()
    assert client.last(RestoreSnapshot) == RestoreSnapshot()
