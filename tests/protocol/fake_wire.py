"""Two links and nothing between them but byte strings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from messenger.core.errors import LocalProtocolError
from messenger.crypto.kem import KemKeyPair
from messenger.crypto.noise.functions import X25519, DhFunction
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.link import Link, LinkEvent, State
from messenger.protocol.rekey import DEFAULT_LIMITS, RekeyLimits
from messenger.protocol.replay import ReplayCache

UNIX_S = 1_780_000_000
ALICE = KeyPair.from_private(bytes(range(32)))
BOB = KeyPair.from_private(bytes(range(32, 64)))
CAROL = KeyPair.from_private(bytes(range(64, 96)))

Split = Callable[[bytes], Iterator[bytes]]  # how the network cuts what it carries


def whole(data: bytes) -> Iterator[bytes]:
    if data:
        yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    for position in range(len(data)):
        yield data[position : position + 1]


def dial(
    peer_key: bytes | None = BOB.public,
    *,
    own: KeyPair = ALICE,
    expect: bytes | None = None,
    seed: int = 1,
    unix_s: int = UNIX_S,
    limits: RekeyLimits = DEFAULT_LIMITS,
) -> Link:
    return Link.dial(
        own,
        peer_key,
        now=0.0,
        unix_s=unix_s,
        expect=expect,
        limits=limits,
        random=Random(seed),
    )


def accept(
    *,
    own: KeyPair = BOB,
    strangers: bool = False,
    replay: ReplayCache | None = None,
    seed: int = 2,
    unix_s: int = UNIX_S,
    limits: RekeyLimits = DEFAULT_LIMITS,
) -> Link:
    return Link.accept(
        own,
        now=0.0,
        unix_s=unix_s,
        admits_strangers=lambda: strangers,
        replay=ReplayCache() if replay is None else replay,
        limits=limits,
        random=Random(seed),
    )


def events(link: Link) -> list[LinkEvent]:
    """Everything the link has to tell."""
    told = []
    while (event := link.next_event()) is not None:
        told.append(event)
    return told


def carry(sender: Link, receiver: Link, split: Split = whole, now: float = 0.1) -> bytes:
    """Take the sender's flights across and return them."""
    data = sender.data_to_send()
    for part in split(data):
        receiver.receive_data(part, now)
    return data


def shake(initiator: Link, responder: Link, split: Split = whole) -> list[bytes]:
    """Carry all three flights and return them."""
    return [
        carry(initiator, responder, split),
        carry(responder, initiator, split),
        carry(initiator, responder, split),
    ]


def open_pair(limits: RekeyLimits = DEFAULT_LIMITS) -> tuple[Link, Link]:
    """An initiator and a responder whose handshake is complete and whose events are read."""
    initiator, responder = dial(limits=limits), accept(limits=limits)
    shake(initiator, responder)
    assert initiator.state is responder.state is State.OPEN
    events(initiator)
    events(responder)
    return initiator, responder


def next_cell(sender: Link) -> bytes:
    """One cell, as if it had left."""
    cell = sender.next_cell()
    sender.cell_left()
    return cell


def leave(sender: Link, receiver: Link, count: int = 1, now: float = 1.0) -> None:
    """Let ``count`` cells cross."""
    for _ in range(count):
        receiver.receive_data(next_cell(sender), now)


@dataclass
class FixedKeys:
    """Stands in for the sources of ephemeral keys, so that a run can be repeated to the bit."""

    random: Random

    def key_pair(self, dh: DhFunction = X25519) -> KeyPair:
        return KeyPair.from_private(self.random.randbytes(32), dh)

    def kem_key_pair(self) -> KemKeyPair:
        return KemKeyPair.from_seed(self.random.randbytes(64))


def moves(link: Link) -> bool:
    """Whether the link would seal a cell."""
    try:
        link.next_cell()
    except LocalProtocolError:
        return False
    return True
