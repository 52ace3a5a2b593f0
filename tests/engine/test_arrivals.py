"""What bodies of the other side come to does not depend on their order or number."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fresh_database import fresh_database
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from messenger.core.clock import ManualClock
from messenger.core.types import Address, ContactId, Message, MessageId, PinOrigin, Relation
from messenger.crypto.noise import KeyPair
from messenger.engine.arrivals import Arrivals, told
from messenger.protocol.bodies import (
    Addresses,
    Body,
    Delete,
    Edit,
    Mailbox,
    Mailboxes,
    NewKey,
    React,
    SetTimer,
    Text,
    Unsupported,
)
from messenger.protocol.mailbox import Access
from messenger.store.connection import _SETTINGS, Connection
from messenger.store.database import Transaction, prepare
from messenger.store.mail import ToldMailbox
from messenger.store.search import SearchIndex

TARGETS = [bytes([1]) * 16, bytes([2]) * 16, bytes([3]) * 16]


def person(connection: Connection) -> tuple[Transaction, ContactId]:
    tx = Transaction(connection, ManualClock())
    contact = tx.contacts.add(
        key=bytes(32),
        name="Ben",
        alias=None,
        relation=Relation.ACCEPTED,
        origin=PinOrigin.LINK,
        pinned_at=1,
    )
    return tx, contact.id


@st.composite
def conversations(draw: st.DrawFn) -> tuple[list[Body], list[Body]]:
    """Bodies in the order of their author, and as a bad network brings them."""
    written: list[Body] = [Text(target, f"text {target[0]}", 1) for target in TARGETS[:2]]
    for at in range(2, draw(st.integers(2, 9))):
        target = draw(st.sampled_from(TARGETS))  # the third one never comes
        body_id = bytes([100 + at]) * 16
        kinds = (
            Edit(body_id, target, f"edit {at}", at),
            React(body_id, target, draw(st.sampled_from(["♥", ""])), at),
            Delete(body_id, target, at),
            SetTimer(body_id, 60 * at, at),
        )
        written.append(draw(st.sampled_from(kinds)))
    written.append(Unsupported(77, bytes([77]) * 16, b"raw"))
    brought = draw(st.permutations(written + draw(st.lists(st.sampled_from(written), max_size=6))))
    return written, brought


def outcome(bodies: list[Body]) -> tuple[dict[bytes, tuple[object, ...]], int]:
    connection = fresh_database()
    tx, contact = person(connection)
    arrivals = Arrivals(tx, contact, 1_000)
    for body in bodies:
        arrivals.take(body)
    assert arrivals.committed == [body.id for body in bodies]
    assert len({message.id for message in arrivals.added}) == len(arrivals.added)
    messages = tx.messages_before(contact, None, 100)
    lifetime_s = tx.contact(contact).lifetime_s
    connection.close()
    return {message.id: _essence(message) for message in messages}, lifetime_s


def _essence(message: Message) -> tuple[object, ...]:
    deleted = message.deleted_at is not None
    return message.text, message.peer_reaction, deleted, message.unsupported


@given(conversations())
@settings(max_examples=60, deadline=None)
def test_any_order_and_number_comes_to_the_same(bodies: tuple[list[Body], list[Body]]) -> None:
    written, brought = bodies
    assert outcome(brought) == outcome(written)


def test_nothing_of_what_is_gone_stays_in_the_file(tmp_path: Path) -> None:
    """Without encryption, to see the pages: deleted, edited, expired and undelivered texts."""
    path = tmp_path / "plain.db"
    connection = Connection(dbapi2.connect(str(path), isolation_level=None))
    for setting in _SETTINGS:
        if "cipher" not in setting:
            connection.rows(setting)
    prepare(connection)
    tx, contact = person(connection)
    canary = "canaryword"

    def files() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.iterdir())

    with connection.transaction():
        arrivals = Arrivals(tx, contact, 1_000)
        for number in range(150):
            text = f"{canary}{number} {'and so on ' * (number % 40)}"
            arrivals.take(Text(bytes([number]) * 16, text, 1, None, 60))
            arrivals.take(React(bytes([number, 1]) * 8, bytes([number]) * 16, "reactcanary", 1))
        ours = tx.messages.add_outgoing(contact, TARGETS[0][:15] + b"!", f"{canary} ours", 1)
        tx.outbox.add_body(contact, bytes(16), b"edit canaryword", kind=2, target=ours.id)
    connection.empty_log()
    assert canary.encode() in files()
    assert b"reactcanary" in files()
    rows = [message.row for message in tx.messages_before(contact, None, 1_000)]
    with connection.transaction():
        for row in rows[:50]:
            tx.changes.remove(row)
        for row in rows[50:100]:
            tx.messages.delete(row, 2)
        for row in rows[100:]:
            if tx.message(row).outgoing:
                tx.messages.delete(row, 2)
            else:
                tx.changes.react(row, "", own=False, stamp=5)
                tx.changes.edit(row, "nothing", 9)
    connection.empty_log_of_deleted()
    assert canary.encode() not in files()
    assert b"reactcanary" not in files()
    connection.close()


@pytest.fixture
def ben() -> Iterator[tuple[Transaction, ContactId]]:
    connection = fresh_database()
    yield person(connection)
    connection.close()


def key_of(number: int) -> bytes:
    return KeyPair.from_private(bytes([number]) * 32).public


def test_told_mailboxes_are_kept_as_they_were_told(ben: tuple[Transaction, ContactId]) -> None:
    tx, contact = ben
    boxes = tuple(
        Mailbox("relay.example", 4_400 + n, key_of(n), bytes([n]) * 24, bytes([n]) * 32, n == 1)
        for n in (1, 2)
    )
    worthless = Mailbox("relay.example", 4_500, bytes(32), bytes(24), bytes(32), True)
    arrivals = Arrivals(tx, contact, 1_000)
    arrivals.take(Mailboxes(bytes([9]) * 16, (*boxes, worthless), 5))
    assert arrivals.mailboxes
    kept = tx.mail.mailboxes_of(contact)
    assert [(box.access.mailbox, box.access.secret, box.chosen) for box in kept] == [
        (box.mailbox, box.secret, box.chosen) for box in boxes
    ]
    assert told(boxes[0]) == ToldMailbox(
        Address("relay.example", 4_401), key_of(1), Access(bytes([1]) * 24, bytes([1]) * 32), True
    )
    older = Arrivals(tx, contact, 2_000)
    older.take(Mailboxes(bytes([10]) * 16, (), 4))
    assert not older.mailboxes
    assert tx.mail.mailboxes_of(contact) == kept
    arrivals.take(Mailboxes(bytes([11]) * 16, (), 4))  # the older one behind, in one batch
    assert arrivals.mailboxes


def test_one_place_that_is_new_among_known_ones_is_news(
    ben: tuple[Transaction, ContactId],
) -> None:
    tx, contact = ben
    arrivals = Arrivals(tx, contact, 1_000)
    arrivals.take(Addresses(bytes([1]) * 16, (("192.0.2.7", 1),), 5))
    arrivals.take(Addresses(bytes([2]) * 16, (("192.0.2.7", 1), ("127.0.0.1", 2)), 6))
    assert arrivals.addresses
    assert tx.contacts.addresses(contact) == (Address("192.0.2.7", 1),)
    again = Arrivals(tx, contact, 2_000)
    again.take(Addresses(bytes([3]) * 16, (("192.0.2.7", 1),), 5_000))
    assert not again.addresses


def test_an_announced_key_is_pinned_unless_it_is_ours_or_somebody_elses(
    ben: tuple[Transaction, ContactId],
) -> None:
    tx, contact = ben
    eve = key_of(3)
    tx.contacts.add(
        key=eve,
        name="Eve",
        alias=None,
        relation=Relation.ACCEPTED,
        origin=PinOrigin.LINK,
        pinned_at=1,
    )
    own = key_of(4)
    refused = (own, eve, bytes(32))  # ours, a contact's, no key
    for number, key in enumerate(refused, 1):
        arrivals = Arrivals(tx, contact, 1_000, own_keys=(own,))
        if key == tx.contact(contact).key:
            continue
        arrivals.take(NewKey(bytes([number]) * 16, key, 5))
        assert not arrivals.new_key
        assert not arrivals.contact_changed
        assert tx.contact(contact).key == bytes(32)
    assert tx.contacts.ignored_count(contact) == 2
    arrivals = Arrivals(tx, contact, 1_000, own_keys=(own,))
    arrivals.take(NewKey(bytes([7]) * 16, key_of(5), 5))
    assert arrivals.new_key
    assert arrivals.contact_changed
    assert tx.contact(contact).key == key_of(5)
    again = Arrivals(tx, contact, 2_000, own_keys=(own,))
    again.take(NewKey(bytes([8]) * 16, key_of(5), 6))
    assert not again.new_key
    again.take(NewKey(bytes([9]) * 16, bytes(32), 7))
    assert tx.contact(contact).key == key_of(5)
    assert tx.contacts.ignored_count(contact) == 3


def test_nobody_changes_a_message_of_ours(ben: tuple[Transaction, ContactId]) -> None:
    tx, contact = ben
    ours = tx.messages.add_outgoing(contact, MessageId(TARGETS[0]), "ours", 1)
    arrivals = Arrivals(tx, contact, 1_000)
    arrivals.take(Edit(bytes([101]) * 16, ours.id, "theirs", 2))
    arrivals.take(Delete(bytes([102]) * 16, ours.id, 2))
    assert arrivals.changed == {}
    assert not arrivals.contact_changed
    assert tx.contacts.ignored_count(contact) == 2
    arrivals.take(React(bytes([103]) * 16, ours.id, "♥", 2))
    assert arrivals.changed[ours.row].peer_reaction == "♥"
    assert (tx.message(ours.row).text, tx.message(ours.row).deleted_at) == ("ours", None)


def test_what_a_batch_came_to_is_told(ben: tuple[Transaction, ContactId]) -> None:
    tx, contact = ben
    arrivals = Arrivals(tx, contact, 1_000)
    arrivals.take(Text(TARGETS[0], "one", 1, None, 60))
    arrivals.take(Text(TARGETS[1], "two", 1))
    assert arrivals.deadline
    one, two = arrivals.added
    assert (one.lifetime_s, one.expires_at, two.lifetime_s, two.expires_at) == (
        *(60, 1_000 + 60_000, 0, None),
    )
    arrivals.take(Delete(bytes([101]) * 16, two.id, 5))
    assert arrivals.contact_changed
    assert arrivals.changed[two.row].deleted_at == 1_000
    changed = dict(arrivals.changed)
    arrivals.take(Edit(bytes([102]) * 16, two.id, "late", 6))
    assert arrivals.changed == changed


def test_of_many_changes_before_their_message_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = fresh_database()
    tx, contact = person(connection)
    arrivals = Arrivals(tx, contact, 1)
    for at in (*range(2, 40), *range(80, 40, -1)):
        arrivals.take(Edit(bytes([at]) * 16, TARGETS[0], f"edit {at}", at))
    indexed = []
    replace = SearchIndex.replace
    monkeypatch.setattr(
        SearchIndex,
        "replace",
        lambda index, row, of, text, new: indexed.append(new) or replace(index, row, of, text, new),
    )
    arrivals.take(Text(TARGETS[0], "text", 1))
    assert indexed == ["edit 80"]
    assert [message.text for message in tx.messages_before(contact, None, 9)] == ["edit 80"]
    connection.close()
