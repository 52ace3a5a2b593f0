"""The fonts that the rows of a list are painted in."""

from PySide6.QtGui import QFont

from messenger.core.frozen import frozen
from messenger.gui.delegates.avatar import AVATAR, initials_font
from messenger.gui.theme import TextSize, scaled_font


@frozen
class RowFonts:
    """The font of a list and what is derived from it.

    Whoever paints often keeps them until the list's own font is another: Qt looks up a font that
    has just been made at its first letter, and these were half the time of painting a row.
    """

    plain: QFont  # the list's own
    bold: QFont  # names
    caption: QFont
    caption_bold: QFont
    initials: QFont  # on a person's picture

    @classmethod
    def of(cls, font: QFont) -> "RowFonts":
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        return cls(
            plain=QFont(font),
            bold=bold,
            caption=scaled_font(font, TextSize.CAPTION),
            caption_bold=scaled_font(font, TextSize.CAPTION, bold=True),
            initials=initials_font(font, AVATAR),
        )
