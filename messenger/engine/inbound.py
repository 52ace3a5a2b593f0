"""From envelopes to the store: decrypted on a copy, committed with the ratchet, then told.

The caller acknowledges what :meth:`Inbound.receive` returns and only then shows it.
"""

import logging
from dataclasses import dataclass, field

from messenger.core.errors import CryptoError, RemoteProtocolError
from messenger.core.types import ContactId, Message
from messenger.engine.arrivals import Arrivals
from messenger.engine.context import Context
from messenger.engine.ratchet import Ratchet
from messenger.protocol.bodies import decode_body
from messenger.protocol.session import Session
from messenger.store.database import Transaction

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Received:
    """What one batch of envelopes came to, all of it committed."""

    session: Session = field(repr=False)
    taken_count: int = 0  # envelopes worked off; the others belong into the next commit
    index_growth: int = 0  # bytes that the search index takes on the disk by them, about
    added: list[Message] = field(default_factory=list)
    changed: list[Message] = field(default_factory=list)  # edited, deleted, reacted to
    committed: list[bytes] = field(default_factory=list)  # ids to acknowledge, duplicates too
    contact_changed: bool = False
    new_key: bool = False  # a key they announced is pinned now
    file_rows: set[int] = field(default_factory=set)  # the other side moved these files
    unreadable_count: int = 0  # envelopes that did not open
    malformed_count: int = 0  # envelopes that opened to nonsense
    mailboxes: bool = False  # they told us where they fetch now
    addresses: bool = False  # they told us of places that we did not know
    anew: bool = False  # they had forgotten us: a new session took the place of the one before

    def follow(self, arrivals: Arrivals) -> None:
        """Take over what the bodies of a transaction came to."""
        self.added = arrivals.added
        self.changed = list(arrivals.changed.values())
        self.committed = arrivals.committed
        self.new_key = arrivals.new_key
        self.contact_changed = arrivals.contact_changed
        self.file_rows = arrivals.file_rows
        self.mailboxes = arrivals.mailboxes
        self.addresses = arrivals.addresses


def arrivals_of(tx: Transaction, context: Context, contact: ContactId, now: int) -> Arrivals:
    """Begin to take in what a contact sent, at Unix ms ``now``."""
    return Arrivals(tx, contact, now, own_keys=context.own_keys, near=context.only_here)


class Inbound:
    """The receiving half of one conversation."""

    def __init__(self, context: Context, ratchet: Ratchet) -> None:
        self._context = context
        self._ratchet = ratchet

    async def receive(self, envelopes: list[bytes]) -> Received:
        """Open, store and commit a batch in one transaction, or as much of it as that may hold.

        Raises:
            StoreError: nothing of the batch was committed, the ratchet has not moved.
        """
        received, deadline = await self._context.store.write(
            lambda tx: self._open_all(tx, envelopes)
        )
        self._ratchet.adopt(received.session)
        if deadline:
            self._context.wake_upkeep()
        return received

    def _open_all(self, tx: Transaction, envelopes: list[bytes]) -> tuple[Received, bool]:
        now = self._context.clock.unix_ms()
        received = Received(self._ratchet.session)
        arrivals = arrivals_of(tx, self._context, self._ratchet.contact, now)
        for envelope in envelopes:
            if tx.is_full:
                break
            received.taken_count += 1
            before = received.session
            try:
                received.session, plaintext = before.open(
                    envelope, self._ratchet.associated_data, stamp=now
                )
            except (CryptoError, RemoteProtocolError):
                received.unreadable_count += 1
                continue
            arrivals.late = received.session.was_late(before)
            try:
                arrivals.take(decode_body(plaintext))
            except RemoteProtocolError as error:
                log.warning("an envelope opened to something malformed: %s", error)
                received.malformed_count += 1
        received.anew = received.session.began_anew(self._ratchet.session)
        self._ratchet.save(tx, received.session)
        received.follow(arrivals)
        received.index_growth = tx.index_growth
        return received, arrivals.deadline
