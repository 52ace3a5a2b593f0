"""What a person does with one message of the conversation on screen."""

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import Contact, Message
from messenger.engine.commands import (
    CancelFile,
    CancelMessage,
    Command,
    DeleteMessage,
    PauseFile,
    React,
    ResumeFile,
    RetryMessage,
)
from messenger.engine.events import Reply
from messenger.gui import dialogs
from messenger.gui.client import EngineClient
from messenger.gui.models.history import History
from messenger.gui.texts import sentence
from messenger.gui.views.attachments import Attachments
from messenger.gui.views.message_menu import FILE_ACTIONS, MessageAction, MessageMenu
from messenger.gui.words import next_file_step


class MessageDeeds(QObject):
    """Offers the menu of a message and does what was chosen there, or clicked in its bubble.

    Owner: GUI thread.

    Args:
        attachments: does what concerns a message's file or picture.
        page: over which menus and dialogs open.

    Signals:
        failed: a sentence for the person.
        copy_wanted: the text that is marked or chosen shall go to the clipboard.
        reply_wanted: the Message that shall be answered.
        edit_wanted: the Message that shall be written anew.
    """

    failed = Signal(str)
    copy_wanted = Signal()
    reply_wanted = Signal(object)
    edit_wanted = Signal(object)

    def __init__(self, client: EngineClient, attachments: Attachments, page: QWidget) -> None:
        super().__init__(page)
        self._client = client
        self._attachments = attachments
        self._page = page
        self._contact: Contact | None = None
        self._history: History | None = None

    def belong_to(self, contact: Contact | None, history: History | None) -> None:
        """Go on with another conversation, or with none."""
        self._contact = contact
        self._history = history

    @Slot(object, QPoint)
    def show_menu(self, message: Message, place: QPoint) -> None:
        menu = MessageMenu(message, self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.chosen.connect(self.do)
        menu.popup(place)

    @Slot(object, object, str)
    def do(self, action: MessageAction, message: Message, emoji: str = "") -> None:
        """Do what was chosen in the menu of a message."""
        match action:
            case MessageAction.COPY:
                self.copy_wanted.emit()
            case MessageAction.REPLY:
                self.reply_wanted.emit(message)
            case MessageAction.EDIT:
                self.edit_wanted.emit(message)
            case MessageAction.TIMELINE:
                self._show_timeline(message)
            case MessageAction.DELETE_HERE | MessageAction.DELETE_FOR_BOTH:
                self._delete(message, for_both=action is MessageAction.DELETE_FOR_BOTH)
            case MessageAction.FILE_ACCEPT | MessageAction.FILE_SAVE:
                self._attachments.save(message)
            case MessageAction.PICTURE_OPEN:
                self._attachments.show_picture(message)
            case MessageAction.PICTURE_COPY:
                self._attachments.copy_picture(message)
            case _:
                self._ask(_command(action, message, emoji))

    @Slot(object)
    def send_again(self, message: Message) -> None:
        self._ask(RetryMessage(message.row))

    @Slot(object)
    def take_file_step(self, message: Message) -> None:
        """Do with a file what comes next for it."""
        step = next_file_step(message)
        if step is not None:
            self.do(FILE_ACTIONS[step], message)

    @Slot(str)
    def open_link(self, url: str) -> None:
        """Ask before a link leaves Hum."""
        self._open(dialogs.OpenLinkDialog(url, self._page))

    def _show_timeline(self, message: Message) -> None:
        if self._history is None:
            return
        try:
            steps = self._history.timeline(message.row)
        except MessengerError as error:
            self.failed.emit(sentence(error))
        else:
            self._open(dialogs.TimelineDialog(steps, self._page, relay=message.relay))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _delete(self, message: Message, *, for_both: bool) -> None:
        if self._contact is not None and dialogs.confirm_delete(
            self._page, self._contact, for_both=for_both
        ):
            self._ask(DeleteMessage(message.row, for_both))

    def _ask(self, command: Command) -> None:
        self._client.request(command, self._on_asked)

    def _on_asked(self, reply: Reply) -> None:
        if reply.error is not None:
            self.failed.emit(sentence(reply.error))


def _command(action: MessageAction, message: Message, emoji: str) -> Command:
    """Return what the engine is asked for an entry of the menu."""
    match action:
        case MessageAction.REACT:
            return React(message.row, emoji)
        case MessageAction.AGAIN:
            return RetryMessage(message.row)
        case MessageAction.CANCEL:
            return CancelMessage(message.row)
        case MessageAction.FILE_PAUSE:
            return PauseFile(message.row)
        case MessageAction.FILE_RESUME:
            return ResumeFile(message.row)
        case _:
            return CancelFile(message.row)
