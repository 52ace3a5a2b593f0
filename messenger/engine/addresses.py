"""Which addresses of this computer a link should name."""

import ipaddress
import socket
from typing import Final

from messenger.core.types import Address

MAX_ADDRESS_COUNT: Final = 4  # in a card; design section 4
# Connecting a datagram socket sends nothing; it only asks the routing table for our own address.
_ROUTE_PROBES: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def own_addresses(listen: Address) -> tuple[Address, ...]:
    """Return what others can dial to reach a listener bound to ``listen``."""
    if not ipaddress.ip_address(listen.host).is_unspecified:
        return (listen,)
    hosts = [_source_address(family, probe) for family, probe in _ROUTE_PROBES]
    if listen.host == "0.0.0.0":  # noqa: S104  a comparison
        hosts = hosts[:1]
    found = [Address(host, listen.port) for host in hosts if host is not None]
    return tuple(found[:MAX_ADDRESS_COUNT]) or (Address("127.0.0.1", listen.port),)


def _source_address(family: socket.AddressFamily, probe: str) -> str | None:
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect((probe, 9))
        except OSError:
            return None
        host: str = sock.getsockname()[0]
    return None if ipaddress.ip_address(host).is_link_local else host
