"""Check boxes and radio buttons whose edges, marks and focus are seen in light and dark.

Fusion takes the edge from the window's colour, which leaves nothing of it on a dark one.
"""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
)

from messenger.gui.icons import paint_icon
from messenger.gui.theme import colour, tokens_of

_SIDE = 18.0  # pixels of the indicator
_ROOM = QSize(8, 8)  # more than Fusion gives, so that a focus ring fits


class CheckBox(QCheckBox):
    """A square with a tick."""

    def sizeHint(self) -> QSize:
        return super().sizeHint() + _ROOM

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        _paint(self, option, round_mark=False)


class RadioButton(QRadioButton):
    """A circle with a dot."""

    def sizeHint(self) -> QSize:
        return super().sizeHint() + _ROOM

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        _paint(self, option, round_mark=True)


def _paint(button: QAbstractButton, option: QStyleOptionButton, *, round_mark: bool) -> None:
    style = button.style()
    parts = QStyle.SubElement
    indicator, contents = (
        (parts.SE_RadioButtonIndicator, parts.SE_RadioButtonContents)
        if round_mark
        else (parts.SE_CheckBoxIndicator, parts.SE_CheckBoxContents)
    )
    painter = QStylePainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0, 0, _SIDE, _SIDE)
    box.moveCenter(QRectF(style.subElementRect(indicator, option, button)).center())
    box.moveLeft(max(1.0, box.left()))
    _paint_indicator(painter, button, box, round_mark=round_mark)
    words = style.subElementRect(contents, option, button)
    words.setLeft(max(words.left(), round(box.right()) + 8))
    control = QStyle.ControlElement
    option.rect = words
    painter.drawControl(
        control.CE_RadioButtonLabel if round_mark else control.CE_CheckBoxLabel, option
    )
    if button.hasFocus():
        width = button.fontMetrics().boundingRect(button.text().replace("&", "")).width()
        words.setWidth(min(words.width(), width + 6))
        painter.setPen(QPen(colour(tokens_of(button.palette()).accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(words).adjusted(-4, 1, -1, -1), 4, 4)


def _paint_indicator(
    painter: QPainter, button: QAbstractButton, box: QRectF, *, round_mark: bool
) -> None:
    tokens = tokens_of(button.palette())
    on, enabled = button.isChecked(), button.isEnabled()
    edge = tokens.accent if on and enabled else tokens.border_strong
    fill = tokens.accent if on and enabled else tokens.surface
    mark = tokens.on_accent if enabled else tokens.text_disabled
    radius = _SIDE / 2 if round_mark else 4.0
    painter.setPen(QPen(colour(edge if enabled else tokens.text_disabled), 1.5))
    painter.setBrush(colour(fill))
    painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), radius, radius)
    if not on:
        return
    if round_mark:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mark))
        painter.drawEllipse(box.center(), _SIDE / 5, _SIDE / 5)
    else:
        paint_icon(painter, "tick", box.adjusted(2, 2, -2, -2), colour(mark))
