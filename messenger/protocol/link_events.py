"""What a link tells the process that drives it.

Source: docs/protocol.md, section 3.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Established:
    """The handshake is complete: cells may leave, frames may come."""

    own_key: bytes  # which key of ours the peer was shown
    peer_key: bytes
    first_use: bool
    exporter: bytes = field(repr=False)  # 32 secret bytes for the session
    handshake_hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FrameReceived:
    channel: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FrameLeft:
    """The last byte of a numbered frame is on the wire."""

    number: int


@dataclass(frozen=True, slots=True)
class FlightSeen:
    """A first flight was answered; keep its tag across restarts."""

    tag: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """There will be no link: say nothing more, read on until ``close_at``.

    ``reason`` is for the log and the person who dialled: "silent" or "handshake".
    """

    reason: str


@dataclass(frozen=True, slots=True)
class OtherKey:
    """Another key than the expected one answered; ours was not shown. As after ``Refused``."""

    key: bytes


@dataclass(frozen=True, slots=True)
class ProtocolFailed:
    """The peer broke a rule on a link that stood: close it, keep everything else."""

    reason: str


LinkEvent = (
    Established | FrameReceived | FrameLeft | FlightSeen | Refused | OtherKey | ProtocolFailed
)
