"""What the parts of a running node share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from messenger.core.clock import Clock
from messenger.core.types import Address, Cover
from messenger.crypto.noise import KeyPair
from messenger.engine.events import Event
from messenger.engine.wire_client import WireClient
from messenger.store.database import Store


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
    cover: Cover
    listen: Address | None = None  # where the listener is bound, once it is
    addresses: tuple[Address, ...] = ()  # what our link and our hellos say
    wake_upkeep: Callable[[], None] = lambda: None  # a message got a date or a lifetime
