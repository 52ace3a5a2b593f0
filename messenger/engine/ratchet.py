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
        return cls(contact.id, session, bound_to(context.key_for(contact).public, contact.key))

    def bind(self, own_key: bytes, peer_key: bytes) -> None:
        """Seal and open for the keys that the two showed each other on this link."""
        self.associated_data = bound_to(own_key, peer_key)

    def save(self, tx: Transaction, session: Session) -> None:
        """Write a session inside a transaction; ``adopt`` it once that is committed."""
        tx.sessions.save(self.contact, session.encode())

    def adopt(self, session: Session) -> None:
        """Make a committed session the present one."""
        self.session = session


def bound_to(own_key: bytes, peer_key: bytes) -> bytes:
    """Return what envelopes are bound to: the same on both sides, without role or order."""
    return b"".join(sorted((own_key, peer_key)))
