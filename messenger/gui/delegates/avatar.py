"""Round pictures of people: initials on a colour that follows from their key."""

import hashlib
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from messenger.core.frozen import frozen
from messenger.core.types import Contact, Presence
from messenger.gui.theme import colour
from messenger.gui.tokens import Tokens
from messenger.gui.words import title_of

# White letters keep 4.5:1 on each of these.
AVATAR_COLOURS: Final = (
    "#8a3f6b",
    "#6a4c9c",
    "#3d5fa8",
    "#1f6f8b",
    "#2d7350",
    "#6b6a1f",
    "#8a5a1c",
    "#9c4a3a",
)
AVATAR_TEXT: Final = "#ffffff"
AVATAR: Final = 44.0  # pixels; the side of a person's picture in a list
RING: Final = 2.0  # width of the presence ring
RING_GAP: Final = 2.0


def avatar_colour(key: bytes) -> str:
    """Return the colour of a key; the same on every run and computer."""
    digest = hashlib.blake2s(key, digest_size=2, person=b"hum-face").digest()
    return AVATAR_COLOURS[int.from_bytes(digest) % len(AVATAR_COLOURS)]


def initials(title: str) -> str:
    """Return up to two letters of a cleaned name: of its first and of its last word."""
    words = [word for word in title.split() if word[0].isalnum()]
    if not words:
        return title[:1]
    ends = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in ends).upper()


@frozen
class Face:
    """What a person's picture is made of."""

    key: bytes
    title: str  # cleaned
    presence: Presence

    @classmethod
    def of(cls, contact: Contact, presence: Presence) -> "Face":
        return cls(contact.key, title_of(contact), presence)


def initials_font(font: QFont, side: float) -> QFont:
    """Return the font of the letters on a picture of so many pixels."""
    letters = QFont(font)
    letters.setPixelSize(max(8, round((side - 2 * (RING + RING_GAP)) * 0.38)))
    letters.setWeight(QFont.Weight.DemiBold)
    return letters


def paint_avatar(
    painter: QPainter, rect: QRectF, face: Face, tokens: Tokens, letters: QFont
) -> None:
    """Paint a person's picture with a ring: whole when online, dashed while connecting."""
    inset = RING + RING_GAP
    disc = rect.adjusted(inset, inset, -inset, -inset)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(avatar_colour(face.key)))
    painter.drawEllipse(disc)
    painter.setFont(letters)
    painter.setPen(colour(AVATAR_TEXT))
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, initials(face.title))
    if face.presence is Presence.OFFLINE:
        return
    pen = QPen(colour(tokens.success), RING)
    if face.presence is Presence.CONNECTING:
        pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = RING / 2
    painter.drawEllipse(rect.adjusted(half, half, -half, -half))
