"""Settings apply at once, say so, and take nothing for granted that failed."""

from dataclasses import replace

import pytest
from people import NODE
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.errors import KeyringUnavailableError, NotAllowedError, StoreError
from messenger.core.types import COVER_PROFILES
from messenger.engine.commands import (
    AddRecoveryCode,
    SetCover,
    SetName,
    SetPassphrase,
    SetPreference,
    StoreKeyInKeyring,
)
from messenger.engine.events import NodeInfoChanged
from messenger.gui.dialogs import settings_lock
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.texts import sentence


@pytest.fixture
def client(qapp: object) -> ScriptedClient:
    return ScriptedClient()


@pytest.fixture
def dialog(qtbot: QtBot, client: ScriptedClient) -> SettingsDialog:
    dialog = SettingsDialog(client, NODE, {"theme": "dark"}, None)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_name_is_saved_by_its_button(dialog: SettingsDialog, client: ScriptedClient) -> None:
    section = dialog.name_section
    assert not section.save_button.isEnabled()
    section.edit.setText(" Ada L. ")
    section.save_button.click()
    assert client.asked == [SetName("Ada L.")]
    client.answer(SetName)
    client.emit(NodeInfoChanged(replace(NODE, name="Ada L.")))
    assert section.note.text == "Saved."
    assert not section.save_button.isEnabled()


@pytest.mark.parametrize("name", ["", "  ", "Ada"])
def test_no_name_and_the_same_name_cannot_be_saved(dialog: SettingsDialog, name: str) -> None:
    dialog.name_section.edit.setText(name)
    assert not dialog.name_section.save_button.isEnabled()


def test_a_profile_applies_when_it_is_clicked(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    dialog.show_section(1)
    section = dialog.cover_section
    assert section.choice.current == "balanced"
    section.choice._group.button(0).click()
    assert client.asked == [SetCover(COVER_PROFILES["saver"])]
    client.answer(SetCover)
    assert "connections made from now on" in section.note.text


def test_a_profile_that_could_not_be_set_is_not_shown_as_set(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    section = dialog.cover_section
    section.choice._group.button(2).click()
    client.answer(SetCover, error=StoreError())
    assert section.choice.current == "balanced"
    assert section.note.text == sentence(StoreError())


def test_a_profile_set_elsewhere_is_followed(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    client.emit(NodeInfoChanged(replace(NODE, cover=COVER_PROFILES["lively"])))
    assert dialog.cover_section.choice.current == "lively"
    assert client.asked == []


def test_the_theme_is_a_preference(dialog: SettingsDialog, client: ScriptedClient) -> None:
    buttons = dialog.look_section._group.buttons()
    assert [button.isChecked() for button in buttons] == [False, False, True]
    buttons[1].click()
    assert client.asked == [SetPreference("theme", "light")]


def test_an_unknown_theme_counts_as_the_systems(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = SettingsDialog(client, NODE, {"theme": "mauve"}, None)
    qtbot.addWidget(dialog)
    assert dialog.look_section._group.checkedId() == 0


def test_a_passphrase_is_set_when_it_is_good_enough(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    dialog.show_section(3)
    section = dialog.lock_section
    assert not section.passphrase.isVisible()
    section.passphrase_button.click()
    section.passphrase.field.set_text("secret")
    assert not section.save_button.isEnabled()
    section.passphrase.field.set_text("able acorn baker cabin")
    section.save_button.click()
    assert client.asked == [SetPassphrase("able acorn baker cabin")]
    assert not section.code_button.isEnabled()  # one change at a time
    client.answer(SetPassphrase)
    assert section.passphrase.text == ""
    assert not section.passphrase.isVisible()
    assert "is set" in section.note.text


@pytest.mark.parametrize("sure", [True, False])
def test_removing_the_passphrase_is_asked_about(
    dialog: SettingsDialog, client: ScriptedClient, monkeypatch: pytest.MonkeyPatch, sure: bool
) -> None:
    monkeypatch.setattr(settings_lock, "confirm", lambda *_args, **_words: sure)
    dialog.lock_section.remove_button.click()
    assert client.asked == ([SetPassphrase(None)] if sure else [])
    if sure:
        error = NotAllowedError("it is the last way in")
        client.answer(SetPassphrase, error=error)
        assert dialog.lock_section.note.text == sentence(error)


def test_the_keyring_can_be_given_the_key(dialog: SettingsDialog, client: ScriptedClient) -> None:
    dialog.lock_section.keyring_button.click()
    assert client.asked == [StoreKeyInKeyring()]
    client.answer(StoreKeyInKeyring, error=KeyringUnavailableError())
    assert dialog.lock_section.note.text == sentence(KeyringUnavailableError())
    assert dialog.lock_section.keyring_button.isEnabled()


def test_a_new_code_is_shown_and_the_old_one_declared_dead(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    dialog.show_section(3)
    dialog.lock_section.code_button.click()
    client.answer(AddRecoveryCode, "7G2KQ-4M8ZR")
    assert dialog.lock_section.code.text == "7G2KQ-4M8ZR"
    assert dialog.lock_section.code.isVisible()
    assert "opens nothing" in dialog.lock_section.note.text


@pytest.mark.parametrize("width", [320, 559, 560, 900])
def test_the_list_of_sections_becomes_a_choice(dialog: SettingsDialog, width: int) -> None:
    dialog.resize(width, 500)
    assert dialog._list.isVisible() is (width >= 560)
    assert dialog._choice.isVisible() is (width < 560)
    dialog._choice.setCurrentIndex(2)
    assert dialog._list.currentRow() == 2
    assert dialog.look_section.isVisible()
