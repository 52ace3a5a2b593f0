"""A conversation in which one person plays both sides, with the code that two people run.

The forger knows their own key and the mere public key of somebody. Both ends of the link are made
of what the program makes them of: flights, cells, sessions; what the engine says by itself is said
too. ``check`` cannot tell what comes out from a real link.

Source: docs/deniability.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Final

from messenger.core.ids import new_message_id, new_run
from messenger.core.types import COVER_PROFILES
from messenger.crypto.kem import KemKeyPair
from messenger.crypto.noise.functions import X25519
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.crypto.noise.patterns import Token
from messenger.crypto.noise.transport import Transport
from messenger.engine.ratchet import bound_to
from messenger.engine.traffic import EPOCH_ENVELOPE_COUNT
from messenger.protocol import message_channel
from messenger.protocol.bodies import Heartbeat, KnownBody, Text, decode_body, encode_body
from messenger.protocol.channels import Channel, Frame
from messenger.protocol.control import (
    PROTOCOL_VERSION,
    Ack,
    ControlFrame,
    EpochAnswer,
    EpochOffer,
    Hello,
    Lineage,
    decode_control,
    encode_control,
)
from messenger.protocol.epoch import PendingOffer
from messenger.protocol.handshake import veil_secret
from messenger.protocol.open_link import OpenLink
from messenger.protocol.rekey import DEFAULT_LIMITS, RekeyLimits, draw_keys
from messenger.protocol.replay import hour_of
from messenger.protocol.session import Session
from messenger.protocol.transcript import (
    INTRODUCTION,
    Answered,
    Drawn,
    Heard,
    Line,
    Offered,
    Passed,
    Said,
    Secrets,
    Step,
    Transcript,
    dialling,
)
from messenger.protocol.veil import SALT_LEN
from messenger.protocol.veiled_noise import VeiledNoise

INTERVAL_S: Final = COVER_PROFILES["saver"].interval_s  # between two cells: the shortest file
LEAD_S: Final = 30.0  # from the handshake to the first line; ours
MAX_PAUSE_S: Final = 60.0  # between two lines, whatever times they state; ours


def forge(
    own: KeyPair, peer: bytes, lines: Sequence[Line], *, limits: RekeyLimits = DEFAULT_LIMITS
) -> Transcript:
    """Make up a link to the owner of the public key ``peer``, who knows nothing of it.

    Raises:
        InvalidKeyError, HandshakeError: ``peer`` is not a key, or our own.
        ValueError: a line is longer than a message can be.
    """
    drawn = Drawn.of(*draw_keys())
    began_at = max(lines[0].sent_at - round(LEAD_S * 1000), 0) if lines else 0
    flights, transports = _shake_hands(own, peer, drawn, hour_of(began_at // 1000))
    talk = _Talk(transports, bound_to(own.public, peer), limits)
    talk.hold(lines, began_at)
    secrets = Secrets(own.private, drawn, tuple(talk.rekeys))
    return Transcript(peer, secrets, flights, tuple(talk.cells), tuple(talk.steps))


class _Impersonated(HandshakeState):
    """The side that was dialled, without its private key.

    That key is used in one token only, ``es``, with the ephemeral key of whoever dialled. The
    forger made that one, so the same secret comes from the other ends of both keys.
    """

    def __init__(self, public: bytes, ephemeral_of_forger: bytes) -> None:
        super().__init__(
            INTRODUCTION.protocol_name,
            initiator=False,
            prologue=INTRODUCTION.prologue,
            s=KeyPair(b"", public),
        )
        self._ephemeral_of_forger = ephemeral_of_forger
        self._public = public

    def _mix_secret(self, token: Token) -> None:
        if token is Token.ES:
            self._symmetric.mix_key(X25519.exchange(self._ephemeral_of_forger, self._public))
        else:
            super()._mix_secret(token)


def _shake_hands(
    own: KeyPair, peer: bytes, drawn: Drawn, hour: int
) -> tuple[tuple[bytes, bytes, bytes], tuple[Transport, Transport]]:
    """Return the flights and what they leave to both sides, ours first."""
    random: Random = SystemRandom()
    ours = dialling(own, peer, drawn, random)
    impersonated = _Impersonated(peer, drawn.private)
    secret = veil_secret(INTRODUCTION, peer)
    theirs = VeiledNoise(impersonated, secret=secret, own_key=peer, random=random)
    first = _cross(ours.write_flight(hour), theirs)
    second = _cross(theirs.write_flight(), ours)
    third = _cross(ours.write_flight(), theirs)
    return (first, second, third), (ours.split(), theirs.split())


def _cross(flight: bytes, receiver: VeiledNoise) -> bytes:
    receiver.read_flight(receiver.next_veil(flight[:SALT_LEN]), flight)
    return flight


@dataclass(slots=True)
class _Side:
    """One end of the link."""

    link: OpenLink
    name: str
    run: bytes = field(default_factory=new_run)
    heard: bytes | None = None  # the run of the other side
    session: Session = field(default_factory=Session.empty)

    def say(self, frame: ControlFrame) -> None:
        """Queue a frame of the channel CONTROL."""
        self.link.enqueue(Channel.CONTROL, encode_control(frame), 0)

    def greet(self) -> None:
        """Say who speaks and which run of its program."""
        hello = Hello(
            version=PROTOCOL_VERSION,
            name=self.name,
            consent=True,
            epochs=self.session.epochs,
            listen_port=0,
            addresses=(),
        )
        self.say(hello)
        self.say_lineage()

    def say_lineage(self) -> None:
        """Say which run this is and what it remembers of the other side."""
        epoch, opened = self.session.opened
        self.say(Lineage(self.run, self.heard, epoch, opened))


class _Talk:
    """Both ends in one hand, and what the one who dialled keeps of it.

    Attributes:
        cells, steps, rekeys: as in a transcript.
    """

    def __init__(
        self, transports: tuple[Transport, Transport], both_keys: bytes, limits: RekeyLimits
    ) -> None:
        self.cells: list[Passed] = []
        self.steps: list[Step] = []
        self.rekeys: list[Drawn] = []
        self._now = 0.0  # seconds since the handshake
        self._both_keys = both_keys
        self._pending: PendingOffer | None = None
        ours, theirs = (
            OpenLink(transport, initiator=initiator, limits=limits, now=0.0, draw=self._draw)
            for transport, initiator in zip(transports, (True, False), strict=True)
        )
        self._ours, self._theirs = _Side(ours, "me"), _Side(theirs, "them")

    def hold(self, lines: Sequence[Line], began_at: int) -> None:
        """Let a link stand as long as the lines take; ``began_at`` in Unix ms."""
        self._ours.greet()
        self._theirs.greet()
        while not self._theirs.session.can_seal:
            self._tick()
        before = began_at + round(self._now * 1000)
        for line in lines:
            self._wait((line.sent_at - before) / 1000)
            body = Text(new_message_id(), line.text, line.sent_at)
            self._seal(self._ours if line.mine else self._theirs, body)
            self._renew()
            self._settle()  # else the words of the two would cross
            before = line.sent_at
        self._settle()

    # -- time -------------------------------------------------------------------------------------

    def _wait(self, pause_s: float) -> None:
        for _ in range(int(min(pause_s, MAX_PAUSE_S) / INTERVAL_S)):
            self._tick()

    def _settle(self) -> None:
        """Go on until nobody has anything to say."""
        while self._ours.link.queued_len or self._theirs.link.queued_len:
            self._tick()

    def _tick(self) -> None:
        """Let a cell cross in each direction."""
        self._now += INTERVAL_S
        for sender, receiver in ((self._ours, self._theirs), (self._theirs, self._ours)):
            sender.link.on_time(self._now)
            cell = sender.link.next_cell()
            sender.link.cell_left()
            self.cells.append(Passed(sender is self._ours, cell))
            for frame in receiver.link.receive_data(cell, self._now):
                self._on_frame(receiver, frame)

    def _draw(self) -> tuple[KeyPair, KemKeyPair]:
        keys = draw_keys()
        self.rekeys.append(Drawn.of(*keys))
        return keys

    # -- what the engine does ---------------------------------------------------------------------

    def _on_frame(self, side: _Side, frame: Frame) -> None:
        if frame.channel is Channel.CONTROL:
            self._on_control(side, frame.body)
            return
        match message_channel.decode(frame.body):
            case EpochOffer() as offer:
                side.session, answer = side.session.answer(offer, side.link.session_exporter)
                self._send_epoch(side, answer)
            case EpochAnswer() as answer:
                self._accept(answer)
            case message_channel.Envelope(sealed=envelope):
                self._open(side, envelope)

    def _on_control(self, side: _Side, body: bytes) -> None:
        match decode_control(body):
            case Hello() as hello if side is self._ours:
                self._offer(side.session.choose_base(hello.epochs))
            case Lineage(run=run) if run != side.heard:
                side.heard = run
                side.say_lineage()

    def _offer(self, base: bytes | None) -> None:
        self._pending, frame = self._ours.session.offer(base)
        drawn = Drawn(self._pending.ratchet_private, self._pending.kem.seed())
        self.steps.append(Offered(drawn))
        self._send_epoch(self._ours, frame)

    def _accept(self, answer: EpochAnswer) -> None:
        side, pending = self._ours, self._pending
        assert pending is not None
        self._pending = None
        side.session = side.session.accept(pending, answer, side.link.session_exporter)
        self.steps.append(Answered())
        self._seal(side, Heartbeat())

    def _renew(self) -> None:
        """Begin another epoch if the last one has served long enough."""
        session = self._ours.session
        used = session.info.since_epoch >= EPOCH_ENVELOPE_COUNT
        if used and self._pending is None and not session.is_full:
            self._offer(session.choose_base(session.epochs))

    def _send_epoch(self, side: _Side, frame: EpochOffer | EpochAnswer) -> None:
        side.link.enqueue(Channel.EPOCH, message_channel.encode_epoch(frame), 0)

    def _seal(self, side: _Side, body: KnownBody) -> None:
        data = encode_body(body)
        before = side.session
        side.session, envelope = before.seal(data, self._both_keys)
        side.link.enqueue(Channel.MESSAGE, message_channel.encode_envelope(envelope), 0)
        if side is self._ours:
            self.steps.append(Said(data, new_ratchet_key(before, side.session)))

    def _open(self, side: _Side, envelope: bytes) -> None:
        side.session, data = side.session.open(envelope, self._both_keys)
        if side is self._ours:
            self.steps.append(Heard())
        body = decode_body(data)
        if not isinstance(body, Heartbeat):
            side.say(Ack((body.id,)))


def new_ratchet_key(before: Session, after: Session) -> bytes | None:
    """Return the private key that sealing has drawn between two states, None if it drew none."""
    known = {epoch.ratchet.own_key for epoch in before.held}
    drawn = [epoch.ratchet.own_key for epoch in after.held if epoch.ratchet.own_key not in known]
    return drawn[0].private if drawn and drawn[0] is not None else None
