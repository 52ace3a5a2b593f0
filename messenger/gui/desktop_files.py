"""The two desktop files of a Linux desktop: start with the session, and open ``hum:`` links.

Both are off until the person asks for them, and taking them off deletes the file.

Source: https://specifications.freedesktop.org/desktop-entry-spec/latest/ (keys, quoting) and
https://specifications.freedesktop.org/autostart-spec/latest/
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from messenger.core.errors import FolderNotWritableError
from messenger.gui.resources import resource_dir

FILE_NAME: Final = "hum.desktop"
_QUOTED: Final = str.maketrans({each: f"\\{each}" for each in '"`$\\'})


class DesktopFile:
    """One file that exists or not."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @property
    def exists(self) -> bool:
        return self.path.is_file()

    def put(self, wanted: bool) -> None:
        """Write or delete it.

        Raises:
            FolderNotWritableError: the desktop's folder cannot be written.
        """
        try:
            if wanted:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.write_text(self.text, encoding="utf-8")
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            raise FolderNotWritableError("the desktop's folder cannot be written") from error


def possible() -> bool:
    """Whether this system reads such files."""
    return sys.platform.startswith("linux")


def autostart(command: Sequence[str], environment: Mapping[str, str] = os.environ) -> DesktopFile:
    """Return the file that starts Hum, out of sight, when the person logs in."""
    folder = _folder(environment, "XDG_CONFIG_HOME", ".config") / "autostart"
    return DesktopFile(folder / FILE_NAME, _text(exec_line([*command, "--minimised"])))


def link_handler(
    command: Sequence[str], environment: Mapping[str, str] = os.environ
) -> DesktopFile:
    """Return the file that makes browsers give ``hum:`` links to Hum."""
    folder = _folder(environment, "XDG_DATA_HOME", ".local/share") / "applications"
    more = "Categories=Network;InstantMessaging;Qt;\nMimeType=x-scheme-handler/hum;\n"
    return DesktopFile(folder / FILE_NAME, _text(exec_line(command) + " %u") + more)


def exec_line(command: Sequence[str]) -> str:
    """Quote a command for the key Exec."""
    return " ".join('"' + part.translate(_QUOTED).replace("%", "%%") + '"' for part in command)


def _text(command: str) -> str:
    # A backslash of the quoting is doubled once more, because the value is a string.
    value = command.replace("\\", "\\\\")
    icon = resource_dir() / "icons" / "hum.svg"
    return (
        "[Desktop Entry]\nType=Application\nName=Hum\n"
        "Comment=Messages among cells of one size\n"
        f"Icon={icon}\nExec={value}\nTerminal=false\nStartupWMClass=hum\n"
    )


def _folder(environment: Mapping[str, str], variable: str, otherwise: str) -> Path:
    return Path(environment.get(variable) or Path.home() / otherwise)
