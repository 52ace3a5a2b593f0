"""Shows a QR code on white paper, as large as there is room for."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from messenger.gui.qr import Matrix, paint_qr, qr_matrix
from messenger.gui.theme import RADIUS_M

MIN_SIDE: Final = 200  # pixels; below, a camera has to come very close
BEST_SIDE: Final = 264
MAX_SIDE: Final = 400


class QrView(QWidget):
    """A square picture of ``text``; it says ``words`` to those who cannot see it."""

    def __init__(self, words: str, text: str = "") -> None:
        super().__init__()
        self._matrix: Matrix = ()
        self.setAccessibleName(words)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(MIN_SIDE, MIN_SIDE)
        self.setMaximumHeight(MAX_SIDE)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show another code, or blank paper for an empty text."""
        self._matrix = qr_matrix(text) if text else ()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BEST_SIDE, BEST_SIDE)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(MIN_SIDE, min(width, BEST_SIDE))

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = min(self.width(), self.height())
        area = self.rect()
        area.setSize(QSize(side, side))
        area.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(Qt.GlobalColor.white))
        paper = QPainterPath()
        paper.addRoundedRect(QRectF(area), RADIUS_M, RADIUS_M)
        painter.setClipPath(paper)  # also for the white edge that belongs to the code
        painter.drawPath(paper)
        if self._matrix:
            paint_qr(painter, area, self._matrix)
