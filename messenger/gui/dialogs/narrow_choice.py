"""A drop-down list that fits a narrow window however long its entries are."""

from PySide6.QtWidgets import QComboBox, QSizePolicy

from messenger.gui.theme import TOUCH_MIN

_LEAST_LETTERS = 8


def narrow_choice(*entries: tuple[str, object]) -> QComboBox:
    """Make one with entries of words and data."""
    box = QComboBox()
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
