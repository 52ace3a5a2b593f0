"""Paints a row of the contact list."""

from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QDateTime,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemDelegate, QStyle, QStyleOptionViewItem

from messenger.core.frozen import frozen
from messenger.core.types import Contact, MailRoute, Presence, Relation
from messenger.gui.delegates.avatar import AVATAR, Face, paint_avatar
from messenger.gui.delegates.name_line import NameLine
from messenger.gui.delegates.row_fonts import RowFonts
from messenger.gui.mirrored import mirrored, runs_leftwards
from messenger.gui.models.contacts import ContactRole, Section
from messenger.gui.remote_text import isolated, shown_line
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
from messenger.gui.words import preview_words, relation_sentence, title_of

Index = QModelIndex | QPersistentModelIndex
translate = QCoreApplication.translate

ROW_PAD: Final = 10.0


@frozen
class _Row:
    """What one paint works with."""

    painter: QPainter
    contact: Contact
    presence: Presence
    mail: MailRoute | None  # the way through a relay
    tokens: Tokens
    fonts: RowFonts
    whole: QRectF
    area: QRectF  # of it right of the avatar

    def put(self, box: QRectF) -> QRectF:
        """Return where a box lies that was measured from left to right."""
        return mirrored(box, self.whole) if runs_leftwards(self.painter) else box


class ContactDelegate(QAbstractItemDelegate):
    """Name, trust mark, last line, time, unread count, presence ring. Owner: GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fonts = RowFonts.of(QFont())

    def _fonts_of(self, option: QStyleOptionViewItem) -> RowFonts:
        font: QFont = option.font
        if font != self._fonts.plain:
            self._fonts = RowFonts.of(font)
        return self._fonts

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        fonts = self._fonts_of(option)
        height = max(AVATAR, _two_lines(fonts)) + 2 * ROW_PAD
        return QSize(120, round(height + (_heading_height(fonts) if _heading(index) else 0)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        fonts = self._fonts_of(option)
        tokens = tokens_of(option.palette)
        row = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        heading = _heading(index)
        if heading:
            _paint_heading(painter, row, heading, fonts, tokens)
            row.setTop(row.top() + _heading_height(fonts))
        self._paint_back(painter, row, option, tokens)
        contact: Contact = index.data(ContactRole.CONTACT)
        presence = Presence(index.data(ContactRole.PRESENCE))  # Qt makes a plain str of it
        box = row.adjusted(SPACE_S + SPACE_S, 0, -SPACE_S - SPACE_M, 0)
        face = QRectF(box.left(), row.center().y() - AVATAR / 2, AVATAR, AVATAR)
        box.setLeft(face.right() + SPACE_M)
        height = _two_lines(fonts)
        box.setTop(row.center().y() - height / 2)
        box.setHeight(height)
        mail: MailRoute | None = index.data(ContactRole.MAIL)
        parts = _Row(painter, contact, presence, mail, tokens, fonts, row, box)
        paint_avatar(painter, parts.put(face), Face.of(contact, presence), tokens, fonts.initials)
        _paint_first_line(parts)
        _paint_second_line(parts)
        painter.restore()

    @staticmethod
    def _paint_back(
        painter: QPainter, row: QRectF, option: QStyleOptionViewItem, tokens: Tokens
    ) -> None:
        state = option.state
        box = row.adjusted(SPACE_S, 1, -SPACE_S, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(colour(tokens.selected))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(colour(tokens.hover))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour(tokens.accent), 2))
            box.adjust(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)


def _two_lines(fonts: RowFonts) -> float:
    return 2 * QFontMetricsF(fonts.plain).height() + SPACE_XS


def _heading(index: Index) -> str:
    """Return the words above the first row of a section; none above plain contacts alone."""
    section: Section = index.data(ContactRole.SECTION)
    above = index.row() - 1
    if above >= 0 and index.model().index(above, 0).data(ContactRole.SECTION) == section:
        return ""
    if section is Section.REQUESTS:
        return translate("ContactDelegate", "Requests")
    if section is Section.BLOCKED:
        return translate("ContactDelegate", "Blocked")
    return translate("ContactDelegate", "Contacts") if above >= 0 else ""


def _heading_height(fonts: RowFonts) -> float:
    return float(round(QFontMetricsF(fonts.caption).height() + SPACE_M + SPACE_XS))


def _paint_heading(
    painter: QPainter, row: QRectF, words: str, fonts: RowFonts, tokens: Tokens
) -> None:
    box = row.adjusted(2 * SPACE_S, 0, -2 * SPACE_S, 0)
    box.setHeight(_heading_height(fonts))
    painter.setFont(fonts.caption_bold)
    painter.setPen(colour(tokens.text_muted))
    box.setBottom(box.bottom() - SPACE_XS)
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)


def _paint_first_line(row: _Row) -> None:
    """Name, trust mark and word on the left, time on the right."""
    painter, area = row.painter, row.area
    height = QFontMetricsF(row.fonts.bold).height()
    line = QRectF(area.left(), area.top(), area.width(), height)
    if row.contact.last_message is not None:
        when = short_when(row.contact.last_message.arrived_at, QDateTime.currentMSecsSinceEpoch())
        painter.setFont(row.fonts.caption)
        painter.setPen(colour(row.tokens.text_muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.put(line), right, when)
        line.setRight(
            line.right() - QFontMetricsF(row.fonts.caption).horizontalAdvance(when) - SPACE_S
        )
    names = NameLine(row.fonts, row.tokens, row.whole)
    names.paint(painter, line, row.contact, title_of(row.contact))


def _paint_second_line(row: _Row) -> None:
    """What was said last, or what the contact waits for; the unread count on the right."""
    painter, area = row.painter, row.area
    metrics = QFontMetricsF(row.fonts.plain)
    line = QRectF(area.left(), area.bottom() - metrics.height(), area.width(), metrics.height())
    if row.contact.unread_count:
        line.setRight(_paint_badge(row, line) - SPACE_S)
    words, tint = _second_line(row)
    painter.setFont(row.fonts.plain)
    painter.setPen(colour(tint))
    elided = metrics.elidedText(words, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(row.put(line), Qt.AlignmentFlag.AlignLeft, elided)


def _paint_badge(row: _Row, line: QRectF) -> float:
    """Paint the unread count; return its left edge."""
    count = row.contact.unread_count
    words = str(count) if count <= 999 else "999+"
    font = row.fonts.caption_bold
    metrics = QFontMetricsF(font)
    height = metrics.height() + 2
    width = max(height, metrics.horizontalAdvance(words) + SPACE_S + 2)
    left = line.right() - width
    box = row.put(QRectF(left, line.center().y() - height / 2, width, height))
    row.painter.setPen(Qt.PenStyle.NoPen)
    row.painter.setBrush(colour(row.tokens.accent))
    row.painter.drawRoundedRect(box, height / 2, height / 2)
    row.painter.setFont(font)
    row.painter.setPen(colour(row.tokens.on_accent))
    row.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    return left


def _second_line(row: _Row) -> tuple[str, str]:
    """Return the words and their colour."""
    contact, tokens = row.contact, row.tokens
    if contact.frozen:
        return translate("ContactDelegate", "Another key answered"), tokens.danger_text
    if contact.relation is not Relation.ACCEPTED:
        return relation_sentence(contact, row.presence, row.mail), tokens.text_muted
    if contact.draft:
        words = translate("ContactDelegate", "Draft: {text}")
        return words.replace("{text}", isolated(shown_line(contact.draft))), tokens.accent_text
    last = contact.last_message
    if last is None:
        return translate("ContactDelegate", "No messages yet"), tokens.text_muted
    if last.outgoing:
        words = translate("ContactDelegate", "You: {text}")
        return words.replace("{text}", isolated(preview_words(last))), tokens.text_muted
    tint = tokens.text if contact.unread_count else tokens.text_muted
    return isolated(preview_words(last)), tint
