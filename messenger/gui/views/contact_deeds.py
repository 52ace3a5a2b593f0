"""What a person does about the contact whose conversation is on screen."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from messenger.core.types import Contact, Relation
from messenger.engine.commands import (
    AcceptContact,
    BlockContact,
    Command,
    DeclineContact,
    KeepFrozen,
    RemoveContact,
    SetReceipts,
    SetTimer,
    TreatAsNewContact,
)
from messenger.engine.events import Reply
from messenger.gui import dialogs
from messenger.gui.client import EngineClient
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.texts import sentence
from messenger.gui.words import lifetime_words


class ContactDeeds(QObject):
    """Looks closer, names, blocks, removes, answers; asks first where it is not easily undone.

    Owner: GUI thread.

    Args:
        page: over which dialogs open.

    Signals:
        failed: a sentence for the person.
        left_as_it_was: a change was not confirmed; what shows it already goes back.
        check_wanted: the person wants the connection check.
        contact_made: a ContactId that came out of treating a changed key as a new contact.
    """

    failed = Signal(str)
    left_as_it_was = Signal()
    check_wanted = Signal()
    contact_made = Signal(object)

    def __init__(self, client: EngineClient, contacts: ContactsModel, page: QWidget) -> None:
        super().__init__(page)
        self._client = client
        self._contacts = contacts
        self._page = page
        self._contact: Contact | None = None

    def belong_to(self, contact: Contact | None) -> None:
        """Go on with another conversation, or with none."""
        self._contact = contact

    # -- looking closer -------------------------------------------------------------------------

    @Slot()
    def show_safety_number(self) -> None:
        if self._contact is not None and self._contact.relation is not Relation.REQUEST:
            self._open(dialogs.SafetyNumberDialog(self._client, self._contact, self._page))

    @Slot()
    def show_connection(self) -> None:
        if self._contact is not None:
            dialog = dialogs.ConnectionDialog(
                self._client, self._contacts, self._contact, self._page
            )
            dialog.check_wanted.connect(self.check_wanted)
            self._open(dialog)

    @Slot()
    def compare_builds(self) -> None:
        if self._contact is not None:
            self._open(dialogs.BuildCompareDialog(self._client, self._contact, self._page))

    @Slot()
    def rename(self) -> None:
        if self._contact is not None:
            self._open(dialogs.RenameDialog(self._client, self._contact, self._page))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # -- what holds between the two -------------------------------------------------------------

    @Slot(int)
    def set_timer(self, seconds: int) -> None:
        """Have messages go by themselves after a time, or with 0 stay."""
        contact = self._contact
        if contact is None:
            return
        words = lifetime_words(seconds) if seconds else ""
        if dialogs.confirm_timer(self._page, contact, words):
            self._ask(SetTimer(contact.id, seconds))
        else:
            self.left_as_it_was.emit()

    @Slot(bool)
    def set_receipts(self, wanted: bool) -> None:
        contact = self._contact
        if contact is None:
            return
        if not wanted or dialogs.confirm_receipts(self._page, contact):
            self._ask(SetReceipts(contact.id, wanted))
        else:
            self.left_as_it_was.emit()

    @Slot(bool)
    def set_blocked(self, blocked: bool) -> None:
        contact = self._contact
        if contact is not None and (not blocked or dialogs.confirm_block(self._page, contact)):
            self._ask(BlockContact(contact.id, blocked))

    @Slot()
    def block(self) -> None:
        self.set_blocked(True)

    @Slot()
    def unblock(self) -> None:
        self.set_blocked(False)

    @Slot()
    def remove(self) -> None:
        if self._contact is not None and dialogs.confirm_remove(self._page, self._contact):
            self._ask(RemoveContact(self._contact.id))

    # -- a request ------------------------------------------------------------------------------

    @Slot()
    def accept(self) -> None:
        if self._contact is not None:
            self._ask(AcceptContact(self._contact.id))

    @Slot()
    def decline(self) -> None:
        if self._contact is not None:
            self._ask(DeclineContact(self._contact.id))

    # -- a changed key --------------------------------------------------------------------------

    @Slot()
    def keep_frozen(self) -> None:
        if self._contact is not None:
            self._ask(KeepFrozen(self._contact.id))

    @Slot()
    def treat_as_new(self) -> None:
        contact = self._contact
        if contact is not None and dialogs.confirm_new_contact(self._page, contact):
            self._client.request(TreatAsNewContact(contact.id), self._on_made)

    def _on_made(self, reply: Reply) -> None:
        self._on_asked(reply)
        if isinstance(reply.result, Contact):
            self.contact_made.emit(reply.result.id)

    def _ask(self, command: Command) -> None:
        self._client.request(command, self._on_asked)

    def _on_asked(self, reply: Reply) -> None:
        if reply.error is not None:
            self.failed.emit(sentence(reply.error))
