"""The session of one contact: the value in memory and its row in the store, always the same.

Owner: the contact's conversation; no two steps overlap.
"""

from messenger.core.errors import StoreCorruptError
from messenger.core.types import Contact, ContactId
from messenger.engine.context import Context
from messenger.engine.events import Failure
from messenger.protocol.session import Session
from messenger.store.database import Transaction


class Ratchet:
    """Holds the session as last committed."""

    def __init__(self, contact: ContactId, session: Session, associated_data: bytes) -> None:
        self.contact = contact
        self.session = session
        self.associated_data = associated_data

    @classmethod
    async def load(cls, context: Context, contact: Contact) -> "Ratchet":
        """Read the session of a contact, or begin with an empty one.

        Raises:
            StoreTooNewError: a later version of Hum wrote it.
        """
        state = await context.store.write(lambda tx: tx.sessions.load(contact.id))
        try:
            session = Session.empty() if state is None else Session.decode(state)
        except StoreCorruptError as error:
            # One damaged row locks nobody out: the next link begins a new session.
            context.emit(Failure(error, contact.id))
            session = Session.empty()
        # The same on both sides: neither a role nor an order of contact enters.
        both_keys = b"".join(sorted((context.own.public, contact.key)))
        return cls(contact.id, session, both_keys)

    def save(self, tx: Transaction, session: Session) -> None:
        """Write a session inside a transaction; ``adopt`` it once that is committed."""
        tx.sessions.save(self.contact, session.encode())

    def adopt(self, session: Session) -> None:
        """Make a committed session the present one."""
        self.session = session
