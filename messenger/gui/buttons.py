"""Push buttons that give way: where there is no room, their words end in an ellipsis."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolTip,
)

from messenger.gui.theme import TOUCH_MIN, set_look

ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class WordButton(QPushButton):
    """Spoken, it always has all its words; shortened, it shows them as a tool tip too."""

    def __init__(self, words: str = "", kind: str = "") -> None:
        """``kind`` is "primary", "danger", "quiet", "mark" or nothing."""
        super().__init__(words)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if kind:
            set_look(self, "kind", kind)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        hint = super().minimumSizeHint()
        return QSize(min(2 * TOUCH_MIN, hint.width()), hint.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus; Qt would press the dialog's default."""
        if event.key() not in ENTER:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():  # a key held since the dialog before answers nothing
            self.click()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and not self.toolTip() and self._lacking():
            QToolTip.showText(event.globalPos(), self.text().replace("&", ""), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = QStyleOptionButton()
        self.initStyleOption(look)
        lacking = self._lacking()
        if lacking:
            room = self.fontMetrics().horizontalAdvance(look.text) - lacking
            way = Qt.TextElideMode.ElideRight
            look.text = self.fontMetrics().elidedText(look.text, way, room)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, look)

    def _lacking(self) -> int:
        """Return the pixels by which the words are too wide."""
        return max(0, self.sizeHint().width() - self.width())
