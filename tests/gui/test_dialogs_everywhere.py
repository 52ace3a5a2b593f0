"""What holds for every dialog in every state that ``dialog_screens`` can draw."""

from collections.abc import Iterator

import pytest
from dialog_screens import SCREENS, discard, settle
from people import named
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.gui.dialogs.labels import CodeLabel
from messenger.gui.dialogs.number_grid import NumberGrid
from messenger.gui.dialogs.safety_number import SafetyNumberDialog
from messenger.gui.dialogs.sheet import MIN_SIZE
from messenger.gui.theme import Theme, ThemeChoice

INTERACTIVE = (
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
    QComboBox,
    QListWidget,
    QTabBar,
    CodeLabel,
    NumberGrid,
)
MOST_STOPS = 60  # of the Tab key in one dialog


@pytest.fixture(scope="module", autouse=True)
def styled(qapp: QApplication) -> Iterator[None]:
    """The style sheet, once: applying it takes longer than all else here."""
    theme = Theme(qapp)
    theme.choose(ThemeChoice.LIGHT)
    yield
    theme.deleteLater()


def shown(name: str) -> QDialog:
    dialog = SCREENS[name](ScriptedClient())
    dialog.show()
    dialog.activateWindow()
    settle(QApplication.instance())
    return dialog


def interactive(dialog: QDialog) -> list[QWidget]:
    return [
        widget
        for kind in INTERACTIVE
        for widget in dialog.findChildren(kind)
        if widget.isVisible() and widget.isEnabled() and not isinstance(widget.parent(), QTabBar)
    ]


def stops_of_tab(dialog: QDialog) -> set[QWidget]:
    """The widgets that the Tab key visits until it comes round."""
    reached: set[QWidget] = set()
    for _ in range(MOST_STOPS):
        focus = dialog.focusWidget()
        if focus in reached and len(reached) > 1:
            break
        if focus is not None:
            reached.add(focus)
        QTest.keyClick(focus or dialog, Qt.Key.Key_Tab)
    return reached


@pytest.mark.parametrize("name", SCREENS)
def test_it_can_be_used_without_a_mouse_and_without_eyes(qtbot: QtBot, name: str) -> None:
    dialog = shown(name)
    reached = stops_of_tab(dialog)
    for widget in interactive(dialog):
        interface = QAccessible.queryAccessibleInterface(widget)
        spoken = interface.text(QAccessible.Text.Name).strip()
        assert spoken, f"{widget} has no accessible name"
        if not isinstance(widget, QRadioButton) or widget.isChecked():  # else: the arrow keys
            assert widget in reached, f"Tab does not reach {spoken}"
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or not label.text(), label.text()
    discard(dialog)


@pytest.mark.parametrize(
    "name", [name for name in SCREENS if name not in ("first-4", "first-5")]
)  # making a profile goes on, and leaving without a code asks first: test_dialogs_first_run.py
def test_escape_closes_it(qtbot: QtBot, name: str) -> None:
    dialog = shown(name)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    discard(dialog)


@pytest.mark.parametrize("name", [name for name in SCREENS if not name.endswith("-long")])
def test_it_holds_in_a_narrow_window_with_a_large_font(qtbot: QtBot, name: str) -> None:
    font = QApplication.font()
    larger = QFont(font)
    larger.setPointSizeF(font.pointSizeF() * 2)
    QApplication.setFont(larger)
    try:
        dialog = shown(name)
        dialog.resize(MIN_SIZE.width(), 600)
        settle(QApplication.instance())
        assert dialog.width() == MIN_SIZE.width()
        for widget in interactive(dialog):
            area = widget.rect().translated(widget.mapTo(dialog, QPoint()))
            assert area.left() >= 0, widget
            assert area.right() < dialog.width(), f"{widget} ends at {area.right()}"
        discard(dialog)
    finally:
        QApplication.setFont(font)


def test_a_name_without_spaces_does_not_widen_a_window(qtbot: QtBot) -> None:
    dialog = SafetyNumberDialog(ScriptedClient(), named("W" * 64), None)
    dialog.show()
    dialog.resize(MIN_SIZE.width(), 600)
    settle(QApplication.instance())
    page = dialog.findChild(QScrollArea).widget()
    assert page.width() <= dialog.width()
    discard(dialog)
