"""The caps on callers who have proven nothing yet."""

import ipaddress
from collections import Counter
from typing import Final

HALF_OPEN_MAX_COUNT: Final = 64  # design section 5
HALF_OPEN_MAX_PER_ADDRESS: Final = 8  # design section 5
IPV6_SITE_LEN: Final = 64  # bits; one IPv6 subscriber has at least that network to itself


class HalfOpen:
    """The callers whose handshake is not complete, in all and by address."""

    def __init__(self) -> None:
        self._by_site: Counter[str] = Counter()
        self.count = 0

    def admit(self, host: str) -> bool:
        """Count one more caller from ``host``, or return False if there are too many."""
        site = site_of(host)
        if self.count >= HALF_OPEN_MAX_COUNT or self._by_site[site] >= HALF_OPEN_MAX_PER_ADDRESS:
            return False
        self._by_site[site] += 1
        self.count += 1
        return True

    def release(self, host: str) -> None:
        """One caller of ``host`` is through or gone."""
        site = site_of(host)
        self.count -= 1
        self._by_site[site] -= 1
        if not self._by_site[site]:
            del self._by_site[site]


def plain_host(host: str) -> str:
    """Return a caller's host as people write it: an IPv4 address is one on an IPv6 socket too."""
    address = ipaddress.ip_address(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return host


def site_of(host: str) -> str:
    """Return the IPv4 address, or the network of the IPv6 address, that stands for a caller."""
    address = ipaddress.ip_address(host)
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(ipaddress.ip_network((int(address), IPV6_SITE_LEN), strict=False))
