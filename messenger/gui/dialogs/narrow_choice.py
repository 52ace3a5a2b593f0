"""A drop-down list that fits a narrow window however long its entries are."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle

from messenger.gui.icons import paint_icon
from messenger.gui.theme import ICON_S, SPACE_S, TOUCH_MIN

_LEAST_LETTERS = 8


class DropDown(QComboBox):
    """Draws the arrow itself: a style sheet would need one picture of it for each colour."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        box = QRectF(0, 0, ICON_S, ICON_S)
        box.moveCenter(self.rect().toRectF().center())
        box.moveRight(self.width() - SPACE_S)
        area = QStyle.visualRect(self.layoutDirection(), self.rect(), box.toRect())
        tint = self.palette().color(QPalette.ColorRole.WindowText)
        paint_icon(QPainter(self), "chevron-down", area.toRectF(), tint)


def narrow_choice(*entries: tuple[str, object]) -> QComboBox:
    """Make one with entries of words and data."""
    box = DropDown()
    box.setMinimumHeight(TOUCH_MIN)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_LEAST_LETTERS)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    for words, data in entries:
        box.addItem(words, data)
    return box


def choose_number(box: QComboBox, number: int) -> None:
    """Show a number; one that is not in the list becomes the nearest entry from below."""
    rows = [row for row in range(box.count()) if int(box.itemData(row)) <= number]
    box.setCurrentIndex(max(rows, key=lambda row: int(box.itemData(row)), default=0))
