"""What is done for one contact comes to the same beside another one, of whom nothing changes.

Two contacts have the same: messages under the same ids, changes, mailboxes at one relay, pieces. A
condition that is missing in a statement shows here, whichever contact was first.
"""

from collections.abc import Callable
from functools import cache

import pytest
from fresh_database import fresh_database
from store_people import add_person, id_of, key_of, receive

from messenger.core.clock import ManualClock
from messenger.core.types import (
    Address,
    ContactId,
    Message,
    MessageState,
    Relation,
    RelayId,
    TimelineStep,
)
from messenger.protocol.mailbox import LIFETIME_S, Access
from messenger.protocol.parcel import Piece, digest_of
from messenger.store.connection import Connection
from messenger.store.database import Transaction
from messenger.store.mail import NewDeposit, PeerMailbox, ToldMailbox
from messenger.store.outbox import DELETE_KIND

EDIT_KIND, REACT_KIND, ADDRESSES_KIND = 2, 4, 18
HERE, THERE = Address("192.0.2.9", 4_433), Address("192.0.2.10", 4_433)
ACCESS, OTHER_ACCESS = Access(bytes(24), bytes(32)), Access(b"o" * 24, bytes(32))
BODY = b"a body in two pieces"
ADA, BEN = ContactId(1), ContactId(2)
TABLES = (
    *("message", "outbox", "seen", "early_change"),
    *("peer_mailbox", "mailbox_news", "owed_ack", "piece"),
)
Rows = dict[str, list[str]]


def fill(tx: Transaction, contact: ContactId) -> None:
    """Give a contact some of everything."""
    for number in (1, 2):
        tx.messages.add_outgoing(contact, id_of(number), f"ours {number}", number)
    for number in (3, 4):
        receive(tx, contact, number, f"theirs {number}")
    for number, kind in ((11, EDIT_KIND), (12, REACT_KIND), (13, DELETE_KIND)):
        tx.outbox.add_body(contact, id_of(number), b"change", kind=kind, target=id_of(1))
    tx.outbox.add_body(contact, id_of(14), b"edit", kind=EDIT_KIND, target=id_of(2))
    tx.outbox.add_body(contact, id_of(15), b"addresses", kind=ADDRESSES_KIND)
    for number in (9, 10):
        tx.changes.keep_early(contact, id_of(number), b"early")
    tx.changes.first_time(contact, id_of(20))
    tx.mail.learn(contact, [ToldMailbox(HERE, key_of("relay"), ACCESS)], 5, 5)
    tx.mail.owe(contact, [id_of(3), id_of(4)])
    numbers = [entry.number for entry in tx.outbox.waiting(contact)]
    deposits = [
        NewDeposit(b"one", ((numbers[0], True), (numbers[1], True))),
        NewDeposit(b"two", ((numbers[2], False),), ack_count=1),
    ]
    tx.mail.add(box_of(tx, contact), deposits, packed=numbers[2], acked=0)
    for digest in (id_of(30), digest_of(BODY)):
        tx.mail.keep(contact, Piece(digest, 0, len(BODY), BODY[:5]))


@cache
def two() -> Connection:
    connection = fresh_database()
    tx = Transaction(connection, ManualClock())
    for name in ("Ada", "Ben"):
        fill(tx, add_person(tx, name).id)
    return connection


@cache
def ada_alone() -> Connection:
    """The same without Ben, so that what is new gets the same numbers."""
    connection = copy_of(two())
    connection.rows("PRAGMA foreign_keys = OFF")
    for sql in (
        "DELETE FROM deposit_entry WHERE deposit IN (SELECT d.number FROM deposit d "
        "JOIN peer_mailbox p ON p.number = d.peer_mailbox WHERE p.contact = ?)",
        "DELETE FROM deposit WHERE peer_mailbox IN "
        "(SELECT number FROM peer_mailbox WHERE contact = ?)",
        *(f"DELETE FROM {table} WHERE contact = ?" for table in TABLES),
        "DELETE FROM contact WHERE id = ?",
    ):
        connection.run(sql, (BEN,))
    return connection


def copy_of(connection: Connection) -> Connection:
    copy = fresh_database()
    connection._raw.backup(copy._raw)
    return copy


def rows_of(connection: Connection, contact: ContactId) -> Rows:
    """Everything about a contact, but for what is drawn by chance."""
    found = {
        table: connection.rows(f"SELECT * FROM {table} WHERE contact = ?", (contact,))
        for table in TABLES
    }
    found["contact"] = connection.rows("SELECT * FROM contact WHERE id = ?", (contact,))
    found["deposit"] = connection.rows(
        "SELECT d.number, d.peer_mailbox, d.envelope, d.ack_count, e.entry, e.complete "
        "FROM peer_mailbox p JOIN deposit d ON d.peer_mailbox = p.number "
        "LEFT JOIN deposit_entry e ON e.deposit = d.number WHERE p.contact = ?",
        (contact,),
    )
    return {table: sorted(map(repr, rows)) for table, rows in found.items()}


def ours(tx: Transaction, contact: ContactId) -> Message:
    return tx.find_message(id_of(1), contact)


def theirs(tx: Transaction, contact: ContactId) -> Message:
    return tx.find_message(id_of(3), contact)


def box_of(tx: Transaction, contact: ContactId) -> PeerMailbox:
    return tx.mail.mailboxes_of(contact)[0]


def fail(tx: Transaction, contact: ContactId) -> Message:
    return tx.messages.set_state(ours(tx, contact).row, MessageState.FAILED, "no")


def try_again(tx: Transaction, contact: ContactId) -> object:
    tx.outbox.take_out(fail(tx, contact).row)
    return tx.changes.retry(ours(tx, contact).row)


def seal(tx: Transaction, contact: ContactId) -> object:
    row = ours(tx, contact).row
    before = tx.changes.was_sealed(row)
    tx.changes.note_sealed(row)
    return before, tx.changes.was_sealed(row)


def ask_outbox(tx: Transaction, contact: ContactId) -> object:
    outbox = tx.outbox
    entries = outbox.waiting(contact)
    return (
        *(entries, outbox.waiting(contact, entries[2].number, 2), outbox.totals(contact)),
        *(outbox.find(contact, id_of(12)), outbox.find(contact, id_of(99))),
        *(outbox.holds(contact, EDIT_KIND), outbox.holds(contact, 99)),
        *(outbox.count_kind(contact, EDIT_KIND), outbox.count_kind(contact, 99)),
        *(outbox.bodies(contact, EDIT_KIND), outbox.bodies(contact, 1)),
    )


def ask_changes(tx: Transaction, contact: ContactId) -> object:
    known = [tx.changes.is_gone(contact, id_of(number)) for number in (1, 20, 99)]
    new = [tx.changes.first_time(contact, id_of(number)) for number in (1, 20, 50)]
    edited, seen = theirs(tx, contact), tx.find_message(id_of(4), contact)
    rows = [tx.receipts.unread(contact, row) for row in (edited.row, seen.row)]
    return known, new, rows


def ask_mail(tx: Transaction, contact: ContactId) -> object:
    box = box_of(tx, contact)
    owed = tx.mail.owed(contact, 0, 9)
    return (
        *(tx.mail.mailboxes_of(contact), tx.mail.mailbox(box.number), tx.mail.mailbox(999)),
        *(owed, tx.mail.owed(contact, owed[0][0], 9), tx.mail.owed(contact, 0, 1)),
        *(tx.mail.waiting_count(box.number), tx.mail.piece_count(contact)),
        [route for route in tx.mail.routes() if route[0].contact == contact],
    )


def work_at(tx: Transaction, contact: ContactId, relay: RelayId, now: int) -> object:
    boxes = [box for box in tx.mail.with_work(relay, now) if box.contact == contact]
    deposits = [d for d in tx.mail.next_deposits(relay) if d.contact == contact]
    return boxes, [(d.number, d.mailbox, d.envelope) for d in deposits]


def accept(tx: Transaction, contact: ContactId) -> object:
    deposits = tx.mail.next_deposits(box_of(tx, contact).relay)
    number = next(d.number for d in deposits if d.contact == contact)
    return tx.mail.accepted(number), work_at(tx, contact, box_of(tx, contact).relay, 6)


def acknowledge(tx: Transaction, contact: ContactId) -> object:
    last = tx.mail.owed(contact, 0, 9)[0][0]
    tx.mail.add(box_of(tx, contact), [], packed=9, acked=last)
    return tx.mail.owed(contact, 0, 9)


def block(tx: Transaction, contact: ContactId) -> object:
    tx.contacts.set_relation(contact, Relation.BLOCKED)
    tx.mail.hold_back(9)
    return ask_mail(tx, contact)


def freeze(tx: Transaction, contact: ContactId) -> object:
    tx.contacts.set_changed_key(contact, key_of("another"), 1)
    tx.mail.hold_back(9)
    return ask_mail(tx, contact)


def learn(tx: Transaction, contact: ContactId, boxes: list[ToldMailbox], at: int) -> object:
    return tx.mail.learn(contact, boxes, at, 9), ask_routes(tx, contact)


def ask_routes(tx: Transaction, contact: ContactId) -> object:
    return [(r.address, box.access) for box, r in tx.mail.routes() if box.contact == contact]


STEPS: dict[str, Callable[[Transaction, ContactId], object]] = {
    "write": lambda tx, c: tx.messages.add_outgoing(c, id_of(40), "new", 1),
    "receive": lambda tx, c: tx.messages.add_incoming(c, id_of(41), "new", 1),
    "receive again": lambda tx, c: tx.messages.add_incoming(c, id_of(3), "again", 1),
    "receive what is gone": lambda tx, c: tx.messages.add_incoming(c, id_of(20), "again", 1),
    "fail": fail,
    "stamp": lambda tx, c: tx.messages.stamp(ours(tx, c).row, TimelineStep.LEFT, 9),
    "at a relay": lambda tx, c: tx.messages.at_relay(ours(tx, c).row, "relay", 9),
    "edit": lambda tx, c: tx.changes.edit(ours(tx, c).row, "new", 9),
    "our edit": lambda tx, c: tx.changes.edit(ours(tx, c).row, "new"),
    "their reaction": lambda tx, c: tx.changes.react(ours(tx, c).row, "x", own=False, stamp=9),
    "our reaction": lambda tx, c: tx.changes.react(ours(tx, c).row, "x", own=True),
    "delete ours": lambda tx, c: tx.messages.delete(ours(tx, c).row, 9),
    "delete theirs": lambda tx, c: tx.messages.delete(theirs(tx, c).row, 9),
    "remove ours": lambda tx, c: tx.changes.remove(ours(tx, c).row),
    "remove theirs": lambda tx, c: tx.changes.remove(theirs(tx, c).row),
    "remove all": lambda tx, c: tx.messages.remove_all(c),
    "read": lambda tx, c: tx.contacts.mark_read(c, theirs(tx, c).row),
    "retry": try_again,
    "seal": seal,
    "later version": lambda tx, c: tx.changes.add_unsupported(c, id_of(60), b"raw"),
    "keep early": lambda tx, c: tx.changes.keep_early(c, id_of(9), b"more"),
    "take early": lambda tx, c: tx.changes.take_early(c, id_of(9)),
    "ask changes": ask_changes,
    "ask outbox": ask_outbox,
    "done": lambda tx, c: tx.outbox.done(c, tx.outbox.waiting(c)[3]),
    "drop addresses": lambda tx, c: tx.outbox.drop_kind(c, ADDRESSES_KIND),
    "drop no edits": lambda tx, c: tx.outbox.drop_kind(c, EDIT_KIND),
    "drop replaced": lambda tx, c: tx.outbox.drop_replaced(ours(tx, c), EDIT_KIND),
    "drop content": lambda tx, c: tx.outbox.drop_content(ours(tx, c)),
    "wish receipts": lambda tx, c: tx.receipts.choose(c, wanted=True),
    "they read": lambda tx, c: tx.receipts.note(c, id_of(1), 9),
    "they read theirs": lambda tx, c: tx.receipts.note(c, id_of(3), 9),
    "ask mail": ask_mail,
    "work": lambda tx, c: work_at(tx, c, box_of(tx, c).relay, 6),
    "accepted": accept,
    "acknowledged": acknowledge,
    "owe": lambda tx, c: tx.mail.owe(c, [id_of(70), id_of(3)]),
    "one more box": lambda tx, c: learn(
        tx,
        c,
        [
            ToldMailbox(HERE, key_of("relay"), ACCESS, chosen=False),
            ToldMailbox(THERE, key_of("other"), OTHER_ACCESS),
        ],
        6,
    ),
    "no box": lambda tx, c: learn(tx, c, [], 6),
    "no news": lambda tx, c: learn(tx, c, [], 5),
    "place": lambda tx, c: tx.mail.place(c, box_of(tx, c).relay, OTHER_ACCESS, 9),
    "same place": lambda tx, c: tx.mail.place(c, box_of(tx, c).relay, ACCESS, 9),
    "letter": lambda tx, c: tx.mail.add_letter(box_of(tx, c), b"letter"),
    "rewind": lambda tx, c: tx.mail.rewind(c, 9),
    "put again": lambda tx, c: tx.mail.put_again(box_of(tx, c).number, LIFETIME_S * 500),
    "last piece": lambda tx, c: tx.mail.keep(c, Piece(digest_of(BODY), 5, len(BODY), BODY[5:])),
    "block": block,
    "freeze": freeze,
    "forget mail": lambda tx, c: tx.mail.forget(c),
    "remove contact": lambda tx, c: tx.contacts.remove(c),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_step_for_one_contact_knows_no_other(step: Callable[..., object]) -> None:
    alone, beside = copy_of(ada_alone()), copy_of(two())
    before = rows_of(beside, BEN)
    assert rows_of(alone, ADA) == rows_of(beside, ADA)
    result = step(Transaction(beside, ManualClock()), ADA)
    assert result == step(Transaction(alone, ManualClock()), ADA)
    assert rows_of(alone, ADA) == rows_of(beside, ADA)
    assert rows_of(beside, BEN) == before
    alone.close()
    beside.close()


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_step_for_the_second_contact_leaves_the_first(step: Callable[..., object]) -> None:
    beside = copy_of(two())
    before = rows_of(beside, ADA)
    step(Transaction(beside, ManualClock()), BEN)
    assert rows_of(beside, ADA) == before
    beside.close()
