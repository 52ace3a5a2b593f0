"""The card behind a link or QR code: who someone is and where they may be reached.

A versioned binary layout, a checksum, base32, and ``hum:`` in front. Decoding is strict: a text
that would not be written again in the same way is refused.

Source: design section 4; the byte table is in docs/protocol.md, section 2.
"""

import unicodedata
from dataclasses import dataclass, field
from typing import Final

from messenger.core.errors import LinkDamagedError
from messenger.core.types import MAX_NAME_LEN, Address
from messenger.crypto.checked_base32 import CheckedBase32
from messenger.protocol.address_bytes import ByteReader, decode_address, encode_address
from messenger.protocol.link_text import LinkText

SCHEME: Final = "hum:"
VERSION: Final = 1
MAX_CARD_LEN: Final = 300  # bytes with checksum, so that a QR code stays easy to scan; design 4
MAX_ADDRESS_COUNT: Final = 4
KEY_LEN: Final = 32  # bytes of a public key
MAILBOX_ID_LEN: Final = 24  # bytes; design section 9
DEPOSIT_TOKEN_LEN: Final = 32  # bytes
CHECKSUM_LEN: Final = 4  # bytes; never changes, so that an old version can tell new from damaged

_MAX_NAME_BYTES: Final = 255  # of UTF-8; its length is one byte

_COUNT_BITS: Final = 0x07
_NAME_BIT: Final = 0x08
_INTRODUCTION_BIT: Final = 0x10

_LINK: Final = LinkText(SCHEME, VERSION, MAX_CARD_LEN, CheckedBase32(b"Hum card", CHECKSUM_LEN))


@dataclass(frozen=True, slots=True)
class Introduction:
    """A relay mailbox in which strangers may leave a first message."""

    relay: Address
    relay_key: bytes  # X25519 public key of the relay, KEY_LEN bytes
    mailbox: bytes  # MAILBOX_ID_LEN bytes
    deposit_token: bytes = field(repr=False)  # DEPOSIT_TOKEN_LEN bytes; whoever has it may write

    def __post_init__(self) -> None:
        lengths = len(self.relay_key), len(self.mailbox), len(self.deposit_token)
        if lengths != (KEY_LEN, MAILBOX_ID_LEN, DEPOSIT_TOKEN_LEN):
            raise ValueError("a part of the introduction has a wrong length")


@dataclass(frozen=True, slots=True)
class Card:
    """What a link says: a key, where to dial, a name, an introduction."""

    key: bytes  # X25519 public key, KEY_LEN bytes
    addresses: tuple[Address, ...] = ()  # at most MAX_ADDRESS_COUNT
    name: str | None = None  # 1 to MAX_NAME_LEN characters, no control characters; remote text
    introduction: Introduction | None = None

    def __post_init__(self) -> None:
        if len(self.key) != KEY_LEN:
            raise ValueError(f"a key has {KEY_LEN} bytes")
        if len(self.addresses) > MAX_ADDRESS_COUNT:
            raise ValueError(f"a card has at most {MAX_ADDRESS_COUNT} addresses")
        if self.name is not None and not _is_name(self.name):
            raise ValueError("a name is empty, too long or has control characters")


def _is_name(name: str) -> bool:
    controls = any(
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name
    )
    return 0 < len(name) <= MAX_NAME_LEN and not controls


# -- links ----------------------------------------------------------------------------------


def encode_link(card: Card) -> str:
    """Write ``card`` as a link; in upper case it is the same link, for QR codes.

    A name that would make the card longer than MAX_CARD_LEN is shortened: it is a courtesy, the
    full one comes with the first hello.

    Raises:
        ValueError: addresses that cannot be dialled, or too long for one card.
    """
    return _LINK.encode(_encode_body(card))


def decode_link(text: str) -> Card:
    """Read a link, whatever its case, with white space, line breaks or angle brackets around it.

    Raises:
        LinkDamagedError: it is not a link as it was written; the text says which part to look at.
        LinkTooNewError: it was written by a later version of Hum.
    """
    try:
        return _LINK.read(text, _decode_body, _encode_body)
    except ValueError as error:
        raise LinkDamagedError("This link says something that no Hum would write.") from error


# -- bytes ----------------------------------------------------------------------------------


def _encode_body(card: Card) -> bytes:
    """Lay out everything but the checksum."""
    flags = len(card.addresses)
    parts = [card.key, *(encode_address(address) for address in card.addresses)]
    if card.introduction is not None:
        flags |= _INTRODUCTION_BIT
        parts.append(_encode_introduction(card.introduction))
    room = MAX_CARD_LEN - CHECKSUM_LEN - 3 - sum(map(len, parts))
    if room < -1:
        raise ValueError("these addresses are too long for one card")
    name = _shortened((card.name or "").encode(), room)
    if name:
        flags |= _NAME_BIT
        parts.append(bytes([len(name)]) + name)
    return bytes([VERSION, flags]) + b"".join(parts)


def _shortened(name: bytes, room: int) -> bytes:
    """Cut UTF-8 to at most ``room`` bytes, between characters."""
    return name[: min(max(room, 0), _MAX_NAME_BYTES)].decode("utf-8", "ignore").encode()


def _encode_introduction(introduction: Introduction) -> bytes:
    fixed = introduction.relay_key + introduction.mailbox + introduction.deposit_token
    return encode_address(introduction.relay) + fixed


def _decode_body(body: bytes) -> Card:
    """Read a body; what it would not be written as again is found by the caller."""
    reader = ByteReader(body)
    version, flags = reader.byte(), reader.byte()
    if version != VERSION or flags & ~(_COUNT_BITS | _NAME_BIT | _INTRODUCTION_BIT):
        raise ValueError("a version or flag that was never written")
    key = reader.take(KEY_LEN)
    addresses = tuple(decode_address(reader) for _ in range(flags & _COUNT_BITS))
    introduction = _decode_introduction(reader) if flags & _INTRODUCTION_BIT else None
    name = reader.take(reader.byte()).decode("utf-8") if flags & _NAME_BIT else None
    if not reader.at_end():
        raise ValueError("it goes on after its end")
    return Card(key, addresses, name, introduction)


def _decode_introduction(reader: ByteReader) -> Introduction:
    relay = decode_address(reader)
    return Introduction(
        relay, reader.take(KEY_LEN), reader.take(MAILBOX_ID_LEN), reader.take(DEPOSIT_TOKEN_LEN)
    )
