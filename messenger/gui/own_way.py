"""Whether and how others can reach this computer now, in words.

It says what the node knows: the addresses that its link names, what the router has answered and
which relay of its own stands. Whether somebody far away gets through, only their call can show.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from PySide6.QtCore import QCoreApplication

from messenger.core.types import Address, NodeInfo, PortMapping, RelayOverview, RelayState
from messenger.gui.remote_text import isolated

translate = QCoreApplication.translate

# Addresses that lead nowhere outside one's own network: RFC 1918, 3927, 4193, 4291 and 6598.
_OWN_NETWORK: Final[tuple[IPv4Network | IPv6Network, ...]] = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("100.64.0.0/10"),
    IPv6Network("fc00::/7"),
    IPv6Network("fe80::/10"),
)


def way_in_words(info: NodeInfo, mapping: PortMapping, relay: str) -> str:
    """Return the words; empty where only this computer itself is listened to.

    Args:
        relay: host of a relay of our own that is connected; empty: none is.
    """
    far = next((each for each in info.addresses if _leads_far(each)), None)
    if far is not None:
        return _reachable(translate("OwnWay", "Reachable at {address}"), str(far))
    if mapping.state == "asking":
        return translate("OwnWay", "Looking for a way in")
    if relay:
        return _reachable(translate("OwnWay", "Through relay {address}"), relay)
    near = next(iter(info.addresses), None)
    if near is not None:
        return _near_words(near)
    return translate("OwnWay", "Offline") if _wants_callers(info) else ""


def connected_relay(overview: RelayOverview) -> str:
    """Return the host of the first relay of our own that is connected; empty: none is."""
    states = ((each.address.host, each.state) for each in overview.own)
    return next((host for host, state in states if state is RelayState.CONNECTED), "")


def _near_words(address: Address) -> str:
    if ip_address(address.host).is_loopback:
        return _reachable(translate("OwnWay", "On this computer at {address}"), str(address))
    return _reachable(translate("OwnWay", "In this network at {address}"), str(address))


def _reachable(words: str, place: str) -> str:
    return words.replace("{address}", isolated(place))


def _leads_far(address: Address) -> bool:
    """Whether an address of ours means anything outside; names were written down by hand."""
    try:
        place = ip_address(address.host)
    except ValueError:
        return True
    near = place.is_loopback or any(place in network for network in _OWN_NETWORK)
    return not near


def _wants_callers(info: NodeInfo) -> bool:
    """Whether the listener is open to more than this computer."""
    return info.listen is not None and not ip_address(info.listen.host).is_loopback
