"""The card behind a link or QR code: who someone is and where they may be reached.

A versioned binary layout, a checksum, base32, and ``hum:`` in front. Decoding is strict: a text
that would not be written again in the same way is refused.

Source: design section 4; the byte table is in docs/protocol.md, section 2.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from messenger.core.errors import InvalidKeyError, LinkDamagedError, LinkTooNewError
from messenger.core.types import MAX_NAME_LEN, Address
from messenger.crypto.checked_base32 import CheckedBase32
from messenger.crypto.noise.functions import X25519

SCHEME: Final = "hum:"
VERSION: Final = 1
MAX_CARD_LEN: Final = 300  # bytes with checksum, so that a QR code stays easy to scan; design 4
MAX_ADDRESS_COUNT: Final = 4
KEY_LEN: Final = 32  # bytes of a public key
MAILBOX_ID_LEN: Final = 24  # bytes; design section 9
DEPOSIT_TOKEN_LEN: Final = 32  # bytes
CHECKSUM_LEN: Final = 4  # bytes; never changes, so that an old version can tell new from damaged
_MAX_TEXT_LEN: Final = 4_096  # characters worth looking at, spaces and line breaks included

_MAX_NAME_BYTES: Final = 255  # of UTF-8; its length is one byte

_COUNT_BITS: Final = 0x07
_NAME_BIT: Final = 0x08
_INTRODUCTION_BIT: Final = 0x10

_IPV4, _IPV6, _HOST_NAME = 4, 6, 1
_IP_LEN: Final = {_IPV4: 4, _IPV6: 16}  # bytes
_HOST_FORM: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
    r"(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?"
)

_TEXT: Final = CheckedBase32(b"Hum card", CHECKSUM_LEN)


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
    return SCHEME + _TEXT.encode(_encode_body(card))


def decode_link(text: str) -> Card:
    """Read a link, whatever its case, with white space, line breaks or angle brackets around it.

    Raises:
        LinkDamagedError: it is not a link as it was written; the text says which part to look at.
        LinkTooNewError: it was written by a later version of Hum.
    """
    payload = _payload(text)
    try:
        body = _TEXT.decode(payload)
    except ValueError:
        raise LinkDamagedError(_diagnosis(payload)) from None
    if body[:1] > bytes([VERSION]):
        raise LinkTooNewError("This link was made by a later version of Hum.")
    try:
        card = _decode_body(body)
        X25519.check_public(card.key)
        if _encode_body(card) != body:
            raise ValueError("not canonical")
    except (ValueError, InvalidKeyError) as error:
        raise LinkDamagedError("This link says something that no Hum would write.") from error
    return card


def _payload(text: str) -> str:
    """Return what follows ``hum:``, without anything that mail and chat programs add."""
    if len(text) > _MAX_TEXT_LEN:
        raise LinkDamagedError("This text is far longer than a link.")
    compact = "".join(text.split()).removeprefix("<").removesuffix(">").lower()
    if not compact:
        raise LinkDamagedError("There is no link here.")
    if not compact.startswith(SCHEME):
        raise LinkDamagedError(f"The beginning is missing: a link begins with {SCHEME}")
    return compact.removeprefix(SCHEME)


def _diagnosis(payload: str) -> str:
    """Say which part of a payload whose checksum is wrong to look at."""
    too_long = len(payload) * 5 // 8 > MAX_CARD_LEN
    if too_long or any(_TEXT.fits(payload[:length]) for length in range(1, len(payload))):
        return "The end is wrong: something was added to the link."
    place = _TEXT.mistyped(payload)
    if place is not None:
        return f"Character {place + 1} after {SCHEME} is wrong."
    return "The end is missing, or more than one character is wrong."


# -- bytes ----------------------------------------------------------------------------------


def _encode_body(card: Card) -> bytes:
    """Lay out everything but the checksum."""
    flags = len(card.addresses)
    parts = [card.key, *(_encode_address(address) for address in card.addresses)]
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
    return _encode_address(introduction.relay) + fixed


def _encode_address(address: Address) -> bytes:
    if not 0 < address.port < 1 << 16:
        raise ValueError(f"{address.port} is no port")
    return _encode_host(address.host) + address.port.to_bytes(2, "big")


def _encode_host(host: str) -> bytes:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return _encode_host_name(host.lower())
    if isinstance(ip, ipaddress.IPv6Address) and ip.scope_id is not None:
        raise ValueError("an address with a scope means nothing on another computer")
    return bytes([ip.version]) + ip.packed


def _encode_host_name(host: str) -> bytes:
    last_label = host.removesuffix(".").rpartition(".")[2]
    if _HOST_FORM.fullmatch(host) is None or last_label.isdecimal():
        raise ValueError("neither an IP address nor a host name")
    return bytes([_HOST_NAME, len(host)]) + host.encode("ascii")


class _Reader:
    """Takes bytes off the front; ValueError where there are none left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def take(self, length: int) -> bytes:
        part = self._data[self._place : self._place + length]
        if len(part) != length:
            raise ValueError("it ends early")
        self._place += length
        return part

    def byte(self) -> int:
        return self.take(1)[0]

    def at_end(self) -> bool:
        return self._place == len(self._data)


def _decode_body(body: bytes) -> Card:
    """Read a body; what it would not be written as again is found by the caller."""
    reader = _Reader(body)
    version, flags = reader.byte(), reader.byte()
    if version != VERSION or flags & ~(_COUNT_BITS | _NAME_BIT | _INTRODUCTION_BIT):
        raise ValueError("a version or flag that was never written")
    key = reader.take(KEY_LEN)
    addresses = tuple(_decode_address(reader) for _ in range(flags & _COUNT_BITS))
    introduction = _decode_introduction(reader) if flags & _INTRODUCTION_BIT else None
    name = reader.take(reader.byte()).decode("utf-8") if flags & _NAME_BIT else None
    if not reader.at_end():
        raise ValueError("it goes on after its end")
    return Card(key, addresses, name, introduction)


def _decode_introduction(reader: _Reader) -> Introduction:
    relay = _decode_address(reader)
    return Introduction(
        relay, reader.take(KEY_LEN), reader.take(MAILBOX_ID_LEN), reader.take(DEPOSIT_TOKEN_LEN)
    )


def _decode_address(reader: _Reader) -> Address:
    kind = reader.byte()
    if kind in _IP_LEN:
        host = str(ipaddress.ip_address(reader.take(_IP_LEN[kind])))
    elif kind == _HOST_NAME:
        host = reader.take(reader.byte()).decode("ascii")
    else:
        raise ValueError("an unknown kind of address")
    return Address(host, int.from_bytes(reader.take(2), "big"))
