"""Which address of this computer others see, as far as this computer knows."""

import ipaddress
import socket
from typing import Final

# Connecting a datagram socket sends nothing; it only asks the routing table for our own address.
_ROUTE_PROBES: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def source_address(family: socket.AddressFamily) -> str | None:
    """Return the address from which packets to the world leave; None if there is no way."""
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect((_ROUTE_PROBES[family], 9))
        except OSError:
            return None
        host: str = sock.getsockname()[0]
    return None if ipaddress.ip_address(host).is_link_local else host
