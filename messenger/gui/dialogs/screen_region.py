"""Lets a person draw a frame around a QR code that is somewhere on their screen."""

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from messenger.gui.theme import SPACE_L, TextSize, colour, scaled_font, tokens_of

HIDE_MS: Final = 300  # for our own window to leave the picture
MIN_SIDE: Final = 24  # pixels; a shorter drag was a click


class RegionOverlay(QWidget):
    """A picture of one screen over that screen; drag a frame, Enter takes all, Esc gives up.

    Signals:
        picked: QImage, what is inside the frame, in device pixels.
        cancelled: nothing was chosen.
    """

    picked = Signal(object)
    cancelled = Signal()

    def __init__(self, picture: QPixmap) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self._words())
        self._picture = picture
        self._start: QPoint | None = None
        self._frame = QRect()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(self.rect(), self._picture)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 120))
        if not self._frame.isEmpty():
            painter.drawPixmap(QRectF(self._frame), self._picture, QRectF(self._source()))
            painter.setPen(QPen(colour(tokens_of(self.palette()).accent), 2))
            painter.drawRect(self._frame)
            return
        painter.setPen(Qt.GlobalColor.white)
        painter.setFont(scaled_font(self.font(), TextSize.TITLE, bold=True))
        inside = self.rect().adjusted(SPACE_L, SPACE_L, -SPACE_L, -SPACE_L)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inside, flags, self._words())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._start = event.position().toPoint()
        self._frame = QRect()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            end = event.position().toPoint()
            size = QSize(abs(end.x() - self._start.x()), abs(end.y() - self._start.y()))
            corner = QPoint(min(end.x(), self._start.x()), min(end.y(), self._start.y()))
            self._frame = QRect(corner, size)
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._start = None
        if min(self._frame.width(), self._frame.height()) >= MIN_SIDE:
            self.picked.emit(self._picture.copy(self._source()).toImage())
        else:
            self._frame = QRect()
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(self._picture.toImage())

    def _source(self) -> QRect:
        """The frame in pixels of the picture."""
        x = self._picture.width() / max(1, self.width())
        y = self._picture.height() / max(1, self.height())
        frame = self._frame.intersected(self.rect())
        return QRect(
            round(frame.x() * x),
            round(frame.y() * y),
            round(frame.width() * x),
            round(frame.height() * y),
        )

    def _words(self) -> str:
        return self.tr("Draw a frame around the QR code. Enter takes the whole screen, Esc stops.")


class ScreenRegion(QObject):
    """Takes pictures of all screens and shows an overlay on each.

    Lives in the GUI thread.

    Signals:
        picked: QImage.
        ended: nothing was chosen, or something was: our window is visible again.
        forbidden: this desktop shows programs nothing of the screen.
    """

    picked = Signal(object)
    ended = Signal()
    forbidden = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._overlays: list[RegionOverlay] = []
        self._hidden = QTimer(self, singleShot=True)
        self._hidden.timeout.connect(self._grab)

    @property
    def overlays(self) -> list[RegionOverlay]:
        return self._overlays

    @Slot()
    def start(self) -> None:
        """Make our window invisible for a moment and take the pictures."""
        if self._overlays or self._hidden.isActive():
            return
        if QGuiApplication.platformName().startswith("wayland"):
            self.forbidden.emit()
            return
        self._window.window().installEventFilter(self)
        self._window.window().setWindowOpacity(0.0)
        self._hidden.start(HIDE_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End together with the window, which is closed when Hum is locked."""
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            if self._hidden.isActive():
                self._hidden.stop()
                self._window.window().setWindowOpacity(1.0)
            self._close_overlays()
        return False

    @Slot()
    def _grab(self) -> None:
        pictures = [(screen, screen.grabWindow(0)) for screen in QGuiApplication.screens()]
        self._window.window().setWindowOpacity(1.0)
        if any(picture.isNull() for _screen, picture in pictures):
            self.forbidden.emit()
            return
        for screen, picture in pictures:
            self._cover(screen, picture)

    def _cover(self, screen: QScreen, picture: QPixmap) -> None:
        overlay = RegionOverlay(picture)
        overlay.picked.connect(self._on_picked)
        overlay.cancelled.connect(self._end)
        self._overlays.append(overlay)
        overlay.setGeometry(screen.geometry())
        # A modal dialog would keep input away from other windows of ours.
        overlay.setWindowModality(Qt.WindowModality.ApplicationModal)
        overlay.showFullScreen()
        overlay.activateWindow()

    @Slot(object)
    def _on_picked(self, image: QImage) -> None:
        self._end()
        self.picked.emit(image)

    @Slot()
    def _end(self) -> None:
        self._close_overlays()
        self._window.activateWindow()
        self.ended.emit()

    def _close_overlays(self) -> None:
        for overlay in self._overlays:
            overlay.close()
            overlay.deleteLater()
        self._overlays.clear()
