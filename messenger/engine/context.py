"""What the parts of a running node share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

from messenger.core.builds import Build
from messenger.core.clock import Clock
from messenger.core.cover_budget import limit_for, within
from messenger.core.ids import new_run
from messenger.core.types import (
    Address,
    Contact,
    ContactId,
    Cover,
    CoverPlan,
    Message,
    NetworkSettings,
)
from messenger.crypto.noise import KeyPair
from messenger.engine.events import Event
from messenger.engine.wire_client import WireClient
from messenger.protocol.card import Introduction
from messenger.store.database import Store


async def _unknown_build() -> Build | None:
    return None


@dataclass(slots=True)
class Context:
    """The owners a node is built from, and the little about ourselves that may change.

    Owner: the engine's loop thread.
    """

    store: Store = field(repr=False)
    wire: WireClient = field(repr=False)
    clock: Clock
    emit: Callable[[Event], None]
    own: KeyPair = field(repr=False)
    name: str
    cover: Cover  # chosen for everybody
    plan: CoverPlan = field(default_factory=CoverPlan)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    listen: Address | None = None  # where the listener is bound, once it is
    addresses: tuple[Address, ...] = ()  # what our link and our hellos say
    introduction: Introduction | None = None  # where strangers leave letters; our link says so
    former: dict[int, KeyPair] = field(default_factory=dict, repr=False)  # our keys, by number
    run: bytes = field(default_factory=new_run)  # of this start of the program
    on_key_told: Callable[[ContactId], None] = lambda contact: None  # they know our present key
    own_build: Callable[[], Awaitable[Build | None]] = _unknown_build
    on_mailboxes: Callable[[], None] = lambda: None  # what waits where has changed
    inline_pictures: bool = False  # small pictures of verified contacts are taken unasked
    on_offers: Callable[[tuple[Message, ...]], None] = lambda offers: None  # committed and told
    wake_upkeep: Callable[[], None] = lambda: None  # a message got a date or a lifetime

    @property
    def only_here(self) -> bool:
        """Whether we are to be reached on this very computer alone; so are our contacts then."""
        listen, direct = self.listen, self.network.direct
        return direct and listen is not None and ip_address(listen.host).is_loopback

    def cover_for(self, contact: Contact | None) -> Cover:
        """Return the cover of a link that is made now.

        Args:
            contact: None: whoever has no cover of their own.
        """
        choice = contact.cover if contact is not None else None
        return within(choice or self.cover, self.plan.limit)

    def cover_for_one_more(self) -> Cover:
        """Return the cover of a link to somebody who becomes a contact by it."""
        return within(self.cover, limit_for(self.plan.budget, self.plan.link_count + 1))

    def key_for(self, contact: Contact) -> KeyPair:
        """Return the key of ours that a contact knows us by."""
        if contact.own_identity is None:
            return self.own
        return self.former.get(contact.own_identity, self.own)

    @property
    def own_keys(self) -> tuple[bytes, ...]:
        """Every public key that is ours: the present one first, then those before it."""
        return (self.own.public, *(own.public for own in self.former.values()))

    def identity_number(self, key: bytes) -> int | None:
        """Return the number of the former key of ours with this public half; None: none."""
        return next((n for n, own in self.former.items() if own.public == key), None)
