"""What the window says of mail through relays: of a contact, of a request, of the way of a text."""

import dataclasses

import pytest
from memory_history import MemoryClient, make_contact, make_message
from PySide6.QtWidgets import QLabel

from messenger.core.types import (
    Address,
    ContactId,
    MailRoute,
    MailTrouble,
    MessageState,
    OwnRelay,
    Presence,
    Relation,
    RelayId,
    RelayOverview,
    RelayState,
    TimelineStep,
)
from messenger.engine.events import (
    ContactChanged,
    Locked,
    MessageAdded,
    PresenceChanged,
    RelaysChanged,
    Unlocked,
)
from messenger.gui.dialogs.added_page import AddedPage
from messenger.gui.dialogs.timeline import TimelineDialog
from messenger.gui.mail_words import letter_sentence, presence_by_mail, trouble_sentence
from messenger.gui.models.contacts import accessible_row
from messenger.gui.standing import Standing
from messenger.gui.views.main_window import MainWindow
from messenger.gui.words import presence_words, relation_sentence, state_sentence

MARA = ContactId(1)
HERE, ELSEWHERE = Address("relay.example", 4_711), Address("other.example", 4_711)


def route(
    state: RelayState = RelayState.CONNECTED,
    trouble: MailTrouble | None = None,
    waiting: int = 0,
    at: Address = HERE,
) -> MailRoute:
    return MailRoute(MARA, at, state, trouble, waiting)


def tell(client: MemoryClient, *routes: MailRoute) -> None:
    client.emit(RelaysChanged(RelayOverview((), routes)))


def header(window: MainWindow) -> str:
    return window.page.header.presence.accessibleName() or window.page.header.presence.text()


def test_a_contact_is_reached_directly_or_by_a_relay_or_not(
    window: MainWindow, client: MemoryClient
) -> None:
    window.choose(MARA)
    assert "Not connected" in header(window)
    tell(client, route())
    assert "Via relay" in header(window)
    assert "relay.example" in header(window)
    client.emit(PresenceChanged(MARA, Presence.CONNECTING))
    assert "Via relay" in header(window)  # whatever is tried meanwhile
    client.emit(PresenceChanged(MARA, Presence.ONLINE))
    assert "Connected directly" in header(window)
    client.emit(PresenceChanged(MARA, Presence.OFFLINE))
    tell(client, route(RelayState.UNREACHABLE))
    assert "does not answer" in header(window)
    tell(client)
    assert header(window).endswith("Not connected")


def test_one_way_that_takes_mail_is_enough(window: MainWindow, client: MemoryClient) -> None:
    window.choose(MARA)
    full = route(trouble=MailTrouble.FULL)
    tell(client, full, route(at=ELSEWHERE))
    assert "other.example" in header(window)
    assert window.page.mail.isHidden()
    tell(client, route(RelayState.UNREACHABLE, at=ELSEWHERE), full)
    assert "full" in header(window)
    assert "fetched" in window.page.mail.words.text()


def test_the_banner_stands_while_mail_is_the_only_way(
    window: MainWindow, client: MemoryClient
) -> None:
    window.choose(MARA)
    tell(client, route(trouble=MailTrouble.DENIED))
    assert window.page.mail.isVisible()
    client.emit(PresenceChanged(MARA, Presence.ONLINE))
    assert not window.page.mail.isVisible()
    client.emit(PresenceChanged(MARA, Presence.OFFLINE))
    assert window.page.mail.isVisible()
    tell(client, route())
    assert not window.page.mail.isVisible()
    tell(client, route(trouble=MailTrouble.FULL))
    client.emit(ContactChanged(make_contact(1, "Mara", changed_key=b"x" * 32, changed_at=1)))
    assert not window.page.mail.isVisible()  # the banner of the key says what waits


def test_the_list_and_the_lock_keep_up(window: MainWindow, client: MemoryClient) -> None:
    tell(client, route())
    row = window.contacts.row_of(MARA)
    assert row is not None
    spoken = window.contacts.index(row).data(11)  # AccessibleTextRole
    assert "Via relay" in spoken
    info = window.profile.info
    assert info is not None
    client.emit(Locked(frozenset({"passphrase"})))
    client.emit(Unlocked(info, {}))
    window.choose(MARA)
    assert "Via relay" in header(window)


@pytest.mark.parametrize("state", list(RelayState))
@pytest.mark.parametrize("trouble", [None, *MailTrouble])
@pytest.mark.parametrize("waiting", [0, 1])
def test_every_way_has_words_without_a_hole(
    state: RelayState, trouble: MailTrouble | None, waiting: int
) -> None:
    way = route(state, trouble, waiting)
    asked = make_contact(1, "Mara", relation=Relation.ASKED)
    for words in (
        presence_by_mail(way),
        letter_sentence(way).replace("{name}", "Mara"),
        trouble_sentence(way, "Mara"),
        relation_sentence(asked, Presence.OFFLINE, way),
        presence_words(make_contact(1, "Mara"), Presence.OFFLINE, None, way),
        accessible_row(asked, Standing(mail=way)),
    ):
        assert "{" not in words
    assert letter_sentence(way)
    assert bool(trouble_sentence(way, "Mara")) is (
        trouble is not None or state is RelayState.SILENT
    )


def test_a_request_says_where_it_is(window: MainWindow, client: MemoryClient) -> None:
    client.emit(ContactChanged(make_contact(1, "Mara", relation=Relation.ASKED)))
    window.choose(MARA)

    def said() -> str:
        return window.page.waiting.words.text()

    assert "come online" in said()
    tell(client, route(RelayState.CONNECTING, waiting=1))
    assert "Connecting to the relay" in said()
    tell(client, route(waiting=1))
    assert "on its way" in said()
    tell(client, route(RelayState.UNREACHABLE, waiting=1))
    assert "waits here" in said()
    tell(client, route(RelayState.UNREACHABLE))  # nothing is asked there any more
    assert "must accept" in said()
    assert "at the relay" in said()
    assert "wait on this computer" in said()
    tell(client, route(trouble=MailTrouble.DENIED, waiting=1))
    assert "the link that they have now" in said()
    client.emit(PresenceChanged(MARA, Presence.ONLINE))
    assert "Hum has asked" in said()


def test_who_was_added_by_letter_need_not_be_online(qapp: object) -> None:
    page = AddedPage()
    contact = make_contact(1, "Mara", relation=Relation.ASKED)
    page.show_contact(contact)
    assert "come online" in page.state
    page.show_contact(contact, mail=route())
    assert "at the relay" in page.state
    assert "need not be online" in _texts(page)
    page.show_contact(dataclasses.replace(contact, relation=Relation.ACCEPTED))
    assert "has accepted" in page.state


def _texts(widget: AddedPage) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_a_message_and_its_timeline_name_the_relay(
    window: MainWindow, client: MemoryClient
) -> None:
    message = dataclasses.replace(
        make_message(2_000, 1, "by mail", own=True),
        state=MessageState.AT_RELAY,
        relay="relay.example",
    )
    client.emit(MessageAdded(message))
    assert "relay.example" in state_sentence(message, "Mara")
    steps = [(TimelineStep.WRITTEN, 1), (TimelineStep.AT_RELAY, 2)]
    dialog = TimelineDialog(steps, window, relay=message.relay)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("relay.example" in text for text in texts)


def test_the_strip_says_who_can_only_be_reached_through_a_relay(
    window: MainWindow, client: MemoryClient
) -> None:
    info = window.profile.info
    assert info is not None
    own = OwnRelay(RelayId(1), HERE, bytes(32), RelayState.CONNECTED)
    strip = window.hum
    strip._info = dataclasses.replace(info, addresses=())
    assert "relay" not in strip._reachable("no link")
    client.emit(RelaysChanged(RelayOverview((own,), ())))
    assert "relay.example" in strip._reachable("no link")
    away = dataclasses.replace(own, state=RelayState.UNREACHABLE)
    client.emit(RelaysChanged(RelayOverview((away,), ())))
    assert "relay" not in strip._reachable("no link")


def test_a_request_under_a_known_name_is_doubted(window: MainWindow, client: MemoryClient) -> None:
    window.choose(ContactId(3))
    warning = window.page.request.warning
    assert warning.isHidden()
    client.emit(ContactChanged(make_contact(3, "Mara", relation=Relation.REQUEST)))
    assert warning.isVisible()
    assert "another key" in warning.text
    client.emit(ContactChanged(make_contact(3, "Stranger", relation=Relation.REQUEST)))
    assert warning.isHidden()
