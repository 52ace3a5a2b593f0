"""What becomes of the text in the composer: a message, an edited one, or a draft."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from messenger.core.types import Contact, ContactId
from messenger.engine.commands import EditMessage, SaveDraft, SendMessage
from messenger.engine.events import Reply
from messenger.gui.client import EngineClient
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.conversation import ConversationModel
from messenger.gui.texts import sentence
from messenger.gui.views.composer import Composer


class Writing(QObject):
    """Sends what was written and keeps drafts; a text that could not be sent is given back.

    Owner: GUI thread.

    Signals:
        failed: a sentence for the person.
        sending: a new message is about to stand at the end of the conversation.
    """

    failed = Signal(str)
    sending = Signal()

    def __init__(
        self,
        client: EngineClient,
        contacts: ContactsModel,
        model: ConversationModel,
        composer: Composer,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._contacts = contacts
        self._model = model
        self._composer = composer
        self._contact: Contact | None = None
        self._on_their_way: dict[int, tuple[ContactId, str]] = {}  # request: what to give back
        composer.send_wanted.connect(self._send)
        composer.draft_changed.connect(self._save_draft)
        composer.edit_last_wanted.connect(self._edit_last)

    def belong_to(self, contact: Contact | None) -> None:
        """Go on with another conversation, or with none."""
        self._contact = contact

    @Slot(str)
    def _send(self, text: str) -> None:
        if self._contact is None:
            return
        target = self._composer.target
        if target is not None and target.edits:
            self._client.request(EditMessage(target.message.row, text), self._on_edited)
            return
        self.sending.emit()
        reply_to = target.message.id if target is not None else None
        command = SendMessage(self._contact.id, text, reply_to)
        number = self._client.request(command, self._on_sent)
        self._on_their_way[number] = (self._contact.id, text)

    def _on_edited(self, reply: Reply) -> None:
        if reply.error is not None:
            self.failed.emit(sentence(reply.error))

    def _on_sent(self, reply: Reply) -> None:
        contact, text = self._on_their_way.pop(reply.request, (None, ""))
        if reply.error is None:
            return
        if self._contact is not None and contact == self._contact.id:
            self.failed.emit(sentence(reply.error))
            self._composer.take_back(text)
        elif contact is not None:
            self._keep_draft(contact, text)

    @Slot(str)
    def _save_draft(self, text: str) -> None:
        if self._contact is not None:
            self._keep_draft(self._contact.id, text)

    def _keep_draft(self, contact: ContactId, text: str) -> None:
        self._client.send(SaveDraft(contact, text))
        self._contacts.set_draft(contact, text)

    @Slot()
    def _edit_last(self) -> None:
        message = self._model.newest_own()
        if message is not None:
            self._composer.edit_message(message)
