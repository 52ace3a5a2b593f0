"""Whether what is on screen can be used: with the keyboard, by ear, and within its window."""

import re
from collections import Counter
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCalendarWidget,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QRadioButton,
    QTabBar,
    QWidget,
)

from messenger.gui.buttons import WordButton
from messenger.gui.dialogs.labels import CodeLabel, TextLabel
from messenger.gui.dialogs.number_grid import NumberGrid
from messenger.gui.dialogs.toggles import CheckBox, RadioButton
from messenger.gui.views.elided import ElidedLabel

INTERACTIVE: Final = (
    QAbstractButton,
    QAbstractItemView,
    QCalendarWidget,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    CodeLabel,
    NumberGrid,
)
EXPLAINED: Final = (CheckBox, QComboBox, QLineEdit, QPlainTextEdit)
INSIDE: Final = (QCalendarWidget, QLineEdit, QTabBar)  # Qt's own parts of a widget
MOST_STOPS: Final = 60  # of the Tab key in one window


def interactive(window: QWidget) -> list[QWidget]:
    """Return what can be clicked, typed into or chosen from at the moment."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, INTERACTIVE)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.window() is window
        and not _is_a_part(widget)
    ]


def _is_a_part(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, INSIDE):
            return True
        above = above.parentWidget()
    return False


def stops_of_tab(window: QWidget) -> set[QWidget]:
    """Return the widgets that the Tab key visits until it comes round."""
    reached: set[QWidget] = set()
    for _ in range(MOST_STOPS):
        focus = window.focusWidget()
        if focus in reached and len(reached) > 1:
            break
        if focus is not None:
            reached.add(focus)
        QTest.keyClick(focus or window, Qt.Key.Key_Tab)
    return reached


def unreachable(window: QWidget) -> list[str]:
    """Name what has no accessible name, and what the Tab key does not come to."""
    reached = stops_of_tab(window)
    found = []
    for widget in interactive(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        spoken = interface.text(QAccessible.Text.Name).strip()
        if not spoken:
            found.append(f"{widget} has no accessible name")
        by_arrows = isinstance(widget, QRadioButton) and not widget.isChecked()
        within = {widget, *widget.findChildren(QWidget)} & reached
        if not by_arrows and not within:
            found.append(f"Tab does not reach {spoken or widget}")
    return found


def unexplained(window: QWidget) -> list[str]:
    """Name toggles and fields with a sentence below them that is not spoken with them."""
    found = []
    for widget in interactive(window):
        above = widget.parentWidget().layout()
        at = above.indexOf(widget) if above is not None else -1
        item = above.itemAt(at + 1) if above is not None and at >= 0 else None
        below = item.widget() if item is not None else None
        muted = isinstance(below, TextLabel) and below.property("tone") == "muted"
        if muted and isinstance(widget, EXPLAINED) and not widget.accessibleDescription():
            found.append(f"{widget}: {below.text()}")
    return found


def shared_mnemonics(window: QWidget) -> list[str]:
    """Name the letters that lead to two things on one page or in one menu."""
    texts = [
        widget.text()
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and (
            isinstance(widget, QAbstractButton)
            or (isinstance(widget, QLabel) and widget.buddy() is not None)
        )
    ]
    places = {"page": texts}
    for menu in window.findChildren(QMenu):
        name = menu.title() or menu.objectName() or repr(menu)
        places[name] = [action.text() for action in menu.actions() if action.isVisible()]
    return [
        f"{key} in {place}: {[text for text in texts if _mnemonic(text) == key]}"
        for place, texts in places.items()
        for key, count in Counter(map(_mnemonic, texts)).items()
        if key and count > 1
    ]


def _mnemonic(text: str) -> str:
    return QKeySequence.mnemonic(text).toString(QKeySequence.SequenceFormat.PortableText)


def cut_off(window: QWidget) -> list[str]:
    """Name what reaches beyond the left or right edge of its window."""
    found = []
    for widget in interactive(window):
        area = widget.rect().translated(widget.mapTo(window, QPoint()))
        if area.left() < 0 or area.right() >= window.width():
            found.append(f"{widget} from {area.left()} to {area.right()}")
    return found


def clipped(window: QWidget) -> list[str]:
    """Name what has less room than its words take; elided labels and buttons say so themselves."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel | WordButton):
            continue
        needed = _needed(widget)
        if needed is not None and not _fits(needed, widget.size()):
            size = widget.size()
            words = widget.text()  # type: ignore[attr-defined]  # whatever _needed knows has one
            found.append(f"{words!r} needs {needed.toTuple()}, has {size.toTuple()}")
    return found


def _fits(needed: QSize, size: QSize) -> bool:
    """Whether there is room, but for a pixel of rounding."""
    return needed.width() <= size.width() + 1 and needed.height() <= size.height() + 1


def _needed(widget: QWidget) -> QSize | None:
    """Return the size that the words of a label or toggle take at the width that it has."""
    match widget:
        case QLabel() if widget.text() and not widget.wordWrap():
            return widget.sizeHint()
        case QLabel() | CheckBox() | RadioButton() if widget.text():
            height = widget.heightForWidth(widget.width())
            return QSize(_longest_word(widget), height)
        case _:
            return None


def _longest_word(widget: QLabel | CheckBox | RadioButton) -> int:
    if isinstance(widget, CheckBox | RadioButton):
        return widget.minimumSizeHint().width()
    words = re.split(r"[\s\u00ad\u200b/-]", widget.text())
    return max(widget.fontMetrics().horizontalAdvance(word) for word in words)
