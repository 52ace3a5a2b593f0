"""What is under way through relays: mailboxes of contacts, deposits, acknowledgements, pieces.

Source: docs/relay.md, "What a client does".
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from messenger.core.types import Address, ContactId, Relation, RelayId
from messenger.protocol.mailbox import ENVELOPE_ID_LEN, LIFETIME_S, Access
from messenger.protocol.parcel import Piece, digest_of
from messenger.store.connection import Connection, Row
from messenger.store.relays import FOR_ANSWER, Relay, RelayRepository, relay_from

MAX_OWED: Final = 10_000  # acknowledgements that wait for one contact; as many as an outbox holds
SEAL_AGAIN_MS: Final = 24 * 3600 * 1000  # what a relay lost is put again no more often; ours
MAX_PIECES: Final = 64  # kept of one contact: several of the longest texts
MAX_ANSWERS: Final = 4  # mailboxes for answers alone, and answers in each; as many epochs are held


class Stage(Enum):
    """How far a body has come that waits for a contact."""

    HERE = auto()  # no relay was to get it yet
    SEALED = auto()  # in an envelope that no relay has accepted
    PUT = auto()  # in a mailbox, until it is fetched or too old


@dataclass(frozen=True, slots=True)
class ToldMailbox:
    """A mailbox that a contact has told us of."""

    address: Address  # of the relay
    relay_key: bytes = field(repr=False)  # X25519 public key, 32 bytes
    access: Access = field(repr=False)
    chosen: bool = True  # the contact chose this relay; else it is one that we named


@dataclass(frozen=True, slots=True)
class PeerMailbox:
    """A mailbox that a contact fetches from."""

    number: int
    contact: ContactId
    relay: RelayId
    access: Access = field(repr=False)
    packed: int  # number of the last entry of the outbox that was sealed for it
    acked: int  # number of the last acknowledgement owed
    chosen: bool  # the contact chose this relay


@dataclass(frozen=True, slots=True)
class Deposit:
    """An envelope on its way to a mailbox."""

    number: int
    mailbox: int
    contact: ContactId
    access: Access = field(repr=False)
    envelope_id: bytes = field(repr=False)
    envelope: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewDeposit:
    """An envelope that was just sealed, and what of the outbox is in it."""

    envelope: bytes = field(repr=False)
    entries: tuple[tuple[int, bool], ...]  # number, and whether its end is in here
    ack_count: int = 0


_LETTER: Final = -1  # as the acknowledgements in a deposit: a letter, which is needed in any case
_PEER_COLUMNS: Final = (
    "p.number, p.contact, p.relay, p.mailbox, p.secret, p.packed, p.acked, p.chosen"
)


class MailRepository:
    """Changes to what is under way, inside a transaction of the writer."""

    def __init__(self, connection: Connection, relays: RelayRepository) -> None:
        self._connection = connection
        self._relays = relays

    # -- where contacts fetch --------------------------------------------------------------------

    def learn(self, contact: ContactId, boxes: Sequence[ToldMailbox], at: int, now: int) -> bool:
        """Take over a list of mailboxes, unless a newer one (by the contact's clock) is known."""
        query = "SELECT heard_at FROM mailbox_news WHERE contact = ?"
        if at <= int(self._connection.value(query, (contact,)) or 0):
            return False
        self._connection.run(
            "INSERT INTO mailbox_news (contact, heard_at) VALUES (?, ?) "
            "ON CONFLICT (contact) DO UPDATE SET heard_at = excluded.heard_at",
            (contact, at),
        )
        listed = {
            (self._relays.place(box.address, box.relay_key), box.access): box for box in boxes
        }
        known = {(box.relay, box.access): box for box in self.mailboxes_of(contact)}
        for place, box in known.items():
            if place not in listed:
                self._drop_mailbox(box.number)
        for (relay, access), told in listed.items():
            self._connection.run(
                "INSERT INTO peer_mailbox (contact, relay, mailbox, secret, chosen, began_at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (contact, relay, mailbox) "
                "DO UPDATE SET chosen = excluded.chosen",
                (contact, relay, access.mailbox, access.secret, int(told.chosen), now),
            )
        return True

    def place(self, contact: ContactId, relay: RelayId, access: Access, now: int) -> PeerMailbox:
        """Return the mailbox of a contact at this place, known or not."""
        self._connection.run(
            "INSERT OR IGNORE INTO peer_mailbox "
            "(contact, relay, mailbox, secret, chosen, began_at) VALUES (?, ?, ?, ?, 1, ?)",
            (contact, relay, access.mailbox, access.secret, now),
        )
        return next(
            box
            for box in (*self.mailboxes_of(contact), *self._for_answers(contact))
            if (box.relay, box.access.mailbox) == (relay, access.mailbox)
        )

    def place_answer(self, contact: ContactId, box: ToldMailbox, now: int) -> PeerMailbox:
        """Return the mailbox that a letter names, to put its answer there and nothing else.

        Whether the letter's author is the one we know shows only when the answer was of use.
        """
        relay = self._relays.place(box.address, box.relay_key)
        self._connection.run(
            "INSERT OR IGNORE INTO peer_mailbox "
            "(contact, relay, mailbox, secret, chosen, began_at) VALUES (?, ?, ?, ?, ?, ?)",
            (contact, relay, box.access.mailbox, box.access.secret, FOR_ANSWER, now),
        )
        for old in self._for_answers(contact)[:-MAX_ANSWERS]:
            self._drop_mailbox(old.number)
        return self.place(contact, relay, box.access, now)

    def forget_answers(self, now: int) -> None:
        """Give up answers that no relay took for as long as one would have kept them."""
        query = "SELECT number FROM peer_mailbox WHERE chosen = ? AND began_at <= ?"
        for (number,) in self._connection.rows(query, (FOR_ANSWER, now - LIFETIME_S * 1000)):
            self._drop_mailbox(number)

    def begin_anew(self, contact: ContactId, now: int) -> None:
        """The contact had forgotten us and read our answer: it fetches only what it asked for."""
        asked_for = self._for_answers(contact)
        for box in self.mailboxes_of(contact) if asked_for else ():
            self._drop_mailbox(box.number)
        self._connection.run(
            "UPDATE peer_mailbox SET chosen = 0 WHERE contact = ? AND chosen = ?",
            (contact, FOR_ANSWER),
        )
        self._connection.run("UPDATE mailbox_news SET heard_at = 0 WHERE contact = ?", (contact,))
        self.rewind(contact, now)

    def mailboxes_of(self, contact: ContactId) -> tuple[PeerMailbox, ...]:
        """Return where a contact fetches."""
        return self._boxes("p.contact = ? AND p.chosen <> ?", contact, FOR_ANSWER)

    def _for_answers(self, contact: ContactId) -> tuple[PeerMailbox, ...]:
        """Return the mailboxes that take an answer and nothing else, oldest first."""
        return self._boxes("p.contact = ? AND p.chosen = ?", contact, FOR_ANSWER)

    def _boxes(self, condition: str, *values: object) -> tuple[PeerMailbox, ...]:
        query = f"SELECT {_PEER_COLUMNS} FROM peer_mailbox p WHERE {condition} ORDER BY p.number"  # noqa: S608 - constants only
        return tuple(map(_peer_from, self._connection.rows(query, values)))

    def mailbox(self, number: int) -> PeerMailbox | None:
        """Return one of them, or None if it is gone."""
        query = f"SELECT {_PEER_COLUMNS} FROM peer_mailbox p WHERE p.number = ?"  # noqa: S608 - constants only
        row = self._connection.row(query, (number,))
        return None if row is None else _peer_from(row)

    def routes(self) -> tuple[tuple[PeerMailbox, Relay], ...]:
        """Return every mailbox of every contact, with its relay."""
        rows = self._connection.rows(
            f"SELECT {_PEER_COLUMNS}, r.number, r.host, r.port, r.key, r.own FROM peer_mailbox p "  # noqa: S608 - constants only
            "JOIN relay r ON r.number = p.relay WHERE p.chosen <> ? ORDER BY p.number",
            (FOR_ANSWER,),
        )
        return tuple((_peer_from(row[:8]), relay_from(row[8:])) for row in rows)

    def _drop_mailbox(self, number: int) -> None:
        self._drop_deposits("peer_mailbox = ?", number)
        self._connection.run("DELETE FROM peer_mailbox WHERE number = ?", (number,))

    # -- deposits ----------------------------------------------------------------------------------

    def with_work(self, relay: RelayId, now: int) -> tuple[PeerMailbox, ...]:
        """Return the mailboxes at a relay for which something waits that was not sealed for it.

        What was accepted so long ago that the relay has forgotten it counts as not sealed.
        """
        self._connection.run(
            "UPDATE peer_mailbox SET packed = 0, began_at = ? "
            "WHERE relay = ? AND began_at <= ? AND chosen <> ?",
            (now, relay, now - LIFETIME_S * 1000, FOR_ANSWER),
        )
        rows = self._connection.rows(
            f"SELECT {_PEER_COLUMNS} FROM peer_mailbox p "  # noqa: S608 - constants only
            "WHERE p.relay = ? AND p.chosen <> ? AND ("
            "EXISTS (SELECT 1 FROM outbox o WHERE o.contact = p.contact AND o.number > p.packed) "
            "OR EXISTS (SELECT 1 FROM owed_ack a WHERE a.contact = p.contact "
            "AND a.number > p.acked))",
            (relay, FOR_ANSWER),
        )
        return tuple(map(_peer_from, rows))

    def add(
        self, mailbox: PeerMailbox, deposits: Sequence[NewDeposit], *, packed: int, acked: int
    ) -> None:
        """Keep what was sealed for a mailbox, and how far that is."""
        for deposit in deposits:
            number = self._connection.run(
                "INSERT INTO deposit (peer_mailbox, envelope_id, envelope, ack_count) "
                "VALUES (?, ?, ?, ?)",
                (
                    mailbox.number,
                    secrets.token_bytes(ENVELOPE_ID_LEN),
                    deposit.envelope,
                    deposit.ack_count,
                ),
            )
            for entry, complete in deposit.entries:
                self._connection.run(
                    "INSERT INTO deposit_entry VALUES (?, ?, ?)", (number, entry, int(complete))
                )
        self._connection.run(
            "UPDATE peer_mailbox SET packed = ?, acked = ? WHERE number = ?",
            (packed, acked, mailbox.number),
        )
        self._forget_acks(mailbox.contact)

    def add_letter(self, mailbox: PeerMailbox, envelope: bytes) -> None:
        """Keep a letter, or an answer to one, until its relay has accepted it.

        Of those that no relay takes only the newest are kept: an answer is of use while its epoch
        is held, and whoever writes letter after letter must not fill the disk with answers.
        """
        letter = NewDeposit(envelope, (), ack_count=_LETTER)
        self.add(mailbox, [letter], packed=mailbox.packed, acked=mailbox.acked)
        self._drop_deposits(
            "peer_mailbox = ? AND ack_count = ? AND number <= (SELECT number FROM deposit "
            "WHERE peer_mailbox = ? AND ack_count = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
            *(mailbox.number, _LETTER) * 2,
            MAX_ANSWERS,
        )

    def next_deposits(self, relay: RelayId) -> tuple[Deposit, ...]:
        """Return the oldest deposit of each mailbox at a relay, and forget those nobody needs."""
        self._drop_deposits(
            "ack_count = 0 AND NOT EXISTS (SELECT 1 FROM deposit_entry e JOIN outbox o "
            "ON o.number = e.entry WHERE e.deposit = deposit.number)"
        )
        rows = self._connection.rows(
            "SELECT min(d.number), p.number, p.contact, p.mailbox, p.secret, d.envelope_id, "
            "d.envelope FROM deposit d JOIN peer_mailbox p ON p.number = d.peer_mailbox "
            "WHERE p.relay = ? GROUP BY p.number ORDER BY 1",
            (relay,),
        )
        return tuple(
            Deposit(number, mailbox, ContactId(contact), Access(box, secret), envelope_id, envelope)
            for number, mailbox, contact, box, secret, envelope_id, envelope in rows
        )

    def waiting_count(self, mailbox: int) -> int:
        """Return how many deposits wait for a mailbox."""
        query = "SELECT count(*) FROM deposit WHERE peer_mailbox = ?"
        return int(self._connection.value(query, (mailbox,)))

    def put_since(self, deposit: int) -> int:
        """Return since when (Unix ms) everything is put anew where a deposit goes."""
        query = (
            "SELECT p.began_at FROM deposit d JOIN peer_mailbox p ON p.number = d.peer_mailbox "
            "WHERE d.number = ?"
        )
        return int(self._connection.value(query, (deposit,)) or 0)

    def stage(self, contact: ContactId, kind: int) -> Stage:
        """Return how far bodies of a kind have come that wait for a contact, the furthest one."""
        sealed = (
            "FROM outbox o JOIN peer_mailbox p ON p.contact = o.contact AND p.packed >= o.number "
            "WHERE o.contact = ? AND o.kind = ?"
        )
        under_way = (
            "EXISTS (SELECT 1 FROM deposit d JOIN deposit_entry e ON e.deposit = d.number "
            "WHERE d.peer_mailbox = p.number AND e.entry = o.number)"
        )
        query = f"SELECT min({under_way}) {sealed}"
        found = self._connection.value(query, (contact, kind))
        if found is None:
            return Stage.HERE
        return Stage.SEALED if found else Stage.PUT

    def accepted(self, deposit: int) -> tuple[int, ...]:
        """Forget a deposit that a relay has; return the rows of messages that end in it."""
        rows = self._connection.rows(
            "SELECT o.row FROM deposit_entry e JOIN outbox o ON o.number = e.entry "
            "WHERE e.deposit = ? AND e.complete = 1 AND o.row IS NOT NULL ORDER BY o.number",
            (deposit,),
        )
        self._drop_deposits("number = ?", deposit)
        return tuple(int(row[0]) for row in rows)

    def rewind(self, contact: ContactId, now: int) -> None:
        """Begin anew: what was sealed before opens nowhere any more."""
        self._drop_deposits(
            "peer_mailbox IN (SELECT number FROM peer_mailbox WHERE contact = ?)", contact
        )
        self._connection.run(
            "UPDATE peer_mailbox SET packed = 0, began_at = ? WHERE contact = ?", (now, contact)
        )

    def put_again(self, mailbox: int, now: int) -> None:
        """Have sealed anew what was accepted for a mailbox, because its relay had lost it.

        A day after the last time at the earliest: a relay that lies must not make us seal more
        envelopes than the other side may miss.
        """
        due = LIFETIME_S * 1000 - SEAL_AGAIN_MS  # before `with_work` does so by itself
        self._connection.run(
            "UPDATE peer_mailbox SET began_at = began_at - ? WHERE number = ? AND began_at > ?",
            (due, mailbox, now - due),
        )

    def hold_back(self, now: int) -> None:
        """Let nothing go to people who get nothing from us now; later it is sealed anew."""
        rows = self._connection.rows(
            "SELECT p.number FROM peer_mailbox p JOIN contact c ON c.id = p.contact "
            "WHERE c.relation NOT IN (?, ?) OR c.changed_key IS NOT NULL",
            (Relation.ACCEPTED.value, Relation.ASKED.value),
        )
        for (mailbox,) in rows:
            self._drop_deposits("peer_mailbox = ?", mailbox)
            self._connection.run(
                "UPDATE peer_mailbox SET packed = 0, began_at = ? WHERE number = ?",
                (now, mailbox),
            )

    def _drop_deposits(self, condition: str, *values: object) -> None:
        self._connection.run(
            f"DELETE FROM deposit_entry WHERE deposit IN "  # noqa: S608 - constants only
            f"(SELECT number FROM deposit WHERE {condition})",
            values,
        )
        self._connection.run(f"DELETE FROM deposit WHERE {condition}", values)  # noqa: S608 - constants only

    # -- acknowledgements that are owed ------------------------------------------------------------

    def owe(self, contact: ContactId, ids: Sequence[bytes]) -> None:
        """Remember to acknowledge by mail; anew, if that was done before."""
        if not self.mailboxes_of(contact):
            return  # the next link does
        for body_id in ids:
            self._connection.run(
                "INSERT OR REPLACE INTO owed_ack (contact, id) VALUES (?, ?)", (contact, body_id)
            )
        self._connection.run(
            "DELETE FROM owed_ack WHERE contact = ? AND number <= (SELECT number FROM owed_ack "
            "WHERE contact = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
            (contact, contact, MAX_OWED),
        )

    def owed(self, contact: ContactId, after: int, limit: int) -> tuple[tuple[int, bytes], ...]:
        """Return the next ids to acknowledge, with their numbers."""
        query = (
            "SELECT number, id FROM owed_ack WHERE contact = ? AND number > ? "
            "ORDER BY number LIMIT ?"
        )
        rows = self._connection.rows(query, (contact, after, limit))
        return tuple((int(number), bytes(body_id)) for number, body_id in rows)

    def _forget_acks(self, contact: ContactId) -> None:
        """Forget what was sealed for every mailbox."""
        self._connection.run(
            "DELETE FROM owed_ack WHERE contact = ? AND number <= "
            "(SELECT min(acked) FROM peer_mailbox WHERE contact = ? AND chosen <> ?)",
            (contact, contact, FOR_ANSWER),
        )

    # -- pieces ------------------------------------------------------------------------------------

    def keep(self, contact: ContactId, piece: Piece) -> bytes | None:
        """Keep a piece; return the body when it is the last one that was missing."""
        self._connection.run(
            "INSERT OR IGNORE INTO piece (contact, digest, at, total, data) VALUES (?, ?, ?, ?, ?)",
            (contact, piece.digest, piece.at, piece.total, piece.data),
        )
        query = "SELECT at, data FROM piece WHERE contact = ? AND digest = ? ORDER BY at"
        body = b""
        for at, data in self._connection.rows(query, (contact, piece.digest)):
            if at == len(body):
                body += data
        whole = len(body) == piece.total and digest_of(body) == piece.digest
        if whole:
            self._connection.run(
                "DELETE FROM piece WHERE contact = ? AND digest = ?", (contact, piece.digest)
            )
        self._connection.run(
            "DELETE FROM piece WHERE contact = ? AND number <= (SELECT number FROM piece "
            "WHERE contact = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
            (contact, contact, MAX_PIECES),
        )
        return body if whole else None

    def piece_count(self, contact: ContactId) -> int:
        """Return how many pieces of a contact are kept."""
        query = "SELECT count(*) FROM piece WHERE contact = ?"
        return int(self._connection.value(query, (contact,)))

    # -- the end -----------------------------------------------------------------------------------

    def forget(self, contact: ContactId) -> None:
        """Forget everything about a contact; our mailboxes for it are given up."""
        for box in self._boxes("p.contact = ?", contact):
            self._drop_mailbox(box.number)
        for table in ("owed_ack", "piece", "mailbox_news", "introduction"):
            self._connection.run(f"DELETE FROM {table} WHERE contact = ?", (contact,))  # noqa: S608 - constants only
        self._relays.give_up_of(contact)


def _peer_from(row: Row) -> PeerMailbox:
    number, contact, relay, mailbox, secret, packed, acked, chosen = row
    access = Access(mailbox, secret)
    return PeerMailbox(
        number, ContactId(contact), RelayId(relay), access, packed, acked, chosen == 1
    )
