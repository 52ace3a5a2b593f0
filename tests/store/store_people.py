"""What the tests of the store put into it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from messenger.core.types import Contact, ContactId, Message, MessageId, PinOrigin, Relation
from messenger.store.database import Transaction

KEY = bytes(range(32))  # a database key


def key_of(name: str) -> bytes:
    """A public key for a name."""
    return hashlib.sha256(name.encode()).digest()


def id_of(number: int) -> MessageId:
    """A message id for a number."""
    return MessageId(number.to_bytes(16, "big"))


def add_person(tx: Transaction, name: str) -> Contact:
    """Add an accepted contact."""
    return tx.contacts.add(
        key=key_of(name),
        name=name,
        alias=None,
        relation=Relation.ACCEPTED,
        origin=PinOrigin.LINK,
        pinned_at=1_000,
    )


def receive(tx: Transaction, contact: ContactId, number: int, text: str) -> Message:
    """Commit an incoming message that is not a duplicate."""
    message = tx.messages.add_incoming(contact, id_of(number), text, 5_000 + number)
    assert message is not None
    return message


@contextmanager
def together(tx: Transaction) -> Iterator[None]:
    """Commit what the block does at once, or leave that to a transaction that is open already."""
    connection = tx._connection
    if connection._raw.in_transaction:
        yield
    else:
        with connection.transaction():
            yield
