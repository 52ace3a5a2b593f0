"""Two real nodes: one behind the NAT router has its port opened, one outside calls it there.

unshare --user --map-root-user --net python -m tests.net.nat_story FOLDER
"""

import asyncio
import sys
from pathlib import Path

from messenger.rpc.client import Json, RpcClient
from tests.net.nat_house import HOME_NET, ROUTER_OUTSIDE, House, house
from tests.quick_hum import quick_hum

PASSPHRASE = "correct horse battery staple"


async def start(folder: Path, places: House, place: int, name: str) -> RpcClient:
    (folder / "passphrase").write_text(PASSPHRASE)
    return await RpcClient.start(
        *("--data-dir", folder / name, "--name", name, "--cover", "T=0.05"),
        *("--passphrase-file", folder / "passphrase"),
        program=(*places.at(place), *quick_hum("rpc")),
    )


async def port_state(node: RpcClient, state: str, since: int = 0) -> Json:
    """The newest word on the port, once it is this one."""

    def found() -> list[Json]:
        told = [e for e in node.events[since:] if e["type"] == "network.port"]
        return [e for e in told if e["state"] == state]

    await node.wait_until(lambda: bool(found()))
    return found()[-1]


async def gone(places: House) -> None:
    """Wait until the router leads nowhere any more."""
    while places.opened():  # noqa: ASYNC110 - the router tells nobody
        await asyncio.sleep(0.05)


async def _meet_behind_it(folder: Path, places: House, ada: RpcClient) -> None:
    """Two behind one router: its outside address leads nowhere from inside, the other one does."""
    await ada.call("network.set", lan=False)  # by the link alone
    cat = await start(folder, places, places.home, "cat")
    await cat.call("network.set", lan=False, map_port=False)
    since = len(ada.events)
    adas = (await cat.call("contact.add", link=(await ada.call("node.info"))["link"]))["contact"]
    await ada.wait_until(lambda: _asked(ada, since) != "")
    await ada.call("contact.accept", contact=_asked(ada, since))
    await cat.event("contact.accepted", contact=adas)
    await cat.call("message.send", contact=adas, text="next door")
    assert await ada.event("message.added", text="next door")
    await cat.stop()


def _asked(node: RpcClient, since: int) -> str:
    """Who has asked to be a contact since then; empty: nobody."""
    asked = [e["contact"] for e in node.events[since:] if e["type"] == "contact.request"]
    return str(asked[0]) if asked else ""


async def story(folder: Path) -> None:
    async with house(folder) as places:
        ada = await start(folder, places, places.home, "ada")
        ben = await start(folder, places, places.outside, "ben")
        opened = await port_state(ada, "open")
        host, port = opened["outside"]
        assert host == ROUTER_OUTSIDE
        assert f"dport {port}" in places.opened()
        info = await ada.call("node.info")
        assert info["addresses"] == [[host, port], [f"{HOME_NET}.2", ada.ready["listen"][1]]]

        added = await ben.call("contact.add", link=info["link"])
        request = await ada.event("contact.request")
        await ada.call("contact.accept", contact=request["contact"])
        await ben.event("contact.accepted", contact=added["contact"])
        await ben.call("message.send", contact=added["contact"], text="hello inside")
        assert (await ada.event("message.added"))["text"] == "hello inside"

        await _meet_behind_it(folder, places, ada)

        # The off switch has it closed at once, and nothing of it stays in the link.
        await ada.call("network.set", map_port=False)
        await gone(places)
        info = await ada.call("node.info")
        assert info["addresses"] == [[f"{HOME_NET}.2", ada.ready["listen"][1]]]

        # Nothing is left behind by a node that is killed without a word.
        since = len(ada.events)
        await ada.call("network.set", map_port=True)
        await port_state(ada, "open", since)
        assert places.opened()
        ada.process.kill()
        await gone(places)
        await ada.process.wait()
        await ben.stop()


async def main(folder: Path) -> None:
    async with asyncio.timeout(180):
        await story(folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
