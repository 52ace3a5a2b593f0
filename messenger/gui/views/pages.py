"""Pages that stand where something is not there yet: each one names the next step."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from messenger.gui.buttons import WordButton
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.icons import pixmap
from messenger.gui.theme import (
    SPACE_M,
    SPACE_S,
    SPACE_XL,
    TextSize,
    colour,
    tokens_of,
)

PICTURE_SIDE = 56
TEXT_WIDTH = 360  # a line that reads well


class EmptyPage(QWidget):
    """A picture, a heading, a sentence and perhaps a button, in the middle."""

    def __init__(
        self, icon_name: str, heading: str, sentence: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setMinimumHeight(PICTURE_SIDE)
        self.heading = TextLabel(heading, size=TextSize.HEADING, bold=True)
        self.sentence = TextLabel(sentence, tone="muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        self._column.setSpacing(SPACE_S)
        self._column.addStretch(2)
        self._column.addWidget(self._picture)
        self._column.addSpacing(SPACE_S)
        for label in (self.heading, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(label)
        self._column.addStretch(3)
        self.setAutoFillBackground(True)

    def add_button(self, words: str) -> QPushButton:
        """Add the button of the next step."""
        button = WordButton(words, "primary")
        at = self._column.count() - 1  # above the stretch at the end
        self._column.insertSpacing(at, SPACE_M)
        self._column.insertWidget(at + 1, button, 0, Qt.AlignmentFlag.AlignCenter)
        return button

    def add_widget(self, widget: QWidget) -> None:
        """Add something wider than a button below the words, as wide as it may be."""
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(widget, 100)
        row.addStretch(1)
        self._column.insertLayout(self._column.count() - 1, row)

    def use_surface(self) -> None:
        """Stand on the colour of a conversation instead of that of the sidebar."""
        self.setBackgroundRole(QPalette.ColorRole.Base)

    def showEvent(self, event: QShowEvent) -> None:
        self._tint()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._tint()
        super().changeEvent(event)

    def _tint(self) -> None:
        tint = colour(tokens_of(self.palette()).accent_text)
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(self._icon_name, tint, PICTURE_SIDE, ratio))
