"""Two whole programs and a relay: killed without a word, they lose and double nothing."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from relay_pair import Relay, with_relay

sys.path.insert(0, str(Path(__file__).parents[1] / "rpc"))

from rpc_nodes import Nodes

from messenger.rpc.client import Json, RpcClient, RpcError


async def kill(node: RpcClient) -> None:
    """End a program without a word."""
    node.process.kill()
    await node.stop()


async def messages(node: RpcClient, contact: str) -> list[Json]:
    page = await node.call("message.list", contact=contact, limit=1000)
    return list(page["messages"])


async def until(met: Callable[[], Awaitable[bool]]) -> None:
    """Ask a node again until it says so."""
    while not await met():  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)


async def has_route(node: RpcClient) -> bool:
    return bool((await node.call("relay.list"))["routes"])


async def all_are(node: RpcClient, contact: str, state: str) -> bool:
    return {m["state"] for m in await messages(node, contact) if m["outgoing"]} == {state}


async def has_got(node: RpcClient, contact: str, count: int) -> bool:
    return len(await messages(node, contact)) >= count


def test_twenty_messages_survive_kills_on_both_sides(tmp_path: Path) -> None:
    nodes = Nodes(tmp_path)

    async def run(relay: Relay) -> None:
        try:
            await story(nodes, relay)
        finally:
            await nodes.stop_all()

    with_relay(tmp_path, run, limit_s=100)


async def story(nodes: Nodes, relay: Relay) -> None:
    async def start(name: str) -> RpcClient:
        return await nodes.start(name, "--relay", relay.link)

    texts = [f"letter {number}" for number in range(20)]
    ada = await start("ada")
    ben = await start("ben")
    to_ben = (await ada.call("contact.add", link=ben.ready["link"]))["contact"]
    to_ada = (await ben.event("contact.request"))["contact"]
    await ben.call("contact.accept", contact=to_ada)
    for method, wrong, kind in (
        ("relay.add", {"link": "hum-relay:nothing"}, "link_damaged"),
        ("relay.remove", {"relay": "77"}, "invalid_input"),
    ):
        with pytest.raises(RpcError) as refused:
            await ada.call(method, **wrong)
        assert refused.value.kind == kind
    await until(lambda: has_route(ada))
    await until(lambda: has_route(ben))
    await kill(ben)
    for text in texts[:10]:
        await ada.call("message.send", contact=to_ben, text=text)
    await kill(ada)
    ada = await start("ada")
    for text in texts[10:]:
        await ada.call("message.send", contact=to_ben, text=text)
    await until(lambda: all_are(ada, to_ben, "at_relay"))
    (contact,) = (await ada.call("contact.list"))["contacts"]
    assert (contact["reach"], contact["relay"]) == ("relay", "127.0.0.1")
    first = (await messages(ada, to_ben))[0]
    steps = (await ada.call("message.timeline", message=first["message"]))["steps"]
    assert [s.get("relay") for s in steps if s["step"] == "at_relay"] == ["127.0.0.1"]
    await kill(ada)
    ben = await start("ben")
    await ben.event("message.added")
    await kill(ben)
    ben = await start("ben")
    await until(lambda: has_got(ben, to_ada, len(texts)))
    assert [m["text"] for m in await messages(ben, to_ada)] == texts
    ada = await start("ada")
    await until(lambda: all_are(ada, to_ben, "delivered"))
