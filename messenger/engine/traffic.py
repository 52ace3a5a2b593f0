"""What flows once two people agree: epochs, envelopes, acknowledgements.

Source: docs/protocol.md, sections 6 and 7.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from messenger.core.errors import MalformedFrameError, RemoteProtocolError
from messenger.core.types import Contact, Relation
from messenger.engine.allowance import Allowance
from messenger.engine.context import Context
from messenger.engine.events import (
    KeyAdopted,
    MessageAdded,
    MessageChanged,
    SessionInfo,
    SessionReset,
)
from messenger.engine.greeting import CONSENTING
from messenger.engine.inbound import Inbound, Received
from messenger.engine.live_link import LiveLink
from messenger.engine.mail import Mail, Opened
from messenger.engine.outbound import Delivered, Outbound
from messenger.engine.ratchet import Ratchet
from messenger.protocol import message_channel
from messenger.protocol.control import (
    Ack,
    EpochAnswer,
    EpochOffer,
    Unreadable,
    encode_control,
)
from messenger.protocol.session import Session
from messenger.store.database import Transaction

log = logging.getLogger(__name__)
T = TypeVar("T")

EPOCH_ENVELOPE_COUNT: Final = 50  # envelopes either way until a new epoch; design section 6
EPOCH_AGE_MS: Final = 24 * 3600 * 1000
ACK_COUNT: Final = 64  # ids in one frame
MAX_UNREADABLE_COUNT: Final = 64  # on one link, then it is dropped


class Traffic:
    """The part of a conversation that is about what they write."""

    def __init__(
        self,
        context: Context,
        ratchet: Ratchet,
        refresh: Callable[[], Awaitable[None]],
        *,
        on_told: Callable[[], None],
        on_files: Callable[[set[int]], Awaitable[None]],
        on_addresses: Callable[[], None],
    ) -> None:
        """Begin.

        Args:
            refresh: reads the contact again after something changed it.
            on_told: called when the contact has acknowledged our new key.
            on_files: called with the rows of files that the other side has moved.
            on_addresses: called when the contact said places that we did not know.
        """
        self._allowance = Allowance()
        self._on_told = on_told
        self._on_files = on_files
        self._on_addresses = on_addresses
        self._context = context
        self._refresh = refresh
        self._ratchet = ratchet
        self._inbound = Inbound(context, ratchet)
        self._outbound = Outbound(context, ratchet)
        self.mail = Mail(context, ratchet, self._outbound)

    def begin(self) -> None:
        """A new link: what is not acknowledged goes again."""
        self._outbound.rewind()

    async def pump(self, link: LiveLink) -> None:
        """Seal and queue what waits, if an epoch of this link allows it."""
        if not self._may_seal(link):
            return
        while await self._outbound.pump(lambda e: self._send(link, e)):
            pass
        self._maybe_renew(link)

    async def write(self, link: LiveLink, work: Callable[[Transaction], T]) -> T:
        """Commit ``work``; what it leaves in the outbox is sealed with it, if that can go now."""
        if not self._may_seal(link):
            return await self._context.store.write(work)
        return await self._outbound.write(work, lambda e: self._send(link, e))

    async def heartbeat(self, link: LiveLink) -> None:
        """Move the ratchet although nobody writes."""
        if self._may_seal(link):
            await self._outbound.heartbeat(lambda e: self._send(link, e))
            self._maybe_renew(link)

    def _may_seal(self, link: LiveLink) -> bool:
        """Whether an epoch of this link can seal that the peer can open."""
        epoch = self._ratchet.session.sealing_epoch
        if not link.epoch_done or epoch is None or epoch in link.unreadable_epochs:
            return False
        if link.rewind:
            link.rewind = False
            self._outbound.rewind()
        return True

    async def on_left(self, frames: list[int]) -> None:
        """Numbered frames have left."""
        await self._outbound.on_left(frames)

    async def on_ack(self, ids: Sequence[bytes]) -> None:
        """The peer has committed these messages."""
        await self._on_delivered(await self._outbound.on_ack(ids))

    async def _on_delivered(self, delivered: Delivered) -> None:
        if delivered.timer or delivered.new_key:
            await self._refresh()
        if delivered.new_key:
            self._on_told()

    def on_unreadable(self, link: LiveLink) -> None:
        """The peer could not open an envelope: a new epoch, and everything unacknowledged again.

        Nothing is sealed until another epoch can: the peer could not open that either. What was
        on its way already is complained about too, perhaps when that epoch is of use already: then
        one more follows, at most as often as there were envelopes on their way.
        """
        self._count_unreadable(link)
        link.rewind = True
        if (epoch := self._ratchet.session.sealing_epoch) is not None:
            link.unreadable_epochs.add(epoch)
        self._renew(link)

    async def on_envelopes(self, link: LiveLink, contact: Contact, bodies: list[bytes]) -> None:
        """Work off a run of frames of the channel MESSAGE, in one commit if they are not long.

        Raises:
            RemoteProtocolError: their author only asks, with a session from before a block, or
                writes too much.
            MalformedFrameError: something else than an envelope.
        """
        self._refuse_strangers(contact)
        self._use_up(bodies)
        frames = [message_channel.decode(body) for body in bodies]
        envelopes = [f.sealed for f in frames if isinstance(f, message_channel.Envelope)]
        if len(envelopes) < len(frames):
            raise MalformedFrameError("no envelope on the channel of messages")
        await self._receive(link, envelopes)

    async def on_epochs(self, link: LiveLink, contact: Contact, bodies: list[bytes]) -> None:
        """Work off a run of frames of the channel EPOCH.

        Raises:
            RemoteProtocolError: their author only asks or writes too much, or an exchange is out
                of turn.
            MalformedFrameError: something else than half of an exchange.
        """
        self._refuse_strangers(contact)
        self._use_up(bodies)
        for body in bodies:
            match message_channel.decode(body):
                case EpochOffer() as offer:
                    await self._on_offer(link, contact, offer)
                case EpochAnswer() as answer:
                    await self._on_answer(link, answer)
                case _:
                    raise MalformedFrameError("no exchange on the channel of epochs")

    def _refuse_strangers(self, contact: Contact) -> None:
        if contact.relation not in CONSENTING:
            raise RemoteProtocolError("somebody whom nobody has accepted writes")

    def _use_up(self, bodies: Sequence[bytes]) -> None:
        if not self._allowance.take(bodies, self._context.clock.now()):
            raise RemoteProtocolError("a contact writes more in a day than is kept of one")

    def maybe_offer(self, link: LiveLink, contact: Contact) -> None:
        """Begin the epoch of a new link as soon as both agree; the side that dialled offers."""
        agreed = link.peer_hello is not None and link.peer_hello.consent
        agreed = agreed and contact.relation is Relation.ACCEPTED
        if agreed and link.initiator and not link.epoch_done and link.offer is None:
            assert link.peer_hello is not None
            base = self._ratchet.session.choose_base(tuple(link.peer_hello.epochs))
            self._offer(link, base)

    async def forget_skipped(self, before: int) -> None:
        """Give up envelopes that were found missing before Unix ms ``before``."""
        session = self._ratchet.session.forget_skipped(before)
        if session != self._ratchet.session:
            await self._context.store.write(lambda tx: self._ratchet.save(tx, session))
            self._ratchet.adopt(session)

    def info(self, contact: Contact) -> SessionInfo:
        """Where the ratchet stands."""
        info = self._ratchet.session.info
        return SessionInfo(
            contact=contact.id,
            established=self._ratchet.session.established,
            epoch=info.epoch,
            epoch_started_at=info.started_at,
            sent_count=info.sent_count,
            received_count=info.received_count,
            skipped_count=info.skipped_count,
        )

    # -- epochs -----------------------------------------------------------------------------------

    def _offer(self, link: LiveLink, base: bytes | None) -> None:
        link.offer, frame = self._ratchet.session.offer(base)
        link.send_epoch(message_channel.encode_epoch(frame))

    async def _on_offer(self, link: LiveLink, contact: Contact, offer: EpochOffer) -> None:
        if link.initiator or contact.relation is not Relation.ACCEPTED:
            raise RemoteProtocolError("an epoch was offered out of turn")
        session, answer = self._ratchet.session.answer(
            offer, link.up.exporter, at=self._context.clock.unix_ms()
        )
        await self._commit_epoch(link, session, fresh=offer.base is None)
        link.send_epoch(message_channel.encode_epoch(answer))

    async def _on_answer(self, link: LiveLink, answer: EpochAnswer) -> None:
        if link.offer is None:
            raise RemoteProtocolError("an epoch was answered that nobody offered")
        pending, link.offer = link.offer, None
        session = self._ratchet.session.accept(
            pending, answer, link.up.exporter, at=self._context.clock.unix_ms()
        )
        await self._commit_epoch(link, session, fresh=pending.offer.base is None)
        # The answerer can seal in the new epoch only after our first envelope.
        await self._outbound.heartbeat(lambda e: self._send(link, e))

    async def _commit_epoch(self, link: LiveLink, session: Session, *, fresh: bool) -> None:
        reset = fresh and (self._ratchet.session.established or link.restored)
        contact, now = self._ratchet.contact, self._context.clock.unix_ms()

        def work(tx: Transaction) -> None:
            self._ratchet.save(tx, session)
            tx.mail.rewind(contact, now)  # the peer lets go of the epoch before

        await self._context.store.write(work)
        self._ratchet.adopt(session)
        link.epoch_done = True
        if reset:
            self._context.emit(SessionReset(self._ratchet.contact))

    def _maybe_renew(self, link: LiveLink) -> None:
        info = self._ratchet.session.info
        used = info.since_epoch >= EPOCH_ENVELOPE_COUNT
        old = self._context.clock.unix_ms() - info.started_at >= EPOCH_AGE_MS
        # An exchange overtakes envelopes: what the peer sealed in an epoch may come after three
        # later ones. So none is pushed out; the peer's next word or heartbeat makes room.
        if link.epoch_done and (used or old) and not self._ratchet.session.is_full:
            self._renew(link)

    def _renew(self, link: LiveLink) -> None:
        if link.initiator and link.offer is None:
            self._offer(link, self._ratchet.session.choose_base(self._ratchet.session.epochs))

    # -- envelopes --------------------------------------------------------------------------------

    def _send(self, link: LiveLink, envelope: bytes) -> int:
        return link.send_message(message_channel.encode_envelope(envelope))

    async def _receive(self, link: LiveLink, envelopes: list[bytes]) -> None:
        """Commit, then acknowledge, then show; others may commit in between."""
        while envelopes:
            received = await self._inbound.receive(envelopes)
            del envelopes[: received.taken_count]
            self._allowance.charge(received.index_growth, self._context.clock.now())
            self._acknowledge(link, received)
            await self._tell(received)
            self._complain(link, received)

    async def receive_mail(self, link: LiveLink | None, contact: Contact, envelope: bytes) -> bool:
        """Take in one envelope out of a mailbox: commit, then show; False if it does not open.

        Acknowledgements go by mail, and on the link too if there is one.
        """
        opened = await self.mail.receive(contact, envelope)
        if not opened.readable:
            return False
        await self._show_mail(link, opened)
        while opened.rest:
            opened = await self.mail.go_on(contact, opened)
            await self._show_mail(link, opened)
        return True

    async def _show_mail(self, link: LiveLink | None, opened: Opened) -> None:
        if link is not None and link.epoch_done:
            self._acknowledge(link, opened.received)
        self._outbound.tell(opened.delivered)
        await self._on_delivered(opened.delivered)
        await self._tell(opened.received)

    def _acknowledge(self, link: LiveLink, received: Received) -> None:
        for start in range(0, len(received.committed), ACK_COUNT):
            ids = received.committed[start : start + ACK_COUNT]
            link.send_control(encode_control(Ack(tuple(ids))))

    async def _tell(self, received: Received) -> None:
        """Show what was committed."""
        if received.anew:
            self._context.emit(SessionReset(self._ratchet.contact))
        changed = {message.row: message for message in received.changed}
        for message in received.added:  # as it stands now: its author may have taken it back
            self._context.emit(MessageAdded(changed.pop(message.row, message)))
        for message in changed.values():
            self._context.emit(MessageChanged(message))
        if offers := tuple(message for message in received.added if message.file is not None):
            self._context.on_offers(offers)
        if received.contact_changed:
            await self._refresh()
        if received.new_key:
            self._context.emit(KeyAdopted(self._ratchet.contact))
        await self._on_files(received.file_rows)
        if received.mailboxes:
            self._context.on_mailboxes()
        if received.addresses:
            self._on_addresses()

    def _count_unreadable(self, link: LiveLink) -> None:
        link.unreadable_count += 1
        if link.unreadable_count > MAX_UNREADABLE_COUNT:
            raise RemoteProtocolError("the two sessions do not fit together")

    def _complain(self, link: LiveLink, received: Received) -> None:
        if received.malformed_count:
            raise RemoteProtocolError("an envelope opened to something malformed")
        if not received.unreadable_count:
            return
        log.warning("%d envelopes did not open", received.unreadable_count)
        link.send_control(encode_control(Unreadable(received.unreadable_count)))
        self._count_unreadable(link)
        self._renew(link)
