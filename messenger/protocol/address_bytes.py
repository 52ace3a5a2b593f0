"""Addresses as links carry them: kind u8, host, port u16.

The kind is 4 or 6 (an IP address, 4 or 16 bytes) or 1 (a host name: length u8, ASCII in lower
case). There is one way to write each; what would not be written again in the same way is found by
whoever compares.

Source: docs/protocol.md, section 2.
"""

import ipaddress
import re
from typing import Final

from messenger.core.onion import check_onion, is_onion
from messenger.core.types import Address

MAX_ADDRESS_LEN: Final = 1 + 1 + 253 + 2  # bytes: a host name as long as DNS has them

_IPV4, _IPV6, _HOST_NAME = 4, 6, 1
_IP_LEN: Final = {_IPV4: 4, _IPV6: 16}  # bytes
_HOST_FORM: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
    r"(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?"
)


def encode_address(address: Address) -> bytes:
    """Return the bytes of an address.

    Raises:
        ValueError: nobody on another computer could dial it.
    """
    if not 0 < address.port < 1 << 16:
        raise ValueError(f"{address.port} is no port")
    return _encode_host(address.host) + address.port.to_bytes(2, "big")


def decode_address(reader: "ByteReader") -> Address:
    """Take an address off the front; ValueError if there is none."""
    kind = reader.byte()
    if kind in _IP_LEN:
        host = str(ipaddress.ip_address(reader.take(_IP_LEN[kind])))
    elif kind == _HOST_NAME:
        host = reader.take(reader.byte()).decode("ascii")
    else:
        raise ValueError("an unknown kind of address")
    return Address(host, int.from_bytes(reader.take(2), "big"))


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
    if is_onion(host):
        check_onion(host)
    return bytes([_HOST_NAME, len(host)]) + host.encode("ascii")


class ByteReader:
    """Takes bytes off the front; ValueError where there are none left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def take(self, length: int) -> bytes:
        """Take exactly ``length`` bytes."""
        part = self._data[self._place : self._place + length]
        if len(part) != length:
            raise ValueError("it ends early")
        self._place += length
        return part

    def byte(self) -> int:
        """Take one byte."""
        return self.take(1)[0]

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self._place == len(self._data)
