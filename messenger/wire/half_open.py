"""The caps on callers who have proven nothing yet.

This very computer is no place: an onion service or a proxy brings callers of many places from
there, whom nothing tells apart. They have a larger cap of their own. So whoever is silent there in
great number keeps out others who come that way; and at a relay takes so many of its connections.
"""

import ipaddress
from collections import Counter
from typing import Final

HALF_OPEN_MAX_COUNT: Final = 64  # design section 5; beside those from this computer
HALF_OPEN_MAX_OWN_HOST: Final = 256  # callers from this computer, so by an onion service; ours
HALF_OPEN_MAX_PER_ADDRESS: Final = 8  # design section 5
IPV6_SITE_LEN: Final = 64  # bits; one IPv6 subscriber has at least that network to itself
IPV6_NETWORK_LEN: Final = 48  # bits; and many have up to that one (RFC 6177, section 2)
HALF_OPEN_MAX_PER_NETWORK: Final = 32  # callers; ours: half of all, so that nobody takes all alone


class HalfOpen:
    """The callers whose handshake is not complete, in all and by address."""

    def __init__(self) -> None:
        self._by_site: Counter[str] = Counter()
        self._by_network: Counter[str] = Counter()
        self._from_elsewhere = 0
        self._from_own_host = 0

    @property
    def count(self) -> int:
        """How many there are."""
        return self._from_elsewhere + self._from_own_host

    def admit(self, host: str) -> bool:
        """Count one more caller from ``host``, or return False if there are too many."""
        if is_own_host(host):
            if self._from_own_host >= HALF_OPEN_MAX_OWN_HOST:
                return False
            self._from_own_host += 1
            return True
        site, network = site_of(host), network_of(host)
        if (
            self._from_elsewhere >= HALF_OPEN_MAX_COUNT
            or self._by_site[site] >= HALF_OPEN_MAX_PER_ADDRESS
            or self._by_network[network] >= HALF_OPEN_MAX_PER_NETWORK
        ):
            return False
        self._by_site[site] += 1
        self._by_network[network] += 1
        self._from_elsewhere += 1
        return True

    def release(self, host: str) -> None:
        """One caller of ``host`` is through or gone."""
        if is_own_host(host):
            self._from_own_host -= 1
            return
        self._from_elsewhere -= 1
        for counter, key in (
            (self._by_site, site_of(host)),
            (self._by_network, network_of(host)),
        ):
            counter[key] -= 1
            if not counter[key]:
                del counter[key]


def plain_host(host: str) -> str:
    """Return a caller's host as people write it: an IPv4 address is one on an IPv6 socket too."""
    address = ipaddress.ip_address(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return host


def is_own_host(host: str) -> bool:
    """Whether a caller comes from this computer: by an onion service or a proxy, one of many."""
    return ipaddress.ip_address(host).is_loopback


def site_of(host: str) -> str:
    """Return the IPv4 address, or the network of the IPv6 address, that stands for a caller."""
    return _block_of(host, IPV6_SITE_LEN)


def network_of(host: str) -> str:
    """Return the largest network that may belong to one subscriber; of IPv4 that is an address."""
    return _block_of(host, IPV6_NETWORK_LEN)


def _block_of(host: str, length: int) -> str:
    address = ipaddress.ip_address(host)
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(ipaddress.ip_network((int(address), length), strict=False))
