"""The books of two nodes held against each other: what is lost, doubled, disordered or untrue.

Works on copies of the data folders, so that opening them for the check leaves no trace, and a
node that was killed recovers its log by itself.
"""

import shutil
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from messenger.core.types import ContactId, Message, MessageState
from messenger.store.connection import open_connection
from messenger.store.files import DATABASE_NAME
from messenger.store.messages import OutboxRepository
from messenger.store.reader import Queries
from messenger.store.slots import CHEAP_COST_FOR_TESTING_ONLY
from messenger.store.vault import Vault

CONTACT = ContactId(1)  # each node knows one person only
ALL = 1_000_000


@dataclass(frozen=True)
class Books:
    """One conversation as a database tells it."""

    messages: tuple[Message, ...]  # oldest first
    waiting: frozenset[bytes]  # ids in the outbox
    damage: tuple[str, ...]

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
            waiting = OutboxRepository(connection).waiting(CONTACT, 0, ALL)
            return Books(
                messages=Queries(connection).messages_before(CONTACT, None, ALL),
                waiting=frozenset(message.id for message in waiting),
                damage=tuple(line for line in damage if line != "ok"),
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

    @property
    def good(self) -> bool:
        """Whether nothing is wrong, waiting messages aside."""
        wrong = (self.lost, self.duplicated, self.disordered, self.untrue, self.damage)
        return not any(wrong)

    def __str__(self) -> str:
        return (
            f"{self.message_count} messages: {len(self.lost)} lost, "
            f"{len(self.duplicated)} duplicated, {len(self.disordered)} out of order, "
            f"{len(self.untrue)} untrue states, {len(self.waiting)} still waiting, "
            f"{len(self.damage)} faults of a database"
        )

    def details(self) -> str:
        """The first few findings of each kind."""
        kinds = ("lost", "duplicated", "disordered", "untrue", "waiting", "damage")
        return "\n".join([str(self), *(f"{kind}: {getattr(self, kind)[:10]}" for kind in kinds)])


def compare(sender: Books, receiver: Books, verdict: Verdict, promised: "Promises") -> None:
    """Add what is wrong with one direction to a verdict."""
    sent, got = sender.way(outgoing=True), receiver.way(outgoing=False)
    arrived = {message.id for message in got}
    verdict.message_count += len(sent)
    verdict.lost += [m.text[:40] for m in sent if m.id not in arrived | sender.waiting]
    verdict.waiting += [m.text[:40] for m in sent if m.id in sender.waiting]
    verdict.untrue += _untrue_states(sender, arrived) + _untrue_promises(sender, promised)
    verdict.duplicated += _doubled([m.text for m in got])
    verdict.duplicated += _doubled([m.id.hex() for m in got])
    verdict.disordered += _disordered(sent, got)
    verdict.damage += sender.damage


@dataclass
class Promises:
    """What a node told the script that ran it."""

    accepted: Collection[str] = ()  # texts of sends it answered
    delivered: Collection[str] = ()  # ids, hexadecimal, that it called delivered
    received: Collection[str] = ()  # ids that it showed as arrived


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
        if states.get(i) is not MessageState.DELIVERED
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
