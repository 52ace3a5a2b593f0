"""The finder's process: announces a tag in the local network, and says which others it hears.

It reads what anybody in the network sends, so it runs where neither keys nor messages are; it knows
one tag of ours and nothing of anybody. Each line of its input is a Wish, each line of its output a
Sighting, in JSON. It ends when its input ends.

Source: RFC 6762 (mDNS), RFC 6763 (DNS-SD); docs/reach.md, "In the local network".
"""

import asyncio
import base64
import logging
import re
import sys
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Final

import ifaddr
import msgspec
from zeroconf import IPVersion, NonUniqueNameException, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.logs import start_logging
from messenger.net.lan import MAX_ADDRESS_COUNT, Sighting, Wish
from messenger.protocol.lan_tag import TAG_LEN

log = logging.getLogger(__name__)

SERVICE: Final = "_hum._tcp.local."
NAME: Final = re.compile(r"^([a-z2-7]{26})\._hum\._tcp\.local\.$")
ASK_MS: Final = 3_000  # milliseconds in which somebody who was announced says where they are
LOOK_S: Final = 15.0  # seconds between two looks at the interfaces
MAX_ASKED_COUNT: Final = 64  # announcements that are looked into at one time
TTL_S: Final = 120  # seconds that others remember us


class Finder:
    """Owner: the loop of this process.

    Args:
        tell: gets everybody who is heard, once for each announcement.
    """

    def __init__(self, tell: Callable[[Sighting], None]) -> None:
        self._tell = tell
        self._zeroconf: AsyncZeroconf | None = None
        self._browser: AsyncServiceBrowser | None = None
        self._announced: AsyncServiceInfo | None = None
        self._wish = Wish()
        self._interfaces: frozenset[str] = frozenset()
        self._asked: set[asyncio.Task[None]] = set()

    async def run(self, wishes: "asyncio.Queue[Wish | None]") -> None:
        """Follow wishes, and the interfaces of the computer, until there are no more wishes."""
        try:
            while True:
                try:
                    wish = await asyncio.wait_for(wishes.get(), LOOK_S)
                except TimeoutError:
                    await self._follow_interfaces()
                    continue
                if wish is None:
                    return
                self._wish = wish
                await self._follow_interfaces()
                await self._announce()
        finally:
            await self._close()

    async def _follow_interfaces(self) -> None:
        """Begin anew where this computer has other addresses than before."""
        found = _own_addresses()
        if found == self._interfaces:
            return
        await self._close()
        self._interfaces = found
        if not found:
            return
        try:
            self._zeroconf = AsyncZeroconf(sorted(found), ip_version=IPVersion.All)
        except OSError as error:
            log.info("nobody can be found in the local network: %s", error.strerror)
            return
        self._browser = AsyncServiceBrowser(
            self._zeroconf.zeroconf, SERVICE, handlers=[self._on_change]
        )
        await self._announce()

    async def _announce(self) -> None:
        """Say the tag of the wish, and nothing of the one before it."""
        if self._zeroconf is None:
            return
        if self._announced is not None:
            await self._zeroconf.async_unregister_service(self._announced)
            self._announced = None
        if not self._wish.tag:
            return
        label = base64.b32encode(self._wish.tag).decode().rstrip("=").lower()
        service = AsyncServiceInfo(
            SERVICE,
            f"{label}.{SERVICE}",
            port=self._wish.port,
            server=f"{label}.local.",  # never the name of this computer
            host_ttl=TTL_S,
            other_ttl=TTL_S,
            parsed_addresses=sorted(self._interfaces),
        )
        try:
            await (await self._zeroconf.async_register_service(service))
        except NonUniqueNameException:  # somebody repeats our tag; we are found by address alone
            log.warning("somebody else announces the tag of this computer")
            return
        self._announced = service

    def _on_change(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        """Somebody was announced, or changed; called in the loop."""
        match = NAME.match(name)
        if state_change is ServiceStateChange.Removed or match is None:
            return
        tag = base64.b32decode(match[1].upper() + "======")
        if len(tag) != TAG_LEN or tag == self._wish.tag or len(self._asked) >= MAX_ASKED_COUNT:
            return
        task = asyncio.get_running_loop().create_task(self._ask(zeroconf, name, tag))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _ask(self, zeroconf: Zeroconf, name: str, tag: bytes) -> None:
        service = AsyncServiceInfo(SERVICE, name)
        if not await service.async_request(zeroconf, ASK_MS) or not service.port:
            return
        addresses = service.parsed_scoped_addresses()[:MAX_ADDRESS_COUNT]
        self._tell(Sighting(tag, tuple(addresses), service.port))

    async def _close(self) -> None:
        for task in self._asked:
            task.cancel()
        if self._browser is not None:
            await self._browser.async_cancel()
            self._browser = None
        if self._zeroconf is not None:
            await self._zeroconf.async_close()  # says goodbye for what was announced
            self._zeroconf = None
        self._announced = None


def _own_addresses() -> frozenset[str]:
    """Return where others in the local network can reach this computer."""
    found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips)
    addresses = (ip_address(ip if isinstance(ip, str) else ip[0]) for ip in found)
    # An address of one link would need the name of the interface, which the caller does not know.
    return frozenset(str(a) for a in addresses if not a.is_loopback and not a.is_link_local)


async def serve() -> None:
    """Read wishes from stdin and write sightings to stdout until stdin ends."""
    wishes: asyncio.Queue[Wish | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            try:
                wish = msgspec.json.decode(line, type=Wish)
            except DECODE_ERRORS:
                break
            loop.call_soon_threadsafe(wishes.put_nowait, wish)
        loop.call_soon_threadsafe(wishes.put_nowait, None)

    threading.Thread(target=read, name="input", daemon=True).start()
    await Finder(_say).run(wishes)


def _say(sighting: Sighting) -> None:
    sys.stdout.write(msgspec.json.encode(sighting).decode() + "\n")
    sys.stdout.flush()


def main(_arguments: Sequence[str] = ()) -> int:
    """Be the finder's process."""
    start_logging(times=False)
    asyncio.run(serve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
