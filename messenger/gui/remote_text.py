"""Text that somebody else wrote, made safe to look at.

Nothing here makes markup harmless: every widget shows remote text as plain text anyway. This is
about characters that lie to the eye: direction overrides, invisible and control characters.
"""

import re
import unicodedata
from functools import cache
from typing import Final

from messenger.core.types import MAX_NAME_LEN

MAX_MARKS: Final = 4  # combining marks on one letter; scripts in use need three
REPLACEMENT: Final = "\ufffd"
LINE_BREAK: Final = "\u2028"  # how a QTextLayout spells a new line

_FIRST_STRONG_ISOLATE: Final = "\u2068"
_POP_ISOLATE: Final = "\u2069"

_OVERRIDES: Final = "\u202d\u202e"  # can make any text read backwards
# Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt), among it all that turns the
# direction; and what else leaves no ink: annotations, blank braille, controls of hieroglyphs.
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI: Final = (  # and the signs that can be one
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_JOINING: Final = (  # scripts whose spelling needs joiners: Arabic to Sinhala, Burmese, Khmer, …
    "\u0600-\u0dff\u1000-\u109f\u1780-\u18af\u1b00-\u1b7f\ua980-\ua9df\ufb50-\ufdff"
    "\ufe70-\ufefc\U00011000-\U00011fff\U0001e900-\U0001e95f"
)
_VIRAMAS: Final = (  # of these scripts: behind one a joiner may end a word (RFC 5892, A.1 and A.2)
    "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u103a"
    "\u17d2\u1b44\ua9c0\U00011046\U00011070\U0001107f\U000110b9\U00011133\U00011134"
    "\U000111c0\U00011235\U000112ea\U0001134d\U00011442\U000114c2\U000115bf\U0001163f"
    "\U000116b6\U0001172b\U00011839\U0001193d\U0001193e\U000119e0\U00011a34\U00011a47"
    "\U00011a99\U00011c3f\U00011d44\U00011d45\U00011d97"
)
_HAN: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_FLAGS: Final = "|".join(  # England, Scotland, Wales: the only ones that are spelled with tags
    "".join(chr(0xE0000 + ord(letter)) for letter in region)
    for region in ("gbeng", "gbsct", "gbwls")
)
# Where something unseen belongs to the spelling.
_SPELLING: Final = (
    rf"(?<=[{_EMOJI}])[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    rf"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"
    rf"|(?<=\U0001f3f4)(?:{_FLAGS})\U000e007f"
    rf"|(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])|(?<=[{_VIRAMAS}])[\u200c\u200d]"
    rf"|(?<=[{_HAN}])[\ufe00-\ufe02\U000e0100-\U000e01ef]"
    r"|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]"
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
}
_SPACES: Final = re.compile(r"\s+")


def shown_body(text: str) -> str:
    """Return a message's text for a QTextLayout; each character stays at its place."""
    return text.replace("\r\n", "\u200b\n").translate(_BODY)


def shown_name(text: str, limit: int = MAX_NAME_LEN) -> str:
    """Return a name on one line, without characters that are not seen or that turn others round.

    What was taken out stays visible as U+FFFD, so that two names which differ also look different.
    A joiner or a variant that the spelling of a script or an emoji takes stays what it is.
    """
    told = text[: 4 * limit].translate(_NAME)
    if not told.isascii():
        told = _liars().sub(lambda liar: liar[1] or REPLACEMENT, told)
    flat = _SPACES.sub(" ", _limit_marks(told)).strip()
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def eye_sees(name: str) -> str:
    """Return what an eye takes a name for: for comparing, never to be shown.

    Without what leaves no ink, in the one spelling of Unicode's compatibility forms (NFKC), and
    in small letters. Letters of two alphabets that look alike stay two.
    """
    one = unicodedata.normalize("NFKC", name[: 4 * MAX_NAME_LEN]).casefold()
    bare = _no_ink().sub("", unicodedata.normalize("NFKC", one))
    inked = "".join(char for char in bare if unicodedata.category(char) != "Cf")
    return shown_name(inked) or shown_name(name)


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


@cache
def _liars() -> re.Pattern[str]:
    """What is not seen; in a group where it belongs there. No start pays for compiling it."""
    return re.compile(f"({_SPELLING})|[{_UNSEEN}]")


@cache
def _no_ink() -> re.Pattern[str]:
    return re.compile(f"[{_UNSEEN}{REPLACEMENT}]")


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
