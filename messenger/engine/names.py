"""Names that people give themselves: shortened and stripped before they are stored."""

import unicodedata

from messenger.core.types import MAX_NAME_LEN


def clean_name(name: str) -> str:
    """Return at most MAX_NAME_LEN characters without control characters, spaces folded.

    Bidirectional controls stay; the GUI isolates them when it shows a name.
    """
    printable = "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in name[: MAX_NAME_LEN * 8]
        if unicodedata.category(c) != "Cs"
    )
    return " ".join(printable.split())[:MAX_NAME_LEN].rstrip()
