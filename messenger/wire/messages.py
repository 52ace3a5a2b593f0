"""What engine and wire process say to each other over their pipe.

Each message is one msgpack array behind a 4-byte big-endian length (see ``pipe.py``). The engine
is the parent; the wire process never asks it anything it would have to wait for.
"""

import msgspec

PIPE_MESSAGE_MAX_LEN = 1 << 20  # bytes


class _Reticent(msgspec.Struct, frozen=True, array_like=True):
    """Part of a message, or a whole one."""

    def __repr__(self) -> str:
        """Show no bytes: keys, exporters and bodies must not reach a log."""
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        shown = (f"{name}={v!r}" for name, v in values if not isinstance(v, bytes | list))
        return f"{type(self).__name__}({', '.join(shown)})"


class PipeMessage(_Reticent, frozen=True, array_like=True, tag=True):
    """Base of both directions; the tag is the class name."""


# -- engine to wire -------------------------------------------------------------------------------


class Configure(PipeMessage, frozen=True):
    """The first message: who we are. Sent once."""

    static_private: bytes  # X25519, 32 bytes; never logged
    seen_flights: list[bytes]  # replay tags of recent first flights, 16 bytes each
    # Number of the first link to a caller, even; none that a process before this one gave away:
    # what the engine still has to say about that link must reach nobody else.
    first_link: int = 2


class Identities(PipeMessage, frozen=True):
    """Our key has changed, or one that it replaced is needed no more. Links stay as they are."""

    static_private: bytes  # X25519, 32 bytes, shown from now on; never logged
    former_private: list[bytes]  # still answered, and dialled with where a Dial says so


class Route(PipeMessage, frozen=True):
    """How connections leave from now on; a change ends every link and dial. Before: directly."""

    direct: bool = True  # without a proxy: whether people are dialled; callers are Listen's affair
    proxy_host: str = ""  # IP address of a SOCKS5 proxy; empty: none
    proxy_port: int = 0
    username: bytes = b""  # ASCII; never logged
    password: bytes = b""
    isolate: bool = False  # another user name and password for each peer


class CheckProxy(PipeMessage, frozen=True):
    """Greet the proxy; answered by ProxyChecked. Nothing leaves the proxy's computer."""


class Listen(PipeMessage, frozen=True):
    """Bind a listener, replacing the present one; answered by Listening or ListenFailed."""

    host: str
    port: int  # 0: any free port
    interval_s: float  # cover of links that are accepted here
    mode: str


class AcceptWith(PipeMessage, frozen=True):
    """Links accepted from now on have this cover; the listener stays as it is."""

    interval_s: float
    mode: str


class AcceptedCover(_Reticent, frozen=True, array_like=True):
    """The cover of links that one key makes with us."""

    peer_key: bytes  # X25519 public key, 32 bytes
    interval_s: float
    mode: str


class AcceptFromWith(PipeMessage, frozen=True):
    """Links accepted from these keys have these covers, replacing all such wishes before."""

    covers: list[AcceptedCover]


class StopListening(PipeMessage, frozen=True):
    """Close the listener; links stay."""


class AdmitStrangers(PipeMessage, frozen=True):
    """Answer first-use handshakes (XXhfs) for this long; 0 ends it."""

    seconds: float


class Dial(PipeMessage, frozen=True):
    """Connect and shake hands; answered by LinkUp or DialFailed."""

    link: int  # chosen by the engine, odd; accepted links get even numbers from the wire
    host: str
    port: int
    peer_key: bytes | None  # known: XKhfs; None: XXhfs, first use
    interval_s: float
    mode: str
    expect: bytes | None = (
        None  # with XXhfs: give up before our identity is sent unless this key answers
    )
    own_key: bytes | None = None  # public half of a former key to show; None: the present one
    relay: bool = False  # ``peer_key`` is a relay's: NKhfs, and none of our keys is shown


class SendFrame(PipeMessage, frozen=True):
    """Queue a frame of a link; it rides in whatever cells leave next."""

    link: int
    frame: int  # number for Left, 0 if nobody asks
    channel: int  # protocol.channels.Channel
    body: bytes


class FastLane(PipeMessage, frozen=True):
    """From the next instant on let cells of a link leave faster, for so many instants."""

    link: int
    interval_s: float
    instants: int


class CloseLink(PipeMessage, frozen=True):
    """End a link the way every link ends."""

    link: int


class Watch(PipeMessage, frozen=True):
    """Send Snapshot this often; 0 stops it."""

    interval_s: float


class Stop(PipeMessage, frozen=True):
    """Close everything and exit 0; so does the end of the pipe."""


# -- wire to engine -------------------------------------------------------------------------------


class Listening(PipeMessage, frozen=True):
    host: str
    port: int


class ListenFailed(PipeMessage, frozen=True):
    reason: str  # "in_use", "not_ours", "denied", "named" (under a proxy) or "other"


class LinkUp(PipeMessage, frozen=True):
    """A handshake is complete; cells flow."""

    link: int
    outgoing: bool  # we dialled
    first_use: bool  # XXhfs: the key was not known beforehand to the initiator
    peer_key: bytes
    exporter: bytes  # 32 secret bytes from the handshake, for the session; never logged
    handshake_hash: bytes  # channel binding
    host: str
    port: int
    interval_s: float  # cover that the link was made with
    mode: str
    own_key: bytes = b""  # public half of the key that the peer was shown; empty: the present one


class DialFailed(PipeMessage, frozen=True):
    """``reason``: "refused", "unreachable", "no_network", "silent", "handshake" or "other_key"; or
    one of the way out: "proxy_down", "proxy_refused", "proxy_failed", "no_way" or "rerouted"."""

    link: int
    reason: str
    other_key: bytes | None = None  # with "other_key": who answered instead of ``expect``


class ProxyChecked(PipeMessage, frozen=True):
    """``reason``: empty, the proxy serves us; else as in DialFailed."""

    reason: str


class LinkDown(PipeMessage, frozen=True):
    """``reason``: "closed" (by us), "lost" or "protocol"."""

    link: int
    reason: str


class FrameReceived(PipeMessage, frozen=True):
    link: int
    channel: int
    body: bytes


class Left(PipeMessage, frozen=True):
    """The last cell of a frame has left."""

    link: int
    frame: int


class FlightSeen(PipeMessage, frozen=True):
    """A first flight was accepted; keep its tag so that its replay is refused after a restart."""

    tag: bytes  # 16 bytes


class LinkCounters(msgspec.Struct, frozen=True, array_like=True):
    link: int
    cells_out: int
    cells_in: int
    skipped: int
    since: float


class Snapshot(PipeMessage, frozen=True):
    """Counters and newest cell times (monotonic seconds of the wire process)."""

    links: list[LinkCounters]
    cells_out: int
    cells_in: int
    bytes_out: int
    bytes_in: int
    half_open: int
    recent_out: list[float]
    recent_in: list[float]
    at: float
    lateness_p50_ms: float
    lateness_p99_ms: float


ToWire = (
    Configure
    | Identities
    | Route
    | CheckProxy
    | Listen
    | AcceptWith
    | AcceptFromWith
    | StopListening
    | AdmitStrangers
    | Dial
    | SendFrame
    | FastLane
    | CloseLink
    | Watch
    | Stop
)
FromWire = (
    Listening
    | ListenFailed
    | LinkUp
    | DialFailed
    | ProxyChecked
    | LinkDown
    | FrameReceived
    | Left
    | FlightSeen
    | Snapshot
)
