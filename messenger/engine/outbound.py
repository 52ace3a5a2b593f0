"""From the outbox to the wire: sealed late, committed before a byte may leave.

Messages are sealed in the order they were written, a few at a time, when the link has room for
them. What was not acknowledged when a link ended is sealed anew on the next one; the receiver
stores once per message id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from messenger.core.errors import NoSuchMessageError
from messenger.core.types import Message, MessageId, MessageState, TimelineStep
from messenger.engine.context import Context
from messenger.engine.events import MessageChanged
from messenger.engine.ratchet import Ratchet
from messenger.protocol.bodies import Heartbeat, Text, encode_body
from messenger.protocol.session import Session
from messenger.store.database import Transaction

MAX_WAITING_COUNT: Final = 10_000  # messages in the outbox of one contact; design section 7
MAX_WAITING_LEN: Final = 100 * 1024 * 1024  # bytes of text
MAX_IN_FLIGHT_COUNT: Final = 8  # frames handed to the wire that have not left yet
MAX_IN_FLIGHT_LEN: Final = 32_768  # bytes of envelopes, but always at least one


@dataclass(frozen=True, slots=True)
class Sealed:
    """One message under way."""

    row: int
    envelope: bytes


class Outbound:
    """The sending half of one conversation."""

    def __init__(self, context: Context, ratchet: Ratchet) -> None:
        self._context = context
        self._ratchet = ratchet
        self._cursor = 0  # row of the last message sealed on this link
        self._in_flight: dict[int, Sealed] = {}

    def rewind(self) -> None:
        """Begin again with the oldest message that is not acknowledged."""
        self._cursor = 0
        self._in_flight.clear()

    async def pump(self, send: Callable[[bytes], int]) -> bool:
        """Seal and hand over what fits; False when nothing was waiting or there was no room."""
        room = MAX_IN_FLIGHT_COUNT - len(self._in_flight)
        in_flight_len = sum(len(sealed.envelope) for sealed in self._in_flight.values())
        if room <= 0 or (self._in_flight and in_flight_len >= MAX_IN_FLIGHT_LEN):
            return False
        room_len = MAX_IN_FLIGHT_LEN - in_flight_len
        session, batch = await self._context.store.write(
            lambda tx: self._seal_some(tx, room, room_len)
        )
        self._ratchet.adopt(session)
        for sealed in batch:
            self._cursor = sealed.row
            self._in_flight[send(sealed.envelope)] = sealed
        return bool(batch)

    async def heartbeat(self, send: Callable[[bytes], int]) -> None:
        """Seal an envelope that says nothing, so that the ratchet moves."""

        def work(tx: Transaction) -> tuple[Session, bytes]:
            session, envelope = self._seal(self._ratchet.session, encode_body(Heartbeat()))
            self._ratchet.save(tx, session)
            return session, envelope

        session, envelope = await self._context.store.write(work)
        self._ratchet.adopt(session)
        send(envelope)

    async def on_left(self, frames: list[int]) -> None:
        """Stamp messages whose last cell has left."""
        rows = [sealed.row for frame in frames if (sealed := self._in_flight.pop(frame, None))]
        if rows:
            at = self._context.clock.unix_ms()
            await self._context.store.write(lambda tx: _stamp_left(tx, rows, at))

    async def on_ack(self, ids: Sequence[bytes]) -> None:
        """Mark messages as committed on the contact's computer; unknown ids are ignored."""
        at = self._context.clock.unix_ms()
        for message in await self._context.store.write(lambda tx: self._deliver(tx, ids, at)):
            self._context.emit(MessageChanged(message))

    def _seal_some(self, tx: Transaction, room: int, room_len: int) -> tuple[Session, list[Sealed]]:
        session, batch = self._ratchet.session, list[Sealed]()
        for message in tx.outbox.waiting(self._ratchet.contact, self._cursor, room):
            if batch and room_len <= 0:
                break
            session, envelope = self._seal(session, encode_body(_body(message)))
            room_len -= len(envelope)
            batch.append(Sealed(message.row, envelope))
        if batch:
            self._ratchet.save(tx, session)
        return session, batch

    def _seal(self, session: Session, plaintext: bytes) -> tuple[Session, bytes]:
        return session.seal(plaintext, self._ratchet.associated_data)

    def _deliver(self, tx: Transaction, ids: Sequence[bytes], at: int) -> list[Message]:
        delivered = []
        for message_id in ids:
            row = self._waiting_row(tx, MessageId(message_id))
            if row is not None:
                tx.outbox.done(row)
                tx.messages.stamp(row, TimelineStep.ACKNOWLEDGED, at)
                delivered.append(tx.messages.set_state(row, MessageState.DELIVERED))
        return delivered

    def _waiting_row(self, tx: Transaction, message_id: MessageId) -> int | None:
        try:
            message = tx.find_message(message_id, self._ratchet.contact)
        except NoSuchMessageError:
            return None
        waits = message.state in {MessageState.WAITING, MessageState.AT_RELAY}
        return message.row if message.outgoing and waits else None


def _stamp_left(tx: Transaction, rows: list[int], at: int) -> None:
    for row in rows:
        tx.messages.stamp(row, TimelineStep.LEFT, at)


def _body(message: Message) -> Text:
    return Text(message.id, message.text, message.sent_at, message.reply_to)
