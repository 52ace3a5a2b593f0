"""Relays, mailboxes, deposits and what is owed: one transaction at a time."""

import pytest
from store_people import add_person, id_of, key_of

from messenger.core.types import Address, ContactId, Message, MessageState, Relation, RelayId
from messenger.protocol.mailbox import LIFETIME_S, Access
from messenger.protocol.parcel import Piece, pieces_of
from messenger.store.database import Transaction
from messenger.store.mail import MAX_ANSWERS, MAX_PIECES, NewDeposit, Stage, ToldMailbox
from messenger.store.relays import GIVEN_UP_MS, MailboxState

HERE = Address("192.0.2.9", 4_433)
THERE = Address("192.0.2.10", 4_433)
DAY_MS = 24 * 3600 * 1000


def access(name: str) -> Access:
    return Access(key_of(name)[:24], key_of(name + " secret"))


@pytest.fixture
def ada(tx: Transaction) -> ContactId:
    return add_person(tx, "Ada").id


@pytest.fixture
def relay(tx: Transaction) -> RelayId:
    return tx.relays.choose(HERE, key_of("relay"))


def write(tx: Transaction, contact: ContactId, number: int) -> Message:
    return tx.messages.add_outgoing(contact, id_of(number), f"text {number}", number)


def test_each_contact_gets_one_mailbox_at_each_relay(
    tx: Transaction, ada: ContactId, relay: RelayId
) -> None:
    ben = add_person(tx, "Ben").id
    wanted = {(relay, ada), (relay, ben)}
    assert tx.relays.settle(wanted, 1) == ()
    assert tx.relays.settle(wanted, 2) == ()
    boxes = tx.relays.mailboxes_at(relay)
    assert [box.contact for box in boxes] == [ada, ben]
    assert {box.state for box in boxes} == {MailboxState.WANTED}
    assert len({value for b in boxes for value in (b.owner, b.depositor)}) == 4
    assert tx.relays.mailboxes_for(ada) == ()
    tx.relays.note_made(boxes[0].number)
    assert [box.number for _, box in tx.relays.mailboxes_for(ada)] == [boxes[0].number]


def test_what_is_left_is_told_and_kept_until_it_is_deleted(
    tx: Transaction, ada: ContactId, relay: RelayId
) -> None:
    tx.relays.settle({(relay, ada)}, 1)
    (box,) = tx.relays.mailboxes_at(relay)
    tx.relays.note_made(box.number)
    assert tx.relays.leave(relay)
    assert not tx.relays.leave(relay)
    assert tx.relays.settle(set(), 2) == (ada,)
    (left,) = tx.relays.needed()
    assert (left.id, left.own, left.leaving, left.ours) == (relay, False, True, True)
    assert tx.relays.own() == ()
    assert tx.relays.mailboxes_for(ada) == ()
    tx.relays.forget_given_up(2 + GIVEN_UP_MS - 1)
    assert tx.relays.mailboxes_at(relay)
    tx.relays.forget_given_up(2 + GIVEN_UP_MS)
    assert tx.relays.needed() == ()


def test_a_relay_that_was_left_is_the_contacts_once_nothing_of_ours_is_to_be_deleted(
    tx: Transaction, ada: ContactId, relay: RelayId
) -> None:
    tx.mail.learn(ada, [ToldMailbox(HERE, key_of("relay"), access("a"))], 1, 1)
    tx.relays.settle({(relay, ada)}, 1)
    tx.relays.leave(relay)
    tx.relays.settle(set(), 2)
    elsewhere = tx.relays.choose(THERE, key_of("other"))
    assert [(r.id, r.ours) for r in tx.relays.needed()] == [(elsewhere, True), (relay, True)]
    (box,) = tx.relays.mailboxes_at(relay)
    tx.relays.forget_mailbox(box.number)
    assert [(r.id, r.ours) for r in tx.relays.needed()] == [(elsewhere, True), (relay, False)]
    assert tx.relays.choose(HERE, key_of("relay")) == relay
    assert [(r.id, r.own) for r in tx.relays.needed()] == [(relay, True), (elsewhere, True)]


def test_a_removed_contact_leaves_mailboxes_to_delete_and_nothing_else(
    tx: Transaction, ada: ContactId, relay: RelayId
) -> None:
    tx.relays.settle({(relay, ada)}, 1)
    tx.mail.learn(ada, [ToldMailbox(THERE, key_of("other"), access("a"))], 1, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    tx.mail.owe(ada, [id_of(1)])
    tx.mail.add(box, [NewDeposit(b"e", ((1, True),))], packed=1, acked=0)
    tx.mail.keep(ada, Piece(id_of(1), 0, 2, b"x"))
    tx.contacts.remove(ada)
    (left,) = tx.relays.mailboxes_at(relay)
    assert (left.contact, left.state) == (None, MailboxState.LEAVING)
    assert tx.mail.routes() == ()
    assert [r.id for r in tx.relays.needed()] == [relay]


def test_the_newest_list_of_mailboxes_counts(tx: Transaction, ada: ContactId) -> None:
    first = [ToldMailbox(HERE, key_of("relay"), access("a"))]
    second = [
        ToldMailbox(HERE, key_of("relay"), access("a")),
        ToldMailbox(THERE, key_of("other"), access("b")),
    ]
    assert tx.mail.learn(ada, first, 5, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    tx.mail.add(box, [], packed=7, acked=0)
    assert tx.mail.learn(ada, second, 6, 1)
    assert not tx.mail.learn(ada, [], 5, 1)
    assert [b.packed for b in tx.mail.mailboxes_of(ada)] == [7, 0]
    assert tx.mail.learn(ada, [], 7, 1)
    assert tx.mail.mailboxes_of(ada) == ()
    assert tx.relays.needed() == ()


def test_only_relays_of_people_who_agreed_are_needed(tx: Transaction, ada: ContactId) -> None:
    tx.mail.learn(ada, [ToldMailbox(THERE, key_of("other"), access("a"))], 1, 1)
    assert [r.address for r in tx.relays.needed()] == [THERE]
    tx.contacts.set_relation(ada, Relation.BLOCKED)
    assert tx.relays.needed() == ()


def test_a_deposit_waits_until_it_is_accepted_or_nobody_needs_it(
    tx: Transaction, ada: ContactId
) -> None:
    tx.mail.learn(ada, [ToldMailbox(HERE, key_of("relay"), access("a"))], 1, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    written = [write(tx, ada, number) for number in (1, 2)]
    assert [b.number for b in tx.mail.with_work(box.relay, 1)] == [box.number]
    one, two = tx.outbox.waiting(ada)
    deposits = [
        NewDeposit(b"one", ((one.number, True),)),
        NewDeposit(b"two", ((two.number, True),)),
    ]
    tx.mail.add(box, deposits, packed=two.number, acked=0)
    assert tx.mail.with_work(box.relay, 1) == ()
    (next_one,) = tx.mail.next_deposits(box.relay)
    assert (next_one.envelope, len(next_one.envelope_id)) == (b"one", 32)
    assert tx.mail.next_deposits(box.relay) == (next_one,)  # the same id, as often as it takes
    assert tx.mail.accepted(next_one.number) == (written[0].row,)
    moved = tx.messages.at_relay(written[0].row, "192.0.2.9", 3)
    assert (moved.state, moved.relay) == (MessageState.AT_RELAY, "192.0.2.9")
    tx.outbox.done(ada, two)  # a link was faster
    assert tx.mail.next_deposits(box.relay) == ()


def test_what_a_relay_must_have_forgotten_is_put_again(tx: Transaction, ada: ContactId) -> None:
    tx.mail.learn(ada, [ToldMailbox(HERE, key_of("relay"), access("a"))], 1, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    write(tx, ada, 1)
    (entry,) = tx.outbox.waiting(ada)
    tx.mail.add(box, [], packed=entry.number, acked=0)
    assert tx.mail.with_work(box.relay, LIFETIME_S * 1000) == ()
    assert [b.packed for b in tx.mail.with_work(box.relay, LIFETIME_S * 1000 + 1)] == [0]


def test_acknowledgements_are_owed_to_every_mailbox(tx: Transaction, ada: ContactId) -> None:
    tx.mail.owe(ada, [id_of(1)])  # nowhere to send it: the next link does
    places = [
        ToldMailbox(HERE, key_of("relay"), access("a")),
        ToldMailbox(THERE, key_of("other"), access("b")),
    ]
    tx.mail.learn(ada, places, 1, 1)
    tx.mail.owe(ada, [id_of(2), id_of(3)])
    here, there = tx.mail.mailboxes_of(ada)
    owed = tx.mail.owed(ada, here.acked, 10)
    assert [body_id for _, body_id in owed] == [id_of(2), id_of(3)]
    tx.mail.add(here, [], packed=0, acked=owed[-1][0])
    assert tx.mail.owed(ada, there.acked, 10) == owed
    tx.mail.owe(ada, [id_of(2)])  # it came once more
    assert [body_id for _, body_id in tx.mail.owed(ada, owed[-1][0], 10)] == [id_of(2)]
    last = tx.mail.owed(ada, 0, 10)[-1][0]
    for box in tx.mail.mailboxes_of(ada):
        tx.mail.add(box, [], packed=0, acked=last)
    assert tx.mail.owed(ada, 0, 10) == ()


def test_pieces_come_together_in_any_order(tx: Transaction, ada: ContactId) -> None:
    body = bytes(range(256)) * 200
    *others, first = reversed(list(pieces_of(body)))
    for piece in others:
        assert tx.mail.keep(ada, piece) is None
        assert tx.mail.keep(ada, piece) is None  # twice
    assert tx.mail.keep(ada, first) == body


def test_pieces_that_never_come_together_are_bounded(tx: Transaction, ada: ContactId) -> None:
    for number in range(MAX_PIECES + 10):
        tx.mail.keep(ada, Piece(id_of(number), 0, 2, b"x"))
    assert tx.mail.keep(ada, Piece(id_of(0), 0, 2, b"x")) is None
    assert tx.mail.piece_count(ada) == MAX_PIECES


def test_a_new_epoch_begins_anew(tx: Transaction, ada: ContactId) -> None:
    tx.mail.learn(ada, [ToldMailbox(HERE, key_of("relay"), access("a"))], 1, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    write(tx, ada, 1)
    (entry,) = tx.outbox.waiting(ada)
    tx.mail.add(box, [NewDeposit(b"e", ((entry.number, True),))], packed=entry.number, acked=0)
    tx.mail.rewind(ada, 2)
    assert tx.mail.next_deposits(box.relay) == ()
    assert [b.packed for b in tx.mail.with_work(box.relay, 2)] == [0]


def test_nothing_goes_to_people_who_get_nothing_now(tx: Transaction, ada: ContactId) -> None:
    tx.mail.learn(ada, [ToldMailbox(HERE, key_of("relay"), access("a"))], 1, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    write(tx, ada, 1)
    (entry,) = tx.outbox.waiting(ada)
    tx.mail.add(box, [NewDeposit(b"e", ((entry.number, True),))], packed=entry.number, acked=0)
    tx.mail.hold_back(2)
    assert tx.mail.next_deposits(box.relay)
    tx.contacts.set_relation(ada, Relation.BLOCKED)
    tx.mail.hold_back(3)
    assert tx.mail.next_deposits(box.relay) == ()
    assert [b.packed for b in tx.mail.with_work(box.relay, 3)] == [0]


def test_a_lost_mailbox_stays_known(tx: Transaction, ada: ContactId, relay: RelayId) -> None:
    tx.relays.settle({(relay, ada)}, 1)
    (box,) = tx.relays.mailboxes_at(relay)
    tx.relays.note_made(box.number)
    assert tx.relays.note_lost(box.number)
    assert not tx.relays.note_lost(box.number)  # known by now
    ((_, lost),) = tx.relays.mailboxes_for(ada)
    assert (lost.state, lost.new) == (MailboxState.LOST, box.new)


def test_what_we_delete_is_not_lost(tx: Transaction, ada: ContactId, relay: RelayId) -> None:
    tx.relays.settle({(relay, ada)}, 1)
    (box,) = tx.relays.mailboxes_at(relay)
    tx.relays.note_made(box.number)
    tx.relays.settle(set(), 2)
    assert not tx.relays.note_lost(box.number)
    tx.relays.forget_mailbox(box.number)
    assert not tx.relays.note_lost(box.number)


def test_what_relays_have_forgotten_waits_again_once(tx: Transaction, ada: ContactId) -> None:
    old, young, done = (write(tx, ada, number) for number in (1, 2, 3))
    for message, at in ((old, 1), (young, 10), (done, 1)):
        tx.messages.at_relay(message.row, "192.0.2.9", at)
    tx.messages.set_state(done.row, MessageState.DELIVERED)
    (found,) = tx.messages.forgotten_by_relays(5)
    assert (found.row, found.state, found.relay) == (old.row, MessageState.WAITING, None)
    assert tx.messages.forgotten_by_relays(5) == []
    moved = tx.messages.at_relay(old.row, "192.0.2.8", 6)
    assert (moved.state, moved.relay) == (MessageState.AT_RELAY, "192.0.2.8")
    assert tx.messages.forgotten_by_relays(5) == []


def test_what_was_put_again_counts_from_then_on(tx: Transaction, ada: ContactId) -> None:
    message = write(tx, ada, 1)
    tx.messages.at_relay(message.row, "192.0.2.9", 5)
    assert tx.messages.at_relay(message.row, "192.0.2.8", 6).relay == "192.0.2.9"  # a second one
    assert tx.messages.at_relay(message.row, "192.0.2.8", 9, since=8).relay == "192.0.2.8"
    assert tx.messages.forgotten_by_relays(8) == []
    assert len(tx.messages.forgotten_by_relays(9)) == 1


def test_a_mailbox_for_an_answer_takes_nothing_else_until_the_answer_was_of_use(
    tx: Transaction, ada: ContactId
) -> None:
    usual = ToldMailbox(HERE, key_of("relay"), access("a"))
    tx.mail.learn(ada, [usual], DAY_MS, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    write(tx, ada, 1)
    asked = [ToldMailbox(THERE, key_of("other"), access(letter)) for letter in "bcdefg"]
    for one in asked:
        place = tx.mail.place_answer(ada, one, 1)
        tx.mail.add_letter(place, b"answer")
    assert tx.mail.mailboxes_of(ada) == (box,)
    assert [box.number for box, _ in tx.mail.routes()] == [box.number]
    assert tx.mail.with_work(place.relay, 1) == ()
    assert len(tx.mail.next_deposits(place.relay)) == MAX_ANSWERS
    assert [r.address for r in tx.relays.needed()] == [THERE, HERE]
    while deposits := tx.mail.next_deposits(place.relay):
        tx.mail.accepted(deposits[0].number)
    assert [r.address for r in tx.relays.needed()] == [HERE]  # nothing goes there any more

    # A list over the session that stands changes nothing of that, and a known place stays usual.
    assert tx.mail.learn(ada, [usual], DAY_MS + 1, 1)
    assert tx.mail.place_answer(ada, usual, 1) == box
    tx.mail.begin_anew(ada, 2)
    found = tx.mail.mailboxes_of(ada)
    assert {b.access for b in found} == {one.access for one in asked[-MAX_ANSWERS:]}
    assert not any(b.chosen for b in found)  # whose choice it was is not known
    assert len(tx.mail.with_work(place.relay, 2)) == MAX_ANSWERS
    assert tx.mail.learn(ada, [asked[-1]], 1, 2)  # by a clock that was set back meanwhile
    assert [b.access for b in tx.mail.mailboxes_of(ada)] == [asked[-1].access]
    tx.mail.forget(ada)
    assert tx.mail.mailboxes_of(ada) == ()


def test_an_answer_that_no_relay_takes_is_given_up(tx: Transaction, ada: ContactId) -> None:
    place = tx.mail.place_answer(ada, ToldMailbox(THERE, key_of("other"), access("a")), 1)
    tx.mail.add_letter(place, b"answer")
    tx.mail.forget_answers(LIFETIME_S * 1000)
    tx.mail.with_work(place.relay, LIFETIME_S * 1000 + 1)
    assert len(tx.mail.next_deposits(place.relay)) == 1
    tx.mail.forget_answers(LIFETIME_S * 1000 + 1)
    assert tx.mail.next_deposits(place.relay) == ()
    assert tx.relays.needed() == ()


def test_how_far_a_body_has_come(tx: Transaction, ada: ContactId) -> None:
    tx.mail.learn(ada, [ToldMailbox(HERE, key_of("relay"), access("a"))], 1, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    tx.outbox.add_body(ada, id_of(1), b"body", kind=18)
    assert tx.mail.stage(ada, 18) is Stage.HERE
    (entry,) = tx.outbox.waiting(ada)
    deposit = NewDeposit(b"one", ((entry.number, True),))
    tx.mail.add(box, [deposit], packed=entry.number, acked=0)
    assert tx.mail.stage(ada, 18) is Stage.SEALED
    (waiting,) = tx.mail.next_deposits(box.relay)
    tx.mail.accepted(waiting.number)
    assert tx.mail.stage(ada, 18) is Stage.PUT
    assert tx.mail.stage(ada, 17) is Stage.HERE


def test_what_waits_for_one_contact_is_bounded(tx: Transaction, ada: ContactId) -> None:
    """The numbers of docs/limits.md, spelled out."""
    tx.mail.learn(ada, [ToldMailbox(HERE, key_of("relay"), access("a"))], 1, 1)
    tx._connection.run(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
        "INSERT INTO owed_ack (contact, id) SELECT ?, CAST(printf('%016d', i) AS BLOB) FROM n",
        (ada,),
    )
    tx.mail.owe(ada, [b"the newest one!!"])
    owed = tx.mail.owed(ada, 0, 20_000)
    assert (len(owed), owed[0][1], owed[-1][1]) == (10_000, b"%016d" % 2, b"the newest one!!")
    for number in range(66):
        tx.mail.keep(ada, Piece(id_of(number), 0, 2, b"x"))
    assert tx.mail.piece_count(ada) == 64


def test_a_route_names_mailbox_and_relay(tx: Transaction, ada: ContactId, relay: RelayId) -> None:
    ben = add_person(tx, "Ben").id
    tx.mail.learn(ben, [ToldMailbox(THERE, key_of("other"), access("b"), chosen=False)], 1, 1)
    tx.mail.learn(ada, [ToldMailbox(HERE, key_of("relay"), access("a"))], 1, 1)
    (first, there), (second, here) = tx.mail.routes()
    assert (first.contact, first.relay, first.access, first.chosen) == (
        *(ben, there.id, access("b"), False),
    )
    assert (second.contact, second.relay, second.access, second.chosen) == (
        *(ada, relay, access("a"), True),
    )
    assert (there.address, there.key, there.own) == (THERE, key_of("other"), False)
    assert (here.address, here.key, here.own) == (HERE, key_of("relay"), True)


def test_nothing_that_opens_a_mailbox_is_shown(tx: Transaction, ada: ContactId) -> None:
    told = ToldMailbox(HERE, key_of("relay"), access("a"))
    assert told.chosen
    tx.mail.learn(ada, [told], 1, 1)
    (box,) = tx.mail.mailboxes_of(ada)
    new = NewDeposit(b"envelope bytes", ())
    assert new.ack_count == 0
    tx.mail.add_letter(box, b"envelope bytes")
    (deposit,) = tx.mail.next_deposits(box.relay)
    shown = "".join(map(repr, (told, box, new, deposit)))
    secret = (told.relay_key, told.access.mailbox, told.access.secret, b"envelope bytes")
    assert [part for part in (*secret, deposit.envelope_id) if repr(part)[2:-1] in shown] == []
    assert "Access(" not in shown
