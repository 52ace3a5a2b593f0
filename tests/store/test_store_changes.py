"""Edits, reactions, removals, lifetimes and what else an outbox holds."""

import pytest
from fresh_database import fresh_database
from hypothesis import given, settings
from hypothesis import strategies as st
from store_people import add_person, id_of, receive

from messenger.core.clock import ManualClock
from messenger.core.errors import NoSuchMessageError, NotAllowedError
from messenger.core.types import Contact, MessageState, TimelineStep
from messenger.store.changes import EARLY_MAX
from messenger.store.connection import Connection
from messenger.store.database import Transaction
from messenger.store.outbox import DELETE_KIND, MESSAGE_KIND

EDIT_KIND, REACT_KIND = 2, 4
HOUR_MS = 3_600_000


def send(tx: Transaction, contact: Contact, number: int, text: str = "ours") -> int:
    return tx.messages.add_outgoing(contact.id, id_of(number), text, 1).row


# -- edits and reactions ---------------------------------------------------------------------------


def test_the_edit_with_the_greatest_stamp_stays(tx: Transaction, ada: Contact) -> None:
    row = receive(tx, ada.id, 1, "first wording").row
    assert tx.changes.edit(row, "third", 30).text == "third"
    assert tx.changes.edit(row, "second", 20).text == "third"
    assert tx.changes.edit(row, "again", 30).text == "third"
    assert tx.search("wording") == ()
    assert [hit.message.row for hit in tx.search("third")] == [row]


def test_our_own_edits_follow_each_other_though_the_clock_is_set_back(
    tx: Transaction, ada: Contact, clock: ManualClock
) -> None:
    row = send(tx, ada, 1)
    tx.changes.edit(row, "one")
    first = tx.changes.edit_stamp(row)
    clock.advance(-3600)
    assert tx.changes.edit(row, "two").text == "two"
    assert tx.changes.edit_stamp(row) > first


@given(st.permutations([(1, "a"), (2, "b"), (3, ""), (4, "d")]))
@settings(max_examples=24, deadline=None)
def test_reactions_in_any_order_come_to_the_same(order: list[tuple[int, str]]) -> None:
    tx = _fresh()
    row = receive(tx, add_person(tx, "Ada").id, 1, "x").row
    for stamp, emoji in order:
        tx.changes.react(row, emoji, own=False, stamp=stamp)
    assert (tx.message(row).peer_reaction, tx.message(row).own_reaction) == ("d", "")


def _fresh() -> Transaction:
    return Transaction(fresh_database(), ManualClock())


def test_each_side_has_one_reaction(tx: Transaction, ada: Contact) -> None:
    row = receive(tx, ada.id, 1, "x").row
    tx.changes.react(row, "♥", own=True)
    tx.changes.react(row, "😀", own=True)
    message = tx.changes.react(row, "👍", own=False, stamp=5)
    assert (message.own_reaction, message.peer_reaction) == ("😀", "👍")
    assert tx.changes.react(row, "", own=True).own_reaction == ""


def test_our_own_reactions_follow_each_other_too(
    tx: Transaction, ada: Contact, clock: ManualClock
) -> None:
    row, other = receive(tx, ada.id, 1, "x").row, receive(tx, ada.id, 2, "y").row
    assert (tx.changes.own_reaction_stamp(row), tx.changes.edit_stamp(row)) == (0, 0)
    tx.changes.react(row, "♥", own=True)
    first = tx.changes.own_reaction_stamp(row)
    assert first == clock.unix_ms()
    clock.advance(-3600)
    tx.changes.react(row, "", own=True)
    assert tx.changes.own_reaction_stamp(row) == first + 1
    assert (tx.changes.own_reaction_stamp(other), tx.changes.edit_stamp(row)) == (0, 0)


def test_a_deletion_takes_reactions_and_waiting_edits_along(tx: Transaction, ada: Contact) -> None:
    row = send(tx, ada, 1)
    tx.changes.react(row, "♥", own=True)
    tx.outbox.add_body(ada.id, id_of(2), b"new text", kind=EDIT_KIND, target=id_of(1))
    assert tx.message(row).change_waiting
    deleted = tx.messages.delete(row, 9)
    assert (deleted.own_reaction, deleted.change_waiting, deleted.text) == ("", False, "")
    assert tx.outbox.waiting(ada.id) == ()
    for change in (
        lambda: tx.changes.edit(row, "back"),
        lambda: tx.changes.react(row, "♥", own=True),
        lambda: tx.changes.retry(row),
    ):
        with pytest.raises(NotAllowedError):
            change()


# -- the outbox ------------------------------------------------------------------------------------


def test_bodies_wait_in_order_with_messages(tx: Transaction, ada: Contact) -> None:
    send(tx, ada, 1)
    tx.outbox.add_body(ada.id, id_of(2), b"edit", kind=EDIT_KIND, target=id_of(1))
    send(tx, ada, 3)
    entries = tx.outbox.waiting(ada.id)
    assert [entry.id for entry in entries] == [id_of(1), id_of(2), id_of(3)]
    assert [entry.body for entry in entries] == [None, b"edit", None]
    assert tx.outbox.totals(ada.id) == (3, 12)
    assert tx.find_message(id_of(1)).change_waiting
    tx.outbox.done(ada.id, entries[1])
    assert not tx.find_message(id_of(1)).change_waiting


def test_the_outbox_tells_its_kinds_apart(tx: Transaction, ada: Contact, bob: Contact) -> None:
    send(tx, ada, 1)
    tx.outbox.add_body(ada.id, id_of(2), b"one", kind=EDIT_KIND, target=id_of(1))
    tx.outbox.add_body(ada.id, id_of(3), b"heart", kind=REACT_KIND, target=id_of(1))
    tx.outbox.add_body(ada.id, id_of(4), b"two", kind=EDIT_KIND)
    tx.outbox.add_body(bob.id, id_of(5), b"elsewhere", kind=DELETE_KIND)
    assert tx.outbox.bodies(ada.id, EDIT_KIND) == (b"one", b"two")
    assert tx.outbox.bodies(ada.id, MESSAGE_KIND) == ()  # sealed as it stands then
    assert tx.outbox.count_kind(ada.id, EDIT_KIND) == 2
    held = [kind for kind in range(9) if tx.outbox.holds(ada.id, kind)]
    assert held == [MESSAGE_KIND, EDIT_KIND, REACT_KIND]
    tx.outbox.drop_kind(ada.id, EDIT_KIND)
    assert tx.outbox.bodies(ada.id, EDIT_KIND) == (b"one",)  # which changes a message


def test_a_newer_change_replaces_the_one_that_waits(tx: Transaction, ada: Contact) -> None:
    message = tx.message(send(tx, ada, 1))
    tx.outbox.add_body(ada.id, id_of(2), b"one", kind=EDIT_KIND, target=message.id)
    tx.outbox.add_body(ada.id, id_of(3), b"heart", kind=REACT_KIND, target=message.id)
    tx.outbox.drop_replaced(message, EDIT_KIND)
    assert [entry.id for entry in tx.outbox.waiting(ada.id)] == [id_of(1), id_of(3)]


def test_a_number_is_never_given_twice(tx: Transaction, ada: Contact) -> None:
    send(tx, ada, 1)
    (first,) = tx.outbox.waiting(ada.id)
    tx.outbox.done(ada.id, first)
    send(tx, ada, 2)
    assert tx.outbox.waiting(ada.id)[0].number > first.number


def test_a_message_past_its_date_is_not_given_out(
    tx: Transaction, ada: Contact, bob: Contact
) -> None:
    late, timely = send(tx, ada, 1), send(tx, ada, 2)
    tx.lifetimes.set_terms(late, send_by=100)
    tx.lifetimes.set_terms(timely, send_by=101)
    assert [entry.id for entry in tx.outbox.waiting(ada.id, now=100)] == [id_of(2)]
    tx.lifetimes.set_terms(send(tx, bob, 3), send_by=1)
    assert len(tx.outbox.waiting(bob.id)) == 1  # at no time in particular
    tx.contacts.remove(bob.id)
    assert tx.lifetimes.overdue(100, 9) == (late,)
    assert tx.next_deadline() == 100
    tx.messages.set_state(late, MessageState.FAILED, "expired")
    assert tx.lifetimes.overdue(100, 9) == ()
    assert tx.next_deadline() == 101


def test_a_failed_message_can_wait_again(tx: Transaction, ada: Contact, clock: ManualClock) -> None:
    row, other = send(tx, ada, 1), send(tx, ada, 2)
    with pytest.raises(NotAllowedError):
        tx.changes.retry(row)
    tx.lifetimes.set_terms(row, send_by=1)
    tx.outbox.take_out(row)
    clock.advance(1)
    tx.messages.set_state(row, MessageState.FAILED, "expired")
    assert [step for step, _ in tx.timeline(row)] == [TimelineStep.WRITTEN, TimelineStep.FAILED]
    again = tx.changes.retry(row)
    assert (again.state, again.failure, again.send_by) == (MessageState.WAITING, None, None)
    assert [entry.message.row for entry in tx.outbox.waiting(ada.id) if entry.message] == [
        other,
        row,
    ]


# -- removal ---------------------------------------------------------------------------------------


def test_what_is_removed_is_gone_but_for_its_id(
    tx: Transaction, ada: Contact, connection: Connection
) -> None:
    row = receive(tx, ada.id, 1, "regrettable").row
    tx.changes.react(row, "♥", own=True)
    tx.outbox.add_body(ada.id, id_of(2), b"react", kind=REACT_KIND, target=id_of(1))
    tx.outbox.add_body(ada.id, id_of(3), b"delete", kind=DELETE_KIND, target=id_of(1))
    tx.changes.remove(row)
    with pytest.raises(NoSuchMessageError):
        tx.message(row)
    assert tx.search("regrettable") == ()
    assert connection.rows("SELECT text FROM word") == []
    assert [entry.kind for entry in tx.outbox.waiting(ada.id)] == [DELETE_KIND]
    assert tx.contact(ada.id).unread_count == 0
    assert tx.changes.is_gone(ada.id, id_of(1))
    assert tx.messages.add_incoming(ada.id, id_of(1), "regrettable", 1) is None


def test_a_body_counts_once(tx: Transaction, ada: Contact, bob: Contact) -> None:
    receive(tx, ada.id, 1, "x")
    assert not tx.changes.first_time(ada.id, id_of(1))
    assert tx.changes.first_time(bob.id, id_of(1))
    assert [tx.changes.first_time(ada.id, id_of(2)) for _ in range(3)] == [True, False, False]


def test_early_changes_are_kept_up_to_a_limit(tx: Transaction, ada: Contact, bob: Contact) -> None:
    tx.changes.keep_early(bob.id, id_of(0), b"bob")
    for number in range(EARLY_MAX + 5):
        tx.changes.keep_early(ada.id, id_of(number), b"%d" % number)
    assert [tx.changes.take_early(ada.id, id_of(n)) for n in (4, 5, 5)] == [(), (b"5",), ()]
    assert tx.changes.take_early(bob.id, id_of(0)) == (b"bob",)


def test_a_body_of_a_later_version_is_kept_as_it_came(
    tx: Transaction, ada: Contact, connection: Connection
) -> None:
    message = tx.changes.add_unsupported(ada.id, id_of(1), b"\x92\x09raw")
    assert message is not None
    assert (message.unsupported, message.text, message.outgoing) == (True, "", False)
    assert connection.value("SELECT later_body FROM message") == b"\x92\x09raw"
    assert tx.changes.add_unsupported(ada.id, id_of(1), b"again") is None
    with pytest.raises(NotAllowedError):
        tx.changes.edit(message.row, "text", 1)
    tx.messages.delete(message.row, 1)
    assert connection.value("SELECT later_body FROM message") is None


def test_a_removed_contact_leaves_nothing(
    tx: Transaction, ada: Contact, connection: Connection
) -> None:
    tx.changes.remove(receive(tx, ada.id, 1, "x").row)
    tx.changes.keep_early(ada.id, id_of(2), b"early")
    tx.outbox.add_body(ada.id, id_of(3), b"body", kind=EDIT_KIND)
    tx.contacts.remove(ada.id)
    for table in ("seen", "early_change", "outbox", "message", "word"):
        assert connection.value(f"SELECT count(*) FROM {table}") == 0


# -- lifetimes -------------------------------------------------------------------------------------


def test_a_lifetime_begins_once_and_ends(tx: Transaction, ada: Contact) -> None:
    mortal, immortal = receive(tx, ada.id, 1, "x").row, receive(tx, ada.id, 2, "y").row
    tx.lifetimes.set_terms(mortal, lifetime_s=3_600)
    for row in (mortal, immortal):
        assert tx.message(row).expires_at is None
        tx.lifetimes.begin(row, 1_000)
    tx.lifetimes.begin(mortal, 2_000)
    assert tx.message(mortal).expires_at == 1_000 + HOUR_MS == tx.next_deadline()
    assert tx.message(immortal).expires_at is None
    assert tx.lifetimes.over(999 + HOUR_MS, 9) == ()
    assert tx.lifetimes.over(1_000 + HOUR_MS, 9) == (mortal,)


@given(st.integers(0, 1 << 50), st.integers(0, 1 << 50), st.integers(1, 2_419_200))
@settings(max_examples=50, deadline=None)
def test_a_clock_set_back_never_makes_anything_stay_longer(
    wrong: int, right: int, lifetime_s: int
) -> None:
    tx = _fresh()
    row = receive(tx, add_person(tx, "Ada").id, 1, "x").row
    tx.lifetimes.set_terms(row, lifetime_s=lifetime_s)
    tx.lifetimes.begin(row, wrong)
    if tx.lifetimes.over(right, 9) == ():
        assert tx.message(row).expires_at <= right + lifetime_s * 1000
        assert tx.lifetimes.over(right + lifetime_s * 1000, 9) == (row,)
    else:
        assert right >= wrong + lifetime_s * 1000


# -- the timer of a conversation -------------------------------------------------------------------


def test_our_wish_holds_when_the_other_side_has_it(tx: Transaction, ada: Contact) -> None:
    asked = tx.lifetimes.propose(ada.id, id_of(1), 60, 10)
    assert (asked.lifetime_s, asked.proposed_lifetime_s) == (0, 60)
    tx.lifetimes.agreed(ada.id, id_of(9))
    assert tx.contact(ada.id).lifetime_s == 0
    tx.lifetimes.agreed(ada.id, id_of(1))
    agreed = tx.contact(ada.id)
    assert (agreed.lifetime_s, agreed.proposed_lifetime_s) == (60, None)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 4), st.sampled_from([0, 60, 3_600])),
        max_size=6,
        unique_by=lambda wish: wish[:2],
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_wishes_in_any_order_come_to_the_same(wishes: list, chance) -> None:
    outcomes = []
    for _ in range(2):
        tx = _fresh()
        ada = add_person(tx, "Ada")
        chance.shuffle(wishes)
        for stamp, number, lifetime_s in wishes:
            tx.lifetimes.receive(ada.id, id_of(number), lifetime_s, stamp)
        outcomes.append(tx.contact(ada.id).lifetime_s)
    assert outcomes[0] == outcomes[1]


def test_a_newer_wish_of_theirs_replaces_ours_that_waits(tx: Transaction, ada: Contact) -> None:
    tx.lifetimes.propose(ada.id, id_of(1), 60, 10)
    tx.lifetimes.receive(ada.id, id_of(2), 3_600, 9)
    assert tx.contact(ada.id).proposed_lifetime_s == 60
    tx.lifetimes.receive(ada.id, id_of(3), 3_600, 11)
    assert tx.contact(ada.id).lifetime_s == 3_600
    tx.lifetimes.agreed(ada.id, id_of(1))
    assert (tx.contact(ada.id).lifetime_s, tx.contact(ada.id).proposed_lifetime_s) == (3_600, None)
