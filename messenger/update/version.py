"""Versions of Hum: numbers between dots, compared as numbers."""

import re
from typing import Final

from messenger.core.errors import UpdateUnreadableError

_FORM: Final = re.compile(r"(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){1,3}", re.ASCII)


def read_version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version such as ``1.10.2``.

    Raises:
        UpdateUnreadableError: it is none.
    """
    if not _FORM.fullmatch(text):
        raise UpdateUnreadableError("What was published has no version that can be read.")
    return tuple(int(part) for part in text.split("."))


def is_newer(offered: str, own: str) -> bool:
    """Tell whether ``offered`` came after ``own``.

    Raises:
        UpdateUnreadableError: one of them is no version.
    """
    first, second = read_version(offered), read_version(own)
    width = max(len(first), len(second))
    return first + (0,) * (width - len(first)) > second + (0,) * (width - len(second))
