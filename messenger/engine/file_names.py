"""Names and kinds of files that others chose, made harmless before they are stored or shown."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

from messenger.core.types import MAX_FILE_NAME_LEN

NAMELESS: Final = "file"  # when nothing is left of a name
PLAIN_KIND: Final = "application/octet-stream"
_MAX_SUFFIX_LEN: Final = 32  # bytes; what is longer is no suffix
_SEPARATORS: Final = frozenset('/\\:*?"<>|')  # of folders, and what Windows refuses
# Cc control, Cf invisible and direction-turning, Cs half a character, Co private, Cn unassigned.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED: Final = re.compile(
    r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(\..*)?"
)

# The only kinds that a screen may treat specially; nothing is ever run or opened by itself.
KINDS: Final = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".txt": "text/plain",
}
_KNOWN: Final = frozenset(KINDS.values())


def clean_file_name(name: str) -> str:
    """Return one plain name, 1 to MAX_FILE_NAME_LEN bytes, that is a name on every system.

    Separators become underscores; what cannot be seen or turns the text around is left out; so
    are dots and spaces at both ends, which hide a file or do not survive everywhere.
    """
    cut = name[: 16 * MAX_FILE_NAME_LEN]
    seen = "".join(
        "_" if c in _SEPARATORS else c for c in cut if unicodedata.category(c) not in _UNSEEN
    )
    # Composed last: what is left out may have stood between a letter and its accent.
    composed = unicodedata.normalize("NFC", seen)
    plain = " ".join(composed.split()).strip(". ")
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    return _shortened(plain).rstrip(". ") or NAMELESS


def kind_of(name: str) -> str:
    """Guess the media type of a name, out of the allow-list."""
    return KINDS.get(PurePosixPath(name).suffix.lower(), PLAIN_KIND)


def clean_kind(kind: str) -> str:
    """Return a media type of the allow-list; all others are plain bytes."""
    return kind if kind in _KNOWN else PLAIN_KIND


def _shortened(name: str) -> str:
    """Cut a name in front of its suffix, between characters."""
    if len(name.encode()) <= MAX_FILE_NAME_LEN:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > _MAX_SUFFIX_LEN:
        stem, dot, suffix = name, "", ""
    room = MAX_FILE_NAME_LEN - len((dot + suffix).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + suffix
