"""Words on a dialog: labels that never read markup, and the boxes in which it speaks up."""

import re
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from messenger.gui.aloud import alert
from messenger.gui.icons import pixmap
from messenger.gui.theme import (
    ICON_M,
    SPACE_M,
    SPACE_S,
    TextSize,
    colour,
    fixed_font,
    set_look,
    set_text_size,
    tokens_of,
)

_GROUPS_A_LINE: Final = (7, 4, 2)  # of the 14 of a fingerprint
_ISOLATED: Final = re.compile("\u2068[^\u2069]*\u2069")  # as remote_text.isolated makes them
_ENDLESS_WORD: Final = re.compile(r"\S{25,}")  # longer than words of most languages
_JOINTS: Final = re.compile(r"(?<=[/.:@_?&=-])(?![/.:@_?&=-])(?=.)")
_LONG_PIECE: Final = 24  # characters that fit the narrowest window
_BREAK_EVERY: Final = 12  # characters
_ZERO_WIDTH_SPACE: Final = "\u200b"


class TextLabel(QLabel):
    """A label that shows its text literally, wraps, and can shrink to a narrow window."""

    def __init__(
        self,
        text: str = "",
        *,
        tone: str = "",
        size: TextSize = TextSize.BODY,
        bold: bool = False,
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setText(text)
        if tone:
            set_look(self, "tone", tone)
        if size is not TextSize.BODY or bold:
            set_text_size(self, size, bold=bold)

    def setText(self, text: str) -> None:
        super().setText(breakable(text))


class CodeLabel(TextLabel):
    """Groups of characters to read aloud: fixed pitch, can be selected and reached by keyboard."""

    def __init__(self, name: str, size: TextSize = TextSize.BODY, *, bold: bool = False) -> None:
        super().__init__()
        self.setFont(fixed_font(size, bold=bold))
        self.setIndent(0)  # a frame, which the style sheet makes it have, would indent it
        self.setAccessibleName(name)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # codes are read so everywhere


class FingerprintLabel(CodeLabel):
    """Groups of a fingerprint in even lines, so that nobody loses the place when reading aloud."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._groups: list[str] = []

    def show_fingerprint(self, fingerprint: str) -> None:
        self._groups = fingerprint.split()
        self._arrange(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange(event.size().width())
        super().resizeEvent(event)

    def _arrange(self, width: int) -> None:
        room = width // max(1, self.fontMetrics().horizontalAdvance("mmmm "))
        count = next((each for each in _GROUPS_A_LINE if each <= room), _GROUPS_A_LINE[-1])
        starts = range(0, len(self._groups), count)
        self.setText("\n".join(" ".join(self._groups[at : at + count]) for at in starts))


def breakable(text: str) -> str:
    """Let a name that is one endless word break, so that nobody's name widens our windows."""
    return _ISOLATED.sub(lambda name: _ENDLESS_WORD.sub(_with_breaks, name.group()), text)


def _with_breaks(word: re.Match[str]) -> str:
    """Break at the joints of an address, and every few letters where there are none."""
    pieces = _JOINTS.split(word.group())
    parts = (
        piece[at : at + _BREAK_EVERY]
        for piece in pieces
        for at in range(0, len(piece), _BREAK_EVERY if len(piece) > _LONG_PIECE else len(piece))
    )
    return _ZERO_WIDTH_SPACE.join(parts)


def title(text: str) -> TextLabel:
    """The first line of a page."""
    return TextLabel(text, size=TextSize.TITLE, bold=True)


def heading(text: str) -> TextLabel:
    """The line above a group of fields."""
    return TextLabel(text, size=TextSize.HEADING, bold=True)


def field_label(text: str, field: QWidget) -> TextLabel:
    """A caption with a mnemonic; also names the field for those who cannot see it."""
    label = TextLabel(text)
    label.setBuddy(field)
    if not field.accessibleName():
        field.setAccessibleName(text.replace("&", ""))
    return label


def explanation(text: str, field: QWidget) -> TextLabel:
    """The muted sentence below a field or toggle; spoken as its description too."""
    field.setAccessibleDescription(text)
    return TextLabel(text, tone="muted")


class Tone(StrEnum):
    """What a note wants of the reader; the value is the style sheet's ``surface``."""

    PLAIN = "card"
    WARNING = "warning"
    DANGER = "danger"


_ICONS: Final = {Tone.PLAIN: "info", Tone.WARNING: "warning", Tone.DANGER: "failed"}


class Note(QFrame):
    """A box with an icon and a sentence, hidden while there is nothing to say."""

    def __init__(self, text: str = "", tone: Tone = Tone.PLAIN) -> None:
        super().__init__()
        self._tone = tone
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text = TextLabel()
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        row.setSpacing(SPACE_S)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        self.setVisible(bool(text))
        self.say(text, tone)

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str, tone: Tone = Tone.PLAIN, *, aloud: bool = True) -> None:
        """Show a sentence and have screen readers read it; an empty one hides the box."""
        self._tone = tone
        set_look(self, "surface", tone.value)
        self._text.setText(text)
        self._tint()
        self.setHidden(not text)
        if text and aloud:
            alert(self._text)

    def clear(self) -> None:
        self.say("")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
        super().changeEvent(event)

    def _tint(self) -> None:
        tokens = tokens_of(self.palette())
        tint = {
            Tone.PLAIN: tokens.accent_text,
            Tone.WARNING: tokens.warning_text,
            Tone.DANGER: tokens.danger_text,
        }[self._tone]
        picture = pixmap(_ICONS[self._tone], colour(tint), ICON_M, self.devicePixelRatioF())
        self._icon.setPixmap(picture)
