"""Doors: listening sockets that share one port, and who stands at which.

The kernel spreads callers evenly over all sockets of a port (SO_REUSEPORT). The supervisor holds
every door and lends each to one instance. A caller who waits at a door waits at the supervisor's
socket: when an instance dies, hangs or leaves, whoever gets the door next lets that caller in.

Source: socket(7), SO_REUSEPORT.
"""

import errno
import ipaddress
import math
import socket
from collections.abc import Iterable, Mapping
from typing import Final

from messenger.core.errors import AddressInUseError
from messenger.core.types import Address

BACKLOG_COUNT: Final = 1_024  # callers the kernel keeps at one door while nobody opens
EVEN_UP_TO: Final = 4  # instances among which doors are shared without a rest
DOORS_EACH: Final = 4  # with more instances: shares differ by a quarter at most

_REASONS: Final = {
    errno.EADDRINUSE: "another program listens there",
    errno.EADDRNOTAVAIL: "this machine has no such address",
    errno.EACCES: "this user may not listen there",
    errno.EPERM: "this user may not listen there",
}


def door_count(most: int) -> int:
    """Return how many doors serve up to ``most`` instances fairly."""
    return math.lcm(*range(1, EVEN_UP_TO + 1)) if most <= EVEN_UP_TO else DOORS_EACH * most


def open_doors(address: Address, count: int) -> list[socket.socket]:
    """Listen with ``count`` sockets on one port; port 0: any free one.

    Raises:
        AddressInUseError: the address cannot be bound.
    """
    doors: list[socket.socket] = []
    try:
        for _ in range(count):
            doors.append(_open_door(address, shared=count > 1))
            address = Address(address.host, doors[0].getsockname()[1])
    except OSError as error:
        for door in doors:
            door.close()
        reason = _REASONS.get(error.errno or 0, "the system refuses")
        raise AddressInUseError(f"cannot listen on {address}: {reason}") from error
    return doors


def _open_door(address: Address, *, shared: bool) -> socket.socket:
    host, every = address.host, False
    if ipaddress.ip_address(host) == ipaddress.IPv6Address("::"):
        every = socket.has_dualstack_ipv6()
        host = host if every else "0.0.0.0"  # noqa: S104  what the host of the relay asked for
    door = socket.create_server(
        (host, address.port),
        family=socket.AF_INET6 if ":" in host else socket.AF_INET,
        backlog=BACKLOG_COUNT,
        reuse_port=shared,
        dualstack_ipv6=every,
    )
    door.setblocking(False)
    return door


def deal(count: int, members: Iterable[int], held: Mapping[int, int]) -> dict[int, int]:
    """Share ``count`` doors among members so that shares differ by one at most.

    Args:
        held: door → member, as it is now; who may keep a door keeps it.

    Returns:
        Door → member; empty when there is no member.
    """
    ranked = sorted(members)
    if not ranked:
        return {}
    each, rest = divmod(count, len(ranked))
    kept: dict[int, list[int]] = {member: [] for member in ranked}
    for door in range(count):
        if (member := held.get(door)) in kept:
            kept[member].append(door)
    # Who holds most keeps one of the larger shares, so that the fewest doors change hands.
    by_holding = sorted(ranked, key=lambda member: (-len(kept[member]), member))
    shares = {member: each + (place < rest) for place, member in enumerate(by_holding)}
    dealt = {door: member for member in ranked for door in kept[member][: shares[member]]}
    free = iter(door for door in range(count) if door not in dealt)
    for member in ranked:
        for _ in range(shares[member] - len(kept[member][: shares[member]])):
            dealt[next(free)] = member
    return dealt
