"""Which addresses of this computer a link should name, and which of others nobody should dial."""

import ipaddress
import socket
from contextlib import suppress
from dataclasses import replace
from typing import Final

from messenger.core.errors import InputError
from messenger.core.onion import check_onion, is_onion
from messenger.core.types import Address
from messenger.protocol.card import Card, encode_link
from messenger.wire.own_address import source_address

MAX_ADDRESS_COUNT: Final = 4  # in a card; design section 4
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052, section 2.1
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")  # RFC 4291, section 2.5.5.1
_THIS_NETWORK: Final = ipaddress.IPv4Network("0.0.0.0/8")  # RFC 1122, section 3.2.1.3

_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def check_address(address: Address) -> None:
    """Check an address that somebody typed.

    Raises:
        InputError: it is an onion address that Tor would not take.
    """
    if not well_formed(address.host):
        raise InputError(
            "This onion address is not complete, or a letter of it is wrong: copy it again"
        )


def well_formed(host: str) -> bool:
    """Whether a host is no onion address, or one as Tor writes them."""
    try:
        if is_onion(host):
            check_onion(host)
    except ValueError:
        return False
    return True


def read_ip(host: str) -> _IpAddress | None:
    """Read an address; one of IPv4 inside IPv6, however it is put there, counts as what it is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return address if isinstance(address, ipaddress.IPv4Address) else _inner(address)


def _inner(address: ipaddress.IPv6Address) -> _IpAddress:
    if address.is_unspecified or address.is_loopback:
        return address
    if address in _NAT64 or address in _COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def is_loopback(host: str) -> bool:
    """Whether a host is this very computer, by address or by its reserved name (RFC 6761)."""
    address = read_ip(host)
    if address is None:
        name = host.rstrip(".").lower()
        return name == "localhost" or name.endswith(".localhost")
    return address.is_loopback


def leads_astray(host: str) -> bool:
    """Whether no other computer that somebody speaks of can be met there.

    That is our own computer, nobody, everybody, and what only the next cable knows: services of a
    data centre tell secrets there (169.254.169.254). Addresses of private networks are not among
    it: two people may be in the same one.
    """
    address = read_ip(host)
    if address is None:
        return is_loopback(host)
    return (
        address.is_loopback
        or address.is_unspecified
        or address.is_multicast
        or address.is_link_local
        or address.is_reserved
        or (isinstance(address, ipaddress.IPv4Address) and address in _THIS_NETWORK)
    )


def is_public(host: str) -> bool:
    """Whether a host is an address that means the same computer wherever it is dialled from."""
    address = read_ip(host)
    return address is not None and address.is_global and not leads_astray(host)


def is_dialled(host: str, *, near: bool) -> bool:
    """Whether to keep an address that a peer names; a name is none: a resolver would be asked.

    Args:
        near: the peer is on this very computer.
    """
    if read_ip(host) is None:
        return is_onion(host) and well_formed(host)
    return not leads_astray(host) or (near and is_loopback(host))


def fitting_link(card: Card) -> str:
    """Write a link that says as many of the addresses as it has room for, the first ones.

    The mailbox for letters is named before addresses are, unless its relay's name fills the card.
    """
    for count in range(len(card.addresses), 0, -1):
        with suppress(ValueError):
            return encode_link(replace(card, addresses=card.addresses[:count]))
    with suppress(ValueError):
        return encode_link(replace(card, addresses=()))
    return fitting_link(replace(card, introduction=None))


def own_addresses(listen: Address) -> tuple[Address, ...]:
    """Return what others can dial to reach a listener bound to ``listen``."""
    if not ipaddress.ip_address(listen.host).is_unspecified:
        return (listen,)
    hosts = [source_address(family) for family in (socket.AF_INET, socket.AF_INET6)]
    if listen.host == "0.0.0.0":  # noqa: S104  a comparison
        hosts = hosts[:1]
    found = [Address(host, listen.port) for host in hosts if host is not None]
    return tuple(found[:MAX_ADDRESS_COUNT]) or (Address("127.0.0.1", listen.port),)
