"""A contact that is not connected says why, to scripts as to people."""

from pathlib import Path

from rpc_nodes import Nodes, befriend, play

from messenger.crypto.fingerprint import fingerprint
from messenger.crypto.noise import KeyPair
from messenger.rpc.client import RpcClient


async def obstacle_of(node: RpcClient, contact: str) -> str | None:
    listed = (await node.call("contact.list"))["contacts"]
    word: str | None = next(each["obstacle"] for each in listed if each["contact"] == contact)
    return word


def test_the_reason_is_told_and_listed(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        contact, _ = await befriend(ada, ben)
        assert (await ada.event("contact.online", contact=contact))["obstacle"] is None
        assert await obstacle_of(ada, contact) is None
        nobody = fingerprint(KeyPair.generate().public)
        added = await ada.call("contact.add", fingerprint=nobody, name="Cyd")
        await ada.event("contact.offline", contact=added["contact"], obstacle="no_address")
        assert await obstacle_of(ada, added["contact"]) == "no_address"
        await ben.stop()
        await ada.event("contact.offline", contact=contact, obstacle="refused")
        assert await obstacle_of(ada, contact) == "refused"

    play(tmp_path, story)
