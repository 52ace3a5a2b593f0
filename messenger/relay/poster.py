"""What the host of a relay gives to friends: its link, and the same as a QR code."""

import io
import ipaddress
import socket

import segno

from messenger.core.types import Address
from messenger.protocol.relay_card import RelayCard, encode_relay_link
from messenger.relay.config import RelayConfig
from messenger.wire.own_address import source_address


def card_of(config: RelayConfig, key: bytes, listen: Address) -> RelayCard:
    """Return what the link says: the configured address, or what this machine guesses."""
    return RelayCard(config.address or _guess(listen), key)


def poster(card: RelayCard, *, qr: bool) -> str:
    """Return what is printed when the relay starts."""
    link = encode_relay_link(card)
    lines = ["", "The link of this relay:", "", f"    {link}", ""]
    if qr:
        lines += [_qr_text(link), ""]
    lines += ["In Hum it belongs into Settings, Relay. Whoever has it can use this relay."]
    if advice := _advice(card.address):
        lines.append(advice)
    return "\n".join(lines) + "\n"


def _qr_text(link: str) -> str:
    picture = io.StringIO()
    segno.make(link.upper(), micro=False, error="m").terminal(picture, compact=True)
    return picture.getvalue().rstrip("\n")


def _guess(listen: Address) -> Address:
    ip = ipaddress.ip_address(listen.host)
    if not ip.is_unspecified:
        return listen
    families = [socket.AF_INET] if ip.version == 4 else [socket.AF_INET, socket.AF_INET6]
    hosts = (source_address(family) for family in families)
    return Address(next((host for host in hosts if host), "127.0.0.1"), listen.port)


def _advice(address: Address) -> str:
    """Say what is missing before friends elsewhere can dial this address."""
    try:
        ip = ipaddress.ip_address(address.host)
    except ValueError:
        return ""
    if ip.is_loopback:
        return "Only this machine can dial that address: set `address` in relay.toml."
    if not ip.is_global:
        return (
            f"Only your own network can dial {address.host}: let the router pass port "
            f"{address.port} to this machine and set `address` in relay.toml."
        )
    return ""
