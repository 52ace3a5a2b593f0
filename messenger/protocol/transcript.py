"""What somebody would have to show to prove what another said, and how it is checked.

A transcript is everything the side that dialled can show of a link: what it drew itself, and every
byte that crossed, of both sides, as it crossed: three flights, then cells. ``check`` lifts the
veil, shakes hands, opens the cells, exchanges epochs and opens the envelopes again, with the code
by which Hum does all this, and returns what was said. It proves nothing: whoever can check a
transcript can also make one, and ``messenger/engine/forged_talk.py`` does.

Source: docs/deniability.md.
"""

from collections import deque
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Annotated, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from messenger.core.errors import HandshakeError, MalformedFrameError, RemoteProtocolError
from messenger.crypto.kem import SEED_LEN, KemKeyPair
from messenger.crypto.noise.functions import KEY_LEN
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair, PreparedKeys
from messenger.crypto.noise.transport import Transport
from messenger.crypto.padding import pad
from messenger.crypto.xchacha import NONCE_LEN
from messenger.protocol import message_channel
from messenger.protocol.bodies import Text, decode_body
from messenger.protocol.cells import CELL_LEN, CellOpener
from messenger.protocol.channels import Channel, Frame, FrameAssembler
from messenger.protocol.control import EpochAnswer, EpochOffer, decode_control
from messenger.protocol.envelope import ENVELOPE_OVERHEAD
from messenger.protocol.epoch import PendingOffer
from messenger.protocol.file_chunks import decode_bulk
from messenger.protocol.handshake import Introduction, veil_secret
from messenger.protocol.message_channel import Envelope
from messenger.protocol.rekey import SWITCH, LinkRoot, Rekey
from messenger.protocol.session import Session
from messenger.protocol.veil import SALT_LEN
from messenger.protocol.veiled_noise import VeiledNoise, plain_header

INTRODUCTION: Final = Introduction.KNOWN_KEY

_Key: TypeAlias = Annotated[bytes, Meta(min_length=KEY_LEN, max_length=KEY_LEN)]
_Seed: TypeAlias = Annotated[bytes, Meta(min_length=SEED_LEN, max_length=SEED_LEN)]


class Line(NamedTuple):
    """One message: who wrote it, when, and what."""

    mine: bool  # of the side that shows the transcript
    sent_at: int  # Unix ms
    text: str


class Drawn(msgspec.Struct, frozen=True):
    """What one hybrid exchange was drawn from."""

    private: _Key  # X25519
    kem_seed: _Seed

    def __repr__(self) -> str:
        return "Drawn(…)"

    @classmethod
    def of(cls, pair: KeyPair, kem: KemKeyPair) -> "Drawn":
        """Take the secrets out of two key pairs."""
        return cls(pair.private, kem.seed())

    def keys(self) -> tuple[KeyPair, KemKeyPair]:
        """Make the key pairs of them again."""
        return KeyPair.from_private(self.private), KemKeyPair.from_seed(self.kem_seed)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the side that dialled has drawn for the link."""

    identity: bytes = field(repr=False)  # X25519, 32 bytes
    handshake: Drawn
    rekeys: tuple[Drawn, ...]  # of each OFFER of new keys for the link, in order


class Passed(msgspec.Struct, frozen=True, array_like=True):
    """Whole cells that crossed in one direction, one behind the other."""

    mine: bool
    data: bytes


class Offered(msgspec.Struct, frozen=True, tag="offered"):
    """We offered an epoch."""

    drawn: Drawn


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """Their answer came, and the epoch began."""


class Said(msgspec.Struct, frozen=True, tag="said"):
    """We sealed an envelope."""

    body: bytes
    private: _Key | None  # a new ratchet key, if it began a chain

    def __repr__(self) -> str:
        return "Said(…)"


class Heard(msgspec.Struct, frozen=True, tag="heard"):
    """We opened their next envelope."""


# What we did about envelopes and epochs, in order. The frames are in the cells: the next one of
# that direction and channel. Only the order of the two directions among each other is said here.
Step: TypeAlias = Offered | Answered | Said | Heard


@dataclass(frozen=True, slots=True)
class Transcript:
    """A link with all evidence."""

    peer: bytes  # identity key of the other side, 32 bytes
    secrets: Secrets
    flights: tuple[bytes, bytes, bytes]
    cells: tuple[Passed, ...]  # in the order in which they crossed
    steps: tuple[Step, ...]


def check(transcript: Transcript) -> tuple[Line, ...]:
    """Run the protocol again over a transcript and return what was said.

    Raises:
        ProtocolError, CryptoError: some byte of it does not follow from the rest.
    """
    own = KeyPair.from_private(transcript.secrets.identity)
    cells = _Cells(_shake_again(transcript, own), transcript.secrets.rekeys)
    for passed in transcript.cells:
        cells.open_again(passed)
    both_keys = b"".join(sorted((own.public, transcript.peer)))
    replay = _Replay(cells, both_keys)
    for step in transcript.steps:
        replay.follow(step)
    if cells.left_over:
        raise RemoteProtocolError("the transcript leaves something out")
    return tuple(replay.lines)


# -- flights ---------------------------------------------------------------------------------------


def dialling(own: KeyPair, peer: bytes, drawn: Drawn, random: Random) -> VeiledNoise:
    """Begin the handshake of the side that dialled, with these secrets."""
    noise = HandshakeState(
        INTRODUCTION.protocol_name,
        initiator=True,
        prologue=INTRODUCTION.prologue,
        s=own,
        rs=peer,
        prepared=PreparedKeys(*drawn.keys()),
    )
    secret = veil_secret(INTRODUCTION, peer)
    return VeiledNoise(noise, secret=secret, own_key=own.public, random=random)


def _shake_again(transcript: Transcript, own: KeyPair) -> Transport:
    """Check that both sides shook hands with these identities; return what that left."""
    first, second, third = transcript.flights
    drawn = transcript.secrets.handshake
    noise = dialling(own, transcript.peer, drawn, SystemRandom())
    _check_written(noise, first)
    cover = noise.next_veil(second[:SALT_LEN])
    if plain_header(cover, second).flight_len != len(second):
        raise HandshakeError("a flight that is not as long as it says")
    noise.read_flight(cover, second)
    plain_header(noise.next_veil(third[:SALT_LEN]), third)
    _check_written(noise, third)
    return noise.split()


def _check_written(noise: VeiledNoise, flight: bytes) -> None:
    salt = flight[:SALT_LEN]
    header = noise.next_veil(salt).open_header(flight)
    if noise.write_again(header, salt) != flight:
        raise HandshakeError("these flights do not come of these keys")


# -- cells -----------------------------------------------------------------------------------------


class _Cells:
    """Both directions of the link, opened by the side that dialled.

    Attributes:
        session_exporter: 32 secret bytes for the session.
    """

    def __init__(self, transport: Transport, rekeys: tuple[Drawn, ...]) -> None:
        root, self.session_exporter = LinkRoot.derive(transport.exporter)
        self._drawn = deque(rekeys)
        self._rekey = Rekey(root, initiator=True, draw=self._draw)
        self._openers = {True: CellOpener(transport.send), False: CellOpener(transport.receive)}
        self._assemblers = {True: FrameAssembler(), False: FrameAssembler()}
        self._frames: dict[tuple[bool, Channel], deque[bytes]] = {
            (mine, channel): deque()
            for mine in (True, False)
            for channel in (Channel.MESSAGE, Channel.EPOCH)
        }

    @property
    def left_over(self) -> bool:
        """Whether something was not asked for: a frame, or a secret."""
        return bool(self._drawn) or any(self._frames.values())

    def open_again(self, passed: Passed) -> None:
        """Open cells of one direction and keep the frames that end in them."""
        if len(passed.data) % CELL_LEN:
            raise RemoteProtocolError("cells are whole")
        for plaintext in self._openers[passed.mine].receive_data(passed.data):
            for frame in self._assemblers[passed.mine].receive_cell(plaintext):
                self._keep(passed.mine, frame)

    def take(self, channel: Channel, *, mine: bool) -> Envelope | EpochOffer | EpochAnswer:
        """Return the next frame of a direction and channel."""
        frames = self._frames[mine, channel]
        if not frames:
            raise RemoteProtocolError("the transcript speaks of a frame that did not cross")
        return message_channel.decode(frames.popleft())

    def _keep(self, mine: bool, frame: Frame) -> None:
        match frame.channel:
            case Channel.LINK:
                self._on_rekey_frame(mine, frame.body)
            case Channel.CONTROL:
                decode_control(frame.body)
            case Channel.BULK:
                decode_bulk(frame.body)
            case channel:
                self._frames[mine, channel].append(frame.body)

    def _on_rekey_frame(self, mine: bool, body: bytes) -> None:
        if not mine:
            step = self._rekey.receive(body)
            if step.receive_cipher is not None:
                self._openers[False].replace_key(step.receive_cipher)
        elif body == SWITCH:
            self._openers[True].replace_key(self._rekey.last_frame_left())
        elif body != self._rekey.begin():
            raise RemoteProtocolError("new keys that were not drawn like this")

    def _draw(self) -> tuple[KeyPair, KemKeyPair]:
        if not self._drawn:
            raise RemoteProtocolError("new keys that the transcript does not hold")
        return self._drawn.popleft().keys()


# -- epochs and envelopes --------------------------------------------------------------------------


class _Replay:
    """The session, step by step.

    Attributes:
        lines: what was said so far.
    """

    def __init__(self, cells: _Cells, both_keys: bytes) -> None:
        self.lines: list[Line] = []
        self._cells = cells
        self._both_keys = both_keys
        self._session = Session.empty()
        self._pending: PendingOffer | None = None

    def follow(self, step: Step) -> None:
        """Take the next step, with the frame that belongs to it."""
        match step:
            case Offered(drawn=drawn):
                self._offer(drawn, self._cells.take(Channel.EPOCH, mine=True))
            case Answered():
                self._accept(self._cells.take(Channel.EPOCH, mine=False))
            case Said():
                self._seal_again(step, _envelope(self._cells.take(Channel.MESSAGE, mine=True)))
                self._note(step.body, mine=True)
            case Heard():
                envelope = _envelope(self._cells.take(Channel.MESSAGE, mine=False))
                self._session, body = self._session.open(envelope, self._both_keys)
                self._note(body, mine=False)

    def _offer(self, drawn: Drawn, offer: object) -> None:
        pair, kem = drawn.keys()
        base = offer.base if isinstance(offer, EpochOffer) else None
        self._pending = PendingOffer(EpochOffer(base, pair.public, kem.public), pair.private, kem)
        if offer != self._pending.offer:
            raise RemoteProtocolError("an offer that was not drawn like this")

    def _accept(self, answer: object) -> None:
        pending, self._pending = self._pending, None
        if pending is None or not isinstance(answer, EpochAnswer):
            raise RemoteProtocolError("an epoch was answered that nobody offered")
        exporter = self._cells.session_exporter
        self._session = self._session.accept(pending, answer, exporter)

    def _seal_again(self, said: Said, envelope: bytes) -> None:
        """Check that this body was sealed in this envelope, here and now."""
        epochs = {epoch.id: epoch for epoch in self._session.held}
        epoch = epochs.get(self._session.sealing_epoch or b"")
        if epoch is None or len(envelope) != len(said.body) + ENVELOPE_OVERHEAD:
            raise RemoteProtocolError("an envelope that could not be sealed")
        ratchet, sealed = epoch.ratchet.seal_again(
            pad(said.body),
            self._both_keys,
            nonce=envelope[:NONCE_LEN],
            private=said.private,
        )
        if sealed != envelope:
            raise RemoteProtocolError("an envelope does not hold what is claimed")
        epochs[epoch.id] = replace(epoch, ratchet=ratchet, sent_count=epoch.sent_count + 1)
        self._session = Session(tuple(epochs.values()))

    def _note(self, data: bytes, *, mine: bool) -> None:
        body = decode_body(data)
        if isinstance(body, Text):
            self.lines.append(Line(mine, body.sent_at, body.text))


def _envelope(frame: object) -> bytes:
    if not isinstance(frame, Envelope):
        raise MalformedFrameError("no envelope on the channel of messages")
    return frame.sealed
