"""What all dialogs have in common: a body that scrolls, a row of buttons, Esc, a narrow window."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from messenger.gui.buttons import WordButton
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.theme import SPACE_L, SPACE_M, SPACE_XL

MIN_SIZE: Final = QSize(320, 200)  # pixels; what a split desktop leaves
SCREEN_SHARE: Final = 0.9  # of the screen a dialog takes at most by itself


class _Body(QWidget):
    """The inside of the scrolling frame.

    Signals:
        asked: something in it wants another size.
    """

    asked = Signal()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.asked.emit()
        return done


class Sheet(QDialog):
    """A dialog with a scrolling body and a footer that stays.

    It opens as high as its content and grows with it until the person resizes it.

    Lives in the GUI thread.
    """

    def __init__(self, parent: QWidget | None, *, title: str, width: int = 480) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumSize(MIN_SIZE)
        self._wanted_width = width
        self._own_height = -1  # the height we chose last; another one was the person's choice
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._page = _Body()
        self.body = QVBoxLayout(self._page)
        self.body.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        self.body.setSpacing(SPACE_M)
        outer.addWidget(scrolling(self._page), 1)
        self._footer = FoldingRow()
        self._footer.set_margins(SPACE_XL, SPACE_M, SPACE_XL, SPACE_L)
        self._footer.add_stretch()
        outer.addWidget(self._footer)
        self._page.asked.connect(self._grow)

    def add_button(self, words: str, on_click: Callable[[], object], kind: str = "") -> QPushButton:
        """Add a button at the right end of the footer; a primary one answers Enter."""
        button = push_button(words, on_click, kind)
        button.setDefault(kind == "primary")
        self._footer.add(button)
        return button

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._own_height < 0 and not event.spontaneous():
            self._polish()
            room = _room(self) * SCREEN_SHARE
            self.resize(min(self._wanted_width, room.width()), self._natural_height())
            self._own_height = self.height()

    def _polish(self) -> None:
        """Let the style sheet reach everything now; sizes asked before would be too small."""
        for child in self.findChildren(QWidget):
            child.ensurePolished()
            child.updateGeometry()

    @Slot()
    def _grow(self) -> None:
        if self.isVisible() and self.height() == self._own_height:
            self.resize(self.width(), max(self.height(), self._natural_height()))
            self._own_height = self.height()

    def _natural_height(self) -> int:
        width = (
            min(self._wanted_width, self.width()) if self._own_height >= 0 else (self._wanted_width)
        )
        # Beside a scroll bar words may need one line more, and then it would stay for that line.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        body = self.body.totalHeightForWidth
        height = max(body(width), body(width - bar)) + self._footer.heightForWidth(width)
        return min(height, int(_room(self).height() * SCREEN_SHARE))


def _room(widget: QWidget) -> QSize:
    """The usable size of the screen under a widget.

    Not by ``widget.screen()``: PySide 6.11.3 was seen to delete the screen itself when it collected
    what that returns together with the widget; the next widget then crashed.
    """
    centre = widget.geometry().center()
    screen = QGuiApplication.screenAt(centre) or QGuiApplication.primaryScreen()
    return screen.availableSize()


def reveal(widget: QWidget) -> None:
    """Scroll to a widget that has just been shown, once its dialog has made room for it."""
    above = _scroll_area_above(widget)
    if above is not None:
        QTimer.singleShot(0, widget, partial(above.ensureWidgetVisible, widget))


def scroll_to_top(widget: QWidget) -> None:
    """Show the beginning of what holds a widget, because it shows another page now."""
    above = _scroll_area_above(widget)
    if above is not None:
        above.verticalScrollBar().setValue(0)


def _scroll_area_above(widget: QWidget) -> QScrollArea | None:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above


def push_button(words: str, on_click: Callable[[], object], kind: str = "") -> QPushButton:
    """Make a button; ``kind`` is "primary", "danger", "quiet" or nothing."""
    button = WordButton(words, kind)
    button.clicked.connect(on_click)
    return button


def scrolling(page: QWidget) -> QScrollArea:
    """Put a page into a frame that scrolls; sideways only where one word is too wide."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
