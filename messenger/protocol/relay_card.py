"""The link of a relay: where it is and which key it has. ``hum-relay:`` and checked base32.

Whoever has the link can use the relay; there is nothing secret in it, and nobody's name.

Source: docs/relay.md, "The link".
"""

from dataclasses import dataclass
from typing import Final

from messenger.core.errors import LinkDamagedError
from messenger.core.types import Address
from messenger.crypto.checked_base32 import CheckedBase32
from messenger.protocol.address_bytes import (
    MAX_ADDRESS_LEN,
    ByteReader,
    decode_address,
    encode_address,
)
from messenger.protocol.link_text import LinkText

SCHEME: Final = "hum-relay:"
VERSION: Final = 1
KEY_LEN: Final = 32  # bytes of a public key
CHECKSUM_LEN: Final = 4  # bytes, as in the links of people

_LINK: Final = LinkText(
    SCHEME,
    VERSION,
    1 + KEY_LEN + MAX_ADDRESS_LEN + CHECKSUM_LEN,
    CheckedBase32(b"Hum relay", CHECKSUM_LEN),
)


@dataclass(frozen=True, slots=True)
class RelayCard:
    """What the link of a relay says."""

    address: Address
    key: bytes  # X25519 public key, KEY_LEN bytes

    def __post_init__(self) -> None:
        if len(self.key) != KEY_LEN:
            raise ValueError(f"a key has {KEY_LEN} bytes")


def encode_relay_link(card: RelayCard) -> str:
    """Write ``card`` as a link; in upper case it is the same link, for QR codes.

    Raises:
        ValueError: an address that cannot be dialled.
    """
    return _LINK.encode(_encode_body(card))


def decode_relay_link(text: str) -> RelayCard:
    """Read the link of a relay, whatever its case, with white space or brackets around it.

    Raises:
        LinkDamagedError: it is not a link as it was written; the text says which part to look at.
        LinkTooNewError: it was written by a later version of Hum.
    """
    try:
        return _LINK.read(text, _decode_body, _encode_body)
    except ValueError as error:
        raise LinkDamagedError("This link says something that no relay would write.") from error


def _encode_body(card: RelayCard) -> bytes:
    """Lay out everything but the checksum."""
    return bytes([VERSION]) + card.key + encode_address(card.address)


def _decode_body(body: bytes) -> RelayCard:
    reader = ByteReader(body)
    if reader.byte() != VERSION:
        raise ValueError("a version that was never written")
    key = reader.take(KEY_LEN)
    card = RelayCard(decode_address(reader), key)
    if not reader.at_end():
        raise ValueError("it goes on after its end")
    return card
