"""From the outbox to the wire: sealed late, committed before a byte may leave.

Messages are sealed in the order they were written, a few at a time, when the link has room for
them. What was not acknowledged when a link ended is sealed anew on the next one; the receiver
stores once per message id.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from messenger.core.errors import NoSuchMessageError
from messenger.core.types import ContactId, Message, MessageId, MessageState, TimelineStep
from messenger.engine.context import Context
from messenger.engine.events import MessageChanged
from messenger.engine.file_steps import offer_of
from messenger.engine.ratchet import Ratchet
from messenger.protocol.bodies import NEW_KEY_KIND, TIMER_KIND, Heartbeat, Text, encode_body
from messenger.protocol.session import Session
from messenger.store.database import Transaction
from messenger.store.outbox import Waiting

T = TypeVar("T")

MAX_WAITING_COUNT: Final = 10_000  # messages in the outbox of one contact; design section 7
MAX_WAITING_LEN: Final = 100 * 1024 * 1024  # bytes of text
MAX_IN_FLIGHT_COUNT: Final = 8  # frames handed to the wire that have not left yet
MAX_IN_FLIGHT_LEN: Final = 32_768  # bytes of envelopes, but always at least one


@dataclass(frozen=True, slots=True)
class Sealed:
    """One entry of the outbox under way."""

    entry: Waiting
    envelope: bytes = field(repr=False)


@dataclass(slots=True)
class Delivered:
    """What a run of acknowledgements came to, all of it committed."""

    messages: dict[int, Message] = field(default_factory=dict)  # by row, as they are now
    timer: bool = False  # our wish for the timer holds now
    new_key: bool = False  # they know our present key now
    deadline: bool = False  # the lifetime of a message began


class _NotSealedError(Exception):
    """Rolls a transaction back in which something could not be sealed."""


class Outbound:
    """The sending half of one conversation."""

    def __init__(self, context: Context, ratchet: Ratchet) -> None:
        self._context = context
        self._ratchet = ratchet
        self._cursor = 0  # number of the last entry sealed on this link
        self._in_flight: dict[int, Sealed] = {}

    def rewind(self) -> None:
        """Begin again with the oldest message that is not acknowledged."""
        self._cursor = 0
        self._in_flight.clear()

    async def pump(self, send: Callable[[bytes], int]) -> bool:
        """Seal and hand over what fits; False when nothing was waiting or there was no room."""
        if not self._room:
            return False
        session, batch = await self._context.store.write(self._seal_some)
        self._hand_over(session, batch, send)
        return bool(batch)

    async def write(self, work: Callable[[Transaction], T], send: Callable[[bytes], int]) -> T:
        """Commit ``work`` and, in the same transaction, seal what there is room for behind it.

        Raises:
            MessengerError: that of ``work`` or of the disk. What cannot be sealed waits: ``work``
                is then committed alone, and the next :meth:`pump` meets the mistake.
        """

        def write_and_seal(tx: Transaction) -> tuple[T, Session, list[Sealed]]:
            result = work(tx)
            try:
                return result, *self._seal_some(tx)
            except Exception as error:  # whatever it is: nobody's words are lost by it
                raise _NotSealedError from error

        try:
            result, session, batch = await self._context.store.write(write_and_seal)
        except _NotSealedError:
            return await self._context.store.write(work)
        self._hand_over(session, batch, send)
        return result

    @property
    def _room(self) -> int:
        """How many more envelopes the link takes now."""
        if self._in_flight and self._in_flight_len >= MAX_IN_FLIGHT_LEN:
            return 0
        return MAX_IN_FLIGHT_COUNT - len(self._in_flight)

    @property
    def _in_flight_len(self) -> int:
        return sum(len(sealed.envelope) for sealed in self._in_flight.values())

    def _hand_over(
        self, session: Session, batch: list[Sealed], send: Callable[[bytes], int]
    ) -> None:
        self._ratchet.adopt(session)
        for sealed in batch:
            self._cursor = sealed.entry.number
            self._in_flight[send(sealed.envelope)] = sealed

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
        left = [sealed for frame in frames if (sealed := self._in_flight.pop(frame, None))]
        rows = [sealed.entry.message.row for sealed in left if sealed.entry.message is not None]
        if rows:
            at = self._context.clock.unix_ms()
            await self._context.store.write(lambda tx: _stamp_left(tx, rows, at))

    async def on_ack(self, ids: Sequence[bytes]) -> Delivered:
        """Mark what is committed on the contact's computer; unknown ids are ignored."""
        at = self._context.clock.unix_ms()
        delivered = Delivered()
        await self._context.store.write(lambda tx: self.deliver(tx, ids, at, delivered))
        self.tell(delivered)
        return delivered

    def tell(self, delivered: Delivered) -> None:
        """Show what was delivered, now that it is committed."""
        for message in delivered.messages.values():
            self._context.emit(MessageChanged(message))
        if delivered.deadline:
            self._context.wake_upkeep()

    def _seal_some(self, tx: Transaction) -> tuple[Session, list[Sealed]]:
        session, batch = self._ratchet.session, list[Sealed]()
        room, room_len = self._room, MAX_IN_FLIGHT_LEN - self._in_flight_len
        now = self._context.clock.unix_ms()
        for entry in tx.outbox.waiting(self._ratchet.contact, self._cursor, room, now):
            if batch and room_len <= 0:
                break
            plaintext = plaintext_of(tx, entry)
            if plaintext is None:
                continue
            session, envelope = self._seal(session, plaintext)
            room_len -= len(envelope)
            if entry.message is not None:
                tx.changes.note_sealed(entry.message.row)
            batch.append(Sealed(entry, envelope))
        if batch:
            self._ratchet.save(tx, session)
        return session, batch

    def _seal(self, session: Session, plaintext: bytes) -> tuple[Session, bytes]:
        return session.seal(plaintext, self._ratchet.associated_data)

    def deliver(self, tx: Transaction, ids: Sequence[bytes], at: int, delivered: Delivered) -> None:
        """Take what was acknowledged out of the outbox, and note in ``delivered`` what it was."""
        contact = self._ratchet.contact
        for body_id in ids:
            entry = tx.outbox.find(contact, body_id)
            if entry is not None:
                tx.outbox.done(contact, entry)
            message = _message_of(tx, contact, body_id, entry)
            if message is not None and message.id == body_id:
                tx.messages.stamp(message.row, TimelineStep.ACKNOWLEDGED, at)
                tx.messages.set_state(message.row, MessageState.DELIVERED)
                message = tx.lifetimes.begin(message.row, at)
                delivered.deadline |= message.lifetime_s > 0
            if message is not None:
                delivered.messages[message.row] = message
            if entry is not None and entry.kind == NEW_KEY_KIND:
                tx.identity.known_by(contact, None)
                delivered.new_key = True
            if entry is not None and entry.kind == TIMER_KIND:
                tx.lifetimes.agreed(contact, body_id)
                delivered.timer = True


def _message_of(
    tx: Transaction, contact: ContactId, body_id: bytes, entry: Waiting | None
) -> Message | None:
    """Return our message that an acknowledgement is about, or whose change it is about.

    Also one that was given up: it arrived, then.
    """
    wanted = body_id if entry is None else entry.target or entry.id
    try:
        message = tx.find_message(MessageId(wanted), contact)
    except NoSuchMessageError:
        return None
    if message.id == body_id and (not message.outgoing or message.state is MessageState.DELIVERED):
        return None
    return message


def _stamp_left(tx: Transaction, rows: list[int], at: int) -> None:
    for row in rows:
        try:
            tx.messages.stamp(row, TimelineStep.LEFT, at)
        except NoSuchMessageError:
            continue  # removed here while it was under way


def plaintext_of(tx: Transaction, entry: Waiting) -> bytes | None:
    """Return what is to be sealed; None for an offer that does not hold any more."""
    message = entry.message
    if message is None:
        assert entry.body is not None
        return entry.body
    if message.file is None:
        text = message.text
        return encode_body(
            Text(message.id, text, message.sent_at, message.reply_to, message.lifetime_s)
        )
    file = tx.files.find(message.row)
    if file is None:
        tx.outbox.take_out(message.row)
        tx.messages.set_state(message.row, MessageState.FAILED, "cancelled")
        return None
    return encode_body(offer_of(file))
