"""How somebody is told whether a contact is connected."""

from collections.abc import Callable

from messenger.core.types import Address, ContactId, Obstacle, Presence
from messenger.engine.context import Context
from messenger.engine.events import PresenceChanged
from messenger.engine.live_link import LiveLink


class PresenceTeller:
    """Remembers what was told last, and tells when it is another.

    Owner: the contact's conversation.

    Args:
        live_link: returns the link that stands.
    """

    def __init__(
        self, context: Context, contact: ContactId, live_link: Callable[[], LiveLink | None]
    ) -> None:
        self._context = context
        self._contact = contact
        self._live_link = live_link
        self._presence = Presence.OFFLINE
        self._obstacle: Obstacle | None = None  # why there is no link, as far as is known

    @property
    def online(self) -> bool:
        """Whether a link stands and the peer has said hello."""
        return self._presence is Presence.ONLINE

    def become(self, presence: Presence, obstacle: Obstacle | None = None) -> None:
        """Tell how it is now, unless that is known."""
        if (presence, obstacle) != (self._presence, self._obstacle):
            self._presence, self._obstacle = presence, obstacle
            self.tell()

    def on_dialling(self) -> None:
        """The dialler begins to try; why it failed before stays known until it ends."""
        if self._live_link() is None:
            self.become(Presence.CONNECTING, self._obstacle)

    def on_no_link(self, obstacle: Obstacle | None) -> None:
        """The dialler does not try now, and this is why there is no link as far as it knows."""
        if self._live_link() is None:
            self.become(Presence.OFFLINE, obstacle)

    def tell(self) -> None:
        """Tell, known or not."""
        link = self._live_link()
        address = Address(link.up.host, link.up.port) if link else None
        self._context.emit(PresenceChanged(self._contact, self._presence, address, self._obstacle))
