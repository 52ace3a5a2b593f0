"""How contacts are reached now, as events have told: directly, through a relay, or not at all."""

from dataclasses import dataclass, field

from messenger.core.types import Contact, ContactId, MailRoute, Obstacle, Presence, Relation
from messenger.engine import events as e
from messenger.rpc.params import Json


@dataclass(slots=True)
class Reach:
    """What is known of everybody. Owner: the loop of the server."""

    presence: dict[ContactId, Presence] = field(default_factory=dict)
    mail: dict[ContactId, MailRoute] = field(default_factory=dict)
    obstacles: dict[ContactId, Obstacle | None] = field(default_factory=dict)

    def follow(self, event: e.Event) -> None:
        """Take over what an event says."""
        match event:
            case e.PresenceChanged(contact=contact, presence=presence, obstacle=obstacle):
                self.presence[contact] = presence
                self.obstacles[contact] = obstacle
            case e.ContactRemoved(contact=contact):
                self.presence.pop(contact, None)
                self.obstacles.pop(contact, None)
            case e.RelaysChanged(overview=overview):
                self.mail = overview.best_routes()

    def of(self, contact: Contact) -> Json:
        """The fields of a contact that say how it is reached."""
        online = self.presence.get(contact.id) is Presence.ONLINE
        route = self.mail.get(contact.id)
        writes = contact.relation is Relation.ACCEPTED and not contact.frozen
        by_mail = writes and route is not None and route.takes_mail
        return {
            "online": online,
            "reach": "direct" if online else "relay" if by_mail else "none",
            "relay": None if route is None else route.address.host,
            "obstacle": self.obstacle(contact.id),
        }

    def obstacle(self, contact: ContactId) -> str | None:
        """Why no link came about when it was tried last."""
        known = self.obstacles.get(contact)
        return None if known is None else known.value
