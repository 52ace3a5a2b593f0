"""Which addresses of this computer a link should name."""

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
