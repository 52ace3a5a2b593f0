"""The watch of the network, on a real netlink socket: what counts as a change and what does not.

unshare --user --map-root-user --net python -m tests.net.watch_story FOLDER
"""

import asyncio
import socket
import struct
import sys
from ipaddress import IPv6Network, ip_address
from typing import Final

from messenger.net.watch import NetworkWatch, own_addresses
from tests.net.nat_house import enter, namespace, run

PREFIX: Final = IPv6Network("2001:db8:7::/64")
ROUTER: Final = "tests.net.watch_story"  # run with the word of `advertise`


class Watched:
    """A watch, and what it looked at and told."""

    def __init__(self) -> None:
        self.told = 0
        self.looked: asyncio.Queue[frozenset[str]] = asyncio.Queue()
        self.watch = NetworkWatch(self._on_change, look=self._look, settle_s=0.05)
        self.watch.start()
        assert self.watch.is_told

    def _on_change(self) -> None:
        self.told += 1

    def _look(self) -> frozenset[str]:
        found = own_addresses()
        self.looked.put_nowait(found)
        return found

    async def after(self, *command: str) -> frozenset[str]:
        """Run a command; return what was seen at the next look, which news of it caused."""
        while not self.looked.empty():
            self.looked.get_nowait()
        await asyncio.to_thread(run, *command)
        return await self.looked.get()

    async def address(self, verb: str, address: str, *, device: str = "eth0") -> frozenset[str]:
        """Give this computer an address, or take it away."""
        return await self.after("ip", "addr", verb, address, "dev", device)


async def story() -> None:
    async with namespace() as router:
        _lay_cable(router)
        watched = Watched()
        try:
            await _scenes(watched, router)
        finally:
            watched.watch.stop()


async def _scenes(watched: Watched, router: int) -> None:
    # Another address is a change, by IPv4 as by IPv6; one of this cable or this computer is none.
    assert await watched.address("add", "192.0.2.7/24") == {"192.0.2.7"}
    assert watched.told == 1
    assert await watched.address("add", "fe80::7/64") == {"192.0.2.7"}
    assert await watched.address("add", "127.0.0.9/8", device="lo") == {"192.0.2.7"}
    assert watched.told == 1

    # A router says its prefix: an address more. It says it again: news, and nothing new.
    advertise = (*enter(router), sys.executable, "-m", ROUTER, "advertise")
    while len(found := await watched.after(*advertise)) < 2:
        pass  # the address is checked for doubles first
    new = found - {"192.0.2.7"}
    assert all(ip_address(one) in PREFIX for one in new), found
    assert watched.told == 2
    for _ in range(3):
        assert await watched.after(*advertise) == found
    assert watched.told == 2

    # An address that goes is a change too.
    assert await watched.address("del", "192.0.2.7/24") == new
    assert watched.told == 3


def _lay_cable(router: int) -> None:
    run(*f"ip link add eth0 type veth peer name eth0 netns {router}".split())
    run("ip", "link", "set", "eth0", "addrgenmode", "none")
    for at in ((), enter(router)):
        for device in ("lo", "eth0"):
            run(*at, "ip", "link", "set", device, "up")
    run(*enter(router), "ip", "addr", "add", "fe80::1/64", "dev", "eth0", "nodad")


def advertise() -> None:
    """Say the prefix once, as a router does. Source: RFC 4861, sections 4.2 and 4.6.2."""
    head = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0)  # the kernel sums it up
    flags = 0xC0  # on this link; make yourself an address of it
    prefix = struct.pack("!BBBBIII", 3, 4, 64, flags, 86_400, 14_400, 0)
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as raw:
        raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        raw.bind(("fe80::1", 0, 0, socket.if_nametoindex("eth0")))
        packet = head + prefix + PREFIX.network_address.packed
        raw.sendto(packet, ("ff02::1", 0, 0, socket.if_nametoindex("eth0")))


async def main() -> None:
    async with asyncio.timeout(100):
        await story()


if __name__ == "__main__":
    if sys.argv[1:] == ["advertise"]:
        advertise()
    else:
        asyncio.run(main())
