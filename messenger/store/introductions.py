"""Letters of a first contact by mail that wait for an answer, and those that were read.

Source: docs/protocol.md, section 13.
"""

from dataclasses import dataclass, field
from typing import Final

from messenger.core.types import Address, ContactId, Relation, RelayId
from messenger.protocol.introduction import MAX_AGE_HOURS
from messenger.protocol.mailbox import LIFETIME_S, Access
from messenger.store.connection import Connection
from messenger.store.relays import RelayRepository

SEEN_MS: Final = (MAX_AGE_HOURS + 72) * 3600 * 1000  # longer than a letter is believed


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter of ours: to be written, or waiting for its answer."""

    contact: ContactId
    relay: RelayId
    access: Access = field(repr=False)
    own_key: bytes | None = field(repr=False)
    secrets: bytes | None = field(repr=False)  # None: not written yet
    at: int = 0  # Unix ms when it was written, or when it was decided to write it

    def is_lost(self, now: int) -> bool:
        """Whether the relay has forgotten it by Unix ms ``now``, if nobody fetched it."""
        return self.secrets is not None and self.at <= now - LIFETIME_S * 1000


@dataclass(frozen=True, slots=True)
class TheirLetter:
    """A letter of theirs that we have not answered."""

    contact: ContactId
    own_key: bytes = field(repr=False)
    envelope: bytes = field(repr=False)
    at: int  # Unix ms when it came


class IntroductionRepository:
    """Changes to letters, inside a transaction of the writer."""

    def __init__(self, connection: Connection, relays: RelayRepository) -> None:
        self._connection = connection
        self._relays = relays

    def expect(
        self, contact: ContactId, address: Address, key: bytes, access: Access, at: int
    ) -> None:
        """A contact's link names a mailbox for letters: one is to be written.

        What was written to another mailbox before is to be written again, and an answer to either
        will do.
        """
        self._connection.run(
            "INSERT INTO introduction (contact, outgoing, relay, mailbox, secret, at) "
            "VALUES (?, 1, ?, ?, ?, ?) ON CONFLICT (contact) DO UPDATE SET outgoing = 1, "
            "relay = excluded.relay, mailbox = excluded.mailbox, secret = excluded.secret, "
            "own_key = iif(outgoing = 1, own_key, NULL), kept = iif(outgoing = 1, kept, NULL), "
            "at = iif(outgoing = 1 AND kept IS NOT NULL, 0, excluded.at)",
            (contact, self._relays.place(address, key), access.mailbox, access.secret, at),
        )

    def own(self) -> tuple[OwnLetter, ...]:
        """Return our letters to people who have not agreed yet; the others are forgotten."""
        self._connection.run(
            "DELETE FROM introduction WHERE outgoing = 1 AND contact NOT IN "
            "(SELECT id FROM contact WHERE relation = ? AND changed_key IS NULL)",
            (Relation.ASKED.value,),
        )
        rows = self._connection.rows(
            "SELECT contact, relay, mailbox, secret, own_key, kept, at FROM introduction "
            "WHERE outgoing = 1 ORDER BY contact"
        )
        return tuple(
            OwnLetter(ContactId(contact), RelayId(relay), Access(box, secret), own_key, kept, at)
            for contact, relay, box, secret, own_key, kept, at in rows
        )

    def own_to(self, contact: ContactId) -> OwnLetter | None:
        """Return our letter to one of them."""
        return next((letter for letter in self.own() if letter.contact == contact), None)

    def written(self, contact: ContactId, own_key: bytes, secrets: bytes, at: int) -> None:
        """Keep what reads the answer to our letter, which was written at Unix ms ``at``."""
        self._connection.run(
            "UPDATE introduction SET own_key = ?, kept = ?, at = ? "
            "WHERE contact = ? AND outgoing = 1",
            (own_key, secrets, at, contact),
        )

    def received(self, contact: ContactId, own_key: bytes, envelope: bytes, at: int) -> None:
        """Keep a letter until the person has decided; the newest counts."""
        self._connection.run(
            "INSERT OR REPLACE INTO introduction (contact, outgoing, own_key, kept, at) "
            "VALUES (?, 0, ?, ?, ?)",
            (contact, own_key, envelope, at),
        )

    def to_answer(self) -> tuple[TheirLetter, ...]:
        """Return letters of those whom we have accepted."""
        rows = self._connection.rows(
            "SELECT i.contact, i.own_key, i.kept, i.at FROM introduction i "
            "JOIN contact c ON c.id = i.contact "
            "WHERE i.outgoing = 0 AND i.own_key IS NOT NULL AND c.relation = ? "
            "AND c.changed_key IS NULL ORDER BY i.contact",
            (Relation.ACCEPTED.value,),
        )
        return tuple(TheirLetter(ContactId(c), own_key, kept, at) for c, own_key, kept, at in rows)

    def answered(self, contact: ContactId, offer: bytes, at: int) -> None:
        """Remember which offer was answered; ``offer`` is its ratchet key, 32 bytes."""
        self._connection.run(
            "INSERT OR REPLACE INTO introduction (contact, outgoing, kept, at) VALUES (?, 0, ?, ?)",
            (contact, offer, at),
        )

    def is_answered(self, contact: ContactId, offer: bytes, now: int) -> bool:
        """Whether our answer to this offer may still lie at a relay."""
        query = (
            "SELECT count(*) FROM introduction WHERE contact = ? AND outgoing = 0 "
            "AND own_key IS NULL AND kept = ? AND at > ?"
        )
        values = contact, offer, now - LIFETIME_S * 1000
        return bool(self._connection.value(query, values))

    def done(self, contact: ContactId) -> None:
        """Nothing waits any more."""
        self._connection.run("DELETE FROM introduction WHERE contact = ?", (contact,))

    # -- letters that were read -------------------------------------------------------------------

    def first_time(self, tag: bytes, at: int) -> bool:
        """Whether a letter was not read before; it is known from now on."""
        self._connection.run("DELETE FROM letter_seen WHERE at < ?", (at - SEEN_MS,))
        sql = "INSERT OR IGNORE INTO letter_seen VALUES (?, ?)"
        return self._connection.change(sql, (tag, at)) == 1
