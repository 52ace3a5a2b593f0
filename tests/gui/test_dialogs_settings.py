"""Settings apply at once, say so, and take nothing for granted that failed."""

from dataclasses import replace
from pathlib import Path

import pytest
from people import MARA, NODE
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.errors import (
    CancelledByPersonError,
    KeyringUnavailableError,
    NotAllowedError,
    StoreError,
)
from messenger.core.types import (
    COVER_PROFILES,
    Address,
    Finding,
    KeyState,
    NetworkSettings,
    Proxy,
    Verdict,
)
from messenger.engine.commands import (
    AddRecoveryCode,
    BackUp,
    CancelBackup,
    CheckBuild,
    Command,
    GetBackupSchedule,
    GetLockSettings,
    GetNetwork,
    GetWireStats,
    ListContacts,
    ListRelays,
    ListSnapshots,
    RemoveSlot,
    RotateIdentity,
    RunDoctor,
    SetBackupSchedule,
    SetCover,
    SetLock,
    SetName,
    SetNetwork,
    SetPassphrase,
    SetPreference,
    StoreKeyInKeyring,
)
from messenger.engine.events import (
    BackupDone,
    BackupProgress,
    BackupSchedule,
    LockSettings,
    NetworkChanged,
    NodeInfoChanged,
)
from messenger.gui import language
from messenger.gui.dialogs import settings_lock, settings_name
from messenger.gui.dialogs.lab import LabDialog
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.dialogs.settings_doctor import FindingRow
from messenger.gui.texts import sentence

LOOKS = (
    CheckBuild,
    GetLockSettings,
    GetBackupSchedule,
    GetNetwork,
    GetWireStats,
    ListContacts,
    ListRelays,
    ListSnapshots,
)


def changes(client: ScriptedClient) -> list[Command]:
    """What was asked, but for what the sections read by themselves."""
    return [command for command in client.asked if not isinstance(command, LOOKS)]


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
    assert changes(client) == [SetName("Ada L.")]
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
    assert changes(client) == [SetCover(COVER_PROFILES["saver"])]
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
    assert changes(client) == []


def test_the_theme_is_a_preference(dialog: SettingsDialog, client: ScriptedClient) -> None:
    buttons = dialog.look_section._group.buttons()
    assert [button.isChecked() for button in buttons] == [False, False, True]
    buttons[1].click()
    assert changes(client) == [SetPreference("theme", "light")]


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
    assert changes(client) == [SetPassphrase("able acorn baker cabin")]
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
    assert changes(client) == ([SetPassphrase(None)] if sure else [])
    if sure:
        error = NotAllowedError("it is the last way in")
        client.answer(SetPassphrase, error=error)
        assert dialog.lock_section.note.text == sentence(error)


def test_the_keyring_can_be_given_the_key(dialog: SettingsDialog, client: ScriptedClient) -> None:
    dialog.lock_section.keyring_button.click()
    assert changes(client) == [StoreKeyInKeyring()]
    client.answer(StoreKeyInKeyring, error=KeyringUnavailableError())
    assert dialog.lock_section.note.text == sentence(KeyringUnavailableError())
    assert dialog.lock_section.keyring_button.isEnabled()


def test_a_new_code_is_shown_and_the_old_one_declared_dead(
    qtbot: QtBot, dialog: SettingsDialog, client: ScriptedClient
) -> None:
    dialog.resize(dialog.width(), 320)  # its button is far below the place of the code
    dialog.show_section(3)
    dialog.lock_section.code_button.click()
    client.answer(AddRecoveryCode, "7G2KQ-4M8ZR")
    assert dialog.lock_section.code.text == "7G2KQ-4M8ZR"
    assert dialog.lock_section.code.isVisible()
    in_sight = dialog.lock_section.code.visibleRegion
    qtbot.waitUntil(lambda: in_sight().boundingRect() == dialog.lock_section.code.rect())
    assert "opens nothing" in dialog.lock_section.note.text


@pytest.mark.parametrize("width", [320, 559, 560, 900])
def test_the_list_of_sections_becomes_a_choice(dialog: SettingsDialog, width: int) -> None:
    dialog.resize(width, 500)
    assert dialog._list.isVisible() is (width >= 560)
    assert dialog._choice.isVisible() is (width < 560)
    dialog._choice.setCurrentIndex(2)
    assert dialog._list.currentRow() == 2
    assert dialog.look_section.isVisible()


def test_another_section_is_shown_from_its_beginning(dialog: SettingsDialog) -> None:
    dialog.resize(720, 300)
    bar = dialog.findChild(QScrollArea).verticalScrollBar()
    dialog.show_page(dialog.general_section)
    QApplication.processEvents()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    dialog.show_page(dialog.backup_section)
    assert bar.value() == 0


# -- general ------------------------------------------------------------------------------------


def test_the_language_waits_for_the_next_start(
    qtbot: QtBot, client: ScriptedClient, tmp_path: Path
) -> None:
    dialog = SettingsDialog(client, NODE, {}, None, tmp_path)
    qtbot.addWidget(dialog)
    section = dialog.general_section
    section.language_box.setCurrentIndex(section.language_box.findData("de"))
    section.language_box.activated.emit(2)
    assert language.chosen(tmp_path) == "de"
    assert "next time" in section.note.text


def test_notifications_are_a_preference(dialog: SettingsDialog, client: ScriptedClient) -> None:
    box = dialog.general_section.notifications
    assert box.currentData() == "plain"
    box.setCurrentIndex(box.findData("off"))
    box.activated.emit(2)
    assert changes(client) == [SetPreference("notifications", "off")]


def test_what_pictures_tell_and_a_quiet_start_are_preferences(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    section = dialog.general_section
    assert section.strip_box.isChecked()
    assert not section.hidden_box.isChecked()
    section.strip_box.click()
    section.hidden_box.click()
    section.hidden_box.click()
    assert changes(client) == [
        SetPreference("pictures.metadata", "keep"),
        SetPreference("window.start", "hidden"),
        SetPreference("window.start", ""),
    ]


# -- lock ---------------------------------------------------------------------------------------


def test_when_to_lock_and_what_opens(dialog: SettingsDialog, client: ScriptedClient) -> None:
    auto = dialog.lock_section.auto
    only_keyring = LockSettings(frozenset({"keyring"}), "Wallet", 10, True, False)
    client.answer_all(GetLockSettings, only_keyring)
    assert auto.minutes.currentData() == 10
    assert auto.screen_box.isChecked()
    assert "keyring" in auto.ways.text()
    assert "one click" in auto.note.text
    auto.screen_box.click()
    assert changes(client) == [SetLock(10, False)]


def test_the_last_way_in_stays(
    dialog: SettingsDialog, client: ScriptedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_lock, "confirm", lambda *_args, **_words: True)
    dialog.lock_section.leave_keyring_button.click()
    assert changes(client) == [RemoveSlot("keyring")]
    error = NotAllowedError("it is the last one")
    client.answer(RemoveSlot, error=error)
    assert dialog.lock_section.note.text == sentence(error)


# -- backup -------------------------------------------------------------------------------------


def test_a_backup_shows_how_far_it_is_and_can_be_cancelled(
    dialog: SettingsDialog, client: ScriptedClient, tmp_path: Path
) -> None:
    section = dialog.backup_section
    assert not section.now_button.isEnabled()
    section.passphrase.field.set_text("able acorn baker cabin")
    assert section.now_button.isEnabled()
    section.contacts_box.click()
    section.back_up(tmp_path / "b")
    assert changes(client) == [BackUp(tmp_path / "b", "able acorn baker cabin", history=False)]
    client.emit(BackupProgress(3, 10))
    assert (section.progress.value(), section.progress.maximum()) == (3, 10)
    section.cancel_button.click()
    assert changes(client)[-1] == CancelBackup()
    client.answer(BackUp, error=CancelledByPersonError())
    assert "Cancelled" in section.note.text
    section.back_up(tmp_path / "b")
    client.answer(BackUp, BackupDone(2, 30, 0, True))
    assert section.note.text == "Written. Contacts: 2. Messages: 30."


def test_backups_by_themselves(
    dialog: SettingsDialog, client: ScriptedClient, tmp_path: Path
) -> None:
    section = dialog.backup_section
    section.passphrase.field.set_text("able acorn baker cabin")
    section.start_schedule(tmp_path)
    assert changes(client) == [SetBackupSchedule(tmp_path, passphrase="able acorn baker cabin")]
    client.answer(SetBackupSchedule, BackupSchedule(tmp_path, 24, True, 3, None, "store"))
    assert "last try failed" in section.state.text()
    section.off_button.click()
    assert changes(client)[-1] == SetBackupSchedule(None)


# -- diagnostics and about ----------------------------------------------------------------------


def test_the_report_names_nobody(dialog: SettingsDialog) -> None:
    report = dialog.diagnostics_section.report.toPlainText()
    for secret in (NODE.name, NODE.fingerprint, NODE.link, str(NODE.addresses[0])):
        assert secret not in report
    assert NODE.version in report


@pytest.mark.parametrize("sure", [True, False])
def test_replacing_the_key_is_asked_about(
    dialog: SettingsDialog, client: ScriptedClient, monkeypatch: pytest.MonkeyPatch, sure: bool
) -> None:
    monkeypatch.setattr(settings_name, "confirm", lambda *_args, **_words: sure)
    dialog.name_section.key_button.click()
    assert changes(client) == ([RotateIdentity()] if sure else [])
    if sure:
        client.answer(RotateIdentity, KeyState(NODE.fingerprint, (MARA.id,), 1))
        assert "to be told: 1." in dialog.name_section.note.text


# -- network --------------------------------------------------------------------------------------

TOR = NetworkSettings(Proxy("127.0.0.1", 9050), direct=False)


def test_the_network_shows_what_is_set_and_never_a_password(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    section = dialog.network_section
    assert not section.place_edit.isEnabled()
    proxy = Proxy("192.0.2.1", 1080, "ada")
    client.answer(GetNetwork, NetworkSettings(proxy, announced=(Address("ada.example", 4567),)))
    assert section.place_edit.isEnabled()
    assert section.place_edit.text() == "192.0.2.1:1080"
    assert section.user_edit.text() == "ada"
    assert section.password.text == ""
    assert section.own_edit.text() == "ada.example:4567"
    assert not section.closed_box.isChecked()


def test_a_proxy_is_saved_together_with_what_hangs_on_it(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    section = dialog.network_section
    client.answer(GetNetwork, NetworkSettings(map_port=False))
    assert not section.map_box.isChecked()
    section.proxy_box.setChecked(True)
    section.closed_box.setChecked(True)
    section.user_edit.setText("ada")
    section.password.set_text("s3cret")
    assert changes(client) == []
    assert not section.map_box.isEnabled()
    section.save_button.click()
    proxy = Proxy("127.0.0.1", 9050, "ada", "s3cret")  # the example stands for itself
    assert changes(client) == [SetNetwork(NetworkSettings(proxy, direct=False, map_port=False))]
    client.answer(SetNetwork, TOR)
    assert section.note.text.startswith("Saved.")
    assert section.password.text == ""


@pytest.mark.parametrize(
    ("place", "own"),
    [("proxy.example:1080", ""), ("127.0.0.1", ""), ("127.0.0.1:9050", "ada.example"), ("", "a:0")],
)
def test_what_is_no_address_is_said_before_anything_is_asked(
    dialog: SettingsDialog, client: ScriptedClient, place: str, own: str
) -> None:
    section = dialog.network_section
    section.proxy_box.setChecked(True)
    section.place_edit.setText(place)
    section.own_edit.setText(own)
    section.save_button.click()
    assert changes(client) == []
    assert "127.0.0.1:9050" in section.note.text


def test_a_refusal_of_the_engine_is_said(dialog: SettingsDialog, client: ScriptedClient) -> None:
    section = dialog.network_section
    section.save_button.click()
    client.answer(SetNetwork, error=NotAllowedError("no"))
    assert section.note.text == sentence(NotAllowedError("no"))
    assert section.save_button.isEnabled()


def test_a_change_made_elsewhere_is_followed(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    client.emit(NetworkChanged(TOR))
    assert dialog.network_section.closed_box.isChecked()
    assert dialog.network_section.place_edit.text() == "127.0.0.1:9050"


# -- connection check -----------------------------------------------------------------------------

FOUND = (
    Finding("port", Verdict.GOOD, "open", "4567"),
    Finding("mapping", Verdict.FAIL, "no_router"),
    Finding("proxy", Verdict.NOTE, "none"),
    Finding("clock", Verdict.FAIL, "late"),
)


def test_the_check_shows_each_step_and_a_report_without_names(
    dialog: SettingsDialog, client: ScriptedClient
) -> None:
    section = dialog.doctor_section
    assert not section.copy_button.isEnabled()
    section.check_button.click()
    assert changes(client) == [RunDoctor()]
    assert not section.check_button.isEnabled()
    client.answer(RunDoctor, FOUND)
    texts = [row.text.text() for row in section.findChildren(FindingRow)]
    assert texts[0] == "Hum listens on port 4567 and answers."
    assert texts[3] == "This could not be found out in time. Try again."
    assert section.note.text == "Steps that need something: 2."
    assert section.report().splitlines() == [
        "port: pass (open 4567)",
        "mapping: fail (no_router)",
        "proxy: note (none)",
        "clock: fail (late)",
    ]
    assert section.copy_button.isEnabled()


def test_a_second_check_takes_the_place_of_the_first(
    qtbot: QtBot, dialog: SettingsDialog, client: ScriptedClient
) -> None:
    section = dialog.doctor_section
    for found in (FOUND, FOUND[2:3]):
        section.check_button.click()
        client.answer(RunDoctor, found)
    qtbot.waitUntil(lambda: len(section.findChildren(FindingRow)) == 1)
    assert section.note.text == "Nothing is wrong with the connection from here."


def test_a_check_that_is_refused_says_why(dialog: SettingsDialog, client: ScriptedClient) -> None:
    section = dialog.doctor_section
    section.check_button.click()
    client.answer(RunDoctor, error=NotAllowedError("no"))
    assert section.note.text == sentence(NotAllowedError("no"))
    assert section.check_button.isEnabled()


def test_the_laboratory_is_behind_its_own_page(qtbot: QtBot, dialog: SettingsDialog) -> None:
    dialog.show_page(dialog.experimental_section)
    dialog.experimental_section.laboratory_button.click()
    (laboratory,) = dialog.findChildren(LabDialog)
    assert laboratory.isVisible()
    laboratory.reject()
