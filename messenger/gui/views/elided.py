"""A label of one line that ends in an ellipsis when there is no room."""

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from messenger.gui.remote_text import tool_tip


class ElidedLabel(QLabel):
    """Shows plain text; all of it is in the tool tip and in the accessible name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._words = ""

    def say(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self.setText(words)
            self.setAccessibleName(words)
            self.setToolTip(tool_tip(words))
            self.updateGeometry()

    def explain(self, words: str) -> None:
        """Have the tool tip say more than the label does; nothing: only that."""
        if words != self.accessibleDescription():
            self.setToolTip(tool_tip(words or self._words))
            self.setAccessibleDescription(words)

    def minimumSizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).averageCharWidth() * 4, self._least_height())

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self.font()).horizontalAdvance(self._words) + 2
        return QSize(width, self._least_height())

    def _least_height(self) -> int:
        """Return that of a line, also where another script would do with less: nothing jumps."""
        line = math.ceil(QFontMetricsF(self.font()).height())
        return max(line, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        box: QRect = self.contentsRect()
        metrics = QFontMetrics(self.font())
        words = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, box.width())
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, align, words)
