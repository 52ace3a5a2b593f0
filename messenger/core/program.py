"""How this program starts itself again, and where what it brings along lies."""

import sys
from functools import cache
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[1]


def own_command(*arguments: str) -> tuple[str, ...]:
    """Return the command line of ``hum`` with these arguments, frozen or not.

    A frozen program has no ``python -m``: its executable is the interpreter and the program.
    """
    if getattr(sys, "frozen", False):
        return (sys.executable, *arguments)
    return (sys.executable, "-m", "messenger", *arguments)


@cache
def resource_dir() -> Path:
    """Return the folder of icons, words and translations: inside the package where installed."""
    installed = PACKAGE / "_resources"
    return installed if installed.is_dir() else PACKAGE.parent / "resources"
