"""The short style sheet for what a palette cannot say: shapes, paddings, states."""

from string import Template
from typing import Final

from messenger.gui.tokens import Tokens

_BUTTONS: Final = """
QPushButton {
    background: $control; color: $text; border: 1px solid $border_strong;
    border-radius: 6px; padding: 6px 16px; min-height: 20px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selected; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 15px; }
QPushButton:disabled { color: $text_disabled; border-color: $border; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled {
    background: $hover; color: $text_disabled; border-color: $border;
}
QPushButton[kind="danger"] { background: $danger; color: $on_danger; border-color: $danger; }
QPushButton[kind="danger"]:hover { background: $danger_hover; border-color: $danger_hover; }
QPushButton[kind="danger"]:focus { border: 2px solid $text; }
QPushButton[kind="quiet"] {
    background: transparent; border-color: transparent; color: $accent_text; padding: 6px 4px;
}
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border: 2px solid $accent; padding: 5px 3px; }
QPushButton[kind="quiet"]:disabled { color: $text_disabled; }
QPushButton[kind="mark"] {
    background: transparent; border: 2px solid transparent; border-radius: 6px;
    padding: 0 2px; min-height: 0; color: $text_muted;
}
QPushButton[kind="mark"]:hover { background: $hover; }
QPushButton[kind="mark"]:focus { border-color: $accent; }
QPushButton[kind="mark"][tone="accent"] { color: $accent_text; }
QPushButton[kind="mark"][tone="danger"] { color: $danger_text; }
QToolButton {
    background: transparent; border: 2px solid transparent; border-radius: 6px; padding: 4px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selected; }
QToolButton:focus { border-color: $accent; }
QToolButton[kind="float"] {
    background: $control; border: 1px solid $border_strong; border-radius: 16px; padding: 5px;
}
QToolButton[kind="float"]:hover { background: $hover; }
QToolButton[kind="float"]:focus { border: 2px solid $accent; padding: 4px; }
QToolButton[kind="primary"] { background: $accent; border-radius: 8px; padding: 5px; }
QToolButton[kind="primary"]:hover { background: $accent_hover; }
QToolButton[kind="primary"]:focus { border-color: $text; }
QToolButton[kind="primary"]:disabled { background: $hover; }
QToolButton::menu-indicator { image: none; }
"""

_INPUTS: Final = """
QLineEdit, QPlainTextEdit, QTextEdit {
    background: $surface; color: $text; border: 1px solid $border_strong;
    border-radius: 6px; padding: 5px 8px;
    selection-background-color: $accent; selection-color: $on_accent;
    placeholder-text-color: $text_muted;
}
QLineEdit { min-height: 20px; }
QLineEdit[kind="search"] { padding-left: 2px; }
QLineEdit[kind="search"]:focus { padding-left: 1px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 2px solid $accent; padding: 4px 7px;
}
QLineEdit:read-only { background: $sidebar; }
QComboBox {
    background: $control; color: $text; border: 1px solid $border_strong;
    border-radius: 6px; padding: 5px 8px; min-height: 20px;
}
QComboBox:hover { background: $hover; }
QComboBox:focus { border: 2px solid $accent; padding: 4px 7px; }
QComboBox:disabled { color: $text_disabled; border-color: $border; background: $sidebar; }
QComboBox::drop-down { border: none; width: 28px; }
QLineEdit:disabled, QPlainTextEdit:disabled {
    color: $text_disabled; border-color: $border; background: $sidebar;
}
"""

_BOXES: Final = """
QFrame[surface="card"] { background: $surface; border: 1px solid $border; border-radius: 10px; }
QFrame[surface="warning"] { background: $warning_surface; border: none; border-radius: 10px; }
QFrame[surface="danger"] { background: $danger_surface; border: none; border-radius: 10px; }
QFrame[surface="line"] { background: $border; border: none; }
QFrame[surface="bar"] { background: $surface; border: none; }
QFrame[surface="warning"] QLabel { color: $warning_text; }
QLabel { background: transparent; }
CodeLabel { border-bottom: 2px solid transparent; padding-bottom: 3px; }
CodeLabel:focus { border-bottom: 2px solid $accent; }
NumberGrid { padding: 1px; }
NumberGrid:focus { border: 2px solid $accent; padding: 0; }
QLabel[tone="muted"] { color: $text_muted; }
QLabel[tone="accent"] { color: $accent_text; }
QLabel[tone="danger"] { color: $danger_text; }
QLabel[tone="success"] { color: $success_text; }
QLabel[tone="warning"] { color: $warning_text; }
QToolTip {
    background: $tooltip; color: $on_tooltip; border: none; padding: 4px 8px;
}
"""

_LISTS: Final = """
QMenu { background: $surface; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: transparent; }
QCalendarWidget QToolButton { color: $text; }
QTabWidget::pane { border: 1px solid $border; border-radius: 10px; top: -1px; }
QTabBar::tab {
    padding: 8px 12px; background: transparent; color: $text_muted;
    border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent_text; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 3px; }
QScrollBar::handle:hover { background: $border_strong; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $border; }
QProgressBar {
    background: $hover; border: none; border-radius: 4px; max-height: 8px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 4px; }
"""

_SHEET: Final = Template(_BUTTONS + _INPUTS + _BOXES + _LISTS)


def stylesheet(tokens: Tokens) -> str:
    """Fill the sheet with the colours of one table."""
    return _SHEET.substitute({name: getattr(tokens, name) for name in Tokens.__match_args__})
