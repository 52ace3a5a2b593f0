"""Paints a message that was found: who and when, below it the found words with what is near."""

from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QDateTime,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QAbstractItemDelegate, QStyle, QStyleOptionViewItem

from messenger.core.types import Contact, SearchHit
from messenger.gui.delegates.name_line import NameLine
from messenger.gui.delegates.row_fonts import RowFonts
from messenger.gui.delegates.shown_text import right_to_left
from messenger.gui.mirrored import runs_leftwards
from messenger.gui.models.found import FoundRole
from messenger.gui.remote_text import LINE_BREAK, shown_body
from messenger.gui.theme import (
    RADIUS_M,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    colour,
    tokens_of,
)
from messenger.gui.times import short_when
from messenger.gui.tokens import Tokens
from messenger.gui.words import title_of

Index = QModelIndex | QPersistentModelIndex
translate = QCoreApplication.translate

BEFORE_LEN: Final = 24  # characters shown before the first found word
EXCERPT_LEN: Final = 200  # characters shown in all; a row is never wider


class FoundDelegate(QAbstractItemDelegate):
    """Owner: GUI thread."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        font: QFont = option.font
        return QSize(120, round(2 * QFontMetricsF(font).height() + SPACE_XS + 2 * SPACE_S))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        font: QFont = option.font
        tokens = tokens_of(option.palette)
        hit: SearchHit = index.data(FoundRole.HIT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_back(painter, QRectF(option.rect), option.state, tokens)
        area = QRectF(option.rect).adjusted(SPACE_M, SPACE_S, -SPACE_M, -SPACE_S)
        _paint_who(painter, area, hit, index.data(FoundRole.CONTACT), font, tokens)
        area.setTop(area.top() + QFontMetricsF(font).height() + SPACE_XS)
        painter.setClipRect(area)
        painter.setPen(colour(tokens.text_muted))
        layout, marks = excerpt_layout(hit, font, tokens)
        layout.draw(painter, QPointF(_excerpt_left(painter, area, layout), area.top()), marks)
        painter.restore()


def excerpt(hit: SearchHit) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the neighbourhood of the first found word, and what is found in it (characters)."""
    text = hit.message.text
    first = hit.ranges[0][0] if hit.ranges else 0
    start = max(0, first - BEFORE_LEN)
    lead = "…" if start else ""
    cut = shown_body(text[start : start + EXCERPT_LEN]).replace(LINE_BREAK, " ")
    shift = len(lead) - start
    shown = lead + cut
    ranges = ((max(a + shift, len(lead)), min(b + shift, len(shown))) for a, b in hit.ranges)
    return shown, tuple((a, b) for a, b in ranges if a < b)


def excerpt_layout(
    hit: SearchHit, font: QFont, tokens: Tokens
) -> tuple[QTextLayout, list[QTextLayout.FormatRange]]:
    """Lay the excerpt out on one line, with the found words marked."""
    shown, ranges = excerpt(hit)
    layout = QTextLayout(shown, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(100_000.0)  # clipped by whoever paints
    line.setPosition(QPointF(0, 0))
    layout.endLayout()
    marks = []
    for start, end in ranges:
        mark = QTextLayout.FormatRange()
        mark.start = _units(shown[:start])
        mark.length = _units(shown[start:end])
        mark.format = QTextCharFormat()
        mark.format.setBackground(colour(tokens.hit))
        mark.format.setForeground(colour(tokens.text))
        marks.append(mark)
    return layout, marks


def _excerpt_left(painter: QPainter, area: QRectF, layout: QTextLayout) -> float:
    """Return where the line begins, so that of one too long its first words are seen."""
    width = layout.lineAt(0).naturalTextWidth()
    fits = width <= area.width()
    at_right = runs_leftwards(painter) if fits else right_to_left(layout.text())
    return area.right() - width if at_right else area.left()


def _units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def _paint_back(painter: QPainter, row: QRectF, state: QStyle.StateFlag, tokens: Tokens) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state & QStyle.StateFlag.State_Selected:
        painter.setBrush(colour(tokens.selected))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(colour(tokens.hover))
    box = row.adjusted(SPACE_XS, 1, -SPACE_XS, -1)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(colour(tokens.accent), 2))
        box.adjust(1, 1, -1, -1)
    painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)


def _paint_who(
    painter: QPainter,
    area: QRectF,
    hit: SearchHit,
    contact: Contact | None,
    font: QFont,
    tokens: Tokens,
) -> None:
    """The conversation on the left, whose words they are, and the time on the right."""
    fonts = RowFonts.of(font)
    when = short_when(hit.message.arrived_at, QDateTime.currentMSecsSinceEpoch())
    line = QRectF(area.left(), area.top(), area.width(), QFontMetricsF(font).height())
    painter.setFont(fonts.caption)
    painter.setPen(colour(tokens.text_muted))
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, when)
    name = title_of(contact) if contact is not None else ""
    if hit.message.outgoing:
        name = translate("FoundDelegate", "You to {name}").replace("{name}", name)
    line.setWidth(line.width() - QFontMetricsF(fonts.caption).horizontalAdvance(when) - SPACE_M)
    if contact is not None:
        NameLine(fonts, tokens, area).paint(painter, line, contact, name)
