"""Reads what somebody pasted or typed to add a contact: a link or a fingerprint. Pure."""

import re
from dataclasses import dataclass, field
from typing import Final

from messenger.core.types import Address
from messenger.crypto.fingerprint import parse_fingerprint
from messenger.protocol.card import SCHEME, decode_link

_LINK_IN_TEXT: Final = re.compile(rf"\b{SCHEME}\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What the text says, before anything is done with it."""

    text: str = field(repr=False)  # the link or fingerprint alone
    is_link: bool  # else a fingerprint
    key: bytes = field(repr=False)  # X25519 public key, 32 bytes
    name: str  # remote text, may be empty
    addresses: tuple[Address, ...]


def read_pasted(text: str) -> Pasted:
    """Recognise a link or a fingerprint, also a link in the middle of other words.

    Takes up to two seconds for a damaged text (it looks for the mistake): not for the GUI thread.

    Raises:
        LinkDamagedError: neither of them, or with a mistake; the text says where.
        LinkTooNewError: a link of a later version of Hum.
    """
    stripped = text.strip()
    inside = _LINK_IN_TEXT.search(stripped)
    if inside is None:
        return Pasted(stripped, False, parse_fingerprint(stripped), "", ())
    # From the beginning it may go on after a line break; in the middle it ends at a space.
    link = stripped if inside.start() <= 1 else inside.group().rstrip(".,;:!?)>\"'")
    card = decode_link(link)
    return Pasted(link, True, card.key, card.name or "", card.addresses)
