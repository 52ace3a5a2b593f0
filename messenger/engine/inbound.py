"""From envelopes to the store: decrypted on a copy, committed with the ratchet, then told.

The caller acknowledges what :meth:`Inbound.receive` returns and only then shows it.
"""

import logging
from dataclasses import dataclass, field

from messenger.core.errors import CryptoError, RemoteProtocolError
from messenger.core.types import Message, MessageId
from messenger.engine.context import Context
from messenger.engine.ratchet import Ratchet
from messenger.protocol.bodies import Heartbeat, Text, decode_body
from messenger.protocol.session import Session
from messenger.store.database import Transaction

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Received:
    """What one batch of envelopes came to, all of it committed."""

    session: Session = field(repr=False)
    added: list[Message] = field(default_factory=list)
    committed: list[bytes] = field(default_factory=list)  # ids to acknowledge, duplicates too
    unreadable_count: int = 0  # envelopes that did not open
    malformed_count: int = 0  # envelopes that opened to nonsense


class Inbound:
    """The receiving half of one conversation."""

    def __init__(self, context: Context, ratchet: Ratchet) -> None:
        self._context = context
        self._ratchet = ratchet

    async def receive(self, envelopes: list[bytes]) -> Received:
        """Open, store and commit a batch in one transaction.

        Raises:
            StoreError: nothing of the batch was committed, the ratchet has not moved.
        """
        received = await self._context.store.write(lambda tx: self._open_all(tx, envelopes))
        self._ratchet.adopt(received.session)
        return received

    def _open_all(self, tx: Transaction, envelopes: list[bytes]) -> Received:
        received = Received(self._ratchet.session)
        for envelope in envelopes:
            try:
                received.session, plaintext = received.session.open(
                    envelope,
                    self._ratchet.associated_data,
                    stamp=self._context.clock.unix_ms(),
                )
            except (CryptoError, RemoteProtocolError):
                received.unreadable_count += 1
                continue
            self._store(tx, plaintext, received)
        self._ratchet.save(tx, received.session)
        return received

    def _store(self, tx: Transaction, plaintext: bytes, received: Received) -> None:
        try:
            body = decode_body(plaintext)
        except RemoteProtocolError as error:
            log.warning("an envelope opened to something malformed: %s", error)
            received.malformed_count += 1
            return
        match body:
            case Heartbeat():
                return
            case Text(id=message_id, text=text, sent_at=sent_at, reply_to=reply_to):
                message = tx.messages.add_incoming(
                    self._ratchet.contact,
                    MessageId(message_id),
                    text,
                    sent_at,
                    MessageId(reply_to) if reply_to else None,
                )
                received.committed.append(message_id)
                if message is not None:
                    received.added.append(message)
