"""The settings of relays: what is pasted, what stands there, and what is said of it."""

import pytest
from people import MARA, NODE
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.errors import LinkDamagedError
from messenger.core.types import (
    Address,
    MailRoute,
    MailTrouble,
    OwnRelay,
    RelayId,
    RelayOverview,
    RelayState,
)
from messenger.engine.commands import AddRelay, Command, ListContacts, ListRelays, RemoveRelay
from messenger.engine.events import RelaysChanged
from messenger.gui.dialogs import settings_relays
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.dialogs.settings_relays import RelaySection
from messenger.gui.dialogs.sheet import WordButton
from messenger.gui.texts import sentence

HERE = Address("relay.example", 4_433)
LINK = "hum-relay:abcdefgh"
NOTHING = RelayOverview((), ())


def own(number: int, state: RelayState = RelayState.CONNECTED) -> OwnRelay:
    return OwnRelay(RelayId(number), HERE, bytes(32), state)


@pytest.fixture
def client(qapp: object) -> ScriptedClient:
    return ScriptedClient()


@pytest.fixture
def dialog(qtbot: QtBot, client: ScriptedClient) -> SettingsDialog:
    dialog = SettingsDialog(client, NODE, {}, None)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_section(7)
    return dialog


@pytest.fixture
def section(dialog: SettingsDialog, client: ScriptedClient) -> RelaySection:
    client.answer_all(ListContacts, (MARA,))
    client.answer(ListRelays, NOTHING)
    return dialog.relay_section


def words(section: RelaySection) -> str:
    labels = section.findChildren(TextLabel)
    text = " ".join(label.text() for label in labels if label.isVisible())
    return text.replace("\u200b", "")  # where an address may break


def asked(client: ScriptedClient) -> list[Command]:
    return [c for c in client.asked if isinstance(c, AddRelay | RemoveRelay)]


def test_a_pasted_link_is_added(section: RelaySection, client: ScriptedClient) -> None:
    assert "no relay" in words(section)
    assert not section.add_button.isEnabled()
    section.edit.setPlainText(f" {LINK} ")
    section.add_button.click()
    assert asked(client) == [AddRelay(LINK)]
    client.answer(AddRelay, RelayOverview((own(1, RelayState.CONNECTING),), ()))
    assert "relay.example:4433" in words(section)
    assert "Connecting" in words(section)
    assert "tells your contacts" in section.note.text


def test_a_damaged_link_stays_and_is_explained(
    section: RelaySection, client: ScriptedClient
) -> None:
    section.edit.setPlainText(LINK)
    section.add_button.click()
    error = LinkDamagedError("The end is missing")
    client.answer(AddRelay, error=error)
    assert section.edit.toPlainText() == LINK
    assert section.note.text == sentence(error)
    assert section.add_button.isEnabled()


def test_a_code_in_a_picture_is_taken_over(section: RelaySection) -> None:
    section.source.found.emit(LINK.upper())
    assert section.edit.toPlainText() == LINK.upper()
    section.source.failed.emit("No code")
    assert section.note.text == "No code"


@pytest.mark.parametrize("sure", [True, False])
def test_a_relay_is_left_after_a_question(
    section: RelaySection, client: ScriptedClient, sure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_relays, "confirm", lambda *_args, **_words: sure)
    client.emit(RelaysChanged(RelayOverview((own(7),), ())))
    (leave,) = (b for b in section.findChildren(WordButton) if b.text() == "Leave…")
    leave.click()
    assert asked(client) == ([RemoveRelay(RelayId(7))] if sure else [])


@pytest.mark.parametrize("state", list(RelayState))
def test_every_state_has_words(
    section: RelaySection, client: ScriptedClient, state: RelayState
) -> None:
    client.emit(RelaysChanged(RelayOverview((own(1, state),), ())))
    assert "relay.example" in words(section)


def test_three_relays_leave_no_room_for_another(
    section: RelaySection, client: ScriptedClient
) -> None:
    client.emit(RelaysChanged(RelayOverview(tuple(map(own, (1, 2, 3))), ())))
    assert not section.edit.isVisible()
    client.emit(RelaysChanged(RelayOverview((own(1),), ())))
    assert section.edit.isVisible()


@pytest.mark.parametrize("trouble", list(MailTrouble))
def test_what_does_not_work_for_whom_is_said(
    section: RelaySection, client: ScriptedClient, trouble: MailTrouble
) -> None:
    route = MailRoute(MARA.id, HERE, RelayState.CONNECTED, trouble, 2)
    client.emit(RelaysChanged(RelayOverview((), (route,))))
    assert "Mara" in section.troubles.text
    client.emit(RelaysChanged(NOTHING))
    assert section.troubles.text == ""
