"""Where profiles live on this computer, and making their folders private."""

import os
import re
import tempfile
from pathlib import Path
from typing import Final

import platformdirs

from messenger.core.errors import FolderNotWritableError, InputError

DEFAULT_PROFILE: Final = "default"
PROFILES: Final = "profiles"  # the folder of folders inside the data folder

# Letters, digits, space, dot, dash, underscore; safe as a folder name on every platform.
_PROFILE_NAME: Final = re.compile(r"[^\W_](?:[\w .-]{0,62}[\w-])?")
_RESERVED: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")  # on Windows


def default_data_folder() -> Path:
    """Return the user's data folder of this platform; it need not exist."""
    return platformdirs.user_data_path("Hum", appauthor=False)


def profile_folder(data_folder: Path | None = None, profile: str | None = None) -> Path:
    """Return the folder of a profile; it need not exist.

    Raises:
        InputError: the name would not be a plain folder name on every platform.
    """
    name = DEFAULT_PROFILE if profile is None else profile
    if not _PROFILE_NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        raise InputError("A profile name is up to 64 letters, digits, spaces, dots or dashes.")
    return (data_folder or default_data_folder()) / PROFILES / name


def profile_names(data_folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of the profile folders that exist, sorted."""
    folder = (data_folder or default_data_folder()) / PROFILES
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir()))


def prepare_folder(folder: Path) -> None:
    """Make ``folder`` if it is missing, for this user only, and prove that it can be written.

    Raises:
        FolderNotWritableError: it cannot be made or written, or is not a folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FolderNotWritableError(f"the folder {folder} cannot be written") from error
