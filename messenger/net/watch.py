"""Notices that this computer has another way to others: a new network, or the end of a sleep.

Linux tells of addresses and routes through a netlink socket, elsewhere they are looked at every few
seconds; a sleep shows in the two monotonic clocks, of which one goes on meanwhile.

Source: rtnetlink(7); clock_gettime(2).
"""

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import Callable
from typing import Final

import ifaddr

LOOK_S: Final = 5.0  # seconds between two looks
SETTLE_S: Final = 1.0  # seconds of quiet after a change: addresses come one after the other
SLEPT_S: Final = 2.0  # seconds that one clock must have gained on the other
# RTMGRP_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV6_IFADDR, _IPV6_ROUTE of linux/rtnetlink.h.
GROUPS: Final = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
MESSAGE_MAX_LEN: Final = 65_536


class NetworkWatch:
    """Owner: the loop that ran :meth:`start`.

    Args:
        on_change: called when things have settled; what changed is for others to find out.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._netlink: socket.socket | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._settling: asyncio.TimerHandle | None = None
        self._addresses = own_addresses()
        self._slept_s = slept_s()

    def start(self) -> None:
        """Begin to watch."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # a system that forbids it: looking has to do
                self._listen()
        self._look_later()

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
        with contextlib.suppress(OSError):  # more than the buffer holds is a change all the same
            while self._netlink.recv(MESSAGE_MAX_LEN):
                pass
        self._settle()

    def _look_later(self) -> None:
        self._timer = self._loop.call_later(LOOK_S, self._look)

    def _look(self) -> None:
        slept, before = slept_s(), self._slept_s
        self._slept_s = slept
        if slept - before > SLEPT_S or (self._netlink is None and self._has_moved()):
            self._settle()
        self._look_later()

    def _has_moved(self) -> bool:
        before, self._addresses = self._addresses, own_addresses()
        return before != self._addresses

    def _settle(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
        self._settling = self._loop.call_later(SETTLE_S, self._on_change)


def own_addresses() -> frozenset[str]:
    """Return every IP address of this computer; one of a single link has a scope behind it."""
    return frozenset(str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips)


def slept_s() -> float:
    """Return how many seconds this computer has slept since it was started, where that is known."""
    if sys.platform != "linux":
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
