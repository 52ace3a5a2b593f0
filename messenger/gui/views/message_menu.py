"""What can be done with one message, as a menu for mouse and keyboard."""

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from messenger.core.types import FileState, Message, MessageState
from messenger.gui.icons import icon
from messenger.gui.words import FileStep, can_be_sent_again, next_file_step

REACTIONS: Final = ("👍", "❤️", "😂", "😮", "😢", "🙏")


class MessageAction(Enum):
    """The entries of the menu."""

    COPY = auto()
    REPLY = auto()
    REACT = auto()
    EDIT = auto()
    AGAIN = auto()
    CANCEL = auto()
    TIMELINE = auto()
    DELETE_HERE = auto()
    DELETE_FOR_BOTH = auto()
    FILE_ACCEPT = auto()
    FILE_SAVE = auto()
    FILE_PAUSE = auto()
    FILE_RESUME = auto()
    FILE_CANCEL = auto()
    PICTURE_OPEN = auto()
    PICTURE_COPY = auto()


FILE_ACTIONS: Final = {
    FileStep.ACCEPT: MessageAction.FILE_ACCEPT,
    FileStep.SAVE: MessageAction.FILE_SAVE,
    FileStep.PAUSE: MessageAction.FILE_PAUSE,
    FileStep.RESUME: MessageAction.FILE_RESUME,
}
UNFINISHED: Final = frozenset({FileState.OFFERED, FileState.RUNNING, FileState.PAUSED})


class MessageMenu(QMenu):
    """A menu for one message; only what makes sense for it is there.

    Signals:
        chosen: MessageAction, the Message, and a reaction or an empty text.
    """

    chosen = Signal(object, object, str)

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message = message
        here = message.deleted_at is None and not message.unsupported
        if here:
            self._offer_picture()
            self._offer_file()
            self._add("copy", self.tr("Copy"), MessageAction.COPY)
            self._add("reply", self.tr("Reply"), MessageAction.REPLY)
            self._offer_reactions()
        if here and message.outgoing and message.file is None:
            self._add("edit", self.tr("Edit"), MessageAction.EDIT)
        if can_be_sent_again(message) and message.file is None:
            self._add("retry", self.tr("Send again"), MessageAction.AGAIN)
        if message.state is MessageState.WAITING and message.file is None:
            self._add("clear", self.tr("Do not send"), MessageAction.CANCEL)
        self._add("timeline", self.tr("Timeline…"), MessageAction.TIMELINE)
        self.addSeparator()
        self._add("trash", self.tr("Delete here…"), MessageAction.DELETE_HERE)
        if message.outgoing and message.deleted_at is None:
            self._add("trash", self.tr("Delete for both…"), MessageAction.DELETE_FOR_BOTH)

    def _add(self, icon_name: str, words: str, action: MessageAction, emoji: str = "") -> QAction:
        entry = self.addAction(icon(icon_name, self.palette()), words)
        entry.setData((action, emoji))
        entry.triggered.connect(self._on_triggered)
        return entry

    def _offer_reactions(self) -> None:
        menu = self.addMenu(icon("react", self.palette()), self.tr("React"))
        own = self._message.own_reaction
        for emoji in REACTIONS:
            entry = menu.addAction(emoji)
            entry.setCheckable(True)
            entry.setChecked(emoji == own)
            entry.setData((MessageAction.REACT, "" if emoji == own else emoji))
            entry.triggered.connect(self._on_triggered)
        if own and own not in REACTIONS:
            entry = menu.addAction(self.tr("Take the reaction back"))
            entry.setData((MessageAction.REACT, ""))
            entry.triggered.connect(self._on_triggered)

    def _offer_picture(self) -> None:
        file = self._message.file
        if file is not None and file.picture is not None:
            self._add("image", self.tr("Show the picture…"), MessageAction.PICTURE_OPEN)
            self._add("copy", self.tr("Copy the picture"), MessageAction.PICTURE_COPY)

    def _offer_file(self) -> None:
        words = {
            MessageAction.FILE_ACCEPT: self.tr("Accept and save…"),
            MessageAction.FILE_SAVE: self.tr("Save as…"),
            MessageAction.FILE_PAUSE: self.tr("Pause the file"),
            MessageAction.FILE_RESUME: self.tr("Go on with the file"),
        }
        step = next_file_step(self._message)
        if step is not None:
            self._add("save", words[FILE_ACTIONS[step]], FILE_ACTIONS[step])
        file = self._message.file
        if file is not None and file.state in UNFINISHED:
            declines = file.state is FileState.OFFERED and not self._message.outgoing
            cancel = self.tr("Decline the file") if declines else self.tr("Give the file up")
            self._add("clear", cancel, MessageAction.FILE_CANCEL)

    @Slot()
    def _on_triggered(self) -> None:
        entry = self.sender()
        if isinstance(entry, QAction):
            action, emoji = entry.data()
            self.chosen.emit(action, self._message, emoji)
