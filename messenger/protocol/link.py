"""A link between two people: bytes and time in, events and cells out.

First a handshake under the veil, then cells in both directions until somebody stops. The machine
touches no socket and no clock; the wire process drives it::

    link = Link.dial(own, peer_key, now=…, unix_s=…)      # or Link.accept(…)
    write(link.data_to_send())                            # handshake flights, whenever not empty
    link.receive_data(data, now)                          # whatever was read, however it was split
    while (event := link.next_event()) is not None: …     # after each call
    link.on_time(now)                                     # at link.deadline

From ``Established`` on, at each instant of the schedule and only there::

    cell = link.next_cell()                               # a fixed time before the instant
    write(cell); link.cell_left(); schedule.advance(now)

A cell that did not leave may be made again: the earlier bytes must then be thrown away, they were
sealed with the same count.

After ``Refused`` or ``OtherKey`` not a byte more is sent: whatever comes is read and thrown away
until ``link.close_at``, an instant that was drawn before the first byte came. So wrong, replayed,
half-open and silent callers all see the same thing.

Source: docs/protocol.md, sections 3 to 5.
"""

import math
from collections import deque
from collections.abc import Callable, Sequence
from random import Random, SystemRandom
from typing import Final, TypeAlias

from messenger.core.errors import CryptoError, LocalProtocolError, RemoteProtocolError
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.handshake import (
    Agreed,
    InitiatorHandshake,
    Introduction,
    ResponderHandshake,
)
from messenger.protocol.link_events import (
    Established,
    FlightSeen,
    FrameLeft,
    FrameReceived,
    LinkEvent,
    OtherKey,
    ProtocolFailed,
    Refused,
)
from messenger.protocol.link_states import SHAKING, TRANSITIONS, Input, State
from messenger.protocol.open_link import OpenLink
from messenger.protocol.rekey import DEFAULT_LIMITS, RekeyLimits
from messenger.protocol.relay_handshake import RelayClientHandshake, RelayHandshake
from messenger.protocol.replay import ReplayCache
from messenger.protocol.veil import HEAD_LEN

__all__ = [
    "Established",
    "FlightSeen",
    "FrameLeft",
    "FrameReceived",
    "Input",
    "Link",
    "LinkEvent",
    "OtherKey",
    "ProtocolFailed",
    "Refused",
    "State",
]

HANDSHAKE_S: Final = 10.0  # seconds from the first byte possible to the last one; design section 5
CLOSE_AFTER_S: Final = (12.0, 30.0)  # seconds; a failed handshake's end is drawn between; ours

_Shaking: TypeAlias = (
    InitiatorHandshake | ResponderHandshake | RelayClientHandshake | RelayHandshake
)


class Link:
    """One side of one link. Owner: the wire process.

    Attributes:
        close_at: monotonic seconds at which the socket of a refused handshake is closed.
    """

    def __init__(
        self,
        shaking: _Shaking,
        *,
        now: float,
        limits: RekeyLimits,
        random: Random,
    ) -> None:
        """Use :meth:`dial` or :meth:`accept`, or with a relay what ``relay_link.py`` has."""
        self.state = _first_state(shaking)
        self.close_at = now + random.uniform(*CLOSE_AFTER_S)
        self._shaking: _Shaking | None = shaking
        self._initiator = shaking.initiator
        self._limits = limits
        self._expect: bytes | None = None
        self._handshake_deadline = now + HANDSHAKE_S
        self._received = bytearray()  # of a flight that is not whole yet
        self._flight_len: int | None = None  # of that flight, once its head was judged
        self._to_send = b""
        if isinstance(shaking, InitiatorHandshake | RelayClientHandshake):
            self._to_send = shaking.first_flight()
        self._open: OpenLink | None = None
        self._events: deque[LinkEvent] = deque()

    @classmethod
    def dial(  # noqa: PLR0913 - all by keyword but the two keys
        cls,
        own: KeyPair,
        peer_key: bytes | None,
        *,
        now: float,
        unix_s: int,
        expect: bytes | None = None,
        limits: RekeyLimits = DEFAULT_LIMITS,
        random: Random | None = None,
    ) -> "Link":
        """Begin as initiator; ``data_to_send`` has flight 1.

        Args:
            peer_key: the responder's public key; None: first use, whoever answers.
            unix_s: Unix time in seconds, for the replay check of the other side.
            expect: on first use, give up before our key is shown unless this key answers.
            random: source of salts, paddings and the closing instant; seeded in tests only.

        Raises:
            InvalidKeyError: ``peer_key`` is not a key.
        """
        random = random if random is not None else SystemRandom()
        shaking = InitiatorHandshake(own, peer_key, unix_s=unix_s, random=random)
        link = cls(shaking, now=now, limits=limits, random=random)
        link._expect = expect
        return link

    @classmethod
    def accept(  # noqa: PLR0913 - all by keyword but the key
        cls,
        own: KeyPair,
        *,
        now: float,
        unix_s: int,
        admits_strangers: Callable[[], bool],
        replay: ReplayCache,
        may_answer: Callable[[], bool] = lambda: True,
        former: Sequence[KeyPair] = (),
        limits: RekeyLimits = DEFAULT_LIMITS,
        random: Random | None = None,
    ) -> "Link":
        """Wait as responder for a caller's flight 1; arguments as :meth:`dial`.

        Args:
            admits_strangers: asked once, when the head of flight 1 is there and was not made by
                somebody who knows our key.
            replay: the flights answered before; one cache for all links.
            may_answer: asked once, when the caller has shown that they know whom they call and
                before anything is computed for them; False: they are met with silence.
            former: keys of ours that were replaced and that callers may still know us by.
        """
        random = random if random is not None else SystemRandom()
        shaking = ResponderHandshake(
            own,
            admits_strangers=admits_strangers,
            replay=replay,
            may_answer=may_answer,
            unix_s=unix_s,
            random=random,
            former=former,
        )
        return cls(shaking, now=now, limits=limits, random=random)

    # -- what happens to it -----------------------------------------------------------------

    @property
    def deadline(self) -> float:
        """When :meth:`on_time` has something to do; may change with every call."""
        if self.state in SHAKING:
            return self._handshake_deadline
        return self._open.deadline if self._open is not None else math.inf

    def on_time(self, now: float) -> None:
        """Do what is due at ``now``: give up a handshake, or begin to renew the keys."""
        if self.state in SHAKING and now >= self._handshake_deadline:
            self._refuse(Input.DEADLINE, Refused("silent"))
        elif self._open is not None:
            self._open.on_time(now)

    def receive_data(self, data: bytes | memoryview, now: float) -> None:
        """Take in bytes of the peer, split in any way. Never raises for what they say."""
        if self._open is not None:
            self._receive_cells(self._open, data, now)
            return
        self.on_time(now)
        if self.state in SHAKING:
            self._received += data
            self._receive_flights(now)

    def next_event(self) -> LinkEvent | None:
        """Return the oldest event not returned yet."""
        return self._events.popleft() if self._events else None

    # -- what it wants to say ---------------------------------------------------------------

    def data_to_send(self) -> bytes:
        """Return handshake flights to write now; cells never come from here."""
        data, self._to_send = self._to_send, b""
        return data

    def enqueue(self, channel: int, body: bytes, number: int = 0) -> None:
        """Queue a frame for the cells that leave next; FrameLeft names it unless 0.

        Raises:
            LocalProtocolError: not open, no channel for this, or more than fits.
        """
        self._opened().enqueue(channel, body, number)

    def next_cell(self) -> bytes:
        """Compose and seal the CELL_LEN bytes of the next cell: what is queued, else cover."""
        return self._opened().next_cell()

    def cell_left(self) -> None:
        """The cell sealed last was written, whole."""
        self._events += map(FrameLeft, self._opened().cell_left())

    @property
    def queued_len(self) -> int:
        """Bytes of frames that have not left."""
        return self._open.queued_len if self._open is not None else 0

    # -- flights ----------------------------------------------------------------------------

    def _receive_flights(self, now: float) -> None:
        try:
            while self.state in SHAKING and (flight := self._whole_flight()):
                self._on_flight(flight, now)
        except (CryptoError, RemoteProtocolError):
            self._refuse(Input.BAD_FLIGHT, Refused("handshake"))
        if self._open is not None and self._received:
            early, self._received = bytes(self._received), bytearray()
            self._receive_cells(self._open, early, now)

    def _whole_flight(self) -> bytes | None:
        """Cut the next flight off what was received, once it is whole."""
        if len(self._received) < HEAD_LEN or self._shaking is None:
            return None
        if self._flight_len is None:
            self._flight_len = self._shaking.flight_len(bytes(self._received[:HEAD_LEN]))
        if len(self._received) < self._flight_len:
            return None
        flight = bytes(self._received[: self._flight_len])
        del self._received[: self._flight_len]
        self._flight_len = None
        return flight

    def _on_flight(self, flight: bytes, now: float) -> None:
        match self._shaking:
            case InitiatorHandshake() as shaking:
                self._on_second_flight(shaking, flight, now)
            case ResponderHandshake() as shaking if self.state is State.EXPECT_FIRST:
                self._to_send, tag = shaking.receive_first(flight)
                self._move(Input.FLIGHT)
                self._events.append(FlightSeen(tag))
            case ResponderHandshake() as shaking:
                self._establish(shaking.receive_third(flight), now)
            case RelayClientHandshake() as shaking:
                self._establish(shaking.receive_second(flight), now)
            case RelayHandshake() as shaking:
                self._to_send, tag, agreed = shaking.receive_first(flight)
                self._events.append(FlightSeen(tag))
                self._establish(agreed, now)

    def _on_second_flight(self, shaking: InitiatorHandshake, flight: bytes, now: float) -> None:
        peer_key = shaking.receive_second(flight)
        if self._expect is not None and peer_key != self._expect:
            self._refuse(Input.OTHER_KEY, OtherKey(peer_key))
            return
        self._to_send, agreed = shaking.last_flight()
        self._establish(agreed, now)

    def _establish(self, agreed: Agreed, now: float) -> None:
        self._move(Input.FLIGHT)
        self._shaking = None
        self._open = OpenLink(
            agreed.transport, initiator=self._initiator, limits=self._limits, now=now
        )
        first_use = agreed.introduction is Introduction.FIRST_USE
        self._events.append(
            Established(
                agreed.own_key,
                agreed.peer_key,
                first_use,
                self._open.session_exporter,
                agreed.transport.handshake_hash,
            )
        )

    # -- cells ------------------------------------------------------------------------------

    def _receive_cells(self, opened: OpenLink, data: bytes | memoryview, now: float) -> None:
        opened.on_time(now)
        try:
            for frame in opened.receive_data(data, now):
                self._events.append(FrameReceived(frame.channel, frame.body))
        except RemoteProtocolError as error:
            self._move(Input.BAD_CELL)
            self._events.append(ProtocolFailed(str(error)))
            self._open = None
        else:
            if self.state is not State.OPEN:  # else CELL changes nothing, and comes all the time
                self._move(Input.CELL)

    def _opened(self) -> OpenLink:
        if self._open is None:
            raise LocalProtocolError(f"no cells in state {self.state.name}")
        return self._open

    # -- states -----------------------------------------------------------------------------

    def _move(self, happened: Input) -> None:
        try:
            self.state = TRANSITIONS[self.state][happened]
        except KeyError:
            raise LocalProtocolError(f"{happened.name} in state {self.state.name}") from None

    def _refuse(self, happened: Input, event: Refused | OtherKey) -> None:
        self._move(happened)
        self._events.append(event)
        self._shaking = None
        self._received = bytearray()
        self._to_send = b""


def _first_state(shaking: _Shaking) -> State:
    """Return where a link stands before anything was read."""
    if isinstance(shaking, RelayHandshake):
        return State.EXPECT_ONLY
    return State.EXPECT_SECOND if shaking.initiator else State.EXPECT_FIRST
