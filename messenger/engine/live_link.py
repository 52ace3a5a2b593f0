"""What is known about the link that stands, and the way to queue frames on it."""

from dataclasses import dataclass, field

from messenger.engine.links import Links
from messenger.protocol.channels import Channel
from messenger.protocol.control import Hello, Lineage
from messenger.protocol.epoch import PendingOffer
from messenger.wire.messages import LinkUp


@dataclass(slots=True)
class LiveLink:
    """One link of one conversation, from handshake to its end."""

    up: LinkUp = field(repr=False)
    since: float  # monotonic seconds
    links: Links = field(repr=False)
    unproven: bool = False  # the key was announced, and nobody has shown yet that it is theirs
    peer_hello: Hello | None = None
    hello_count: int = 0  # of those that were taken up at once
    late_hello: Hello | None = None  # the newest of a storm, not taken up yet
    offer: PendingOffer | None = field(default=None, repr=False)  # ours, not answered yet
    epoch_done: bool = False  # an epoch was agreed on this link
    rewind: bool = False  # seal what is unacknowledged again in the next epoch
    unreadable_epochs: set[bytes] = field(
        default_factory=set
    )  # the peer cannot open what they seal
    unreadable_count: int = 0
    twin_words: int = 0  # how often the peer spoke of runs and of two places at once
    early_lineage: Lineage | None = None  # said before we had agreed to know the peer
    forked: bool = False  # that our key lives elsewhere was found and told on this link
    restored: bool = False  # the peer remembers us from before we were restored from a backup
    farewell: int | None = None  # number of our last frame; the link ends when it has left

    @property
    def number(self) -> int:
        """The number under which engine and wire know the link."""
        return self.up.link

    @property
    def initiator(self) -> bool:
        """Whether we dialled, which decides who offers epochs."""
        return self.up.outgoing

    def send_control(self, body: bytes, *, numbered: bool = False) -> int:
        """Queue a control frame."""
        return self.links.send(self.number, Channel.CONTROL, body, numbered=numbered)

    def send_message(self, body: bytes) -> int:
        """Queue a frame of the message channel; the number comes back when it has left."""
        return self.links.send(self.number, Channel.MESSAGE, body, numbered=True)

    def send_epoch(self, body: bytes) -> None:
        """Queue one half of an epoch exchange; messages overtake it."""
        self.links.send(self.number, Channel.EPOCH, body)

    def send_bulk(self, body: bytes, *, numbered: bool = False) -> int:
        """Queue a frame about a file, behind everything else."""
        return self.links.send(self.number, Channel.BULK, body, numbered=numbered)
