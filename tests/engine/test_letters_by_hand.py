"""A first contact by mail: when a letter is written and answered, and what each step keeps."""

from collections.abc import Iterator

import pytest
from mail_by_hand import RELAY, RELAY_KEY, Person, access_of, done

from messenger.core.clock import ManualClock
from messenger.core.types import Address, Relation
from messenger.crypto.noise import KeyPair
from messenger.engine.letters import key_pair_of, own_boxes, write_letter
from messenger.protocol.bodies import Mailbox
from messenger.protocol.card import Card, Introduction
from messenger.protocol.introduction import Asked, Asking
from messenger.protocol.mailbox import LIFETIME_S, Access
from messenger.protocol.session import Session
from messenger.store.mail import MAX_ANSWERS

Pair = tuple[Person, Person]
DOOR = access_of(9)  # Ben's mailbox for letters
NEW_DOOR = access_of(10)
EVE = KeyPair.from_private(bytes([3]) * 32).public  # somebody whom Ben knows too
ADDRESS_OF_ADA = Address("192.0.2.51", 4_051)
ADDRESS_OF_BEN = Address("192.0.2.52", 4_052)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def pair(clock: ManualClock) -> Iterator[Pair]:
    """Ada has Ben's link; each has a mailbox for the other one."""
    ada, ben = Person("Ada", clock), Person("Ben", clock)
    ben.know(EVE)
    ada.pin(ben, Relation.ASKED)
    ben.pin(ada)
    ada.tx.introductions.expect(ada.contact, RELAY, RELAY_KEY, DOOR, 1)
    ada.context.addresses = (ADDRESS_OF_ADA,)
    ben.context.addresses = (ADDRESS_OF_BEN,)
    make_boxes(ada, RELAY_KEY)
    make_boxes(ben, RELAY_KEY)
    yield ada, ben
    ada.close()
    ben.close()


def make_boxes(person: Person, *relay_keys: bytes) -> None:
    """Have a mailbox for the contact at each of these relays."""
    tx = person.tx
    places = [(Address(RELAY.host, 5_000 + n), key) for n, key in enumerate(relay_keys)]
    tx.relays.settle({(tx.relays.choose(*place), person.contact) for place in places}, 1)
    for box in tx.relays.all_mailboxes():
        tx.relays.note_made(box.number)


def write(person: Person) -> list[bytes]:
    """Write a letter if one is due; return what the relay got."""
    letter = person.tx.introductions.own_to(person.contact)
    assert letter is not None
    write_letter(person.context, person.tx, letter)
    return [put.envelope for put in person.put()] if has_box(person) else []


def has_box(person: Person) -> bool:
    return bool(person.tx.mail.mailboxes_of(person.contact))


def answer(person: Person, letter: bytes) -> bytes:
    """Answer a letter; return what the relay got."""
    now = person.context.clock.unix_ms()
    person.tx.introductions.received(person.contact, person.own.public, letter, now)
    assert done(person.letters.answer(person.peer))
    (put,) = person.put()
    assert put.moved == []
    return put.envelope


def reads(person: Person, envelope: bytes) -> bool:
    return done(person.letters.read_reply(person.peer, envelope))


def test_two_envelopes_make_a_session_and_tell_where_both_are(
    pair: Pair, clock: ManualClock
) -> None:
    ada, ben = pair
    now = clock.unix_ms()
    (letter,) = write(ada)
    assert (ada.box.access, ada.box.relay) == (DOOR, ada.tx.relays.place(RELAY, RELAY_KEY))
    reply = answer(ben, letter)
    assert reads(ada, reply)
    assert (ada.peer.relation, ada.peer.name) == (Relation.ACCEPTED, "Ben")
    assert ada.tx.contacts.addresses(ada.contact) == (ADDRESS_OF_BEN,)
    assert ben.tx.contacts.addresses(ben.contact) == (ADDRESS_OF_ADA,)
    for person, other in ((ada, ben), (ben, ada)):
        ((_, made),) = other.tx.relays.mailboxes_for(other.contact)
        (box,) = person.tx.mail.mailboxes_of(person.contact)
        assert (box.access, box.chosen) == (made.depositor, True)
        assert person.ratchet.session.info.started_at == now
        assert Session.decode(person.tx.session(person.contact) or b"") == person.ratchet.session
        assert not person.tx.mail.learn(person.contact, [], now, now)  # no newer than the letter
    assert ada.tx.introductions.own() == ()
    assert ben.tx.introductions.to_answer() == ()
    ada.say("hello, Ben")
    assert ada.pack()
    (put,) = ada.put()
    assert ben.receive(put.envelope).readable
    assert ben.texts() == ["hello, Ben"]
    assert not reads(ada, reply)


def test_no_letter_before_it_can_be_answered(clock: ManualClock) -> None:
    ada, ben = Person("Ada", clock), Person("Ben", clock)
    ada.pin(ben, Relation.ASKED)
    assert not reads(ada, bytes(4_096))
    ada.tx.introductions.expect(ada.contact, RELAY, RELAY_KEY, DOOR, 1)
    assert write(ada) == []
    assert not reads(ada, bytes(4_096))
    make_boxes(ada, RELAY_KEY)
    assert len(write(ada)) == 1
    assert not reads(ada, bytes(4_096))
    assert (ada.peer.relation, ada.peer.name) == (Relation.ASKED, "somebody")
    assert ada.tx.session(ada.contact) == Session.empty().encode()


def test_a_letter_that_nobody_fetched_is_written_again_and_either_may_be_answered(
    pair: Pair, clock: ManualClock
) -> None:
    ada, ben = pair
    (first,) = write(ada)
    clock.advance(LIFETIME_S - 1)
    assert write(ada) == []
    clock.advance(1)
    (second,) = write(ada)
    assert write(ada) == []
    one, two = (Asked.read(ben.own, envelope).letter for envelope in (first, second))
    assert one.offer == two.offer
    assert two.at - one.at == LIFETIME_S * 1000
    assert (two.name, two.addresses) == ("Ada", ((ADDRESS_OF_ADA.host, ADDRESS_OF_ADA.port),))
    assert two.boxes == one.boxes == own_boxes(ada.tx, ada.contact)
    assert reads(ada, answer(ben, first))


def card_of(person: Person, door: Access) -> Card:
    """What a person's link says."""
    introduction = Introduction(RELAY, RELAY_KEY, door.mailbox, door.secret)
    return Card(person.own.public, (ADDRESS_OF_BEN,), "Ben", introduction)


def test_a_newer_link_is_another_way_to_ask_until_both_have_agreed(pair: Pair) -> None:
    ada, ben = pair
    (first,) = write(ada)
    assert not ada.letters.ask_at(ada.tx, ada.peer, card_of(ben, DOOR))  # it is there already
    assert not ada.letters.ask_at(ada.tx, ada.peer, Card(ben.own.public))
    assert ada.letters.ask_at(ada.tx, ada.peer, card_of(ben, NEW_DOOR))
    assert ada.tx.contacts.addresses(ada.contact) == (ADDRESS_OF_BEN,)
    letter = ada.tx.introductions.own_to(ada.contact)
    assert letter is not None
    write_letter(ada.context, ada.tx, letter)
    second = ada.tx.mail.next_deposits(letter.relay)[-1]
    assert second.access == NEW_DOOR
    one, two = (Asked.read(ben.own, envelope).letter for envelope in (first, second.envelope))
    assert one.offer == two.offer
    assert reads(ada, answer(ben, first))  # whichever of them is answered
    assert not ada.letters.ask_at(ada.tx, ada.peer, card_of(ben, DOOR))


def test_whom_we_forgot_and_accepted_is_asked_by_their_link(pair: Pair, clock: ManualClock) -> None:
    ada, ben = pair
    link = card_of(ada, NEW_DOOR)
    (letter,) = write(ada)
    ben.tx.introductions.received(ben.contact, ben.own.public, letter, clock.unix_ms())
    assert not ben.letters.ask_at(ben.tx, ben.peer, link)  # theirs is to be answered
    ben.tx.introductions.done(ben.contact)
    for relation in set(Relation) - {Relation.ACCEPTED, Relation.ASKED}:
        ben.tx.contacts.set_relation(ben.contact, relation)
        assert not ben.letters.ask_at(ben.tx, ben.peer, link)
    ben.tx.contacts.set_relation(ben.contact, Relation.ACCEPTED)
    assert ben.letters.ask_at(ben.tx, ben.peer, link)
    assert ben.peer.relation is Relation.ASKED
    (own,) = ben.tx.introductions.own()
    assert (own.access, own.secrets) == (NEW_DOOR, None)
    ben.tx.contacts.set_relation(ben.contact, Relation.ACCEPTED)
    meet(ben)
    assert not ben.letters.ask_at(ben.tx, ben.peer, card_of(ada, DOOR))


def test_a_letter_under_a_key_that_was_replaced_is_answered_or_written_anew(
    pair: Pair, clock: ManualClock
) -> None:
    ada, ben = pair
    (first,) = write(ada)
    reply = answer(ben, first)
    old, ada.context.own = ada.context.own, KeyPair.generate()
    assert not reads(ada, reply)  # under a key that is forgotten
    clock.advance(LIFETIME_S)
    (second,) = write(ada)
    asked = Asked.read(ben.own, second)
    assert asked.peer_key == ada.context.own.public
    assert asked.letter.offer != Asked.read(ben.own, first).letter.offer
    ada.context.former = {1: old}
    assert not reads(ada, reply)  # it was for the other letter
    assert key_pair_of(ada.context, old.public) is old
    assert key_pair_of(ada.context, ada.context.own.public) is ada.context.own
    assert key_pair_of(ada.context, ben.own.public) is None
    assert key_pair_of(ada.context, None) is None


def test_the_answer_to_a_letter_under_a_former_key_is_read(pair: Pair) -> None:
    ada, ben = pair
    (letter,) = write(ada)
    ada.context.former, ada.context.own = {1: ada.own}, KeyPair.generate()
    assert reads(ada, answer(ben, letter))


def test_an_answer_without_a_name_leaves_the_one_we_know(pair: Pair) -> None:
    ada, ben = pair
    ben.context.name = " \n\u2028 "
    (letter,) = write(ada)
    assert reads(ada, answer(ben, letter))
    assert ada.peer.name == "somebody"


def test_an_answer_goes_to_one_mailbox_once(pair: Pair, clock: ManualClock) -> None:
    ada, ben = pair
    make_boxes(ada, *[RELAY_KEY] * 2)
    (letter,) = write(ada)
    now = clock.unix_ms()
    assert not done(ben.letters.answer(ben.peer))  # nothing to answer
    ben.tx.introductions.received(ben.contact, ben.own.public, letter, now)
    assert done(ben.letters.answer(ben.peer))
    counts = [ben.tx.mail.waiting_count(b.number) for b in ben.tx.mail.mailboxes_of(ben.contact)]
    assert counts == [1, 0]
    offer = Asked.read(ben.own, letter).letter.ratchet_key
    assert ben.tx.introductions.is_answered(ben.contact, offer, now)
    assert not done(ben.letters.answer(ben.peer))


def test_of_answers_that_no_relay_takes_the_newest_are_kept(pair: Pair, clock: ManualClock) -> None:
    ada, ben = pair
    boxes = own_boxes(ada.tx, ada.contact)
    written = []
    for _ in range(2 * MAX_ANSWERS):
        clock.advance(1)
        now = clock.unix_ms()
        asking = Asking.begin(
            ada.own, ben.own.public, name="Ada", boxes=boxes, addresses=(), unix_ms=now
        )
        ben.tx.introductions.received(ben.contact, ben.own.public, asking.envelope, now)
        assert done(ben.letters.answer(ben.peer))
        written.append(asking)
    kept = [put.envelope for put in ben.put()]
    assert len(kept) == MAX_ANSWERS
    for asking, envelope in zip(written[-MAX_ANSWERS:], kept, strict=True):
        asking.read(envelope)


def meet(person: Person) -> None:
    """Begin an epoch that works, as a link does."""
    pending, offer = Session.empty().offer(None)
    _, theirs = Session.empty().answer(offer, bytes(32))
    now = person.context.clock.unix_ms()
    person.begin(Session.empty().accept(pending, theirs, bytes(32), at=now))


def test_no_answer_without_a_mailbox_of_ours_and_none_where_a_link_was_faster(
    pair: Pair, clock: ManualClock
) -> None:
    ada, ben = pair
    (letter,) = write(ada)
    now = clock.unix_ms()
    ben.tx.relays.settle(set(), now)
    ben.tx.introductions.received(ben.contact, ben.own.public, letter, now)
    assert not done(ben.letters.answer(ben.peer))
    assert len(ben.tx.introductions.to_answer()) == 1
    make_boxes(ben, RELAY_KEY)
    clock.advance(1)
    meet(ben)
    session = ben.ratchet.session
    assert not done(ben.letters.answer(ben.peer))
    assert ben.ratchet.session == session
    assert ben.tx.introductions.to_answer() == ()
    assert not has_box(ben)


def test_a_letter_that_came_no_earlier_than_the_link_is_answered(pair: Pair) -> None:
    ada, ben = pair
    meet(ben)
    (letter,) = write(ada)
    ben.tx.introductions.received(
        ben.contact, ben.own.public, letter, ben.ratchet.session.info.started_at
    )
    assert done(ben.letters.answer(ben.peer))


def test_two_on_one_computer_learn_where_they_are(pair: Pair) -> None:
    ada, ben = pair
    for person, port in ((ada, 4_051), (ben, 4_052)):
        person.context.listen = Address("127.0.0.1", port)
        person.context.addresses = (person.context.listen,)
    (letter,) = write(ada)
    assert reads(ada, answer(ben, letter))
    assert ada.tx.contacts.addresses(ada.contact) == ben.context.addresses
    assert ben.tx.contacts.addresses(ben.contact) == ada.context.addresses


def test_who_has_forgotten_us_is_answered_and_ends_nothing_before_they_are_there(
    pair: Pair, clock: ManualClock
) -> None:
    """A relay may have kept such a letter back, and it says where mail and calls are to go."""
    ada, ben = pair
    (first,) = write(ada)
    assert reads(ada, answer(ben, first))
    ada.say("hello")
    assert ada.pack()
    (put,) = ada.put()
    assert not ben.receive(put.envelope).received.anew
    usual, places = ben.box, ben.tx.contacts.addresses(ben.contact)
    clock.advance(60)

    elsewhere = Mailbox(RELAY.host, 5_000, RELAY_KEY, b"e" * 24, b"s" * 32, True)
    asking = Asking.begin(
        ada.own,
        ben.own.public,
        name="Ada",
        boxes=(elsewhere,),
        addresses=(("192.0.2.66", 66),),
        unix_ms=clock.unix_ms(),
    )
    reply = answer(ben, asking.envelope)
    assert (ben.box, ben.tx.contacts.addresses(ben.contact)) == (usual, places)
    ben.say("still the one we had")
    assert ben.pack()
    (put,) = ben.put()
    assert ada.receive(put.envelope).readable
    ada.say("and back")
    assert ada.pack()
    (put,) = ada.put()
    assert not ben.receive(put.envelope).received.anew
    ben.say("not acknowledged")

    # Whoever reads the answer holds Ada's key, and an envelope of theirs ends what was before.
    said, exporter = asking.read(reply)
    anew = Session.empty().accept(asking.pending, said.answer, exporter)
    ada.begin(anew)
    ada.say("it is me")
    assert ada.pack()
    (put,) = ada.put()
    opened = ben.receive(put.envelope)
    assert (opened.readable, opened.received.anew) == (True, True)
    assert ben.texts()[-1] == "it is me"
    assert ben.box.access.mailbox == elsewhere.mailbox
    assert ben.ratchet.session.epochs == anew.epochs
    assert ben.pack()
    assert [ada.receive(put.envelope).readable for put in ben.put()] == [True]
    assert ada.texts()[-1] == "not acknowledged"


def test_a_letter_to_a_key_that_is_forgotten_is_not_answered(pair: Pair) -> None:
    ada, ben = pair
    (letter,) = write(ada)
    ben.tx.introductions.received(ben.contact, ada.own.public, letter, 1)
    assert not done(ben.letters.answer(ben.peer))
    assert ben.tx.introductions.to_answer() == ()


def test_the_letter_of_the_one_who_is_answered_is_read(pair: Pair) -> None:
    ada, ben = pair
    eve = ben.tx.contact_by_key(EVE)
    assert eve is not None
    ben.tx.introductions.received(eve.id, ben.own.public, bytes(4_096), 1)
    (letter,) = write(ada)
    assert reads(ada, answer(ben, letter))
    assert [theirs.contact for theirs in ben.tx.introductions.to_answer()] == [eve.id]


def test_a_mailbox_at_a_relay_whose_key_is_none_is_not_kept(pair: Pair) -> None:
    ada, ben = pair
    for person in pair:
        make_boxes(person, RELAY_KEY, bytes(32))
    (letter,) = write(ada)
    assert reads(ada, answer(ben, letter))
    for person in pair:
        (box,) = person.tx.mail.mailboxes_of(person.contact)
        (relay,) = (r for _, r in person.tx.mail.routes() if r.id == box.relay)
        assert relay.key == RELAY_KEY


def test_a_contact_is_told_of_three_mailboxes_as_they_are(pair: Pair) -> None:
    ada, _ = pair
    make_boxes(ada, *[RELAY_KEY] * 4)
    told = own_boxes(ada.tx, ada.contact)
    made = ada.tx.relays.mailboxes_for(ada.contact)
    assert len(made) == 4
    assert [(b.host, b.port, b.relay_key, b.mailbox, b.secret, b.chosen) for b in told] == [
        (r.address.host, r.address.port, r.key, m.depositor.mailbox, m.depositor.secret, True)
        for r, m in made[:3]
    ]
