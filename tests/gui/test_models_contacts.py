"""The list of contacts follows events and keeps its order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_history import START, make_contact, make_message
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester

from messenger.core.types import (
    Address,
    ContactId,
    FileInfo,
    FileState,
    MailRoute,
    MailTrouble,
    MessageState,
    Obstacle,
    Presence,
    Relation,
    RelayOverview,
    RelayState,
)
from messenger.engine.events import (
    ContactAdded,
    ContactChanged,
    ContactRemoved,
    ContactRequested,
    KeyChanged,
    MessageAdded,
    MessageChanged,
    PresenceChanged,
    RelaysChanged,
)
from messenger.gui.models.contacts import ContactFilter, ContactRole, ContactsModel
from messenger.gui.standing import NOWHERE, reason_sentence, state_words
from messenger.gui.times import clock_time

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def titles(model: ContactsModel | ContactFilter) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.fixture
def model(qtmodeltester: ModelTester) -> ContactsModel:
    model = ContactsModel()
    model.load([make_contact(1, "Mara"), make_contact(2, "Jonas"), make_contact(3, "Ada")])
    qtmodeltester.check(model)
    return model


def test_a_message_brings_its_contact_to_the_top(model: ContactsModel) -> None:
    assert titles(model) == ["Ada", "Jonas", "Mara"]
    model.apply(MessageAdded(make_message(1, 1, "hello")))
    assert titles(model) == ["Mara", "Ada", "Jonas"]
    model.apply(MessageAdded(make_message(2, 2, "hello")))
    assert titles(model) == ["Jonas", "Mara", "Ada"]


def test_requests_stand_above_and_blocked_ones_below(model: ContactsModel) -> None:
    model.apply(ContactAdded(make_contact(4, "Stranger", relation=Relation.REQUEST)))
    model.apply(ContactRequested(make_contact(4, "Stranger", relation=Relation.REQUEST)))
    model.apply(ContactChanged(make_contact(3, "Ada", relation=Relation.BLOCKED)))
    assert titles(model) == ["Stranger", "Jonas", "Mara", "Ada"]


def test_who_was_refused_is_not_shown(model: ContactsModel) -> None:
    model.apply(ContactChanged(make_contact(3, "Ada", relation=Relation.REFUSED)))
    assert titles(model) == ["Jonas", "Mara"]
    model.load([make_contact(3, "Ada", relation=Relation.REFUSED)])
    assert titles(model) == []


def test_unread_messages_are_counted_until_the_engine_says_otherwise(model: ContactsModel) -> None:
    model.apply(MessageAdded(make_message(1, 1, "one")))
    model.apply(MessageAdded(make_message(2, 1, "two")))
    model.apply(MessageAdded(make_message(3, 1, "mine", own=True)))
    mara = model.contact(ContactId(1))
    assert mara is not None
    assert mara.unread_count == 2
    assert model.unread_count == 2
    model.apply(ContactChanged(replace(mara, unread_count=0)))
    assert model.unread_count == 0


def test_a_message_that_the_contact_knows_already_is_not_counted_twice(
    model: ContactsModel,
) -> None:
    message = make_message(1, 1, "one")
    model.apply(ContactChanged(make_contact(1, "Mara", unread_count=1, last_message=message)))
    model.apply(MessageAdded(message))
    assert model.unread_count == 1


def test_the_last_line_follows_changes_of_its_message(model: ContactsModel) -> None:
    message = replace(make_message(1, 1, "mine", own=True), state=MessageState.WAITING)
    model.apply(MessageAdded(message))
    model.apply(MessageChanged(replace(message, state=MessageState.DELIVERED)))
    mara = model.contact(ContactId(1))
    assert mara is not None
    assert mara.last_message is not None
    assert mara.last_message.state is MessageState.DELIVERED


def test_presence_comes_and_goes(model: ContactsModel) -> None:
    model.apply(PresenceChanged(ContactId(2), Presence.ONLINE))
    assert model.presence(ContactId(2)) is Presence.ONLINE
    model.apply(ContactChanged(make_contact(2, "Jonas", alias="J")))
    assert model.presence(ContactId(2)) is Presence.ONLINE
    model.apply(PresenceChanged(ContactId(2), Presence.OFFLINE))
    assert model.presence(ContactId(2)) is Presence.OFFLINE


def test_removed_contacts_are_gone(model: ContactsModel) -> None:
    model.apply(ContactRemoved(ContactId(2)))
    model.apply(ContactRemoved(ContactId(99)))
    assert titles(model) == ["Ada", "Mara"]
    assert model.contact(ContactId(2)) is None


def test_a_changed_key_is_in_the_words(model: ContactsModel) -> None:
    model.apply(KeyChanged(make_contact(1, "Mara", changed_key=b"x" * 32, changed_at=START)))
    row = model.row_of(ContactId(1))
    assert row is not None
    words = model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Changed key" in words
    assert "Stopped until you decide" in words


def test_drafts_survive_events_that_do_not_know_them(model: ContactsModel) -> None:
    model.set_draft(ContactId(1), "half a thought")
    model.apply(ContactChanged(make_contact(1, "Mara", alias="M")))
    mara = model.contact(ContactId(1))
    assert mara is not None
    assert mara.draft == "half a thought"


def test_names_are_cleaned(model: ContactsModel) -> None:
    model.apply(ContactChanged(make_contact(1, "\u202eMara\n<b>x</b>")))
    row = model.row_of(ContactId(1))
    assert row is not None
    assert model.index(row).data() == "�Mara <b>x</b>"


def test_search_looks_at_both_names(model: ContactsModel, qtmodeltester: ModelTester) -> None:
    model.apply(ContactChanged(make_contact(2, "Jonas", alias="Neighbour")))
    shown = ContactFilter(model)
    qtmodeltester.check(shown)
    for typed, found in (("neigh", ["Neighbour"]), ("JONAS", ["Neighbour"]), ("zzz", [])):
        shown.search(typed)
        assert titles(shown) == found
    shown.search("")
    assert len(titles(shown)) == 3


EVENTS = st.lists(
    st.one_of(
        st.builds(
            lambda number, relation: ContactChanged(
                make_contact(number, f"Name {number}", relation=relation)
            ),
            st.integers(1, 6),
            st.sampled_from(Relation),
        ),
        st.builds(
            lambda number, row: MessageAdded(make_message(row, number, "text")),
            st.integers(1, 6),
            st.integers(1, 50),
        ),
        st.builds(lambda number: ContactRemoved(ContactId(number)), st.integers(1, 6)),
    ),
    max_size=25,
)


@given(EVENTS)
def test_any_order_of_events_keeps_the_model_sound(events: list[object]) -> None:
    model = ContactsModel()
    tester = QAbstractItemModelTester(model, FATAL)
    for event in events:
        model.apply(event)
    sections = [model.index(row).data(ContactRole.SECTION) for row in range(model.rowCount())]
    assert sections == sorted(sections)
    assert tester.failureReportingMode() == FATAL


def test_last_seen_is_noted_only_for_who_wants_it(model: ContactsModel) -> None:
    contact = model.index(0).data(ContactRole.CONTACT).id

    def come_and_go() -> None:
        model.apply(PresenceChanged(contact, Presence.ONLINE))
        model.apply(PresenceChanged(contact, Presence.OFFLINE))

    come_and_go()
    assert model.last_seen(contact) is None
    model.note_last_seen(True)
    model.apply(PresenceChanged(contact, Presence.CONNECTING))
    assert model.last_seen(contact) is None  # they were not there
    come_and_go()
    seen_at = model.last_seen(contact)
    known = model.contact(contact)
    assert known is not None
    assert state_words(known, model.standing(contact)).endswith(clock_time(seen_at))
    model.load((known,))  # as after a lock
    assert model.last_seen(contact) is None


def route(
    contact: int, state: RelayState = RelayState.CONNECTED, trouble: MailTrouble | None = None
) -> MailRoute:
    return MailRoute(ContactId(contact), Address("relay.example", 7), state, trouble)


@pytest.mark.parametrize("obstacle", Obstacle)
def test_a_contact_that_is_not_connected_says_why(model: ContactsModel, obstacle: Obstacle) -> None:
    contact = model.index(0).data(ContactRole.CONTACT)
    model.apply(PresenceChanged(contact.id, Presence.OFFLINE, None, obstacle))
    why = reason_sentence(contact, model.standing(contact.id))
    assert why.endswith(".")
    assert "{" not in why
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
        assert why in model.index(0).data(role)
    assert "Not connected: " in model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    model.apply(PresenceChanged(contact.id, Presence.ONLINE))
    assert reason_sentence(contact, model.standing(contact.id)) == ""


def test_each_reason_has_words_of_its_own(model: ContactsModel) -> None:
    contact = model.index(0).data(ContactRole.CONTACT)
    said = {reason_sentence(contact, replace(NOWHERE, obstacle=each)) for each in Obstacle}
    assert len(said) == len(Obstacle)


def test_whom_no_link_is_wanted_to_needs_no_reason(model: ContactsModel) -> None:
    away = replace(NOWHERE, obstacle=Obstacle.REFUSED)
    for relation in (Relation.BLOCKED, Relation.DECLINED, Relation.REQUEST):
        assert reason_sentence(make_contact(9, "Eve", relation=relation), away) == ""


def test_a_relay_that_takes_what_waits_is_named_as_long_as_it_does(model: ContactsModel) -> None:
    contact = model.index(0).data(ContactRole.CONTACT)

    def shown() -> str:
        return state_words(contact, model.standing(contact.id))

    model.apply(RelaysChanged(RelayOverview((), (route(contact.id),))))
    assert "relay.example" in shown()
    assert "relay.example" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    model.apply(PresenceChanged(contact.id, Presence.ONLINE))
    assert shown() == "Connected directly"
    model.apply(PresenceChanged(contact.id, Presence.OFFLINE))
    model.load((contact,))  # as after a lock: how relays stand is not told again
    assert "relay.example" in shown()
    away = PresenceChanged(contact.id, Presence.OFFLINE, None, Obstacle.REFUSED)
    model.apply(away)
    assert shown() == "Via relay \u2068relay.example\u2069"  # why there is no link matters less
    model.apply(RelaysChanged(RelayOverview((), (route(contact.id, trouble=MailTrouble.FULL),))))
    assert "waits on this computer" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    model.apply(RelaysChanged(RelayOverview((), ())))
    assert shown() == "Not connected: no Hum at the address"


def test_a_name_in_a_tool_tip_is_no_markup(model: ContactsModel) -> None:
    model.apply(ContactAdded(make_contact(9, "<img src=file:///etc/passwd>")))
    row = model.row_of(ContactId(9))
    assert "<img" not in model.index(row).data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.parametrize(("picture", "said"), [(None, "File: "), ((8, 8), "Picture: ")])
def test_a_file_is_listed_by_its_name_alone(
    model: ContactsModel, picture: tuple[int, int] | None, said: str
) -> None:
    """Its state would be the first to be cut off, and stands in the conversation."""
    file = FileInfo(9, "image/png", FileState.DONE, None, picture)
    model.apply(MessageAdded(replace(make_message(90, 1, "owl.png"), file=file)))
    row = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert row.endswith(f"{said}\u2068owl.png\u2069")
