"""The curves of a training, drawn as its points arrive."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

MOST: Final = 16.0  # wrong bits of a block
_LINES: Final = (0, 4, 8)  # bits that get a line across
_TOP: Final = 9.0  # bits; guessing is 8
_LEFT: Final = 28.0  # pixels
_MARGIN: Final = 8.0


class LabCurve(QWidget):
    """Bob's and Eve's wrong bits over the steps of a training.

    Bob is a solid line, Eve a dashed one, so that no colour has to be told from another.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Curves of the training"))
        self._points: list[tuple[float, float]] = []

    def sizeHint(self) -> QSize:
        return QSize(420, 180)

    def clear(self) -> None:
        """Begin a new drawing."""
        self._points = []
        self.update()

    def add(self, bob: float, eve: float) -> None:
        """Add a point behind the others."""
        self._points.append((bob, eve))
        self.setAccessibleDescription(
            self.tr("Bob {bob:.2f}, Eve {eve:.2f} wrong bits of 16").format(bob=bob, eve=eve)
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        room = QRectF(self.rect()).adjusted(_LEFT, _MARGIN, -_MARGIN, -_MARGIN)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        for bits in _LINES:
            y = _height(room, bits)
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.drawText(QPointF(_MARGIN, y + 4), str(bits))
        text = palette.color(QPalette.ColorRole.WindowText)
        painter.setPen(QPen(text, 2))
        painter.drawPolyline(self._line(room, 0))
        painter.setPen(QPen(text, 2, Qt.PenStyle.DashLine))
        painter.drawPolyline(self._line(room, 1))
        painter.end()

    def _line(self, room: QRectF, who: int) -> QPolygonF:
        last = max(len(self._points) - 1, 1)
        return QPolygonF(
            [
                QPointF(room.left() + room.width() * index / last, _height(room, point[who]))
                for index, point in enumerate(self._points)
            ]
        )


def _height(room: QRectF, bits: float) -> float:
    return room.bottom() - room.height() * min(bits, _TOP) / _TOP
