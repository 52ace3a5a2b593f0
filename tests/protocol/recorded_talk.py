"""Two real links and two real sessions over them, and what the side that dialled could show.

Nothing of the forger is used here: a side does with its session what ``engine/traffic.py`` does,
and what it drew is read out of the program's own objects.
"""

from dataclasses import dataclass, field
from typing import Final

from fake_wire import accept, dial, events, shake

from messenger.core.ids import new_message_id
from messenger.crypto.noise.keys import KeyPair
from messenger.crypto.ratchet import KeyPair as RatchetKeys
from messenger.protocol import message_channel
from messenger.protocol.bodies import Heartbeat, KnownBody, Text, decode_body, encode_body
from messenger.protocol.channels import Channel
from messenger.protocol.control import (
    PROTOCOL_VERSION,
    Ack,
    EpochAnswer,
    EpochOffer,
    Hello,
    encode_control,
)
from messenger.protocol.epoch import PendingOffer
from messenger.protocol.file_chunks import Want, encode_bulk
from messenger.protocol.link import Established, FrameReceived, Link
from messenger.protocol.rekey import DEFAULT_LIMITS, RekeyLimits
from messenger.protocol.session import Session
from messenger.protocol.transcript import (
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
)
from tests.drawn_keys import drawn_by

SETTLED: Final = 12  # instants in which an epoch exchange and some short frames cross
INTERVAL_S: Final = 2.0


@dataclass
class Side:
    """One of the two."""

    link: Link
    exporter: bytes
    session: Session = field(default_factory=Session.empty)
    pending: PendingOffer | None = None

    def send(self, channel: Channel, body: bytes) -> None:
        self.link.enqueue(channel, body)


class Recorder:
    """Ada has dialled Ben, and writes everything down."""

    def __init__(
        self, ada: KeyPair, ben: KeyPair, *, limits: RekeyLimits = DEFAULT_LIMITS, seed: int = 1
    ) -> None:
        dialler = dial(ben.public, own=ada, limits=limits, seed=seed)
        other = accept(own=ben, limits=limits, seed=seed + 1)
        self._secrets = Secrets(ada.private, drawn_by(dialler), ())
        first, second, third = shake(dialler, other)
        self._flights = (first, second, third)
        self._peer = ben.public
        self._both_keys = min(ada.public, ben.public) + max(ada.public, ben.public)
        self.ada = Side(dialler, exporter_of(dialler))
        self.ben = Side(other, exporter_of(other))
        self._rekeys: list[Drawn] = []
        self._cells: list[Passed] = []
        self._steps: list[Step] = []
        self._now = 1.0

    def transcript(self) -> Transcript:
        secrets = Secrets(self._secrets.identity, self._secrets.handshake, tuple(self._rekeys))
        cells, steps = tuple(self._cells), tuple(self._steps)
        return Transcript(self._peer, secrets, self._flights, cells, steps)

    # -- what people and their engines do ---------------------------------------------------------

    def begin(self) -> None:
        """Greet, and make the first epoch."""
        for side, name in ((self.ada, "Ada"), (self.ben, "Ben")):
            hello = Hello(PROTOCOL_VERSION, name, True, side.session.epochs, 0, ())
            side.send(Channel.CONTROL, encode_control(hello))
        self.offer(None)
        self.pass_time(SETTLED)

    def offer(self, base: bytes | None) -> None:
        """Ada offers an epoch."""
        pending, frame = self.ada.session.offer(base)
        self.ada.pending = pending
        self._steps.append(Offered(Drawn(pending.ratchet_private, pending.kem.seed())))
        self.ada.send(Channel.EPOCH, message_channel.encode_epoch(frame))

    def say(self, line: Line) -> None:
        """Seal and queue a line; it leaves with the cells that follow."""
        side = self.ada if line.mine else self.ben
        self._seal(side, Text(new_message_id(), line.text, line.sent_at))

    def want_file(self) -> None:
        """Something on the channel of files, which is no part of what is said."""
        self.ben.send(Channel.BULK, encode_bulk(Want(new_message_id(), 3)))

    def pass_time(self, instants: int) -> None:
        """Let cells of both sides cross; each is on its way while the other is."""
        for _ in range(instants):
            self._now += INTERVAL_S
            forth, back = (self._cell_of(side) for side in (self.ada, self.ben))
            self._cells.append(Passed(True, forth))
            self._deliver(self.ben, forth)
            self._cells.append(Passed(False, back))
            self._deliver(self.ada, back)

    # -- the wire ---------------------------------------------------------------------------------

    def _cell_of(self, side: Side) -> bytes:
        side.link.on_time(self._now)
        cell = side.link.next_cell()
        side.link.cell_left()
        self._note_rekey()
        return cell

    def _deliver(self, side: Side, cell: bytes) -> None:
        side.link.receive_data(cell, self._now)
        self._note_rekey()
        for event in events(side.link):
            if isinstance(event, FrameReceived):
                self._on_frame(side, event)

    def _note_rekey(self) -> None:
        """Write down what Ada drew for new keys of the link, as long as it is there."""
        own = self.ada.link._opened()._rekey._own
        if own is not None and Drawn.of(*own) not in self._rekeys:
            self._rekeys.append(Drawn.of(*own))

    def _on_frame(self, side: Side, frame: FrameReceived) -> None:
        if frame.channel not in (Channel.MESSAGE, Channel.EPOCH):
            return
        match message_channel.decode(frame.body):
            case EpochOffer() as offer:
                side.session, answer = side.session.answer(offer, side.exporter)
                side.send(Channel.EPOCH, message_channel.encode_epoch(answer))
            case EpochAnswer() as answer:
                assert side.pending is not None
                side.session = side.session.accept(side.pending, answer, side.exporter)
                self._steps.append(Answered())
                self._seal(side, Heartbeat())
            case message_channel.Envelope(sealed=sealed):
                self._open(side, sealed)

    def _seal(self, side: Side, body: KnownBody) -> None:
        data = encode_body(body)
        before = ratchet_keys(side.session)
        side.session, sealed = side.session.seal(data, self._both_keys)
        side.send(Channel.MESSAGE, message_channel.encode_envelope(sealed))
        if side is self.ada:
            new = [keys.private for keys in ratchet_keys(side.session) if keys not in before]
            self._steps.append(Said(data, new[0] if new else None))

    def _open(self, side: Side, sealed: bytes) -> None:
        side.session, data = side.session.open(sealed, self._both_keys)
        if side is self.ada:
            self._steps.append(Heard())
        body = decode_body(data)
        if isinstance(body, Text):
            side.send(Channel.CONTROL, encode_control(Ack((body.id,))))


def exporter_of(link: Link) -> bytes:
    """What the engine gets of a link for its session."""
    return next(event.exporter for event in events(link) if isinstance(event, Established))


def ratchet_keys(session: Session) -> list[RatchetKeys]:
    return [epoch.ratchet.own_key for epoch in session.held if epoch.ratchet.own_key is not None]
