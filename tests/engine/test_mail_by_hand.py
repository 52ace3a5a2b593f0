"""What goes into an envelope for a mailbox, and what one that came out of a mailbox does."""

from collections.abc import Iterator

import pytest
from mail_by_hand import RELAY, Person, acquainted, done

from messenger.core.clock import ManualClock
from messenger.core.ids import new_message_id
from messenger.core.types import MessageState, TimelineStep
from messenger.crypto.noise import KeyPair
from messenger.engine.ratchet import bound_to
from messenger.protocol.bodies import (
    ADDRESSES_KIND,
    EDIT_KIND,
    RECEIPT_KIND,
    Addresses,
    Delete,
    Edit,
    NewKey,
    Receipt,
    Text,
    encode_body,
)
from messenger.protocol.mailbox import LIFETIME_S
from messenger.protocol.parcel import Item, Whole, encode_parcel
from messenger.protocol.session import Session
from messenger.store import database

SMALL, LARGE = 4_096, 16_384  # bytes of an envelope
Pair = tuple[Person, Person]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def pair(clock: ManualClock) -> Iterator[Pair]:
    ada, ben = acquainted(clock)
    yield ada, ben
    ada.close()
    ben.close()


def seal(sender: Person, *items: Item, bound: bytes | None = None) -> bytes:
    """Seal any parcel, past the outbox."""
    bound = bound or bound_to(sender.own.public, sender.peer.key)
    sender.ratchet.session, envelope = sender.ratchet.session.seal(
        encode_parcel(items), bound, length=SMALL
    )
    return envelope


def text(wording: str) -> Whole:
    return Whole(encode_body(Text(new_message_id(), wording, 1)))


# -- out -------------------------------------------------------------------------------------------


def test_one_envelope_holds_what_waits_and_is_acknowledged_by_another(
    pair: Pair, clock: ManualClock
) -> None:
    ada, ben = pair
    said = [ada.say(wording) for wording in ("one", "two", "three")]
    assert not ada.tx.changes.was_sealed(said[0].row)
    assert ada.pack()
    assert not ada.pack()
    assert all(ada.tx.changes.was_sealed(message.row) for message in said)
    assert Session.decode(ada.tx.session(ada.contact) or b"") == ada.ratchet.session
    clock.advance(1)
    (put,) = ada.put()
    assert len(put.envelope) == SMALL
    assert [(m.row, m.state, m.relay) for m in put.moved] == [
        (message.row, MessageState.AT_RELAY, RELAY.host) for message in said
    ]
    assert (TimelineStep.AT_RELAY, clock.unix_ms()) in ada.tx.timeline(said[0].row)

    opened = ben.receive(put.envelope)
    assert (opened.readable, opened.received.malformed_count) == (True, 0)
    assert [m.text for m in opened.received.added] == ["one", "two", "three"]
    assert ben.texts() == ["one", "two", "three"]
    assert Session.decode(ben.tx.session(ben.contact) or b"") == ben.ratchet.session
    assert not ben.receive(put.envelope).readable  # its key is gone

    clock.advance(1)
    ben.say("yes")
    assert ben.pack()
    assert not ben.pack()
    (answer,) = ben.put()
    opened = ada.receive(answer.envelope)
    assert [m.row for m in opened.delivered.messages.values()] == [m.row for m in said]
    assert {ada.tx.message(m.row).state for m in said} == {MessageState.DELIVERED}
    assert (TimelineStep.ACKNOWLEDGED, clock.unix_ms()) in ada.tx.timeline(said[0].row)
    assert ada.waiting_count() == 0
    assert ada.texts()[3:] == ["yes"]
    assert (ada.woken, ben.woken) == (0, 0)


def test_what_is_put_again_is_at_the_relay_from_then_on(pair: Pair, clock: ManualClock) -> None:
    ada, _ = pair
    message = ada.say("once more")
    for _ in range(2):
        assert ada.tx.mail.with_work(ada.box.relay, clock.unix_ms())
        clock.advance(1)
        assert ada.pack()
        assert len(ada.put()) == 1
        assert (TimelineStep.AT_RELAY, clock.unix_ms()) in ada.tx.timeline(message.row)
        clock.advance(LIFETIME_S)


def test_an_envelope_acknowledges_128_bodies(pair: Pair) -> None:
    ada, ben = pair
    ids = [new_message_id() for _ in range(130)]
    for body_id in ids:
        ada.tx.outbox.add_body(ada.contact, body_id, b"edit", kind=EDIT_KIND)
    ben.receive(seal(ada, text("so that Ben may seal")))
    ben.put()
    ben.tx.mail.owe(ben.contact, ids[:129])  # and the one that was just received
    for left in (130 - 127, 130 - 129):
        assert ben.pack()
        (put,) = ben.put()
        ada.receive(put.envelope)
        assert ada.waiting_count() == left
    assert not ben.pack()


def test_an_envelope_holds_256_bodies(pair: Pair) -> None:
    ada, _ = pair
    for _ in range(257):
        ada.tx.outbox.add_body(ada.contact, new_message_id(), b"edit", kind=EDIT_KIND)
    numbers = [entry.number for entry in ada.tx.outbox.waiting(ada.contact, limit=300)]
    assert ada.pack()
    assert ada.box.packed == numbers[255]
    assert ada.pack()
    assert ada.box.packed == numbers[256]
    assert not ada.pack()


def test_what_does_not_fit_any_more_goes_into_the_next_envelope(pair: Pair) -> None:
    ada, ben = pair
    wordings = ["a" * 9_000, "b" * 9_000, "c"]
    for wording in wordings:
        ada.say(wording)
    assert [ada.pack() for _ in range(3)] == [True, True, False]
    envelopes = [put.envelope for put in ada.put()]
    assert [len(envelope) for envelope in envelopes] == [LARGE, LARGE]
    ben.receive(envelopes[0])
    assert ben.texts() == wordings[:1]
    ben.receive(envelopes[1])
    assert ben.texts() == wordings


def test_a_long_text_goes_in_pieces_between_the_others(pair: Pair) -> None:
    ada, ben = pair
    wordings = ["before", "long" * 10_000, "behind"]
    _, long, _ = (ada.say(wording) for wording in wordings)
    assert [ada.pack() for _ in range(3)] == [True, True, False]
    assert ada.tx.changes.was_sealed(long.row)
    puts = ada.put()
    assert [[m.text for m in put.moved] for put in puts] == [
        ["before"], [], [], [wordings[1]], ["behind"],
    ]  # fmt: skip
    assert [len(put.envelope) for put in puts] == [SMALL, LARGE, LARGE, LARGE, SMALL]
    for put, count in zip(puts, (1, 1, 1, 2, 3), strict=True):
        ben.receive(put.envelope)
        assert ben.texts() == wordings[:count]


def test_a_long_text_alone_needs_no_other_envelope(pair: Pair) -> None:
    ada, _ = pair
    ada.say("long" * 10_000)
    assert ada.pack()
    assert [len(put.envelope) for put in ada.put()] == [LARGE, LARGE, LARGE]


def test_addresses_stand_alone_and_can_be_taken_back(pair: Pair) -> None:
    ada, ben = pair
    body = Addresses(new_message_id(), (("192.0.2.77", 4_000),), 1)
    ada.say("before")
    ada.tx.outbox.add_body(ada.contact, body.id, encode_body(body), kind=ADDRESSES_KIND)
    ada.say("behind")
    assert [ada.pack() for _ in range(3)] == [True, True, False]
    ada.tx.outbox.drop_kind(ada.contact, ADDRESSES_KIND)
    assert [[m.text for m in put.moved] for put in ada.put()] == [["before"], ["behind"]]
    ada.tx.outbox.add_body(ada.contact, body.id, encode_body(body), kind=ADDRESSES_KIND)
    assert ada.pack()
    (put,) = ada.put()
    assert ben.receive(put.envelope).received.addresses
    assert [address.host for address in ben.tx.contacts.addresses(ben.contact)] == ["192.0.2.77"]


def test_no_relay_sees_when_somebody_reads(pair: Pair) -> None:
    ada, ben = pair
    receipt = Receipt(new_message_id(), (new_message_id(),))
    ada.tx.outbox.add_body(ada.contact, receipt.id, encode_body(receipt), kind=RECEIPT_KIND)
    assert not ada.pack()
    assert ada.put() == []
    assert ada.tx.mail.with_work(ada.box.relay, 1) == ()
    ada.say("a text")
    assert ada.pack()
    (put,) = ada.put()
    assert ben.receive(put.envelope).received.committed == [m.id for m in put.moved]
    assert ada.tx.outbox.find(ada.contact, receipt.id) is not None


def test_nothing_is_packed_that_is_overdue_or_has_no_mailbox_or_session(
    pair: Pair, clock: ManualClock
) -> None:
    ada, ben = pair
    ada.tx.lifetimes.set_terms(ada.say("too late").row, send_by=clock.unix_ms())
    assert not ada.pack()
    ben.say("before the first envelope from Ada")
    assert not ben.pack()
    number = ada.box.number
    ada.say("nowhere to go")
    ada.tx.mail.forget(ada.contact)
    session = ada.ratchet.session
    assert not ada.pack(number)
    assert ada.ratchet.session == session


# -- in --------------------------------------------------------------------------------------------


def test_what_does_not_open_changes_nothing(pair: Pair) -> None:
    ada, ben = pair
    before, stored = ben.ratchet.session, ben.tx.session(ben.contact)
    for junk in (bytes(SMALL), bytes(range(256)) * 64, b"", seal(ada, text("x"), bound=b"else")):
        opened = ben.receive(junk)
        assert not opened.readable
        assert opened.received.session is before
    assert (ben.ratchet.session, ben.tx.session(ben.contact)) == (before, stored)
    assert ben.tx.mail.owed(ben.contact, 0, 10) == ()


def test_a_small_envelope_in_a_large_room_has_zeros_behind_it(pair: Pair) -> None:
    ada, ben = pair
    first, second = seal(ada, text("one")), seal(ada, text("two"))
    assert not ben.receive(first + bytes(LARGE - SMALL - 1) + b"\1").readable
    assert not ben.receive(first + b"\1" + bytes(LARGE - SMALL - 1)).readable
    assert ben.receive(first + bytes(LARGE - SMALL)).readable
    assert ben.receive(second + b"\0").readable
    assert ben.texts() == ["one", "two"]


def test_what_is_malformed_is_counted_and_the_rest_is_taken(pair: Pair) -> None:
    ada, ben = pair
    opened = ben.receive(seal(ada, Whole(b"junk"), text("good"), Whole(b"more junk")))
    assert (opened.readable, opened.received.malformed_count) == (True, 2)
    assert ben.texts() == ["good"]
    assert len(ben.tx.mail.owed(ben.contact, 0, 10)) == 1
    ada.ratchet.session, envelope = ada.ratchet.session.seal(
        b"no parcel", bound_to(ada.own.public, ada.peer.key), length=SMALL
    )
    assert not ben.receive(envelope).readable


def test_keys_on_both_sides_may_have_been_replaced_while_an_envelope_waited(pair: Pair) -> None:
    ada, ben = pair
    envelopes = [seal(ada, text(str(number))) for number in range(4)]
    known = ben.peer
    new_own, new_peer = KeyPair.generate(), KeyPair.generate()
    assert ben.receive(envelopes[0]).readable
    ben.context.former = {1: ben.context.own}
    ben.context.own = new_own
    assert ben.receive(envelopes[1]).readable
    assert ben.tx.contacts.adopt_key(ben.contact, new_peer.public, made_at=1, at=1)
    assert ben.peer.former_key == known.key
    assert ben.receive(envelopes[2]).readable
    ben.tx.contacts.retire_former_key(ben.contact)
    assert not ben.receive(envelopes[3]).readable
    assert ben.texts() == ["0", "1", "2"]


def test_of_two_new_keys_the_later_counts_in_whatever_order_they_come(pair: Pair) -> None:
    ada, ben = pair
    older, newer = KeyPair.generate().public, KeyPair.generate().public
    first = seal(ada, Whole(encode_body(NewKey(new_message_id(), older, 10))))
    second = seal(ada, Whole(encode_body(NewKey(new_message_id(), newer, 11))))
    assert ben.receive(second).readable
    assert ben.peer.key == newer
    assert ben.receive(first).readable  # waited at another relay
    assert ben.peer.key == newer


def test_a_new_key_that_is_late_counts_where_no_later_one_came(pair: Pair) -> None:
    ada, ben = pair
    older, newer = KeyPair.generate().public, KeyPair.generate().public
    first = seal(ada, Whole(encode_body(NewKey(new_message_id(), older, 10))))
    second = seal(ada, Whole(encode_body(NewKey(new_message_id(), newer, 11))))
    assert ben.receive(seal(ada, text("by a quicker way"))).readable
    assert ben.receive(first).readable
    assert ben.peer.key == older
    assert ben.receive(second).readable
    assert ben.peer.key == newer


def test_an_envelope_is_bound_to_the_key_that_the_contact_knows(pair: Pair) -> None:
    ada, ben = pair
    ada.tx.identity.save(ada.own.private, 1)
    new = KeyPair.generate()
    number = ada.tx.identity.replace(new.private, 2)
    ada.context.former, ada.context.own = {number: ada.own}, new
    ada.say("under the old key")
    assert ada.pack()
    (put,) = ada.put()
    assert ben.receive(put.envelope).readable
    ben.tx.mail.owe(ben.contact, [new_message_id()])
    assert ben.pack()
    (back,) = ben.put()
    assert ada.receive(back.envelope).readable


def test_an_envelope_that_was_overtaken_opens_for_a_while(pair: Pair, clock: ManualClock) -> None:
    ada, ben = pair
    first, second = seal(ada, text("one")), seal(ada, text("two"))
    assert ben.receive(second).readable
    now = clock.unix_ms()
    kept = [ben.ratchet.session.forget_skipped(at).info.skipped_count for at in (now, now + 1)]
    assert kept == [1, 0]
    assert ben.receive(first).readable
    assert ben.texts() == ["two", "one"]


def test_lifetimes_begin_and_the_upkeep_is_told(pair: Pair, clock: ManualClock) -> None:
    ada, ben = pair
    row = ada.say("for a minute").row
    ada.tx.lifetimes.set_terms(row, lifetime_s=60)
    assert ada.pack()
    (put,) = ada.put()
    assert ben.receive(put.envelope).deadline
    assert (ada.woken, ben.woken) == (0, 1)
    assert ben.tx.next_deadline() == clock.unix_ms() + 60_000
    assert ben.pack()
    (back,) = ben.put()
    opened = ada.receive(back.envelope)
    assert (opened.deadline, opened.delivered.deadline) == (False, True)
    assert (ada.woken, ben.woken) == (1, 1)
    assert ada.tx.message(row).expires_at == clock.unix_ms() + 60_000


def test_a_change_of_a_message_goes_by_mail_too(pair: Pair) -> None:
    ada, ben = pair
    message = ada.say("first wording")
    edit = Edit(new_message_id(), message.id, "second wording", 5)
    ada.tx.outbox.add_body(
        ada.contact, edit.id, encode_body(edit), kind=EDIT_KIND, target=message.id
    )
    assert ada.pack()
    (put,) = ada.put()
    opened = ben.receive(put.envelope)
    assert opened.received.committed == [message.id, edit.id]
    assert ben.texts() == ["second wording"]


def test_a_parcel_about_long_texts_is_many_commits_and_may_begin_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session goes with the last of them: whoever is stopped before opens it once more."""
    ada, ben = pair
    ids = [bytes([number]) * 16 for number in range(10)]
    wording = " ".join(f"w{n}" for n in range(50))
    for message_id in ids:
        ben.tx.messages.add_incoming(ben.contact, message_id, wording, 1)
    bodies = [Delete(bytes([100 + n]) * 16, target, 2) for n, target in enumerate(ids)]
    envelope = seal(ada, *(Whole(encode_body(body)) for body in bodies))
    monkeypatch.setattr(database, "COMMIT_WORDS_MAX", 60)
    kept = ben.tx.session(ben.contact)

    first = ben.receive(envelope)
    assert (len(first.rest), ben.texts().count("")) == (8, 2)
    assert ben.tx.session(ben.contact) == kept
    again = ben.receive(envelope)  # the program was ended and has begun again
    assert len(again.received.changed) == 2
    parts = [again]
    while parts[-1].rest:
        parts.append(done(ben.mail.go_on(ben.peer, parts[-1])))
        assert ben.tx._connection.indexed_count < 60 + 50
    assert ben.texts() == [""] * 10
    assert [body_id for part in parts for body_id in part.received.committed] == [
        body.id for body in bodies
    ]
    assert ben.tx.session(ben.contact) == ben.ratchet.session.encode() != kept
    assert not ben.receive(envelope).readable
