"""A row of widgets that becomes a column when the window is too narrow for it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from messenger.gui.theme import SPACE_S


class FoldingRow(QWidget):
    """Lays out side by side while every child has its preferred width, else one below the other.

    Args:
        side_by_side_from: width in pixels from which the row is a row; None: ask the children.
    """

    def __init__(self, *, spacing: int = SPACE_S, side_by_side_from: int | None = None) -> None:
        super().__init__()
        self._from = side_by_side_from
        self._was_folded = False  # at the last size
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(spacing)

    @property
    def folded(self) -> bool:
        return self._box.direction() == QBoxLayout.Direction.TopToBottom

    def add(self, widget: QWidget, stretch: int = 0, *, top: bool = False) -> None:
        alignment = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag(0)
        self._box.addWidget(widget, stretch, alignment)

    def add_stretch(self) -> None:
        self._box.addStretch(1)

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        self._box.setContentsMargins(left, top, right, bottom)

    def minimumSizeHint(self) -> QSize:
        margins = self._box.contentsMargins()
        children = [widget.minimumSizeHint().width() for widget in self._children()]
        width = max(children, default=0) + margins.left() + margins.right()
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def hasHeightForWidth(self) -> bool:
        return self._box.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        self._fold(width)
        if self._box.hasHeightForWidth():
            return self._box.heightForWidth(width)
        return self._box.sizeHint().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold(event.size().width())
        super().resizeEvent(event)
        if self.folded is not self._was_folded:
            self._was_folded = self.folded
            self.updateGeometry()  # or those around it keep the height that it had

    def _children(self) -> list[QWidget]:
        items = (self._box.itemAt(index) for index in range(self._box.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if widget is not None and not widget.isHidden()]

    def _fold(self, width: int) -> None:
        needed = self._from
        if needed is None:
            children = self._children()
            needed = sum(widget.sizeHint().width() for widget in children)
            needed += self._box.spacing() * max(0, len(children) - 1)
            margins = self._box.contentsMargins()
            needed += margins.left() + margins.right()
        way = QBoxLayout.Direction
        direction = way.LeftToRight if width >= needed else way.TopToBottom
        if direction != self._box.direction():
            self._box.setDirection(direction)
