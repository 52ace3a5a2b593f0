"""Check boxes and radio buttons whose edges, marks and focus are seen in light and dark.

Fusion takes the edge from the window's colour, which leaves nothing of it on a dark one.
"""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from messenger.gui.dialogs.labels import explanation
from messenger.gui.icons import paint_icon
from messenger.gui.mirrored import mirrored, runs_leftwards
from messenger.gui.theme import colour, tokens_of

_SIDE: Final = 18  # pixels of the indicator
_GAP: Final = 10  # pixels from it to the words
_INDENT: Final = _SIDE + _GAP  # where the words begin, for what stands below them
_EDGE: Final = 4  # pixels above and below the words, room for a focus ring
_FLAGS: Final = (
    Qt.AlignmentFlag.AlignLeft.value
    | Qt.AlignmentFlag.AlignTop.value
    | Qt.TextFlag.TextWordWrap.value
    | Qt.TextFlag.TextShowMnemonic.value
)
_ENDLESS: Final = 100_000  # pixels
SOFT_HYPHEN: Final = "\u00ad"  # where a long word of a translation may break


def indented(widget: QWidget) -> QHBoxLayout:
    """Let something stand below the words of a toggle, on whichever side they begin."""
    row = QHBoxLayout()
    row.addSpacing(_INDENT)
    row.addWidget(widget, 1)
    return row


def explained(box: QAbstractButton, text: str) -> QVBoxLayout:
    """Lay out a toggle with a muted sentence below its words, which is spoken with it."""
    both = QVBoxLayout()
    both.setSpacing(0)
    both.addWidget(box)
    both.addLayout(indented(explanation(text, box)))
    return both


class CheckBox(QCheckBox):
    """A square with a tick and words that wrap."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        _let_wrap(self)

    def sizeHint(self) -> QSize:
        return _size(self, _ENDLESS)

    def minimumSizeHint(self) -> QSize:
        return _least_size(self)

    def heightForWidth(self, width: int) -> int:
        return _size(self, width).height()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint(self, round_mark=False)


class RadioButton(QRadioButton):
    """A circle with a dot and words that wrap; Tab goes to the chosen one of a group."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        _let_wrap(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.toggled.connect(self._on_toggled)

    def sizeHint(self) -> QSize:
        return _size(self, _ENDLESS)

    def minimumSizeHint(self) -> QSize:
        return _least_size(self)

    def heightForWidth(self, width: int) -> int:
        return _size(self, width).height()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint(self, round_mark=True)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)


def _let_wrap(button: QAbstractButton) -> None:
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)


def _words_rect(button: QAbstractButton, width: int) -> QRect:
    left = _SIDE + _GAP
    room = QRect(left, _EDGE, max(1, width - left - _EDGE), _ENDLESS)
    return button.fontMetrics().boundingRect(room, _FLAGS, button.text())


def _size(button: QAbstractButton, width: int) -> QSize:
    words = _words_rect(button, width)
    return QSize(words.right() + 1 + _EDGE, max(_SIDE, words.height()) + 2 * _EDGE)


def _least_size(button: QAbstractButton) -> QSize:
    metrics = button.fontMetrics()
    parts = button.text().replace(SOFT_HYPHEN, "- ").split()
    longest = max((metrics.horizontalAdvance(part) for part in parts), default=0)
    return QSize(_SIDE + _GAP + longest + _EDGE, _size(button, _ENDLESS).height())


def _paint(button: QAbstractButton, *, round_mark: bool) -> None:
    palette = button.palette()
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = button.fontMetrics().height()
    box = QRectF(1, _EDGE + max(0, (line - _SIDE) / 2), _SIDE, _SIDE)
    words = _words_rect(button, button.width())
    if words.height() < _SIDE:
        words.moveCenter(QPoint(words.center().x(), round(box.center().y())))
    if runs_leftwards(painter):
        box = mirrored(box, QRectF(button.rect()))
    words = QStyle.visualRect(button.layoutDirection(), button.rect(), words)
    _paint_indicator(painter, button, box, round_mark=round_mark)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(words, _FLAGS, button.text())
    if button.hasFocus():
        painter.setPen(QPen(colour(tokens_of(palette).accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(words).adjusted(-4, -2, 3, 2), 4, 4)


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
        painter.setBrush(colour(mark))
        painter.drawEllipse(box.center(), _SIDE / 5, _SIDE / 5)
    else:
        paint_icon(painter, "tick", box.adjusted(2, 2, -2, -2), colour(mark))
