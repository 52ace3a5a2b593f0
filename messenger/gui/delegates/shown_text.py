"""A message's text ready for the screen: wrapped, with its links found.

Positions are in UTF-16 units, as QTextLayout counts; :class:`ShownText` translates to characters.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QTextLayout, QTextLine, QTextOption

from messenger.core.frozen import frozen
from messenger.gui.remote_text import isolated, shown_body

if TYPE_CHECKING:
    from PySide6.QtGui import QTextCharFormat

# A longer message is shown in part, with words to click on for the rest.
SHORT_LEN: Final = 1_500  # characters
SHORT_LINES: Final = 24

# No bidi or invisible characters inside: what is underlined is what would be opened.
_LINK: Final = re.compile(
    r"https?://[^\s<>\"'`\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffd]+",
    re.IGNORECASE,
)
_AFTER_LINK: Final = ".,;:!?)]}…"
_DIRECTION_LEN: Final = 256  # characters looked at for a direction


@frozen
class Link:
    """A web address inside a text."""

    start: int  # UTF-16 units
    end: int
    url: str


@frozen
class ShownText:
    """What is shown of a message, and how its positions relate to the text as received."""

    original: str = field(repr=False)
    shown: str = field(repr=False)  # same characters one for one, perhaps cut off
    whole: bool  # asked for as a whole
    shortened: bool
    plain_units: bool  # one UTF-16 unit a character
    isolated_len: int = 0  # characters of a name at the beginning, shown between two isolates

    @classmethod
    def of(cls, text: str, *, whole: bool, name_len: int = 0) -> "ShownText":
        """Clean a text and, unless ``whole``, cut it to a length that reads well.

        Args:
            name_len: characters at the beginning whose direction must not turn round the rest.
        """
        cut = len(text) if whole else _short_len(text)
        shown = shown_body(text[:cut])
        isolated_len = 0 if text.isascii() else name_len
        if isolated_len:
            shown = isolated(shown[:isolated_len]) + shown[isolated_len:]
        return cls(
            original=text,
            shown=shown + ("…" if cut < len(text) else ""),
            whole=whole,
            shortened=cut < len(text),
            plain_units=shown.isascii() or max(shown, default="") <= "\uffff",
            isolated_len=isolated_len,
        )

    def units(self, position: int) -> int:
        """Translate a position in characters to UTF-16 units."""
        if self.isolated_len:
            position += 1 + (position > self.isolated_len)
        return self._units(position)

    def position(self, units: int) -> int:
        """Translate a position in UTF-16 units to characters."""
        place = self._place(units)
        if self.isolated_len:
            place -= (place > 0) + (place > self.isolated_len + 1)
        return place

    def _units(self, place: int) -> int:
        """Translate a place in what is shown to UTF-16 units."""
        if self.plain_units:
            return place
        return place + sum(char > "\uffff" for char in self.shown[:place])

    def _place(self, units: int) -> int:
        """Translate UTF-16 units to a place in what is shown."""
        if self.plain_units:
            return units
        passed = 0
        for position, char in enumerate(self.shown):
            if passed >= units:
                return position
            passed += 2 if char > "\uffff" else 1
        return len(self.shown)

    def copied(self, start: int, end: int) -> str:
        """Return the text as received between two positions in UTF-16 units."""
        return self.original[self.position(start) : self.position(end)]

    def links(self) -> tuple[Link, ...]:
        """Find web addresses."""
        if "://" not in self.shown:
            return ()
        found = []
        for match in _LINK.finditer(self.shown):
            url = match.group().rstrip(_AFTER_LINK)
            start = self._units(match.start())
            found.append(Link(start, self._units(match.start() + len(url)), url))
        return tuple(found)


def _short_len(text: str) -> int:
    """Return how many characters to show at first."""
    cut = len(text) if len(text) <= SHORT_LEN + SHORT_LEN // 4 else SHORT_LEN
    if text.count("\n", 0, cut) > SHORT_LINES + SHORT_LINES // 4:
        for _, line_end in zip(range(SHORT_LINES), re.finditer("\n", text), strict=False):
            cut = line_end.start()
    return cut


def char_format() -> "QTextCharFormat":
    """Return an empty format; few messages need one, and PySide takes 4 ms to make its class."""
    from PySide6.QtGui import QTextCharFormat  # noqa: PLC0415  not at the start

    return QTextCharFormat()


@frozen
class Flow:
    """Which way a text runs, and on which side its lines begin."""

    leftwards: bool
    on_right: bool

    @classmethod
    def of(cls, text: str) -> "Flow":
        """Return how somebody's own words run: by themselves."""
        leftwards = not text.isascii() and right_to_left(text)
        return cls(leftwards, leftwards)


class WrappedText:
    """A QTextLayout broken into lines for one width, aligned to one side."""

    def __init__(
        self, text: str, font: QFont, width: float, links: Sequence[Link], flow: Flow
    ) -> None:
        self.layout = QTextLayout(text, font)
        self.on_right = flow.on_right
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if not text.isascii():
            way = Qt.LayoutDirection
            option.setTextDirection(way.RightToLeft if flow.leftwards else way.LeftToRight)
        if flow.on_right:
            option.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.layout.setTextOption(option)
        self.layout.setCacheEnabled(True)
        self.width = width
        if links:
            self._underline(links)
        self._break(width)

    def _underline(self, links: Sequence[Link]) -> None:
        formats = []
        for link in links:
            each = QTextLayout.FormatRange()
            each.start, each.length = link.start, link.end - link.start
            each.format = char_format()
            each.format.setFontUnderline(True)
            formats.append(each)
        self.layout.setFormats(formats)

    def _break(self, width: float) -> None:
        """Lay the lines out below each other; afterwards the sizes below are known."""
        y = 0.0
        widest = 0.0
        last = 0.0
        self.layout.beginLayout()
        while (line := self.layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y))
            y += line.height()
            last = line.naturalTextWidth()
            widest = max(widest, last)
        self.layout.endLayout()
        self.height = y
        self.widest = min(widest, width)
        self.last_width = min(last, width)
        # Right-aligned lines end at `width`; moved left, the block is just as wide as it needs.
        self.shift = self.widest - width if self.on_right else 0.0

    def position_at(self, point: QPointF) -> int:
        """Return the cursor position nearest to a point, in UTF-16 units."""
        layout = self.layout
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            if point.y() < line.y() + line.height():
                return int(line.xToCursor(point.x() - self.shift))
        return len(layout.text().encode("utf-16-le")) // 2

    def contains(self, point: QPointF, start: int, end: int) -> bool:
        """Tell whether a point lies on the characters from ``start`` to ``end``."""
        for number in range(self.layout.lineCount()):
            line = self.layout.lineAt(number)
            if line.y() <= point.y() < line.y() + line.height():
                natural = line.naturalTextRect().translated(self.shift, 0)
                position = line.xToCursor(
                    point.x() - self.shift, QTextLine.CursorPosition.CursorOnCharacter
                )
                return bool(natural.contains(point)) and start <= position < end
        return False


def right_to_left(text: str) -> bool:
    """Tell whether the first strong character runs from right to left."""
    for char in text[:_DIRECTION_LEN]:
        match unicodedata.bidirectional(char):
            case "L":
                return False
            case "R" | "AL":
                return True
    return False
