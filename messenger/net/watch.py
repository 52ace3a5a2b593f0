"""Notices that this computer has another way to others: other addresses, or the end of a sleep.

Linux tells of addresses through a netlink socket, elsewhere they are looked at every few seconds; a
sleep shows in the two monotonic clocks, of which one goes on meanwhile. What is told is only a
reason to look: routers confirm the addresses of IPv6 every few seconds or minutes, and each time
the kernel tells of an address that was there before.

Source: rtnetlink(7); clock_gettime(2); RFC 4861, section 6.2.1 (MaxRtrAdvInterval).
"""

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

import ifaddr

LOOK_S: Final = 5.0  # seconds between two looks
SETTLE_S: Final = 1.0  # seconds from the first news to a look: addresses come one after the other
SLEPT_S: Final = 2.0  # seconds that one clock must have gained on the other
GROUPS: Final = 0x10 | 0x100  # RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR of linux/rtnetlink.h
MESSAGE_MAX_LEN: Final = 65_536


class NetworkWatch:
    """Owner: the loop that ran :meth:`start`.

    Args:
        on_change: called when our addresses are others than at the look before, or after a sleep.
        look: returns our addresses.
        slept: returns how many seconds this computer has slept.
        settle_s: seconds from the first news to a look.
    """

    def __init__(
        self,
        on_change: Callable[[], None],
        *,
        look: Callable[[], frozenset[str]] | None = None,
        slept: Callable[[], float] | None = None,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._on_change = on_change
        self._look = look or own_addresses
        self._slept = slept or slept_s
        self._settle_s = settle_s
        self._loop = asyncio.get_running_loop()
        self._netlink: socket.socket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._settling: asyncio.TimerHandle | None = None
        self._addresses = self._look()
        self._slept_s = self._slept()

    @property
    def is_told(self) -> bool:
        """Whether the system tells of changes; else it is looked every few seconds."""
        return self._netlink is not None

    def start(self) -> None:
        """Begin to watch."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # a system that forbids it: looking has to do
                self._listen()
        self._look_soon()
        self._check_later()

    def stop(self) -> None:
        """Notice nothing more."""
        for timer in (self._timer, self._settling):
            if timer is not None:
                timer.cancel()
        if self._netlink is not None:
            self._loop.remove_reader(self._netlink)
            self._netlink.close()
            self._netlink = None

    def _listen(self) -> None:
        netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        netlink.setblocking(False)
        netlink.bind((0, GROUPS))
        self._loop.add_reader(netlink, self._on_netlink)
        self._netlink = netlink

    def _on_netlink(self) -> None:
        assert self._netlink is not None
        with contextlib.suppress(OSError):  # more than the buffer holds is news all the same
            while self._netlink.recv(MESSAGE_MAX_LEN):
                pass
        self._look_soon()

    def _check_later(self) -> None:
        self._timer = self._loop.call_later(LOOK_S, self._check)

    def _check(self) -> None:
        """Look at the clocks, and at the addresses where nobody tells of them."""
        self._check_later()
        if self._has_slept():
            self._on_change()
        elif self._netlink is None:
            self._on_settled()

    def _has_slept(self) -> bool:
        before, self._slept_s = self._slept_s, self._slept()
        return self._slept_s - before > SLEPT_S

    def _look_soon(self) -> None:
        """Look once for all the news of a second; more of it puts nothing off."""
        if self._settling is None:
            self._settling = self._loop.call_later(self._settle_s, self._on_settled)

    def _on_settled(self) -> None:
        self._settling = None
        before, self._addresses = self._addresses, self._look()
        if self._addresses != before:
            self._on_change()


def own_addresses() -> frozenset[str]:
    """Return the IP addresses of this computer by which others may reach it.

    Those of IPv6 that hold on one cable only are left out: each interface has one, also those that
    programs make for themselves and that lead nowhere.
    """
    found = (_text(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips)
    return frozenset(filter(_counts, found))


def _text(ip: str | tuple[str, int, int]) -> str:
    return ip if isinstance(ip, str) else ip[0]


def _counts(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    return not (address.is_loopback or (address.version == 6 and address.is_link_local))


def slept_s() -> float:
    """Return how many seconds this computer has slept since it was started, where that is known."""
    if sys.platform != "linux":
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
