"""Messages, their states, the outbox, the small tables."""

from itertools import pairwise

import pytest
from store_people import id_of, receive

from messenger.core.clock import ManualClock
from messenger.core.errors import (
    FolderNotWritableError,
    NoSuchContactError,
    NoSuchMessageError,
    NotAllowedError,
)
from messenger.core.types import Contact, MessageId, MessageState, TimelineStep
from messenger.store.connection import Connection
from messenger.store.database import Transaction

ODD_TEXTS = [
    "",
    "\0",
    "a\0b\0",
    "😀👩‍👩‍👧🏽",
    "שלום عالم",
    "\u202eright to left",
    "\x01\x1b[31m",
    "𝔘" * 1000,
]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_any_text_comes_back_whole(tx: Transaction, ada: Contact, text: str) -> None:
    sent = tx.messages.add_outgoing(ada.id, id_of(1), text, 7, id_of(9))
    got = receive(tx, ada.id, 2, text)

    assert tx.message(sent.row) == sent
    assert tx.message(got.row) == got
    assert (sent.text, got.text) == (text, text)
    assert sent.reply_to == id_of(9)
    assert tx.outbox.totals(ada.id) == (1, len(text.encode()))


def test_states_and_times_of_a_new_message(
    tx: Transaction, ada: Contact, clock: ManualClock
) -> None:
    clock.advance(3)
    sent = tx.messages.add_outgoing(ada.id, id_of(1), "x", 7)
    got = receive(tx, ada.id, 2, "y")

    assert (sent.outgoing, sent.state) == (True, MessageState.WAITING)
    assert (got.outgoing, got.state) == (False, MessageState.RECEIVED)
    assert (sent.sent_at, sent.arrived_at) == (7, clock.unix_ms())
    assert tx.timeline(sent.row) == ((TimelineStep.WRITTEN, clock.unix_ms()),)
    assert tx.timeline(got.row) == ((TimelineStep.RECEIVED, clock.unix_ms()),)


def test_an_id_is_stored_once_per_contact(tx: Transaction, ada: Contact, bob: Contact) -> None:
    receive(tx, ada.id, 1, "first")
    assert tx.messages.add_incoming(ada.id, id_of(1), "again", 9) is None
    assert receive(tx, bob.id, 1, "another conversation").text == "another conversation"
    assert tx.message_count(ada.id) == 1
    assert tx.contact(ada.id).unread_count == 1


def test_our_own_id_sent_back_is_a_duplicate(tx: Transaction, ada: Contact) -> None:
    tx.messages.add_outgoing(ada.id, id_of(1), "ours", 1)
    assert tx.messages.add_incoming(ada.id, id_of(1), "theirs", 9) is None


def test_a_deleted_message_still_absorbs_its_duplicate(tx: Transaction, ada: Contact) -> None:
    row = receive(tx, ada.id, 1, "gone soon").row
    tx.messages.delete(row, 5)
    assert tx.messages.add_incoming(ada.id, id_of(1), "gone soon", 9) is None


def test_messages_are_found_by_id(tx: Transaction, ada: Contact, bob: Contact) -> None:
    ours = tx.messages.add_outgoing(bob.id, id_of(1), "ours", 1)
    theirs = receive(tx, ada.id, 1, "the same id, chosen by somebody")

    assert tx.find_message(id_of(1)) == ours
    assert tx.find_message(id_of(1), ada.id) == theirs
    for missing in (
        lambda: tx.find_message(id_of(2)),
        lambda: tx.find_message(id_of(2), ada.id),
        lambda: tx.message(999),
        lambda: tx.timeline(999),
        lambda: tx.messages.stamp(999, TimelineStep.LEFT, 1),
    ):
        with pytest.raises(NoSuchMessageError):
            missing()


def test_a_copied_id_hides_no_message(tx: Transaction, ada: Contact, bob: Contact) -> None:
    first = receive(tx, ada.id, 1, "what Ada wrote")
    receive(tx, bob.id, 1, "put under its id by Bob")
    assert tx.find_message(id_of(1)) == first


@pytest.mark.parametrize("length", [0, 15, 17])
def test_ids_have_one_length(tx: Transaction, ada: Contact, length: int) -> None:
    with pytest.raises(ValueError, match="id"):
        tx.messages.add_outgoing(ada.id, MessageId(bytes(length)), "x", 1)
    with pytest.raises(ValueError, match="id"):
        tx.messages.add_incoming(ada.id, id_of(1), "x", 1, MessageId(bytes(length)))


OUR_STATES = [state for state in MessageState if state is not MessageState.RECEIVED]
FORWARD = {
    (MessageState.WAITING, MessageState.AT_RELAY),
    (MessageState.WAITING, MessageState.DELIVERED),
    (MessageState.WAITING, MessageState.FAILED),
    (MessageState.AT_RELAY, MessageState.DELIVERED),
    (MessageState.AT_RELAY, MessageState.FAILED),
    (MessageState.AT_RELAY, MessageState.WAITING),  # the relay has forgotten it
    (MessageState.FAILED, MessageState.DELIVERED),
}
WAYS = {
    MessageState.WAITING: [],
    MessageState.AT_RELAY: [MessageState.AT_RELAY],
    MessageState.DELIVERED: [MessageState.DELIVERED],
    MessageState.FAILED: [MessageState.FAILED],
}


@pytest.mark.parametrize("new", MessageState)
@pytest.mark.parametrize("old", OUR_STATES)
def test_a_state_moves_forward_or_not_at_all(
    tx: Transaction, ada: Contact, old: MessageState, new: MessageState
) -> None:
    row = tx.messages.add_outgoing(ada.id, id_of(1), "x", 1).row
    for step in WAYS[old]:
        tx.messages.set_state(row, step, "declined")

    after = tx.messages.set_state(row, new, "no")

    assert after.state is (new if (old, new) in FORWARD else old)
    assert (after.failure is not None) == (after.state is MessageState.FAILED)


def test_a_received_message_has_no_way_to_go(tx: Transaction, ada: Contact) -> None:
    row = receive(tx, ada.id, 1, "x").row
    with pytest.raises(NotAllowedError):
        tx.messages.set_state(row, MessageState.DELIVERED)


def test_the_timeline_keeps_the_first_time_of_each_step(tx: Transaction, ada: Contact) -> None:
    row = tx.messages.add_outgoing(ada.id, id_of(1), "x", 1).row
    written_at = tx.message(row).arrived_at
    tx.messages.stamp(row, TimelineStep.LEFT, 10)
    tx.messages.stamp(row, TimelineStep.LEFT, 20)
    tx.messages.stamp(row, TimelineStep.ACKNOWLEDGED, 30)
    assert tx.timeline(row) == (
        (TimelineStep.WRITTEN, written_at),
        (TimelineStep.LEFT, 10),
        (TimelineStep.ACKNOWLEDGED, 30),
    )


def test_the_outbox_gives_messages_in_order(tx: Transaction, ada: Contact, bob: Contact) -> None:
    sent = [tx.messages.add_outgoing(ada.id, id_of(n), "é" * n, n) for n in range(1, 6)]
    tx.messages.add_outgoing(bob.id, id_of(99), "elsewhere", 1)

    every = tx.outbox.waiting(ada.id)
    assert [entry.message for entry in every] == sent
    assert tx.outbox.waiting(ada.id, every[1].number, 2) == every[2:4]
    assert tx.outbox.totals(ada.id) == (5, 2 * (1 + 2 + 3 + 4 + 5))
    assert tx.outbox.find(ada.id, id_of(2)) == every[1]
    assert [tx.outbox.find(ada.id, unknown) for unknown in (id_of(99), b"unknown")] == [None, None]
    tx.outbox.done(ada.id, every[0])
    assert tx.outbox.waiting(ada.id) == every[1:]
    assert tx.outbox.totals(ada.id) == (4, 2 * (2 + 3 + 4 + 5))
    assert tx.outbox.find(ada.id, id_of(1)) is None


def test_an_edit_changes_text_outbox_and_search(tx: Transaction, ada: Contact) -> None:
    row = tx.messages.add_outgoing(ada.id, id_of(1), "the old wording", 1).row
    edited = tx.messages.edit(row, "the new phrasing", 50)

    assert (edited.text, edited.edited_at) == ("the new phrasing", 50)
    assert tx.outbox.totals(ada.id) == (1, len("the new phrasing"))
    assert tx.search("wording") == ()
    assert [hit.message for hit in tx.search("phrasing")] == [edited]


def test_a_deletion_wipes_text_words_and_outbox(tx: Transaction, ada: Contact) -> None:
    row = tx.messages.add_outgoing(ada.id, id_of(1), "regrettable", 1, id_of(8)).row
    deleted = tx.messages.delete(row, 60)

    assert (deleted.text, deleted.deleted_at, deleted.reply_to) == ("", 60, None)
    assert tx.outbox.waiting(ada.id) == ()
    assert tx.search("regrettable") == ()
    assert tx.messages.delete(row, 70).deleted_at == 60
    with pytest.raises(NotAllowedError):
        tx.messages.edit(row, "back again", 80)


def test_pages_meet_without_gap(tx: Transaction, ada: Contact, bob: Contact) -> None:
    for number in range(25):
        receive(tx, ada.id if number % 3 else bob.id, number, str(number))
    every = tx.messages_before(ada.id, None, 1000)

    assert [m.row for m in every] == sorted(m.row for m in every)
    assert len(every) == tx.message_count(ada.id) == 16
    back: tuple[int, ...] = ()
    page = tx.messages_before(ada.id, None, 7)
    while page:
        back = tuple(m.row for m in page) + back
        page = tx.messages_before(ada.id, page[0].row, 7)
    assert back == tuple(m.row for m in every)
    for earlier, later in pairwise(every):
        assert tx.messages_after(ada.id, earlier.row, 1) == (later,)
    assert tx.messages_after(ada.id, every[-1].row, 5) == ()
    assert tx.messages_before(ada.id, None, 0) == ()


def test_a_negative_limit_does_not_mean_everything(tx: Transaction, ada: Contact) -> None:
    for call in (tx.messages_before, tx.messages_after):
        with pytest.raises(ValueError, match="limit"):
            call(ada.id, 1, -1)
    with pytest.raises(ValueError, match="limit"):
        tx.search("x", limit=-1)


def test_settings_and_preferences(tx: Transaction) -> None:
    tx.settings.put("name", "Ada")
    tx.settings.put("name", "Ada L.")
    tx.settings.put_preference("theme", "dark")
    assert tx.settings.get("name") == "Ada L."
    assert tx.settings.get("missing") is None
    assert tx.preferences() == {"theme": "dark"}


def test_the_identity_is_saved_once(tx: Transaction) -> None:
    assert tx.identity.load() is None
    tx.identity.save(b"p" * 32, 1)
    with pytest.raises(NotAllowedError):
        tx.identity.save(b"q" * 32, 2)
    assert tx.identity.load() == b"p" * 32


def test_a_session_is_replaced_and_removed(tx: Transaction, ada: Contact) -> None:
    assert tx.sessions.load(ada.id) is None
    tx.sessions.save(ada.id, b"one")
    tx.sessions.save(ada.id, b"two")
    assert tx.sessions.load(ada.id) == tx.session(ada.id) == b"two"
    tx.sessions.remove(ada.id)
    assert tx.sessions.load(ada.id) is None


def test_flights_are_remembered_for_a_while(tx: Transaction) -> None:
    for at, tag in ((30, b"c"), (10, b"a"), (20, b"b"), (99, b"a")):
        tx.flights.add(tag * 16, at)
    assert tx.flights.all() == (b"a" * 16, b"b" * 16, b"c" * 16)
    tx.flights.keep(3, since=20)
    assert tx.flights.all() == (b"b" * 16, b"c" * 16)
    tx.flights.keep(1, since=20)
    assert tx.flights.all() == (b"c" * 16,)


def test_a_full_disk_is_said_and_undone(
    tx: Transaction, ada: Contact, connection: Connection
) -> None:
    pages = connection.value("PRAGMA page_count")
    connection.rows(f"PRAGMA max_page_count = {pages + 2}")

    def fill() -> None:
        with connection.transaction():
            for number in range(1_000):
                tx.messages.add_outgoing(ada.id, id_of(number), "x" * 4_000, 1)

    with pytest.raises(FolderNotWritableError, match="SQLITE_FULL"):
        fill()
    assert tx.message_count(ada.id) == 0
    connection.rows(f"PRAGMA max_page_count = {pages + 1_000}")
    with connection.transaction():
        tx.messages.add_outgoing(ada.id, id_of(1), "room again", 1)
    assert tx.message_count(ada.id) == 1


def test_a_message_of_nobody_is_refused(tx: Transaction, ada: Contact) -> None:
    tx.contacts.remove(ada.id)
    with pytest.raises(NoSuchContactError):
        tx.messages.add_outgoing(ada.id, id_of(1), "x", 1)
