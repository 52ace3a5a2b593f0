"""The first run: nothing is skipped, nothing secret stays, no way out loses the profile."""

from pathlib import Path

import pytest
from dialog_screens import SCREENS
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.errors import (
    FolderNotWritableError,
    KeyringUnavailableError,
    StoreError,
    WrongKeyError,
)
from messenger.engine.commands import AddRecoveryCode, CreateProfile, RestoreBackup
from messenger.engine.events import BackupDone, BackupProgress, ProfileNeeded
from messenger.gui.dialogs import first_run
from messenger.gui.dialogs.first_run import FirstRunDialog
from messenger.gui.texts import sentence

CODE = "7G2KQ-4M8ZR-X1V0P-9TWCB-D3HJN-5EYSA"
WORDS = "able acorn baker cabin"


def run(qtbot: QtBot, client: ScriptedClient, keyring: str | None = "GNOME") -> FirstRunDialog:
    problem = None if keyring else KeyringUnavailableError()
    dialog = FirstRunDialog(client, ProfileNeeded(keyring, problem), None)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def to_the_price(dialog: FirstRunDialog) -> None:
    dialog.name_edit.setText("  Ada ")
    dialog.next_button.click()
    dialog.next_button.click()


def made(qtbot: QtBot, client: ScriptedClient) -> FirstRunDialog:
    dialog = run(qtbot, client)
    to_the_price(dialog)
    dialog.next_button.click()
    client.answer(CreateProfile)
    client.answer(AddRecoveryCode, CODE)
    return dialog


@pytest.fixture
def client(qapp: object) -> ScriptedClient:
    return ScriptedClient()


def test_with_a_keyring_three_clicks_make_a_profile(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client)
    assert not dialog.next_button.isEnabled()  # no name yet
    to_the_price(dialog)
    assert client.asked == []  # nothing before the price was seen
    dialog.next_button.click()
    assert client.asked == [CreateProfile("Ada", True, None, "balanced")]
    assert not dialog.next_button.isVisible()


def test_the_chosen_profile_is_asked_for(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client)
    to_the_price(dialog)
    dialog.cover_choice.choose("saver")
    dialog.next_button.click()
    assert client.last(CreateProfile).cover == "saver"


def test_the_price_is_said_before_the_profile_is_made(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client)
    to_the_price(dialog)
    texts = [label.text() for label in dialog.cover_choice.findChildren(first_run.TextLabel)]
    assert any("8.9 MB an hour · 6.4 GB a month" in text for text in texts)


def test_without_a_keyring_a_passphrase_is_needed(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client, keyring=None)
    dialog.name_edit.setText("Ada")
    dialog.next_button.click()
    choice = dialog.lock_choice
    assert not choice.keyring_box.isEnabled()
    assert choice.passphrase.isVisible()
    assert not dialog.next_button.isEnabled()
    choice.passphrase.field.set_text("password1")
    assert not dialog.next_button.isEnabled()
    choice.passphrase.field.set_text(WORDS)
    dialog.next_button.click()
    dialog.next_button.click()
    assert client.last(CreateProfile) == CreateProfile("Ada", False, WORDS, "balanced")
    client.answer(CreateProfile)
    assert choice.passphrase.text == ""  # not kept longer than needed


def test_suggested_words_are_shown_and_good_enough(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client, keyring=None)
    field = dialog.lock_choice.passphrase
    field._suggest()
    assert len(field.text.split()) == 4
    assert field.good_enough
    assert field.field.edit.echoMode() is field.field.edit.EchoMode.Normal


def test_neither_keyring_nor_passphrase_leads_nowhere(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client)
    dialog.name_edit.setText("Ada")
    dialog.next_button.click()
    dialog.lock_choice.keyring_box.setChecked(False)
    assert not dialog.next_button.isEnabled()


def test_the_code_is_shown_once_and_must_be_noted(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = made(qtbot, client)
    assert dialog.code.text == CODE
    assert not dialog.next_button.isEnabled()
    assert not dialog.back_button.isVisible()
    dialog.noted_box.click()
    with qtbot.waitSignal(dialog.accepted):
        dialog.next_button.click()
    assert dialog.code.text == ""


def test_a_keyring_that_fails_after_all_leads_back_to_the_lock(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = run(qtbot, client)
    to_the_price(dialog)
    dialog.next_button.click()
    error = KeyringUnavailableError()
    client.answer(CreateProfile, error=error)
    assert dialog._note.text == sentence(error)
    assert not dialog.lock_choice.use_keyring
    assert dialog.lock_choice.passphrase.isVisible()
    assert not dialog.next_button.isEnabled()


def test_a_full_disk_can_be_tried_again(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client)
    to_the_price(dialog)
    dialog.next_button.click()
    client.answer(CreateProfile, error=FolderNotWritableError())
    assert dialog._note.isVisible()
    assert dialog.back_button.isVisible()
    dialog.next_button.click()
    assert [type(command) for command in client.asked] == [CreateProfile, CreateProfile]


def test_a_code_that_could_not_be_made_does_not_make_a_second_profile(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = run(qtbot, client)
    to_the_price(dialog)
    dialog.next_button.click()
    client.answer(CreateProfile)
    client.answer(AddRecoveryCode, error=StoreError())
    dialog.next_button.click()
    assert [type(command) for command in client.asked] == [
        CreateProfile,
        AddRecoveryCode,
        AddRecoveryCode,
    ]


def test_closing_before_anything_is_made_is_giving_up(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client)
    with qtbot.waitSignal(dialog.rejected):
        dialog.close()


def test_closing_while_the_profile_is_made_waits(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = run(qtbot, client)
    to_the_price(dialog)
    dialog.next_button.click()
    dialog.close()
    assert dialog.isVisible()


@pytest.mark.parametrize("go_on", [True, False])
def test_leaving_without_the_code_is_asked_about_and_loses_nothing(
    qtbot: QtBot, client: ScriptedClient, monkeypatch: pytest.MonkeyPatch, go_on: bool
) -> None:
    dialog = made(qtbot, client)
    monkeypatch.setattr(first_run, "confirm", lambda *_args, **_words: go_on)
    accepted: list[bool] = []
    dialog.accepted.connect(lambda: accepted.append(True))
    dialog.close()
    assert dialog.isVisible() is not go_on
    assert accepted == ([True] if go_on else [])


def test_a_backup_is_restored_and_a_new_code_made(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["first-restore"](client)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.next_button.text() == "Restore"
    dialog.next_button.click()
    command = client.last(RestoreBackup)
    assert command.path == Path("/media/stick/hum-2026-11-20.humbackup")
    assert command.backup_passphrase == "club meteor plaster land"
    client.emit(BackupProgress(5, 20))
    assert dialog._progress.value() == 5
    client.answer(RestoreBackup, BackupDone(2, 30, 0, True))
    assert dialog.restore_page.passphrase.text == ""
    client.answer(AddRecoveryCode, "aaaa-bbbb")
    assert dialog.code.text == "aaaa-bbbb"


def test_a_wrong_passphrase_of_a_backup_keeps_what_was_typed(qtbot: QtBot) -> None:
    dialog = SCREENS["first-restore-wrong"](ScriptedClient())
    qtbot.addWidget(dialog)
    page = dialog.restore_page
    assert dialog._pages.page is page
    assert page.passphrase.text == "club meteor plaster land"
    assert dialog._note.text == sentence(WrongKeyError())
    dialog.back_button.click()
    assert dialog.next_button.text() == "Next"
