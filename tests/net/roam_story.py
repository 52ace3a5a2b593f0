"""Two real nodes with IPv4 and IPv6: each way carries the link while the other is gone.

unshare --user --map-root-user --net python -m tests.net.roam_story FOLDER

Both addresses stand in the link that is added; nobody announces anything in the local network. Then
the address that carries the link goes, and the link comes back by the other one.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final

from messenger.rpc.client import RpcClient
from tests.net.lan_story import NET, found_again, start, street
from tests.net.nat_house import enter, run

NET6: Final = "2001:db8:9"
HOSTS: Final = {4: f"{NET}.2", 6: f"{NET6}::2"}  # Ben's, by family
LENGTHS: Final = {4: 24, 6: 64}  # of the prefixes


def _give_ipv6(place: int, host: int) -> None:
    at = enter(place)
    run(*at, *f"ip addr add {NET6}::{host}/64 dev eth0 nodad".split())
    run(*at, "ip", "route", "add", "default", "dev", "eth0")  # what asks which address is ours
    run(*at, "ip", "-6", "route", "add", "default", "dev", "eth0")


def _carrying(place: int) -> set[int]:
    """By which families links stand at Ben's."""
    lines = run(*enter(place), "ss", "-tnH", "state", "established").splitlines()
    ours = [line.split()[2] for line in lines]
    return {family for family, host in HOSTS.items() if any(host in address for address in ours)}


async def story(folder: Path) -> None:
    async with street() as (one, other):
        for place, host in ((one, 1), (other, 2)):
            _give_ipv6(place, host)
        ada, ben = await start(folder, one, "ada"), await start(folder, other, "ben")
        for node in (ada, ben):
            await node.call("network.set", map_port=False, lan=False)
        info = await ben.call("node.info")
        assert {host for host, _ in info["addresses"]} == set(HOSTS.values()), info
        added = await ada.call("contact.add", link=info["link"])
        adas = (await ben.event("contact.request"))["contact"]
        await ben.call("contact.accept", contact=adas)
        await ada.event("contact.accepted", contact=added["contact"])
        await _talk(ada, ben, adas, "by either way")

        (family,) = _carrying(other)
        since = len(ada.events)
        gone = f"{HOSTS[family]}/{LENGTHS[family]}"
        run(*enter(other), "ip", "addr", "del", gone, "dev", "eth0")
        await found_again(ada, since)
        await _talk(ada, ben, adas, "by the way that is left")
        assert _carrying(other) >= {10 - family}
        await ada.stop()
        await ben.stop()


async def _talk(ada: RpcClient, ben: RpcClient, adas: str, text: str) -> None:
    await ben.call("message.send", contact=adas, text=text)
    assert await ada.event("message.added", text=text)


async def main(folder: Path) -> None:
    async with asyncio.timeout(180):
        await story(folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
