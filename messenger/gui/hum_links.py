"""Links of the kind ``hum:…`` as they come from outside: command line, browser, another window."""

from typing import Final

MAX_LINK_LEN: Final = 4096  # characters; a link with many addresses has some hundred
SCHEME: Final = "hum:"


def hum_link_in(text: str) -> str:
    """Return ``text`` if it is one link and nothing else, or the empty string."""
    link = text.strip()
    one = link[: len(SCHEME)].lower() == SCHEME and link.isascii() and len(link.split()) == 1
    return link if one and link.isprintable() and len(link) <= MAX_LINK_LEN else ""
