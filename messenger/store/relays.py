"""Relays, and the mailboxes at them that we fetch from.

Source: docs/relay.md, "What a client does".
"""

import secrets
from collections.abc import Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from messenger.core.types import Address, ContactId, Relation, RelayId
from messenger.protocol.mailbox import MAILBOX_ID_LEN, SECRET_LEN, Access, New, secret_hash
from messenger.store.connection import Connection, Row
from messenger.store.text import checked_text

# Of peer_mailbox.chosen, beside 0 and 1: only our answer to a letter goes there.
FOR_ANSWER: Final = 2
CHOSEN: Final = 1  # of relay.own; 0: none of ours
LEAVING: Final = 2  # of the same: was chosen, and something of ours is to be deleted there
GIVEN_UP_MS: Final = 7 * 24 * 3600 * 1000  # a relay that does not answer so long is forgotten


class MailboxState(StrEnum):
    """Where a mailbox of ours stands."""

    WANTED = "wanted"  # to be made
    LOST = "lost"  # the relay had it, and depositors know of it: to be made again, just the same
    MADE = "made"  # the relay has it
    LEAVING = "leaving"  # to be emptied and deleted


KNOWN: Final = frozenset({MailboxState.MADE, MailboxState.LOST})  # to those who deposit there
UNMADE: Final = frozenset({MailboxState.WANTED, MailboxState.LOST})


@dataclass(frozen=True, slots=True)
class Relay:
    """A relay that we connect to."""

    id: RelayId
    address: Address
    key: bytes = field(repr=False)  # X25519 public key, 32 bytes
    own: bool  # chosen by us; else a contact's, or one that we are leaving
    leaving: bool = False  # was chosen by us, and something of ours is to be deleted there

    @property
    def ours(self) -> bool:
        """Whether it was our choice, and so may be anywhere."""
        return self.own or self.leaving


@dataclass(frozen=True, slots=True)
class OwnMailbox:
    """A mailbox that one contact, or nobody any more, puts envelopes into."""

    number: int
    relay: RelayId
    contact: ContactId | None
    owner: Access = field(repr=False)
    depositor: Access = field(repr=False)
    state: MailboxState
    introduction: bool = False  # for letters of strangers

    @property
    def new(self) -> New:
        """The request that makes it; the same each time, so that it can be repeated."""
        return New(
            self.owner.mailbox,
            secret_hash(self.owner.secret),
            self.depositor.mailbox,
            secret_hash(self.depositor.secret),
        )


_MAILBOX_COLUMNS: Final = (
    "number, relay, contact, owner, owner_secret, depositor, depositor_secret, state, introduction"
)


class RelayRepository:
    """Changes to relays and to our own mailboxes, inside a transaction of the writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- relays ---------------------------------------------------------------------------------

    def own(self) -> tuple[Relay, ...]:
        """Return the relays that we chose, in the order they were added."""
        query = "SELECT number, host, port, key, own FROM relay WHERE own = ?"
        return self._relays(query, CHOSEN)

    def needed(self) -> tuple[Relay, ...]:
        """Return all relays to connect to: our own first, then those of the most contacts."""
        self._connection.run(
            "UPDATE relay SET own = 0 WHERE own = ? "
            "AND number NOT IN (SELECT relay FROM own_mailbox WHERE state = ?)",
            (LEAVING, MailboxState.LEAVING.value),
        )
        self._connection.run(
            "DELETE FROM relay WHERE own = 0 "
            "AND number NOT IN (SELECT relay FROM own_mailbox) "
            "AND number NOT IN (SELECT relay FROM peer_mailbox) "
            "AND number NOT IN (SELECT relay FROM introduction WHERE relay IS NOT NULL)"
        )
        return self._relays(
            "SELECT r.number, r.host, r.port, r.key, r.own FROM relay r WHERE r.own = ? "
            "OR r.number IN (SELECT relay FROM own_mailbox) OR r.number IN "
            "(SELECT p.relay FROM peer_mailbox p JOIN contact c ON c.id = p.contact "
            "WHERE c.relation = ? AND c.changed_key IS NULL AND p.chosen <> ?) OR r.number IN "
            "(SELECT p.relay FROM peer_mailbox p JOIN deposit d ON d.peer_mailbox = p.number) "
            "OR r.number IN (SELECT relay FROM introduction WHERE outgoing = 1 AND kept IS NULL) "
            "ORDER BY r.own = ? DESC, "
            "(SELECT count(*) FROM peer_mailbox p WHERE p.relay = r.number) DESC, r.number",
            CHOSEN,
            Relation.ACCEPTED.value,
            FOR_ANSWER,
            CHOSEN,
        )

    def choose(self, address: Address, key: bytes) -> RelayId:
        """Make a relay one of our own."""
        number = self.place(address, key)
        self._connection.run("UPDATE relay SET own = ? WHERE number = ?", (CHOSEN, number))
        return number

    def leave(self, relay: RelayId) -> bool:
        """Make a relay none of our own; False if it was none.

        It stays known as ours until ``needed`` finds nothing more to be deleted there.
        """
        sql = "UPDATE relay SET own = ? WHERE number = ? AND own = ?"
        return self._connection.change(sql, (LEAVING, relay, CHOSEN)) == 1

    def place(self, address: Address, key: bytes) -> RelayId:
        """Return the number of a relay, known or not."""
        values = (checked_text(address.host), address.port, key)
        self._connection.run(
            "INSERT OR IGNORE INTO relay (host, port, key) VALUES (?, ?, ?)", values
        )
        query = "SELECT number FROM relay WHERE host = ? AND port = ? AND key = ?"
        return RelayId(int(self._connection.value(query, values)))

    def _relays(self, query: str, *values: object) -> tuple[Relay, ...]:
        return tuple(relay_from(row) for row in self._connection.rows(query, values))

    # -- our mailboxes ---------------------------------------------------------------------------

    def settle(self, wanted: Set[tuple[RelayId, ContactId]], now: int) -> tuple[ContactId, ...]:
        """Want a mailbox at each of these places, and no other.

        Returns:
            Whom to tell about mailboxes that they must not use any more.
        """
        self._connection.run(
            "UPDATE own_mailbox SET leaving_at = ? WHERE state = ? AND leaving_at IS NULL",
            (now, MailboxState.LEAVING.value),
        )
        present = self.all_mailboxes()
        told = set[ContactId]()
        for box in present:
            if box.contact is None or (box.relay, box.contact) in wanted:
                continue
            if box.state is not MailboxState.LEAVING:
                self._give_up(box.number, now)
                told.add(box.contact)
        there = {(b.relay, b.contact) for b in present if b.state is not MailboxState.LEAVING}
        for relay, contact in sorted(wanted - there):
            self._want(relay, contact)
        return tuple(sorted(told))

    def settle_introduction(self, relay: RelayId | None, now: int) -> OwnMailbox | None:
        """Want the mailbox for letters here and nowhere else; return it once it is made."""
        standing = None
        for box in self.all_mailboxes():
            if not box.introduction or box.state is MailboxState.LEAVING:
                continue
            if box.relay == relay and standing is None:
                standing = box
            else:
                self._give_up(box.number, now)
        if standing is None and relay is not None:
            self._want(relay, None)
        return standing if standing is not None and standing.state in KNOWN else None

    def _want(self, relay: RelayId, contact: ContactId | None) -> None:
        drawn = [
            secrets.token_bytes(length)
            for length in (MAILBOX_ID_LEN, SECRET_LEN, MAILBOX_ID_LEN, SECRET_LEN)
        ]
        self._connection.run(
            "INSERT INTO own_mailbox (relay, contact, owner, owner_secret, depositor, "
            "depositor_secret, state, introduction) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (relay, contact, *drawn, MailboxState.WANTED.value, int(contact is None)),
        )

    def give_up_of(self, contact: ContactId) -> None:
        """The contact is gone: its mailboxes are to be deleted; ``settle`` says since when."""
        self._connection.run(
            "UPDATE own_mailbox SET state = ?, contact = NULL WHERE contact = ?",
            (MailboxState.LEAVING.value, contact),
        )

    def _give_up(self, number: int, now: int) -> None:
        self._connection.run(
            "UPDATE own_mailbox SET state = ?, leaving_at = coalesce(leaving_at, ?) "
            "WHERE number = ?",
            (MailboxState.LEAVING.value, now, number),
        )

    def all_mailboxes(self) -> tuple[OwnMailbox, ...]:
        """Return every mailbox of ours."""
        query = f"SELECT {_MAILBOX_COLUMNS} FROM own_mailbox ORDER BY number"  # noqa: S608 - constants only
        return tuple(map(_mailbox_from, self._connection.rows(query)))

    def mailboxes_at(self, relay: RelayId) -> tuple[OwnMailbox, ...]:
        """Return the mailboxes of ours at a relay."""
        return tuple(box for box in self.all_mailboxes() if box.relay == relay)

    def mailboxes_for(self, contact: ContactId) -> tuple[tuple[Relay, OwnMailbox], ...]:
        """Return what a contact may use: mailboxes that their relays have."""
        relays = {
            relay.id: relay
            for relay in self._relays("SELECT number, host, port, key, own FROM relay")
        }
        return tuple(
            (relays[box.relay], box)
            for box in self.all_mailboxes()
            if box.contact == contact and box.state in KNOWN
        )

    def note_made(self, number: int) -> None:
        """The relay has the mailbox."""
        self._note(number, MailboxState.MADE)

    def note_lost(self, number: int) -> bool:
        """The relay has lost the mailbox, and it is to be made again.

        Returns:
            Whether that is news: a mailbox that we delete, or have deleted, is not lost.
        """
        return self._note(number, MailboxState.LOST)

    def _note(self, number: int, state: MailboxState) -> bool:
        sql = "UPDATE own_mailbox SET state = ?1 WHERE number = ?2 AND state NOT IN (?1, ?3)"
        return self._connection.change(sql, (state.value, number, MailboxState.LEAVING.value)) == 1

    def forget_mailbox(self, number: int) -> None:
        """The relay has deleted it, or never had it."""
        self._connection.run("DELETE FROM own_mailbox WHERE number = ?", (number,))

    def forget_given_up(self, now: int) -> None:
        """Forget what was to be deleted at relays that have not answered for a week."""
        self._connection.run(
            "DELETE FROM own_mailbox WHERE state = ? AND leaving_at <= ?",
            (MailboxState.LEAVING.value, now - GIVEN_UP_MS),
        )

    def next_told_at(self, contact: ContactId, now: int) -> int:
        """Return a stamp for a list of mailboxes, later than the one before."""
        query = "SELECT told_at FROM mailbox_news WHERE contact = ?"
        stamp = max(now, 1 + int(self._connection.value(query, (contact,)) or 0))
        self._connection.run(
            "INSERT INTO mailbox_news (contact, told_at) VALUES (?, ?) "
            "ON CONFLICT (contact) DO UPDATE SET told_at = excluded.told_at",
            (contact, stamp),
        )
        return stamp


def relay_from(row: Row) -> Relay:
    """Read number, host, port, key and own."""
    number, host, port, key, own = row
    return Relay(RelayId(number), Address(host, port), key, own == CHOSEN, own == LEAVING)


def _mailbox_from(row: Row) -> OwnMailbox:
    number, relay, contact, owner, owner_secret, depositor, depositor_secret, state, letters = row
    return OwnMailbox(
        number,
        RelayId(relay),
        None if contact is None else ContactId(contact),
        Access(owner, owner_secret),
        Access(depositor, depositor_secret),
        MailboxState(state),
        letters == 1,
    )
