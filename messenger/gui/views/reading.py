"""What has been before somebody's eyes in the conversation on screen, and what has not."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from messenger.core.types import Contact, Message, Relation
from messenger.engine.commands import MarkRead
from messenger.engine.events import MessageAdded
from messenger.gui.aloud import say_aloud
from messenger.gui.client import EngineClient
from messenger.gui.models.conversation import ConversationModel
from messenger.gui.views.conversation_view import ConversationView


class Reading(QObject):
    """Tells the engine what was read, marks where that stopped, and reads aloud what comes.

    Owner: GUI thread.

    Args:
        page: seen only while it is visible in an active window.
    """

    def __init__(
        self, client: EngineClient, model: ConversationModel, view: ConversationView, page: QWidget
    ) -> None:
        super().__init__(page)
        self._client = client
        self._model = model
        self._view = view
        self._page = page
        self._contact: Contact | None = None
        self._told = 0  # Message.row of the newest that the engine was told about
        view.at_newest.connect(self._on_at_newest)

    def belong_to(self, contact: Contact | None) -> None:
        """Go on with another conversation, or with none."""
        self._contact = contact

    def begin(self) -> None:
        """Know of nothing that was told: a conversation is opened."""
        self._told = 0

    def follow(self, event: object) -> None:
        """Follow one engine event; the model has seen it already."""
        contact = self._contact
        match event:
            case MessageAdded(message) if contact is not None and message.contact == contact.id:
                self._mark_unread(message)
                self._read_aloud(message)
            case _:
                pass

    @Slot()
    def tell(self) -> None:
        """Tell the engine what was seen: the end of the conversation, in an active window."""
        contact = self._contact
        rows = self._model.rowCount()
        if contact is None or not rows or contact.relation is Relation.REQUEST:
            return
        newest = self._model.message(rows - 1).row
        if self._seen() and newest > self._told and contact.unread_count:
            self._told = newest
            self._client.send(MarkRead(contact.id, newest))

    @Slot(bool)
    def _on_at_newest(self, at_newest: bool) -> None:
        if at_newest:
            self.tell()

    def _seen(self) -> bool:
        """Whether the end of the conversation is before somebody's eyes."""
        page = self._page
        return self._view.follows_newest and page.isVisible() and page.window().isActiveWindow()

    def _mark_unread(self, message: Message) -> None:
        """Draw the line above the first message that nobody saw come."""
        if message.outgoing:
            self._model.set_unread_from(None)
        elif not self._seen():
            marked = self._model.unread_from
            if marked is None or marked <= self._told:
                self._model.set_unread_from(message.row)

    def _read_aloud(self, message: Message) -> None:
        """Say what has come into the conversation before somebody, whatever has the focus."""
        row = self._model.row_of(message.row)
        if row is not None and not message.outgoing and self._page.window().isActiveWindow():
            role = Qt.ItemDataRole.AccessibleTextRole
            say_aloud(self._view, self._model.index(row).data(role))
