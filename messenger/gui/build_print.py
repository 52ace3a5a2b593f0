"""The build fingerprint: one hash over every file of the installed program.

Two people with the same release see the same number; a changed file gives another one. It shows
which program is there, not that the program is honest: whoever can change Hum can change this too.
"""

import hashlib
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from messenger.gui.resources import resource_dir

PACKAGE: Final = Path(__file__).resolve().parents[1]
GROUP_LEN: Final = 4  # letters between two spaces
SHOWN_LEN: Final = 32  # hex digits, 128 bits


def build_print(package: Path = PACKAGE, resources: Path | None = None) -> str:
    """Return the fingerprint of two folders, in groups of GROUP_LEN hex digits.

    Every file counts with its path and length, in the order of the paths; compiled Python and
    other leftovers of a run do not.
    """
    whole = hashlib.sha256(b"hum build 1")
    folders = [("messenger", package), ("resources", resources or resource_dir())]
    if getattr(sys, "frozen", False):  # the code is in the program's file and its libraries
        folders.append(("program", Path(sys.executable).resolve().parent))
    for label, folder in folders:
        for path in sorted(_files(folder), key=lambda each: each.relative_to(folder).as_posix()):
            name = f"{label}/{path.relative_to(folder).as_posix()}".encode()
            data = path.read_bytes()
            whole.update(len(name).to_bytes(4) + name + len(data).to_bytes(8) + data)
    digits = whole.hexdigest()[:SHOWN_LEN]
    return " ".join(digits[at : at + GROUP_LEN] for at in range(0, SHOWN_LEN, GROUP_LEN))


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not {"__pycache__", "_resources"} & set(path.relative_to(folder).parts)
    ]


class BuildPrint(QObject):
    """Computes it in a thread of the pool. Owner: GUI thread.

    Signals:
        ready: the fingerprint, or the empty string where a file cannot be read.
    """

    ready = Signal(str)

    def begin(self) -> None:
        """Start; ``ready`` follows."""
        QThreadPool.globalInstance().start(_Work(self))


class _Work(QRunnable):
    def __init__(self, teller: BuildPrint) -> None:
        super().__init__()
        self._teller = teller

    def run(self) -> None:
        try:
            found = build_print()
        except OSError:
            found = ""
        self._teller.ready.emit(found)
