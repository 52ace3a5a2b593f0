"""Twelve groups of five digits, large, in as many columns as there is room for."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from messenger.gui.theme import SPACE_L, SPACE_M, SPACE_XL, TextSize, fixed_font, set_look

_GROUP_COUNT: Final = 12
_COLUMN_CHOICES: Final = (4, 3, 2)  # each divides the groups into full rows


class NumberGrid(QFrame):
    """A safety number to be read aloud line by line."""

    def __init__(self, name: str) -> None:
        super().__init__()
        set_look(self, "surface", "card")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # for screen readers
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # digits are read so everywhere
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        self._grid.setHorizontalSpacing(SPACE_XL)
        self._grid.setVerticalSpacing(SPACE_M)
        font = fixed_font(TextSize.TITLE)
        self._labels = [QLabel() for _ in range(_GROUP_COUNT)]
        for label in self._labels:
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setFont(font)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clear()
        self._arrange(_COLUMN_CHOICES[0])

    @property
    def columns(self) -> int:
        return self._columns

    @property
    def groups(self) -> list[str]:
        return [label.text() for label in self._labels]

    def clear(self) -> None:
        """Show that no number is there yet."""
        for label in self._labels:
            label.setText("·····")
        self.setAccessibleDescription("")

    def show_number(self, number: str) -> None:
        """Show 60 digits in 12 groups that spaces separate."""
        for label, group in zip(self._labels, number.split(), strict=True):
            label.setText(group)
        self.setAccessibleDescription(", ".join(" ".join(group) for group in number.split()))

    def sizeHint(self) -> QSize:
        return QSize(self._width_of(_COLUMN_CHOICES[0]), self._grid.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width_of(_COLUMN_CHOICES[-1]), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = event.size().width()
        fitting = [count for count in _COLUMN_CHOICES if self._width_of(count) <= width]
        self._arrange(fitting[0] if fitting else _COLUMN_CHOICES[-1])
        super().resizeEvent(event)

    def _width_of(self, columns: int) -> int:
        group = self._labels[0].sizeHint().width()
        return columns * group + (columns - 1) * SPACE_XL + 2 * SPACE_L + 2

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for index, label in enumerate(self._labels):
            self._grid.addWidget(label, index // columns, index % columns)
        self.updateGeometry()
