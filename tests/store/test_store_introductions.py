"""Letters of first contacts in the store."""

import pytest
from store_people import add_person, key_of

from messenger.core.types import Address, ContactId, Relation
from messenger.protocol.mailbox import LIFETIME_S, Access
from messenger.store.database import Transaction
from messenger.store.introductions import SEEN_MS
from messenger.store.relays import MailboxState

HERE = Address("192.0.2.9", 4_433)
DOOR = Access(b"m" * 24, b"s" * 32)


@pytest.fixture
def ada(tx: Transaction) -> ContactId:
    contact = add_person(tx, "Ada").id
    tx.contacts.set_relation(contact, Relation.ASKED)
    return contact


def test_a_letter_waits_until_both_have_agreed(tx: Transaction, ada: ContactId) -> None:
    tx.introductions.expect(ada, HERE, key_of("relay"), DOOR, 1)
    (letter,) = tx.introductions.own()
    assert (letter.contact, letter.access, letter.secrets) == (ada, DOOR, None)
    assert [r.address for r in tx.relays.needed()] == [HERE]
    tx.introductions.written(ada, key_of("own"), b"secrets", 2)
    letter_to_ada = tx.introductions.own_to(ada)
    assert letter_to_ada is not None
    assert letter_to_ada.secrets == b"secrets"
    assert not letter_to_ada.is_lost(LIFETIME_S * 1000)
    assert letter_to_ada.is_lost(LIFETIME_S * 1000 + 2)
    tx.contacts.set_relation(ada, Relation.ACCEPTED)
    assert tx.introductions.own() == ()


def test_their_letter_is_answered_once_it_is_accepted(tx: Transaction, ada: ContactId) -> None:
    tx.contacts.set_relation(ada, Relation.REQUEST)
    tx.introductions.received(ada, key_of("own"), b"first", 1)
    tx.introductions.received(ada, key_of("own"), b"second", 2)
    assert tx.introductions.to_answer() == ()
    tx.contacts.set_relation(ada, Relation.ACCEPTED)
    assert [letter.envelope for letter in tx.introductions.to_answer()] == [b"second"]
    tx.introductions.done(ada)
    assert tx.introductions.to_answer() == ()


def test_an_offer_that_was_answered_is_known_while_the_answer_may_wait(
    tx: Transaction, ada: ContactId
) -> None:
    tx.introductions.received(ada, key_of("own"), b"letter", 1)
    tx.introductions.answered(ada, key_of("offer"), 2)
    tx.contacts.set_relation(ada, Relation.ACCEPTED)
    assert tx.introductions.to_answer() == ()
    assert tx.introductions.is_answered(ada, key_of("offer"), LIFETIME_S * 1000)
    assert not tx.introductions.is_answered(ada, key_of("another"), 3)
    assert not tx.introductions.is_answered(ada, key_of("offer"), LIFETIME_S * 1000 + 2)
    tx.contacts.remove(ada)
    assert not tx.introductions.is_answered(ada, key_of("offer"), 3)


def test_a_letter_is_known_for_longer_than_it_is_believed(tx: Transaction) -> None:
    assert tx.introductions.first_time(b"t" * 16, 1)
    assert not tx.introductions.first_time(b"t" * 16, SEEN_MS)
    assert tx.introductions.first_time(b"t" * 16, SEEN_MS + 2)


def test_a_removed_contact_leaves_no_letter(tx: Transaction, ada: ContactId) -> None:
    tx.introductions.expect(ada, HERE, key_of("relay"), DOOR, 1)
    tx.contacts.remove(ada)
    assert tx.introductions.own() == ()
    assert tx.relays.needed() == ()


def test_there_is_one_mailbox_for_letters(tx: Transaction) -> None:
    here = tx.relays.choose(HERE, key_of("relay"))
    there = tx.relays.choose(Address("192.0.2.10", 4_433), key_of("other"))
    assert tx.relays.settle_introduction(here, 1) is None
    (box,) = tx.relays.mailboxes_at(here)
    tx.relays.note_made(box.number)
    door = tx.relays.settle_introduction(here, 2)
    assert door is not None
    assert door.number == box.number
    assert tx.relays.settle(set(), 3) == ()  # which is nobody's mailbox
    assert tx.relays.settle_introduction(there, 4) is None
    states = {b.relay: b.state for b in tx.relays.all_mailboxes()}
    assert states == {here: MailboxState.LEAVING, there: MailboxState.WANTED}
    assert tx.relays.settle_introduction(None, 5) is None
    assert {b.state for b in tx.relays.all_mailboxes()} == {MailboxState.LEAVING}
