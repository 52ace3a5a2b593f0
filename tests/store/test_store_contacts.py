"""Contacts, pins, addresses, drafts and what a removal leaves."""

import pytest
from store_people import add_person, id_of, key_of, receive

from messenger.core.clock import ManualClock
from messenger.core.errors import ContactExistsError, NoSuchContactError
from messenger.core.types import Address, Contact, ContactId, PinOrigin, Relation
from messenger.store.connection import Connection
from messenger.store.contacts import ADDRESS_AGE_MS, ADDRESSES_MAX, LAN, LAN_MAX
from messenger.store.database import Transaction
from messenger.store.reader import DIALLED

NOBODY = ContactId(99)


def test_a_contact_comes_back_as_it_was_added(tx: Transaction) -> None:
    added = tx.contacts.add(
        key=key_of("Ada"),
        name="Ada 😀\0",
        alias="Countess",
        relation=Relation.ASKED,
        origin=PinOrigin.SCANNED,
        pinned_at=17,
    )

    assert tx.contact(added.id) == added
    assert tx.contact_by_key(key_of("Ada")) == added
    assert (added.name, added.alias, added.relation, added.origin, added.pinned_at) == (
        "Ada 😀\0",
        "Countess",
        Relation.ASKED,
        PinOrigin.SCANNED,
        17,
    )
    assert added.last_message is None
    assert added.unread_count == 0


def test_a_key_is_pinned_once(tx: Transaction, ada: Contact) -> None:
    with pytest.raises(ContactExistsError):
        add_person(tx, "Ada")
    assert tx.all_contacts() == (ada,)


def test_the_same_name_may_have_two_keys(tx: Transaction, ada: Contact) -> None:
    other = tx.contacts.add(
        key=key_of("another Ada"),
        name="Ada",
        alias=None,
        relation=Relation.REQUEST,
        origin=PinOrigin.REQUEST,
        pinned_at=1,
    )
    assert other.id != ada.id


def test_every_mark_can_be_set_and_taken_back(tx: Transaction, ada: Contact) -> None:
    contacts = tx.contacts
    assert contacts.set_relation(ada.id, Relation.BLOCKED).relation is Relation.BLOCKED
    assert contacts.set_name(ada.id, "A.").name == "A."
    assert contacts.set_alias(ada.id, "x").alias == "x"
    assert contacts.set_alias(ada.id, None).alias is None
    assert contacts.set_verified(ada.id, 5).verified_at == 5
    assert contacts.set_verified(ada.id, None).verified_at is None
    frozen = contacts.set_changed_key(ada.id, key_of("thief"), 6)
    assert (frozen.frozen, frozen.changed_key, frozen.changed_at) == (True, key_of("thief"), 6)
    assert frozen.key == key_of("Ada")
    assert not contacts.set_changed_key(ada.id, None, None).frozen


def test_nobody_is_refused_everywhere(tx: Transaction) -> None:
    assert tx.contact_by_key(key_of("nobody")) is None
    for call in (
        lambda: tx.contact(NOBODY),
        lambda: tx.contacts.set_name(NOBODY, "x"),
        lambda: tx.contacts.mark_read(NOBODY, 1),
        lambda: tx.contacts.remove(NOBODY),
        lambda: tx.drafts.save(NOBODY, "x"),
        lambda: tx.messages.add_outgoing(NOBODY, id_of(1), "x", 1),
        lambda: tx.messages.add_incoming(NOBODY, id_of(1), "x", 1),
    ):
        with pytest.raises(NoSuchContactError):
            call()


def test_the_list_shows_the_latest_activity_first(
    tx: Transaction, ada: Contact, bob: Contact, clock: ManualClock
) -> None:
    receive(tx, ada.id, 1, "first")
    clock.advance(1)
    latest = receive(tx, bob.id, 2, "second")
    newcomer = add_person(tx, "Cem")

    listed = tx.all_contacts()

    assert [contact.id for contact in listed] == [bob.id, ada.id, newcomer.id]
    assert listed[0].last_message == latest
    clock.advance(1)
    tx.messages.add_outgoing(ada.id, id_of(3), "third", 1)
    assert [contact.id for contact in tx.all_contacts()] == [ada.id, bob.id, newcomer.id]


def test_unread_counts_what_arrived_behind_the_last_row_seen(
    tx: Transaction, ada: Contact, bob: Contact
) -> None:
    rows = [receive(tx, ada.id, number, "hi").row for number in range(5)]
    tx.messages.add_outgoing(ada.id, id_of(50), "ours", 1)
    receive(tx, bob.id, 60, "somebody else")

    assert tx.contact(ada.id).unread_count == 5
    assert tx.contacts.mark_read(ada.id, rows[2]).unread_count == 2
    assert tx.contacts.mark_read(ada.id, rows[0]).unread_count == 2  # never moves back
    tx.messages.delete(rows[4], 1)
    assert tx.contact(ada.id).unread_count == 1
    tx.messages.delete(rows[4], 2)  # once is enough
    tx.messages.delete(rows[0], 2)  # was read
    tx.changes.remove(rows[4])  # counts no more
    assert tx.contact(ada.id).unread_count == 1
    assert tx.contacts.mark_read(ada.id, rows[4]).unread_count == 0
    assert receive(tx, ada.id, 70, "new").row > rows[4]
    assert tx.contact(ada.id).unread_count == 1
    assert tx.contact(bob.id).unread_count == 1


def test_addresses_come_newest_first_and_the_oldest_are_dropped(
    tx: Transaction, ada: Contact
) -> None:
    for number in range(ADDRESSES_MAX + 3):
        tx.contacts.save_address(ada.id, Address("192.0.2.1", number + 1), "hello", number)
    tx.contacts.save_address(ada.id, Address("192.0.2.1", 5), "dialled", 1_000)

    addresses = tx.addresses(ada.id)

    assert len(addresses) == ADDRESSES_MAX
    assert addresses[0] == Address("192.0.2.1", 5)
    assert addresses[1] == Address("192.0.2.1", ADDRESSES_MAX + 3)
    assert Address("192.0.2.1", 1) not in addresses


def test_an_address_is_stale_when_another_was_seen_a_month_later(
    tx: Transaction, ada: Contact, bob: Contact
) -> None:
    old, other, new = (Address(f"{name}.example", 1) for name in ("old", "other", "new"))
    tx.contacts.save_address(ada.id, old, DIALLED, 10)
    tx.contacts.save_address(bob.id, old, DIALLED, 10)
    tx.contacts.save_address(ada.id, other, "hello", 11)
    tx.contacts.save_address(ada.id, new, "hello", 11 + ADDRESS_AGE_MS)
    assert tx.contacts.addresses(ada.id) == (new, other)
    assert tx.contacts.addresses(bob.id) == (old,)  # nothing newer is known of Bob
    tx.contacts.save_address(ada.id, old, "hello", 12)  # a clock that was set back harms nothing
    assert tx.contacts.addresses(ada.id) == (new, old, other)


def test_what_the_local_network_says_takes_nothing_away(tx: Transaction, ada: Contact) -> None:
    """Anybody there can repeat a tag beside addresses of their own."""
    said = [Address(f"said{number}.example", 1) for number in range(ADDRESSES_MAX - LAN_MAX)]
    for address in said:
        tx.contacts.save_address(ada.id, address, "hello", 10)
    for number in range(50):
        place = Address(f"192.0.2.{number}", 1)
        tx.contacts.save_address(ada.id, place, LAN, 20 + ADDRESS_AGE_MS + number)
        tx.contacts.save_address(ada.id, said[number % len(said)], LAN, 20 + number)
    found = tx.contacts.addresses(ada.id)
    assert set(said) <= set(found)
    assert found[:LAN_MAX] == tuple(Address(f"192.0.2.{49 - n}", 1) for n in range(LAN_MAX))
    assert len(found) == ADDRESSES_MAX

    tx.contacts.save_address(ada.id, found[0], DIALLED, 90 + ADDRESS_AGE_MS)  # a proof
    tx.contacts.save_address(ada.id, Address("192.0.2.99", 1), LAN, 91 + ADDRESS_AGE_MS)
    assert found[0] in tx.contacts.addresses(ada.id)
    assert found[LAN_MAX - 1] in tx.contacts.addresses(ada.id)


def test_an_older_report_does_not_make_an_address_older(tx: Transaction, ada: Contact) -> None:
    tx.contacts.save_address(ada.id, Address("a.example", 1), "dialled", 10)
    tx.contacts.save_address(ada.id, Address("b.example", 1), "dialled", 5)
    tx.contacts.save_address(ada.id, Address("a.example", 1), "link", 1)
    assert tx.contacts.addresses(ada.id)[0] == Address("a.example", 1)


def test_an_address_leads_to_everybody_whose_key_answered_there(
    tx: Transaction, ada: Contact, bob: Contact
) -> None:
    place = Address("192.0.2.7", 4_000)
    tx.contacts.save_address(ada.id, place, DIALLED, 1)
    tx.contacts.save_address(bob.id, place, "link", 2)  # what a link or a hello says proves nothing
    assert [contact.id for contact in tx.contacts_at(place)] == [ada.id]

    tx.contacts.save_address(bob.id, place, DIALLED, 3)
    tx.contacts.save_address(ada.id, place, "hello", 4)  # and takes nothing back
    assert [contact.id for contact in tx.contacts_at(place)] == [ada.id, bob.id]
    assert tx.contacts_at(Address("192.0.2.7", 4_001)) == ()
    tx.contacts.clear_addresses(ada.id)
    assert [contact.id for contact in tx.contacts_at(place)] == [bob.id]


def test_a_draft_is_kept_until_it_is_empty(tx: Transaction, ada: Contact) -> None:
    tx.drafts.save(ada.id, "half a thou\0ght")
    assert tx.drafts.load(ada.id) == "half a thou\0ght"
    assert tx.contact(ada.id).draft == "half a thou\0ght"
    tx.drafts.save(ada.id, "")
    assert tx.drafts.load(ada.id) == ""
    assert tx.contact(ada.id).draft == ""


def test_lone_surrogates_stay_outside(tx: Transaction, ada: Contact) -> None:
    bad = "secret\ud800text"
    for call in (
        lambda: tx.contacts.set_name(ada.id, bad),
        lambda: tx.contacts.set_alias(ada.id, bad),
        lambda: tx.drafts.save(ada.id, bad),
        lambda: tx.settings.put("x", bad),
        lambda: tx.messages.add_outgoing(ada.id, id_of(1), bad, 1),
        lambda: tx.messages.add_incoming(ada.id, id_of(1), bad, 1),
    ):
        with pytest.raises(ValueError, match="lone surrogate") as caught:
            call()
        assert "secret" not in repr(caught.value)
        assert caught.value.__suppress_context__


def test_removing_a_contact_leaves_nothing_of_them(
    tx: Transaction, ada: Contact, bob: Contact, connection: Connection
) -> None:
    for number, contact in enumerate((ada, bob)):
        tx.messages.add_outgoing(contact.id, id_of(10 + number), "zebra one", 1)
        receive(tx, contact.id, 20 + number, "zebra two")
        tx.contacts.save_address(contact.id, Address("192.0.2.1", 7), "link", 1)
        tx.sessions.save(contact.id, b"state")
        tx.drafts.save(contact.id, "draft")

    tx.contacts.remove(ada.id)

    for table in ("message", "outbox", "session", "address", "draft"):
        left = connection.rows(f"SELECT DISTINCT contact FROM {table}")
        assert left == [(bob.id,)], table
    assert [contact.id for contact in tx.all_contacts()] == [bob.id]
    assert {hit.message.contact for hit in tx.search("zebra")} == {bob.id}


def test_numbers_of_the_removed_are_never_given_again(tx: Transaction, ada: Contact) -> None:
    row = receive(tx, ada.id, 1, "x").row
    tx.contacts.remove(ada.id)
    again = add_person(tx, "Ada")
    assert again.id != ada.id
    assert receive(tx, again.id, 1, "x").row > row


def test_a_key_of_ours_is_made_later_than_the_one_before_it_whatever_the_clock_says(
    tx: Transaction,
) -> None:
    tx.identity.save(bytes(range(32)), 500)
    tx.identity.replace(bytes(range(32, 64)), 400)
    assert tx.identity.made_at() == 501
    tx.identity.replace(bytes(range(64, 96)), 600)
    assert tx.identity.made_at() == 600


def test_keys_that_are_announced_and_never_shown_leave_no_trail(
    tx: Transaction, ada: Contact
) -> None:
    for number in range(100, 110):
        key = bytes([number]) * 32
        assert tx.contacts.adopt_key(ada.id, key, made_at=number, at=number)
        assert tx.contacts.announced_at(ada.id) == number
    assert [pin.key for pin in tx.former_pins(ada.id)] == [ada.key]
    assert tx.contacts.disown_announced_key(ada.id, 200).key == ada.key
    assert tx.contacts.announced_at(ada.id) == 0  # the next one that its owner announces counts
    assert tx.former_pins(ada.id) == ()
