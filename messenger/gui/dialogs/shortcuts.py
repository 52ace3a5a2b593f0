"""The keyboard map."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from messenger.gui.dialogs.labels import TextLabel, heading, title
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.theme import SPACE_L, SPACE_M, SPACE_S, set_look


class ShortcutsDialog(Sheet):
    """Lists every shortcut, in the words and signs of this system."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Keyboard"), width=460)
        self.body.addWidget(title(self.tr("Keyboard")))
        for caption, rows in self._groups().items():
            self.body.addSpacing(SPACE_S)
            self.body.addWidget(heading(caption))
            self.body.addWidget(_table(rows))
        self.body.addStretch(1)
        self.add_button(self.tr("Close"), self.accept, "primary").setFocus()

    def _groups(self) -> dict[str, list[tuple[str, str]]]:
        return {
            self.tr("Anywhere"): [
                ("Ctrl+K", self.tr("Jump to a contact")),
                ("Ctrl+N", self.tr("Add a contact")),
                ("Ctrl+F", self.tr("Search")),
                ("Ctrl+Shift+F", self.tr("Search in all conversations")),
                ("Ctrl+L", self.tr("Lock")),
                ("Ctrl+,", self.tr("Settings")),
                ("Ctrl+Shift+W", self.tr("The wire")),
                ("Ctrl+Q", self.tr("Quit")),
                ("Ctrl+/", self.tr("Show this list")),
            ],
            self.tr("Conversations"): [
                ("Alt+Up", self.tr("Previous conversation")),
                ("Alt+Down", self.tr("Next conversation")),
                ("Ctrl+G", self.tr("Go to a date")),
                ("Esc", self.tr("Close or cancel")),
            ],
            self.tr("In the messages"): [
                ("Return", self.tr("Open, or the next step for a file")),
                ("Ctrl+C", self.tr("Copy the text")),
                ("Shift+F10", self.tr("What can be done with a message")),
            ],
            self.tr("Writing"): [
                ("Return", self.tr("Send")),
                ("Shift+Return", self.tr("New line")),
                ("Up", self.tr("Edit the last message")),
            ],
        }


def _table(rows: list[tuple[str, str]]) -> QFrame:
    frame = QFrame()
    set_look(frame, "surface", "card")
    grid = QGridLayout(frame)
    grid.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
    grid.setVerticalSpacing(SPACE_S)
    grid.setColumnStretch(0, 1)
    for line, (keys, words) in enumerate(rows):
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(TextLabel(words), line, 0)
        key_label = QLabel(shown)
        key_label.setTextFormat(Qt.TextFormat.PlainText)
        set_look(key_label, "tone", "muted")
        grid.addWidget(key_label, line, 1, Qt.AlignmentFlag.AlignRight)
    return frame
