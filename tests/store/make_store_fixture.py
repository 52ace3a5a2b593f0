"""Write tests/fixtures/stores/vN.db for the present schema: once per release, never again.

PYTHONPATH=.:tests/store python tests/store/make_store_fixture.py
"""

import sys
from pathlib import Path

from store_people import KEY, add_person, id_of, key_of, receive

from messenger.core.clock import ManualClock
from messenger.core.types import (
    COVER_PROFILES,
    Address,
    ContactId,
    FileState,
    Fork,
    PinOrigin,
    Relation,
)
from messenger.protocol.mailbox import Access
from messenger.protocol.parcel import Piece
from messenger.protocol.transfer import Transfer
from messenger.store.connection import open_connection
from messenger.store.database import Transaction, prepare
from messenger.store.mail import NewDeposit, ToldMailbox
from messenger.store.migrate import load_migrations
from messenger.store.transfers import FileSecret

FIXTURES = Path(__file__).parent.parent / "fixtures" / "stores"


def fill(tx: Transaction) -> None:
    """Put something into every table."""
    ada = add_person(tx, "Ada")
    tx.contacts.set_alias(ada.id, "Countess")
    tx.contacts.save_address(ada.id, Address("192.0.2.7", 4_000), "link", 1)
    greeting = receive(tx, ada.id, 1, "hello\0there")
    tx.changes.react(greeting.row, "♥", own=True, stamp=4)
    tx.lifetimes.set_terms(greeting.row, lifetime_s=3_600)
    tx.lifetimes.begin(greeting.row, 1)
    tx.changes.remove(receive(tx, ada.id, 4, "gone").row)
    tx.changes.keep_early(ada.id, id_of(5), b"early")
    tx.lifetimes.propose(ada.id, id_of(6), 3_600, 7)
    tx.messages.add_outgoing(ada.id, id_of(2), "Grüße 今天天气", 2, id_of(1))
    tx.messages.delete(receive(tx, ada.id, 3, "regrettable").row, 3)
    tx.sessions.save(ada.id, b"ratchet")
    tx.contacts.set_cover(ada.id, COVER_PROFILES["saver"])
    bob = tx.contacts.add(
        key=key_of("Bob"),
        name="Bob 😀",
        alias=None,
        relation=Relation.ASKED,
        origin=PinOrigin.SCANNED,
        pinned_at=1,
    )
    plan = receive(tx, bob.id, 7, "plan.pdf")
    secret = FileSecret(b"k" * 32, b"d" * 32, "ab" * 16)
    tx.files.add(plan.row, size=70_000, kind="application/pdf", secret=secret)
    tx.files.move(plan.row, Transfer().accept().end(FileState.DONE))
    tx.pictures.add(plan.row, (640, 480))
    tx.pictures.set_preview(plan.row, b"a small picture")
    tx.receipts.choose(ada.id, wanted=True)
    tx.receipts.note(ada.id, id_of(2), 10)
    tx.contacts.set_changed_key(bob.id, key_of("thief"), 5)
    tx.drafts.save(bob.id, "half a thought")
    tx.identity.save(bytes(range(32, 64)), 1)
    tx.identity.replace(bytes(range(64, 96)), 2)
    tx.contacts.adopt_key(ada.id, key_of("Ada anew"), made_at=7, at=8)
    tx.lineage.begin(b"r" * 16, 1)
    tx.lineage.hear(ada.id, b"p" * 16)
    tx.lineage.judge(ada.id, b"f" * 16, b"r" * 16)
    tx.lineage.note_peer_fork(ada.id, Fork.IN_USE, 9)
    _fill_relays(tx, ada.id)
    tx.settings.put_preference("theme", "dark")
    tx.flights.add(b"t" * 16, 9)
    tx.declined.note(key_of("Mallory"), 17)


def _fill_relays(tx: Transaction, contact: ContactId) -> None:
    relay = tx.relays.choose(Address("relay.example", 4_433), key_of("relay"))
    tx.relays.settle({(relay, contact)}, 10)
    (box,) = tx.relays.mailboxes_at(relay)
    tx.relays.note_made(box.number)
    tx.relays.next_told_at(contact, 11)
    access = Access(b"m" * 24, b"s" * 32)
    tx.mail.learn(
        contact, [ToldMailbox(Address("192.0.2.9", 4_433), key_of("other relay"), access)], 12, 13
    )
    (theirs,) = tx.mail.mailboxes_of(contact)
    tx.mail.owe(contact, [id_of(8)])
    tx.mail.add(theirs, [NewDeposit(b"envelope", ((1, True),))], packed=1, acked=0)
    tx.mail.keep(contact, Piece(id_of(9), 0, 2, b"p"))
    tx.relays.settle_introduction(relay, 10)
    tx.introductions.received(contact, key_of("own"), b"letter", 15)
    tx.introductions.first_time(b"t" * 16, 16)
    written = next(m for m in tx.messages_before(contact, None, 10) if m.outgoing)
    tx.messages.at_relay(written.row, "192.0.2.9", 14)


def main() -> None:
    path = FIXTURES / f"v{len(load_migrations())}.db"
    if path.exists():
        sys.exit(f"{path.name} exists; files of released schemas are never made anew")
    FIXTURES.mkdir(parents=True, exist_ok=True)
    connection = open_connection(path, KEY)
    prepare(connection)
    with connection.transaction():
        fill(Transaction(connection, ManualClock()))
    connection.rows("PRAGMA journal_mode = DELETE")
    connection.rows("VACUUM")
    connection.close()


if __name__ == "__main__":
    main()
