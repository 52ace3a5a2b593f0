"""Where icons and translations lie: beside the package in a checkout, inside it when installed."""

from functools import cache
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent


@cache
def resource_dir() -> Path:
    """Return the folder of icons and translations."""
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"
