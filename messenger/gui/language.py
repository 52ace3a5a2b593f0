"""The language of the window: the system's, or one the person chose for a profile.

The choice is needed before the profile is open, so it lies beside the database as two letters.
"""

import contextlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale

from messenger.core.errors import FolderNotWritableError

FILE_NAME: Final = "hum.language"
SYSTEM: Final = ""
LANGUAGES: Final = {"en": "English", "de": "Deutsch"}  # each in its own words


def chosen(folder: Path | None) -> str:
    """Return a key of LANGUAGES, or SYSTEM where nothing readable was chosen."""
    if folder is not None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            code = (folder / FILE_NAME).read_text(encoding="ascii").strip()
            return code if code in LANGUAGES else SYSTEM
    return SYSTEM


def choose(folder: Path, code: str) -> None:
    """Keep the choice for the next start.

    Raises:
        FolderNotWritableError: the profile's folder cannot be written.
    """
    path = folder / FILE_NAME
    try:
        if code == SYSTEM:
            path.unlink(missing_ok=True)
        else:
            path.write_text(code + "\n", encoding="ascii")
    except OSError as error:
        raise FolderNotWritableError("the profile's folder cannot be written") from error


def locale_for(folder: Path | None) -> QLocale:
    """Return the locale for texts, dates and numbers."""
    code = chosen(folder)
    system = QLocale.system()
    same = QLocale(code).language() == system.language() if code else True
    return system if same else QLocale(code)
