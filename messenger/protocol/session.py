"""The session of two people: a chain of epochs, as a value that is replaced and never changed.

Rule 1: a new epoch stands in front of the ones before it. Rule 2: those before an epoch go when
the first envelope of that epoch opens, and not earlier; so neither a lost frame nor a crash on
either side of a commit leaves the two without an epoch they share. Rule 3: whoever offers builds
on the newest epoch that both hold, or begins afresh.

Nothing here does I/O or reads a clock. The caller keeps the new value before it lets anything out.

Source: docs/protocol.md, section 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import (
    DecryptionError,
    HandshakeError,
    LocalProtocolError,
    StoreCorruptError,
    StoreTooNewError,
)
from messenger.crypto.ratchet_chain import Hidden
from messenger.protocol.control import EpochAnswer, EpochOffer
from messenger.protocol.epoch import Epoch, Lineage, PendingOffer, accept_answer, answer_offer

MAX_EPOCHS: Final = 4  # held at once: the working one, and exchanges whose end got lost
SESSION_VERSION: Final = 1  # first byte of an encoded session


@dataclass(frozen=True, slots=True)
class SessionCounters:
    """Where a session stands; no secrets."""

    epoch: int  # number of the epoch in use, 0: none yet
    started_at: int  # Unix ms of that epoch, as the caller gave it
    sent_count: int  # envelopes sealed in it
    received_count: int
    skipped_count: int  # message keys kept for late envelopes

    @property
    def since_epoch(self) -> int:
        """Envelopes of both directions since that epoch began."""
        return self.sent_count + self.received_count


class Session(Hidden, frozen=True):
    """The epochs this side holds, newest first."""

    held: Annotated[tuple[Epoch, ...], Meta(max_length=MAX_EPOCHS)]

    @classmethod
    def empty(cls) -> "Session":
        """A session before the first exchange."""
        return cls(())

    @property
    def epochs(self) -> tuple[bytes, ...]:
        """Ids of the epochs held, newest first: what Hello lists."""
        return tuple(epoch.id for epoch in self.held)

    @property
    def established(self) -> bool:
        """Whether an epoch ever worked: not yet after a first answer whose offerer fell silent."""
        return any(epoch.can_seal for epoch in self.held)

    @property
    def is_full(self) -> bool:
        """Whether one epoch more would push out one that the peer may have sealed in."""
        return len(self.held) >= MAX_EPOCHS

    @property
    def can_seal(self) -> bool:
        """Whether :meth:`seal` works: not between the answer to a fresh offer and its first use."""
        return self._sealing() is not None

    @property
    def sealing_epoch(self) -> bytes | None:
        """Id of the epoch that :meth:`seal` uses, None while it does not work."""
        at = self._sealing()
        return None if at is None else self.held[at].id

    @property
    def info(self) -> SessionCounters:
        """Counters for people and scripts."""
        skipped = sum(epoch.skipped_count for epoch in self.held)
        if not self.held:
            return SessionCounters(0, 0, 0, 0, skipped)
        used = self.held[self._sealing() or 0]
        return SessionCounters(
            used.number, used.started_at, used.sent_count, used.received_count, skipped
        )

    @property
    def opened(self) -> tuple[bytes | None, int]:
        """The newest epoch in which an envelope opened, and how many did."""
        worked = next((epoch for epoch in self.held if epoch.received_count), None)
        return (None, 0) if worked is None else (worked.id, worked.received_count)

    def is_behind(self, epoch: bytes | None, opened: int) -> bool:
        """Whether the peer opened more envelopes of an epoch than this state has sealed in it."""
        return any(held.id == epoch and held.sent_count < opened for held in self.held)

    # -- the epoch exchange -----------------------------------------------------------------------

    def choose_base(self, peer_epochs: Sequence[bytes]) -> bytes | None:
        """Return the newest epoch that the peer holds too; None: begin afresh."""
        return next((epoch for epoch in self.epochs if epoch in peer_epochs), None)

    def offer(self, base: bytes | None) -> tuple[PendingOffer, EpochOffer]:
        """Begin an exchange on top of ``base``, one of :attr:`epochs`, or afresh with None."""
        if base is not None and base not in self.epochs:
            raise LocalProtocolError("an offer on top of an epoch that is not held")
        pending = PendingOffer.make(base)
        return pending, pending.offer

    def answer(
        self, offer: EpochOffer, exporter: bytes, *, at: int = 0, by_mail: bool = False
    ) -> tuple["Session", EpochAnswer]:
        """Answer an offer: the new epoch stands beside those before it until it is used.

        Args:
            offer: from the authenticated link.
            exporter: 32 secret bytes of that link.
            at: Unix ms, for :attr:`info` only.
            by_mail: the offer may be weeks old, and says nothing of what the peer holds now: what
                seals goes on sealing until an envelope of the new epoch proves that it is wanted.

        Raises:
            HandshakeError: a bad key, or a base that is not held here.
        """
        epoch, answer = answer_offer(offer, self._lineage(offer.base, exporter, at))
        return self._with_new(epoch.put_beside() if by_mail else epoch), answer

    def accept(
        self, pending: PendingOffer, answer: EpochAnswer, exporter: bytes, *, at: int = 0
    ) -> "Session":
        """Finish our own offer; the first envelope in the new epoch is now ours to send.

        Raises:
            HandshakeError: the answer is for another secret, or its base is gone by now because
                a newer epoch took over.
        """
        if answer.epoch in self.epochs:
            raise HandshakeError("an epoch answer that came before")
        lineage = self._lineage(pending.offer.base, exporter, at)
        return self._with_new(accept_answer(pending, answer, lineage))

    def _lineage(self, base: bytes | None, exporter: bytes, at: int) -> Lineage:
        if len(exporter) != 32:
            raise ValueError("a link exporter has 32 bytes")
        epoch = self._find(base)
        if base is not None and epoch is None:
            raise HandshakeError("an epoch exchange on top of an epoch that is not held")
        number = 1 + max((held.number for held in self.held), default=0)
        return Lineage(epoch, number, exporter, at)

    def _find(self, epoch_id: bytes | None) -> Epoch | None:
        return next((epoch for epoch in self.held if epoch.id == epoch_id), None)

    def began_anew(self, before: "Session") -> bool:
        """Whether an epoch that stood beside what worked in ``before`` has taken its place."""
        if not before.established or not self.held[-1].confirmed:
            return False
        epoch = before._find(self.held[-1].id)
        while epoch is not None and not epoch.confirmed:
            if epoch.beside:
                return True
            epoch = before._find(epoch.base)
        return False

    def _with_new(self, epoch: Epoch) -> "Session":
        """Put a new epoch in front and keep to MAX_EPOCHS.

        Those that work stay, and the base: the peer seals in it until this one has been used.
        """
        session = Session((epoch, *self.held))
        if len(session.held) <= MAX_EPOCHS:
            return session
        used = (i for i, e in enumerate(session.held) if e.confirmed or e.id == epoch.base)
        needed = {0, session._sealing(), *used}
        spare = max(i for i in range(len(session.held)) if i not in needed)
        return Session((*session.held[:spare], *session.held[spare + 1 :]))

    def was_late(self, before: "Session") -> bool:
        """Whether the envelope that made this of ``before`` came behind one that was sealed later.

        Its key had been kept when it was found missing, so the receiving chain did not move.
        """
        opened = self.held[-1]
        earlier = before._find(opened.id)
        return earlier is not None and earlier.ratchet.receiving == opened.ratchet.receiving

    # -- envelopes -------------------------------------------------------------------------------

    def seal(
        self, plaintext: bytes, associated_data: bytes, *, length: int | None = None
    ) -> tuple["Session", bytes]:
        """Seal a body in the newest epoch that can; ``length`` pads the envelope to that size.

        Raises:
            LocalProtocolError: no epoch can seal yet.
            ValueError: the body is too long.
        """
        at = self._sealing()
        if at is None:
            raise LocalProtocolError("no epoch can seal yet")
        epoch, envelope = self.held[at].seal(plaintext, associated_data, length)
        return Session((*self.held[:at], epoch, *self.held[at + 1 :])), envelope

    def open(
        self, envelope: bytes, associated_data: bytes, *, stamp: int = 0
    ) -> tuple["Session", bytes]:
        """Open an envelope in whichever epoch it belongs to; older epochs go then.

        Args:
            envelope: as it came.
            associated_data: the bytes the peer sealed with.
            stamp: kept with the keys of messages found missing; see :meth:`forget_skipped`.

        Raises:
            DecryptionError: no epoch opens it.
            TooManySkippedError: its number is too far ahead in its chain.
            MalformedFrameError: it opened to something without padding.
        """
        for at, epoch in enumerate(self.held):
            try:
                opened, body = epoch.open(envelope, associated_data, stamp)
            except DecryptionError:
                continue
            return Session((*self.held[:at], opened)), body
        raise DecryptionError("an envelope does not open")

    def forget_skipped(self, stamp: int) -> "Session":
        """Give up messages that were found missing under a smaller stamp."""
        return Session(
            tuple(
                epoch.with_skipped(epoch.ratchet.skipped.without_older(stamp))
                for epoch in self.held
            )
        )

    def _sealing(self) -> int | None:
        """Index of the newest epoch that can seal and that the peer may hold.

        What an epoch was built on is the newest that the peer held as well: what lies between the
        two only we hold, and without a base the peer holds nothing of what lies behind. One that
        stands beside the others says nothing of them.
        """
        at = 0
        while at < len(self.held) and not self.held[at].can_seal:
            base = self.held[at].base
            if base is None:
                return None
            behind = range(at + 1, len(self.held))
            at = next((i for i in behind if self.held[i].id == base), at + 1)
        return at if at < len(self.held) else None

    # -- stored form -----------------------------------------------------------------------------

    def encode(self) -> bytes:
        """Return the stored form: SESSION_VERSION and msgpack. It holds every secret."""
        return bytes((SESSION_VERSION,)) + _ENCODER.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> "Session":
        """Read a stored session.

        Raises:
            StoreTooNewError: a later version of Hum wrote it.
            StoreCorruptError: anything but the bytes that :meth:`encode` writes.
        """
        if data[:1] > bytes((SESSION_VERSION,)):
            raise StoreTooNewError("a session of a later version of Hum")
        try:
            session = _DECODER.decode(data[1:])
        except DECODE_ERRORS as error:
            raise StoreCorruptError("a stored session does not decode") from error
        if session.encode() != data:
            raise StoreCorruptError("a stored session does not decode")
        return session


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Session)
