"""How the connection to one contact stands: said in sentences, followed while it is looked at."""

from dataclasses import replace

import pytest
from memory_history import MemoryClient
from pytestqt.qtbot import QtBot

from messenger.core.types import (
    Address,
    ContactId,
    MailRoute,
    Obstacle,
    Presence,
    Relation,
    RelayOverview,
    RelayState,
)
from messenger.engine.events import (
    ContactChanged,
    ContactRemoved,
    Locked,
    PresenceChanged,
    RelaysChanged,
)
from messenger.gui.dialogs.connection import ConnectionDialog
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.views.main_window import MainWindow

WHO = ContactId(1)  # Mara of the fixture


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow, client: MemoryClient) -> ConnectionDialog:
    """The dialog over Mara's conversation, opened by the menu of the header."""
    window.choose(WHO)
    client.emit(PresenceChanged(WHO, Presence.OFFLINE, None, Obstacle.UNREACHABLE))
    window.page.header.connection_wanted.emit()
    (found,) = window.page.findChildren(ConnectionDialog)
    qtbot.waitExposed(found)
    return found


def test_it_says_how_why_and_what_happens_meanwhile(dialog: ConnectionDialog) -> None:
    state, why, meanwhile = dialog.words
    assert state == "Not connected: nothing answers"
    assert "Mara" in why
    assert meanwhile == "What you write waits on this computer."


def test_it_follows_the_events(dialog: ConnectionDialog, client: MemoryClient) -> None:
    route = MailRoute(WHO, Address("relay.example", 7), RelayState.CONNECTED)
    client.emit(RelaysChanged(RelayOverview((), (route,))))
    assert "relay.example" in dialog.words[0]
    assert "left at the relay" in dialog.words[2]
    client.emit(PresenceChanged(WHO, Presence.CONNECTING, None, Obstacle.UNREACHABLE))
    client.emit(PresenceChanged(WHO, Presence.ONLINE))
    assert dialog.words == ("Connected directly", "", "")


@pytest.mark.parametrize("end", [ContactRemoved(WHO), Locked(frozenset({"passphrase"}))])
def test_it_goes_with_the_contact_and_with_the_lock(
    dialog: ConnectionDialog, client: MemoryClient, end: object
) -> None:
    closed: list[int] = []
    dialog.finished.connect(closed.append)
    client.emit(end)
    assert closed


def test_the_check_is_one_press_away(
    dialog: ConnectionDialog, window: MainWindow, client: MemoryClient
) -> None:
    dialog.check_button.click()
    assert not dialog.isVisible()
    (settings,) = window.findChildren(SettingsDialog)
    assert settings.doctor_section.isVisible()
    settings.reject()


@pytest.mark.parametrize(
    ("relation", "offered"),
    [(Relation.ACCEPTED, True), (Relation.ASKED, True), (Relation.BLOCKED, False)],
)
def test_it_is_offered_where_a_link_is_wanted(
    window: MainWindow, client: MemoryClient, relation: Relation, offered: bool
) -> None:
    window.choose(WHO)
    known = window.contacts.contact(WHO)
    assert known is not None
    client.emit(ContactChanged(replace(known, relation=relation)))
    actions = {a.text(): a for a in window.page.header.menu_button.menu().actions()}
    assert actions["Connection…"].isEnabled() is offered
