"""Two real nodes in one local network find each other by fingerprint, and again after a move.

unshare --user --map-root-user --net python -m tests.net.lan_story FOLDER
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from messenger.rpc.client import RpcClient
from tests.net.nat_house import enter, namespace, run
from tests.quick_hum import quick_hum

PASSPHRASE: Final = "correct horse battery staple"
NET: Final = "192.168.78"


@contextlib.asynccontextmanager
async def street() -> AsyncIterator[tuple[int, int]]:
    """Two namespaces with a cable between them; yields the processes that hold them."""
    async with namespace() as one, namespace() as other:
        run(*f"ip link add eth0 netns {one} type veth peer name eth0 netns {other}".split())
        for place, host in ((one, 1), (other, 2)):
            at = enter(place)
            run(*at, *f"ip addr add {NET}.{host}/24 dev eth0".split())
            for device in ("lo", "eth0"):
                run(*at, *f"ip link set {device} up".split())
        yield one, other


async def start(folder: Path, place: int, name: str) -> RpcClient:
    (folder / "passphrase").write_text(PASSPHRASE)
    return await RpcClient.start(
        *("--data-dir", folder / name, "--name", name, "--cover", "T=0.05"),
        *("--passphrase-file", folder / "passphrase"),
        program=(*enter(place), *quick_hum("rpc")),
    )


async def found_again(node: RpcClient, since: int) -> None:
    """Wait until the one contact of a node was gone and is back."""

    def kinds() -> list[str]:
        return [event["type"] for event in node.events[since:]]

    await node.wait_until(lambda: "contact.offline" in kinds())
    lost = since + kinds().index("contact.offline")
    await node.wait_until(lambda: "contact.online" in [e["type"] for e in node.events[lost:]])


async def lan_step(node: RpcClient) -> list[str]:
    """What the connection doctor says of the local network."""
    findings = (await node.call("doctor.run"))["findings"]
    return [found["reason"] for found in findings if found["step"] == "lan"]


async def story(folder: Path) -> None:
    async with street() as (one, other):
        ada, ben = await start(folder, one, "ada"), await start(folder, other, "ben")
        for node in (ada, ben):
            await node.call("network.set", map_port=False)
        bens = (await ada.call("contact.add", fingerprint=ben.ready["fingerprint"]))["contact"]
        adas = (await ben.call("contact.add", fingerprint=ada.ready["fingerprint"]))["contact"]
        await ada.event("contact.accepted", contact=bens)
        await ada.call("message.send", contact=bens, text="you are here, too?")
        assert await ben.event("message.added", text="you are here, too?")
        reasons = [reason for node in (ada, ben) for reason in await lan_step(node)]
        assert "heard" in reasons, reasons

        # Ada's computer gets another address: nobody was told it, and the old one is gone.
        since, at = len(ben.events), enter(one)
        run(*at, *f"ip addr del {NET}.1/24 dev eth0".split())
        run(*at, *f"ip addr add {NET}.77/24 dev eth0".split())
        await found_again(ben, since)
        await ben.call("message.send", contact=adas, text="found you again")
        assert await ada.event("message.added", text="found you again")

        # The off switch takes the announcement back.
        assert (await ada.call("network.set", lan=False))["lan"] is False
        assert await lan_step(ada) == ["off"]
        await ada.stop()
        await ben.stop()


async def main(folder: Path) -> None:
    async with asyncio.timeout(180):
        await story(folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
