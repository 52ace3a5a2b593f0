"""The books of two nodes held against each other: what is lost, doubled, disordered or untrue.

Works on copies of the data folders, so that opening them for the check leaves no trace, and a
node that was killed recovers its log by itself.
"""

import shutil
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from file_trial import strays_of

from messenger.core.types import ContactId, FileState, Message, MessageState
from messenger.store.connection import open_connection
from messenger.store.files import DATABASE_NAME
from messenger.store.messages import OutboxRepository
from messenger.store.reader import Queries
from messenger.store.slots import CHEAP_COST_FOR_TESTING_ONLY
from messenger.store.transfers import FileRepository
from messenger.store.vault import Vault

CONTACT = ContactId(1)  # each node knows one person only
ALL = 1_000_000
KINDS = (
    *("lost", "duplicated", "disordered", "untrue", "waiting", "damage"),
    *("misplaced", "differing"),
)


@dataclass(frozen=True)
class Books:
    """One conversation as a database tells it."""

    messages: tuple[Message, ...]  # oldest first
    waiting: frozenset[bytes]  # ids in the outbox
    damage: tuple[str, ...]
    lifetime_s: int = 0  # what both have agreed on, as far as this side knows
    strays: tuple[str, ...] = ()  # sealed files of nothing, and anything in the clear

    def way(self, *, outgoing: bool) -> list[Message]:
        """All messages of one direction."""
        return [message for message in self.messages if message.outgoing is outgoing]


def read_books(folder: Path, passphrase: str) -> Books:
    """Open a copy of a profile folder as the program would, and read it."""
    with tempfile.TemporaryDirectory() as copy:
        there = Path(shutil.copytree(folder, Path(copy) / "profile"))
        vault = Vault.open(there, cost_for_testing_only=CHEAP_COST_FOR_TESTING_ONLY)
        connection = open_connection(there / DATABASE_NAME, vault.unlock_passphrase(passphrase))
        try:
            damage = [row[0] for row in connection.rows("PRAGMA integrity_check")]
            damage += [row[0] for row in connection.rows("PRAGMA cipher_integrity_check")]
            damage += [str(row) for row in connection.rows("PRAGMA foreign_key_check")]
            files = FileRepository(connection)
            known = files.stored_names() | frozenset(files.lost())
            waiting = OutboxRepository(connection).waiting(CONTACT, 0, ALL)
            queries = Queries(connection)
            known_people = {contact.id: contact for contact in queries.all_contacts()}
            return Books(
                messages=queries.messages_before(CONTACT, None, ALL),
                waiting=frozenset(message.id for message in waiting),
                damage=tuple(line for line in damage if line != "ok"),
                lifetime_s=known_people[CONTACT].lifetime_s if known_people else 0,
                strays=strays_of(folder, known),
            )
        finally:
            connection.close()


@dataclass
class Verdict:
    """Everything that is wrong; all of it empty is the bar."""

    message_count: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)  # a state or an answer that does not hold
    waiting: list[str] = field(default_factory=list)  # not an error while the other is away
    damage: list[str] = field(default_factory=list)
    file_count: int = 0
    misplaced: list[str] = field(default_factory=list)  # not at its place, or something else is
    differing: list[str] = field(default_factory=list)  # an edit, a deletion, a reaction, a timer

    @property
    def good(self) -> bool:
        """Whether nothing is wrong, waiting messages aside."""
        return not any(getattr(self, kind) for kind in KINDS if kind != "waiting")

    def __str__(self) -> str:
        return (
            f"{self.message_count} messages: {len(self.lost)} lost, "
            f"{len(self.duplicated)} duplicated, {len(self.disordered)} out of order, "
            f"{len(self.untrue)} untrue states, {len(self.waiting)} still waiting, "
            f"{len(self.differing)} changed on one side only, "
            f"{len(self.damage)} faults of a database; "
            f"{self.file_count} files: {len(self.misplaced)} misplaced"
        )

    def details(self) -> str:
        """The first few findings of each kind."""
        return "\n".join([str(self), *(f"{kind}: {getattr(self, kind)[:10]}" for kind in KINDS)])


def compare(sender: Books, receiver: Books, verdict: Verdict, promised: "Promises") -> None:
    """Add what is wrong with one direction to a verdict."""
    sent, got = sender.way(outgoing=True), receiver.way(outgoing=False)
    arrived = {message.id for message in got}
    verdict.message_count += len(sent)
    gone = arrived | sender.waiting
    verdict.lost += [m.text[:40] for m in sent if m.id not in gone and not _given_up(m)]
    verdict.waiting += [m.text[:40] for m in sent if m.id in sender.waiting]
    verdict.untrue += _untrue_states(sender, arrived) + _untrue_promises(sender, promised)
    verdict.duplicated += _doubled([m.text for m in got if m.deleted_at is None])
    verdict.duplicated += _doubled([m.id.hex() for m in got])
    verdict.disordered += _disordered(sent, got)
    verdict.damage += sender.damage
    verdict.differing += _differing(sent, got)
    if sender.lifetime_s != receiver.lifetime_s:
        verdict.differing.append(f"timer {sender.lifetime_s} here, {receiver.lifetime_s} there")


def _given_up(message: Message) -> bool:
    """Whether its author took it back before it could arrive."""
    cancelled = message.file is not None and message.file.state is FileState.CANCELLED
    return message.deleted_at is not None or cancelled


def _differing(sent: Sequence[Message], got: Sequence[Message]) -> list[str]:
    """Messages that are not the same on both sides although no change waits."""
    there = {message.id: message for message in got}
    return [
        f"{_shown(message)} here, {_shown(there[message.id])} there"
        for message in sent
        if message.id in there and _shown(message) != _shown(there[message.id], mirrored=True)
    ]


def _shown(message: Message, *, mirrored: bool = False) -> tuple[str, bool, str, str]:
    own, peer = message.own_reaction, message.peer_reaction
    marks = (peer, own) if mirrored else (own, peer)
    return message.text[:40], message.deleted_at is not None, *marks


@dataclass
class Promises:
    """What a node told the script that ran it."""

    accepted: Collection[str] = ()  # texts of sends it answered
    delivered: Collection[str] = ()  # ids, hexadecimal, that it called delivered
    received: Collection[str] = ()  # ids that it showed as arrived
    taken_back: Collection[str] = ()  # ids of messages that it was asked to delete


def _untrue_states(sender: Books, arrived: Collection[bytes]) -> list[str]:
    found = []
    for message in sender.way(outgoing=True):
        waits = message.id in sender.waiting
        if message.state is MessageState.DELIVERED and message.id not in arrived:
            found.append(f"delivered, but not there: {message.text[:40]}")
        if waits is not (message.state is MessageState.WAITING):
            found.append(f"{message.state.value}, in the outbox {waits}: {message.text[:40]}")
    return found


def _untrue_promises(books: Books, promised: Promises) -> list[str]:
    written = {message.text for message in books.way(outgoing=True)}
    states = {message.id.hex(): message.state for message in books.messages}
    forgotten = [f"accepted, then gone: {t[:40]}" for t in promised.accepted if t not in written]
    forgotten += [f"shown, then gone: {i}" for i in promised.received if i not in states]
    forgotten += [
        f"shown delivered, then not: {i}"
        for i in promised.delivered
        if states.get(i) is not MessageState.DELIVERED and i not in promised.taken_back
    ]
    return forgotten


def _doubled(values: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    doubled = []
    for value in values:
        if value in seen:
            doubled.append(value[:40])
        seen.add(value)
    return doubled


def _disordered(sent: Sequence[Message], got: Sequence[Message]) -> list[str]:
    """Received messages that the sender wrote before the one received in front of them."""
    places = {message.id: place for place, message in enumerate(sent)}
    found, last = [], -1
    for message in got:
        place = places.get(message.id)
        if place is None:
            found.append(f"nobody wrote this: {message.text[:40]}")
        elif place < last:
            found.append(f"late: {message.text[:40]}")
        else:
            last = place
    return found
