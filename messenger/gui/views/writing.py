"""What becomes of the text in the composer: a message, an edited one, or a draft."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from messenger.core.errors import LockedMeanwhileError, NoSuchMessageError
from messenger.core.types import Contact, ContactId, Message
from messenger.engine.commands import EditMessage, SaveDraft, SendMessage
from messenger.engine.events import Reply
from messenger.gui.client import EngineClient
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.conversation import ConversationModel
from messenger.gui.texts import sentence
from messenger.gui.views.composer import Composer, before


@dataclass
class _OnItsWay:
    """A text that the engine has not answered about yet."""

    contact: ContactId
    text: str = field(repr=False)
    draft: str = field(repr=False)  # as it was kept last, for a text that comes back
    edited: Message | None = field(default=None, repr=False)  # whose new wording it is


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
        self._on_their_way: dict[int, _OnItsWay] = {}  # by request
        composer.send_wanted.connect(self._send)
        composer.draft_changed.connect(self._save_draft)
        composer.edit_last_wanted.connect(self._edit_last)

    def belong_to(self, contact: Contact | None) -> None:
        """Go on with another conversation, or with none."""
        self._contact = contact

    @Slot(str)
    def _send(self, text: str) -> None:
        contact = self._contact
        if contact is None:
            return
        known = self._contacts.contact(contact.id)
        sent = _OnItsWay(contact.id, text, known.draft if known is not None else "")
        target = self._composer.target
        command: EditMessage | SendMessage
        if target is not None and target.edits:
            sent.edited = target.message
            command = EditMessage(target.message.row, text)
        else:
            self.sending.emit()
            reply_to = target.message.id if target is not None else None
            command = SendMessage(contact.id, text, reply_to)
        self._on_their_way[self._client.request(command, self._on_answered)] = sent

    def _on_answered(self, reply: Reply) -> None:
        """Give back what was refused; done behind a lock is done."""
        sent = self._on_their_way.pop(reply.request, None)
        if sent is None or reply.error is None or isinstance(reply.error, LockedMeanwhileError):
            return
        if self._contact is None or sent.contact != self._contact.id:
            self._keep_draft(sent.contact, before(sent.text, sent.draft))
            return
        self.failed.emit(sentence(reply.error))
        gone = isinstance(reply.error, NoSuchMessageError)
        if sent.edited is not None and not gone and self._composer.untouched:
            self._composer.edit_message(sent.edited, sent.text)
        else:
            self._composer.take_back(sent.text)

    @Slot(str)
    def _save_draft(self, text: str) -> None:
        if self._contact is not None:
            self._keep_draft(self._contact.id, text)

    def _keep_draft(self, contact: ContactId, text: str) -> None:
        self._client.send(SaveDraft(contact, text))
        self._contacts.set_draft(contact, text)
        for sent in self._on_their_way.values():
            if sent.contact == contact:
                sent.draft = text

    @Slot()
    def _edit_last(self) -> None:
        message = self._model.newest_own()
        if message is not None:
            self._composer.edit_message(message)
