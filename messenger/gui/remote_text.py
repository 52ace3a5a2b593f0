"""Text that somebody else wrote, made safe to look at.

Nothing here makes markup harmless: every widget shows remote text as plain text anyway. This is
about characters that lie to the eye: direction overrides, invisible and control characters.
"""

import re
import unicodedata
from typing import Final

from messenger.core.types import MAX_NAME_LEN

MAX_MARKS: Final = 4  # combining marks on one letter; scripts in use need three
REPLACEMENT: Final = "\ufffd"
LINE_BREAK: Final = "\u2028"  # how a QTextLayout spells a new line

_FIRST_STRONG_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"

_OVERRIDES: Final = "\u202d\u202e"  # can make any text read backwards
_BIDI: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b"
    "\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
_BREAKS: Final = "\n\x0b\x0c\x85\u2028\u2029"


def _control_pictures() -> dict[int, str]:
    """Map C0 and C1 controls to something visible, one character for one character."""
    pictures = {code: chr(0x2400 + code) for code in range(0x20)}
    pictures[0x7F] = "\u2421"
    pictures.update(dict.fromkeys(range(0x80, 0xA0), REPLACEMENT))
    pictures.update(dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT))  # lone surrogates
    pictures[0xFFFC] = REPLACEMENT  # a text layout takes it for an embedded object
    return pictures


_BODY: Final = {
    **_control_pictures(),
    **{ord(char): REPLACEMENT for char in _OVERRIDES},
    ord("\t"): " ",
    **{ord(char): LINE_BREAK for char in _BREAKS},
}
_NAME: Final = {
    **_control_pictures(),
    **{ord(char): " " for char in _BREAKS + "\t"},
    **{ord(char): REPLACEMENT for char in _BIDI + _INVISIBLE},
}
_SPACES: Final = re.compile(r"\s+")


def shown_body(text: str) -> str:
    """Return a message's text for a QTextLayout; each character stays at its place."""
    return text.replace("\r\n", "\u200b\n").translate(_BODY)


def shown_name(text: str, limit: int = MAX_NAME_LEN) -> str:
    """Return a name on one line, without characters that are not seen or that turn others round.

    What was taken out stays visible as U+FFFD, so that two names which differ also look different.
    """
    flat = _SPACES.sub(" ", _limit_marks(text[: 4 * limit].translate(_NAME))).strip()
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def shown_line(text: str, limit: int = 200) -> str:
    """Return the beginning of a message as one line, for previews."""
    body = text[: 2 * limit].replace("\r\n", "\n").translate(_BODY)
    return _SPACES.sub(" ", _limit_marks(body)).strip()[:limit]


def isolated(name: str) -> str:
    """Wrap a cleaned name so that its direction does not reorder the sentence around it."""
    return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"


# As `html.escape` has it; importing that would load the names of all HTML entities.
_ESCAPED: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
)


def tool_tip(text: str) -> str:
    """Return text for ``setToolTip``, which takes whatever looks like HTML for HTML."""
    return f"<qt>{text.translate(_ESCAPED)}</qt>"


def _limit_marks(text: str) -> str:
    """Drop combining marks beyond MAX_MARKS in a row; they would climb over other rows."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)
