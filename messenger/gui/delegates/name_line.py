"""A contact's name with the trust mark and its word, wherever a list names somebody."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from messenger.core.frozen import frozen
from messenger.core.types import Contact
from messenger.gui.delegates.row_fonts import RowFonts
from messenger.gui.icons import paint_icon
from messenger.gui.mirrored import mirrored, runs_leftwards
from messenger.gui.theme import SPACE_XS, colour
from messenger.gui.tokens import Tokens
from messenger.gui.words import trust_icon, trust_word

_GAP: Final = 2  # pixels between mark and word
_BEGINNING: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@frozen
class NameLine:
    """How names are painted in one row; boxes are measured from left to right."""

    fonts: RowFonts
    tokens: Tokens
    row: QRectF

    def paint(self, painter: QPainter, line: QRectF, contact: Contact, name: str) -> None:
        """Paint ``name``; where there is little room the word goes first, then its end."""
        large = QFontMetricsF(self.fonts.bold)
        small = QFontMetricsF(self.fonts.caption)
        side = round(small.height())
        word = trust_word(contact)
        word_width = small.horizontalAdvance(word)
        wanted = large.horizontalAdvance(name) + SPACE_XS + side + _GAP + word_width
        with_word = wanted <= line.width()
        room = line.width() - SPACE_XS - side - (_GAP + word_width if with_word else 0)
        shown = large.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.setFont(self.fonts.bold)
        painter.setPen(colour(self.tokens.text))
        painter.drawText(self._put(painter, line), _BEGINNING, shown)
        x = line.left() + large.horizontalAdvance(shown) + SPACE_XS
        mark = QRectF(x, line.center().y() - side / 2, side, side)
        tint = colour(_tint(contact, self.tokens))
        paint_icon(painter, trust_icon(contact), self._put(painter, mark), tint)
        if with_word:
            painter.setFont(self.fonts.caption)
            painter.setPen(tint)
            box = QRectF(x + side + _GAP, line.top(), word_width + 1, line.height())
            painter.drawText(self._put(painter, box), _BEGINNING, word)

    def _put(self, painter: QPainter, box: QRectF) -> QRectF:
        return mirrored(box, self.row) if runs_leftwards(painter) else box


def _tint(contact: Contact, tokens: Tokens) -> str:
    if contact.frozen:
        return tokens.danger_text
    return tokens.accent_text if contact.verified_at is not None else tokens.text_muted
