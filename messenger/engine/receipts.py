"""What was read: told to contacts, and shown of them, only where the person has turned that on.

It holds for both directions at once: whoever does not tell is not shown what the other one tells.
A receipt waits in the outbox like everything else and rides in cells that leave anyway.

Source: docs/protocol.md, section 8.
"""

from typing import Final

from messenger.core.ids import new_message_id
from messenger.core.types import Contact, ContactId, Message, Relation
from messenger.protocol.bodies import (
    MAX_RECEIPT_COUNT,
    RECEIPT_KIND,
    Receipt,
    encode_body,
)
from messenger.store.database import Transaction

MAX_WAITING_RECEIPTS: Final = 64  # bodies for one contact; what is read beyond that is not told


def choose(tx: Transaction, contact: ContactId, *, wanted: bool) -> Contact:
    """Turn receipts on or off; what waits already is not told any more when they are off."""
    if not wanted:
        tx.outbox.drop_kind(contact, RECEIPT_KIND)
    return tx.receipts.choose(contact, wanted=wanted)


def mark_read(tx: Transaction, contact: ContactId, row: int) -> Contact:
    """Everything up to a row was seen; let the contact know if they are to."""
    known = tx.contact(contact)
    tells = known.receipts and known.relation is Relation.ACCEPTED and not known.frozen
    if tells and known.unread_count:
        ids = tx.receipts.unread(contact, row)
        waiting = tx.outbox.count_kind(contact, RECEIPT_KIND)
        room = max(0, MAX_WAITING_RECEIPTS - waiting)
        for start in range(0, len(ids), MAX_RECEIPT_COUNT)[:room]:
            body = Receipt(new_message_id(), ids[start : start + MAX_RECEIPT_COUNT])
            tx.outbox.add_body(contact, body.id, encode_body(body), kind=RECEIPT_KIND)
    return tx.contacts.mark_read(contact, row)


def take(tx: Transaction, contact: ContactId, receipt: Receipt, now: int) -> list[Message]:
    """Note what a contact says they have read; nothing where receipts are off."""
    if not tx.contact(contact).receipts:
        return []
    noted = (tx.receipts.note(contact, message, now) for message in receipt.read)
    return [message for message in noted if message is not None]
