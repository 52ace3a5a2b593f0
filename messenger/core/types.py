"""The nouns of the application, as frozen values that may cross threads."""

from dataclasses import field
from enum import StrEnum
from typing import Final, NewType

from messenger.core.frozen import frozen

ContactId = NewType("ContactId", int)  # row id in the store, local to this computer
RelayId = NewType("RelayId", int)  # row id in the store, local to this computer
MessageId = NewType("MessageId", bytes)  # MESSAGE_ID_LEN random bytes made by the sender
MESSAGE_ID_LEN = 16  # bytes; design section 7
MAX_TEXT_LEN = 65_536  # bytes of UTF-8 in one message
MAX_NAME_LEN = 64  # characters of a display name or alias
MAX_FILE_LEN = 1 << 32  # bytes of one file
MAX_FILE_NAME_LEN = 255  # bytes of UTF-8; what common file systems take
MAX_LIFETIME_S = 28 * 24 * 3600  # seconds that a disappearing message may be kept


class Relation(StrEnum):
    """Where two people stand with each other."""

    ASKED = "asked"  # we added them; they have not accepted yet
    REQUEST = "request"  # they asked; we have not answered
    ACCEPTED = "accepted"  # both agreed
    DECLINED = "declined"  # they declined us
    REFUSED = "refused"  # we declined them; kept, but not shown, until they have been told
    BLOCKED = "blocked"  # we want nothing from this key


class PinOrigin(StrEnum):
    """How a key came to be pinned."""

    SCANNED = "scanned"  # QR code from their screen to our camera
    LINK = "link"  # link pasted, or read out of a picture that was sent
    FINGERPRINT = "fingerprint"  # typed or read aloud
    FIRST_USE = "first_use"  # whoever answered at an address
    REQUEST = "request"  # they came to us and were accepted
    ANNOUNCED = "announced"  # the key before it named it, inside the encrypted session


class Fork(StrEnum):
    """What shows that one identity lives in more than one place."""

    RESTORED = "restored"  # a backup was restored and speaks for the first time
    ROLLED_BACK = "rolled_back"  # an older copy of the profile: put back, or used beside it
    IN_USE = "in_use"  # two computers use it at the same time: seen one after the other and back
    RETIRED = "retired"  # a key that was replaced is used all the same


class Presence(StrEnum):
    """Whether a link to a contact stands now; never stored."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    ONLINE = "online"


class Obstacle(StrEnum):
    """Why no link to a contact came about when it was tried last; never stored."""

    NO_ADDRESS = "no_address"  # nobody told us where they are
    NO_NETWORK = "no_network"  # this computer knows no way to any of their addresses
    UNREACHABLE = "unreachable"  # nothing answers there
    REFUSED = "refused"  # a computer answers there, and nothing listens
    SILENT = "silent"  # something listens there, but says nothing to us
    HANDSHAKE = "handshake"  # what answers there is not Hum
    OTHER_KEY = "other_key"  # another Hum answers there
    DROPPED = "dropped"  # a link came about and ended at once
    PROXY_DOWN = "proxy_down"
    PROXY_REFUSED = "proxy_refused"
    PROXY_FAILED = "proxy_failed"  # it works, and did not get through
    NO_WAY = "no_way"  # the settings allow none
    REROUTED = "rerouted"  # the settings were changed while we dialled


class MessageState(StrEnum):
    """What is provable from the store about one message."""

    WAITING = "waiting"  # ours, kept on this computer
    AT_RELAY = "at_relay"  # ours, accepted by a relay
    DELIVERED = "delivered"  # ours, committed on the contact's computer
    FAILED = "failed"  # ours, will not be sent; `failure` says why
    RECEIVED = "received"  # theirs


class FileState(StrEnum):
    """Where the transfer of a file stands."""

    OFFERED = "offered"  # not accepted yet
    RUNNING = "running"  # accepted; its bytes ride in spare cells while a link stands
    PAUSED = "paused"  # the note says by whom: "own", "peer", "both", or "disk_full"
    DONE = "done"  # whole and checked on the receiving computer
    CANCELLED = "cancelled"  # by "own" or "peer"; declining is cancelling
    FAILED = "failed"  # "damaged", "lost" or "too_many"; it does not come any more


class TimelineStep(StrEnum):
    """Steps of a message's way, each stamped with the time."""

    WRITTEN = "written"  # committed on the sender's disk
    LEFT = "left"  # its last cell left this computer
    AT_RELAY = "at_relay"
    ACKNOWLEDGED = "acknowledged"  # the contact's computer committed it
    READ = "read"  # the contact's computer said that it was on screen there
    RECEIVED = "received"  # committed here
    EDITED = "edited"  # the last time, committed here
    DELETED = "deleted"  # by its author, committed here
    FAILED = "failed"  # given up


class RelayState(StrEnum):
    """How we stand with a relay now; never stored."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    UNREACHABLE = "unreachable"  # nobody answers at its address
    SILENT = "silent"  # something answers, but not as this relay
    FAILING = "failing"  # it was connected, and broke a rule or did not answer


class MailTrouble(StrEnum):
    """Why an envelope does not go into a mailbox now; it is kept and tried again."""

    FULL = "full"  # until its owner has fetched
    BUSY = "busy"  # the relay cannot now
    DENIED = "denied"  # the relay does not know the mailbox
    ASTRAY = "astray"  # the relay, which is not ours, lies where a contact may not send us


class CoverMode(StrEnum):
    """How the instant of each cell is drawn (design section 5)."""

    FRAMES = "frames"  # one cell in each frame of T seconds, Beta(2, 2) over half the frame
    POISSON = "poisson"  # exponential gaps of mean T seconds


@frozen
class Cover:
    """The schedule of a link: one cell per ``interval_s`` seconds on average, each way."""

    interval_s: float
    mode: CoverMode = CoverMode.FRAMES


COVER_PROFILES: dict[str, Cover] = {
    "saver": Cover(2.0),
    "balanced": Cover(0.5),
    "lively": Cover(0.125),
}
DEFAULT_COVER = "balanced"
MIN_COVER_S: Final = 0.001  # seconds; the shortest mean interval of a link's cells
MAX_COVER_S: Final = 2.0  # seconds; the longest one, saver's: by it a silent link is judged


@frozen
class CoverPlan:
    """What the links of all contacts get and cost; see ``cover_budget``."""

    budget: int | None = None  # bytes a month; None: none was set
    limit: Cover | None = None  # the fastest that a link gets; None: no budget
    kept: bool = True  # False: even the slowest profile costs more than the budget
    link_count: int = 0  # contacts and relays that are connected, or dialled
    reduced_count: int = 0  # of them, how many get less than was chosen
    bytes_per_hour: int = 0  # of all of them together, connected
    bytes_per_month: int = 0


@frozen
class Address:
    """A place to dial: IP address or host name, and TCP port."""

    host: str
    port: int

    def __lt__(self, other: "Address") -> bool:
        """Sort by host, then by port."""
        return (self.host, self.port) < (other.host, other.port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@frozen
class Proxy:
    """A SOCKS5 proxy, by IP address: looking a name up would ask a resolver past the proxy."""

    host: str
    port: int
    username: str = ""  # at most 255 ASCII characters; so is the password
    password: str = field(default="", repr=False)
    isolate: bool = False  # Tor: other user name and password, so another circuit, for each person


@frozen
class NetworkSettings:
    """How this node reaches others, and is reached."""

    proxy: Proxy | None = None  # everything that leaves goes through it
    direct: bool = True  # False: relay and proxy only; nobody is dialled, or let in, in the open
    map_port: bool = True  # ask the router to let callers in
    lan: bool = True  # find contacts in the local network, and be found by them
    announced: tuple[Address, ...] = ()  # said first in our link, such as an onion address


@frozen
class PortMapping:
    """What has become of asking the router for a port."""

    state: str = "off"  # "off", "asking", "open" or "failed"
    outside: Address | None = None  # the router's, when it is open
    reason: str = ""  # when it failed; the words are in docs/rpc.md, `network.port`


class Verdict(StrEnum):
    """What the connection doctor thinks of one step."""

    GOOD = "pass"
    FAIL = "fail"
    NOTE = "note"  # neither: off by choice, not known, or not needed


@frozen
class Finding:
    """One step of the connection doctor. Names no person, no key and no address."""

    step: str  # a key of engine.doctor.STEPS
    verdict: Verdict
    reason: str  # a stable word; step and reason together choose the sentence
    detail: str = ""  # a number or a word in that sentence


@frozen
class Contact:
    """A person, which is to say a pinned key."""

    id: ContactId
    key: bytes = field(repr=False)  # X25519 public key, 32 bytes
    name: str  # what they call themselves; remote text
    alias: str | None  # what we call them
    relation: Relation
    origin: PinOrigin
    pinned_at: int  # Unix ms
    verified_at: int | None = None  # Unix ms; None: not compared
    changed_key: bytes | None = field(default=None, repr=False)  # another key answered for them
    changed_at: int | None = None  # Unix ms of that
    unread_count: int = 0
    last_message: "Message | None" = None
    draft: str = ""
    lifetime_s: int = 0  # of the messages that are written now; 0: for good
    proposed_lifetime_s: int | None = None  # our wish, which they do not have yet
    own_identity: int | None = None  # the former key that they know us by; None: the present one
    former_key: bytes | None = field(default=None, repr=False)  # let in until the new one was seen
    fork: "Fork | None" = None  # the last that was seen of their key
    fork_at: int | None = None  # Unix ms of that
    own_fork: "Fork | None" = None  # the last that they made us see of our own key
    own_fork_at: int | None = None  # Unix ms of that
    cover: Cover | None = None  # chosen for this contact; None: as for everybody
    receipts: bool = False  # they are told what we have read, and we are shown what they tell

    @property
    def title(self) -> str:
        """The name to show; never empty."""
        return self.alias or self.name or "Unnamed"

    @property
    def frozen(self) -> bool:
        """Whether another key answered and the person has not decided yet."""
        return self.changed_key is not None


@frozen
class FileInfo:
    """The file that a message offers; the text of the message is its cleaned name."""

    size: int  # bytes
    kind: str  # media type out of an allow-list; "application/octet-stream" for all others
    state: FileState
    note: str | None = None  # by whom or why; see FileState
    picture: tuple[int, int] | None = None  # pixels each way, once it is here and can be shown


@frozen
class FileTransfer:
    """A file with what is here or there of it."""

    message: "Message"  # its `file` is not None
    done: int  # bytes that the receiving computer is known to have


LONGEST_LANE_MIN = 60  # of a fast lane; docs/protocol.md, section 6


class LaneState(StrEnum):
    """Where a fast lane stands."""

    CLOSED = "closed"  # cells leave as the cover says
    WAITING = "waiting"  # our request leaves in a moment
    ASKING = "asking"  # they have not answered yet
    ASKED = "asked"  # they ask us
    RUNNING = "running"  # an observer sees that something large moves


@frozen
class FileEstimate:
    """What sending a file would take."""

    size: int  # bytes of the file
    seconds: float  # at the cover that links have now, with nothing else to say
    lane_minutes: int | None = None  # by fast lane; None: it would not be through in the longest


@frozen
class FormerPin:
    """A key that was pinned for a contact until it announced another one."""

    key: bytes = field(repr=False)
    origin: PinOrigin
    pinned_at: int  # Unix ms
    verified_at: int | None
    replaced_at: int


@frozen
class Message:
    """One message of a conversation, as the store has it."""

    row: int  # local order of arrival; the keyset of pages
    contact: ContactId
    id: MessageId
    outgoing: bool
    text: str
    sent_at: int = 0  # Unix ms, the sender's clock
    arrived_at: int = 0  # Unix ms, this computer's commit
    state: MessageState = MessageState.WAITING
    failure: str | None = None
    reply_to: MessageId | None = None
    edited_at: int | None = None  # Unix ms, this computer's clock; so deleted_at
    deleted_at: int | None = None  # then the text is empty
    own_reaction: str = ""
    peer_reaction: str = ""  # remote text
    change_waiting: bool = False  # an edit, deletion or reaction of ours is not acknowledged yet
    send_by: int | None = None  # Unix ms; ours, not sent after that
    lifetime_s: int = 0  # how long it is kept from its delivery on; 0: for good
    expires_at: int | None = None  # Unix ms of its end, once that is known
    unsupported: bool = False  # of a kind that a later version of Hum knows; the text is empty
    file: FileInfo | None = None  # the message offers a file
    relay: str | None = None  # ours: host of the relay that accepted it first
    read_at: int | None = None  # Unix ms, this computer's clock: the contact said it was read

    def __repr__(self) -> str:
        """Say which message it is and nothing of what it says."""
        return f"Message(row={self.row}, contact={self.contact}, state={self.state.value!r})"


@frozen
class SearchHit:
    """A message that matches a search, with the matching parts of its text."""

    message: Message
    ranges: tuple[tuple[int, int], ...]  # (start, end) in characters of message.text


@frozen
class NodeInfo:
    """What a person needs to know about their own node."""

    name: str
    key: bytes = field(repr=False)
    fingerprint: str = field(repr=False)
    link: str = field(repr=False)
    listen: Address | None  # where the listener is bound
    addresses: tuple[Address, ...]  # what the link says
    cover: Cover  # chosen for everybody
    version: str
    plan: CoverPlan = CoverPlan()
    inline_pictures: bool = False  # small pictures of verified contacts are taken unasked


@frozen
class OwnRelay:
    """A relay that we chose, and how we stand with it."""

    id: RelayId
    address: Address
    key: bytes = field(repr=False)  # X25519 public key, 32 bytes
    state: RelayState
    wanted_count: int = 0  # mailboxes that it has still to make for us
    refused_count: int = 0  # envelopes from there that did not open, since the start


@frozen
class MailRoute:
    """A mailbox of a contact at a relay, where we leave what waits for them."""

    contact: ContactId
    address: Address  # of the relay
    state: RelayState
    trouble: MailTrouble | None = None
    waiting_count: int = 0  # envelopes that the relay has not accepted yet

    @property
    def takes_mail(self) -> bool:
        """Whether the relay takes now what is written, as far as is known."""
        return self.state is RelayState.CONNECTED and self.trouble is None


@frozen
class RelayOverview:
    """Our own relays and the mailboxes of our contacts."""

    own: tuple[OwnRelay, ...]
    routes: tuple[MailRoute, ...]

    def best_routes(self) -> dict[ContactId, MailRoute]:
        """Return the way by mail to each contact that has one: the first that takes mail now.

        Where none does, one whose relay is connected says best what is the matter.
        """
        best: dict[ContactId, MailRoute] = {}
        for route in self.routes:
            known = best.get(route.contact)
            if known is None or _merit(route) > _merit(known):
                best[route.contact] = route
        return best


def _merit(route: MailRoute) -> tuple[bool, bool]:
    return route.takes_mail, route.state is RelayState.CONNECTED


@frozen
class KeyState:
    """Where a change of our own key stands."""

    fingerprint: str = field(repr=False)  # of the present key
    untold: tuple[ContactId, ...] = ()  # who knows us by a key before it
    former_count: int = 0  # keys that are kept for them


@frozen
class LinkStats:
    """Counters of one link since it came up."""

    contact: ContactId | None
    outgoing: bool
    cells_out: int
    cells_in: int
    skipped: int  # instants passed over after a stall; never caught up
    since: float  # monotonic seconds of the link's first cell
    cover: Cover | None = None  # that it was made with, for what we send; None: not known
    fast: bool = False  # a fast lane runs on it


@frozen
class WireStats:
    """A snapshot of the wire; the hum strip is drawn from it."""

    links: tuple[LinkStats, ...]
    cells_out: int  # all links, since the wire process started
    cells_in: int
    bytes_out: int
    bytes_in: int
    half_open: int
    recent_out: tuple[float, ...]  # wire-clock seconds of the newest departures (at most 256)
    recent_in: tuple[float, ...]  # and arrivals
    at: float  # wire-clock seconds of this snapshot
    lateness_p50_ms: float
    lateness_p99_ms: float
