"""The curves of a training, drawn as its points arrive."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from messenger.gui.words import decimal

MOST: Final = 16.0  # wrong bits of a block
_LINES: Final = (0, 4, 8)  # bits that get a line across
_TOP: Final = 9.0  # bits; guessing is 8
_LEFT: Final = 28.0  # pixels
_RIGHT: Final = 36.0  # for the names at the ends of the lines
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
            self.tr("Bob {bob}, Eve {eve} wrong bits of 16").format(
                bob=decimal(bob, 2), eve=decimal(eve, 2)
            )
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        room = QRectF(self.rect()).adjusted(_LEFT, _MARGIN, -_RIGHT, -_MARGIN)
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        for bits in _LINES:
            y = _height(room, bits)
            painter.setPen(quiet)
            painter.drawText(QPointF(_MARGIN, y + 4), str(bits))
            painter.setPen(QPen(quiet, 0.5))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        text = palette.color(QPalette.ColorRole.WindowText)
        names = (self.tr("Bob"), Qt.PenStyle.SolidLine), (self.tr("Eve"), Qt.PenStyle.DashLine)
        for who, (name, style) in enumerate(names):
            painter.setPen(QPen(text, 2, style))
            painter.drawPolyline(self._line(room, who))
            if self._points:
                painter.setPen(text)
                y = _height(room, self._points[-1][who])
                painter.drawText(QPointF(room.right() + _MARGIN / 2, y + 4), name)
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
