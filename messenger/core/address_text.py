"""Addresses as people write them: ``192.0.2.7:4567``, ``[2001:db8::7]:4567``, ``name:443``."""

from messenger.core.types import Address


def parse_address(text: str) -> Address:
    """Read ``HOST:PORT`` or ``[IPv6]:PORT``.

    Raises:
        ValueError: no port, or one outside 0 to 65535.
    """
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host:
        raise ValueError("an address looks like 192.0.2.7:4567")
    if not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError("a port is a number from 0 to 65535")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError("write an IPv6 address in brackets: [2001:db8::7]:4567")
    return Address(host, int(port))
