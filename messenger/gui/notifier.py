"""Decides when a notification is shown and what it says: by default no name and no text."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from messenger.core.types import ContactId, Relation
from messenger.engine.events import (
    ContactRequested,
    Event,
    Locked,
    MessageAdded,
    NodeReady,
    Unlocked,
)
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.preferences import Notifications, notifications
from messenger.gui.words import title_of

Show = Callable[[str, str], None]  # title, text


class Notifier(QObject):
    """Follows the events of the engine; silent while locked and while the window is in front.

    Owner: GUI thread.

    Args:
        looking: whether the person has the window in front.
        show: shows a notification; its text never holds another person's words.
    """

    def __init__(
        self, contacts: ContactsModel, looking: Callable[[], bool], show: Show, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._contacts = contacts
        self._looking = looking
        self._show = show
        self._choice = Notifications.PLAIN
        self._locked = False

    def choose(self, preferences: Mapping[str, str]) -> None:
        """Follow what the person has chosen."""
        self._choice = notifications(preferences)

    def apply(self, event: Event) -> None:
        """Follow one engine event."""
        match event:
            case NodeReady(_, preferences) | Unlocked(_, preferences):
                self._locked = False
                self.choose(preferences)
            case Locked():
                self._locked = True
            case MessageAdded(message) if not message.outgoing:
                self._tell(message.contact, self.tr("New message"))
            case ContactRequested():
                self._tell(None, self.tr("Somebody asks to be a contact"))
            case _:
                pass

    def _tell(self, named: ContactId | None, what: str) -> None:
        contact = self._contacts.contact(named) if named is not None else None
        unwanted = contact is not None and contact.relation is not Relation.ACCEPTED
        silent = self._choice is Notifications.OFF or self._locked or self._looking()
        if silent or unwanted:
            return
        named_title = contact is not None and self._choice is Notifications.NAME
        self._show(title_of(contact) if contact is not None and named_title else "Hum", what)
