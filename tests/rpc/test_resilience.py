"""Nodes that die, are rolled back or dial each other at once: nothing lost, nothing twice."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

from rpc_nodes import Nodes, befriend, play, texts

from messenger.rpc.client import RpcClient


def children(pid: int) -> list[int]:
    """Process numbers of the direct children; the wire process of a node is one."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in path.read_text().split()]


async def send_all(node: RpcClient, contact: str, messages: list[str]) -> list[str]:
    sent = [await node.call("message.send", contact=contact, text=text) for text in messages]
    return [message["message"] for message in sent]


async def all_delivered(node: RpcClient, messages: list[str]) -> None:
    await asyncio.gather(
        *(node.event("message.state", message=m, state="delivered") for m in messages)
    )


def test_a_killed_wire_process_costs_nothing(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, at_ben = await befriend(ada, ben)
        wanted = [f"message {n}" for n in range(60)]
        sent = await send_all(ada, at_ada, wanted)
        await ben.event("message.added", text=wanted[10])
        for pid in children(ada.process.pid):
            os.kill(pid, signal.SIGKILL)
        await ada.event("contact.offline", contact=at_ada)
        await all_delivered(ada, sent)
        assert await texts(ben, at_ben, outgoing=False) == wanted

    play(tmp_path, story)


def test_a_killed_node_loses_nothing_it_had_committed(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, at_ben = await befriend(ada, ben)
        # Some five cells each, so that the kills fall into the middle.
        wanted = [f"message {n} {'-' * 2000}" for n in range(120)]
        await send_all(ada, at_ada, wanted)
        await ben.event("message.added", text=wanted[10])
        ben.process.kill()
        await ben.stop()
        ben = await nodes.start("ben")
        await ben.event("message.added", text=wanted[60])
        ada.process.kill()
        await ada.stop()
        ada = await nodes.start("ada")
        await ben.event("message.added", text=wanted[-1])
        assert await texts(ben, at_ben, outgoing=False) == wanted
        page = (await ada.call("message.list", contact=at_ada, limit=1000))["messages"]
        assert [m["text"] for m in page] == wanted

    play(tmp_path, story)


def test_a_rolled_back_folder_starts_a_new_session_and_goes_on(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, at_ben = await befriend(ada, ben)
        await all_delivered(ada, await send_all(ada, at_ada, ["old"]))
        await ada.stop()
        shutil.copytree(tmp_path / "ada", tmp_path / "backup")
        ada = await nodes.start("ada")
        lost = ["lost to Ada's memory"]
        await all_delivered(ada, await send_all(ada, at_ada, lost))
        while not (await ben.call("session.info", contact=at_ben))["received_count"]:
            lost.append("sealed in the new epoch")  # whoever was called still sealed in the old one
            await all_delivered(ada, await send_all(ada, at_ada, lost[-1:]))
        await ada.stop()

        shutil.rmtree(tmp_path / "ada")
        shutil.copytree(tmp_path / "backup", tmp_path / "ada")
        ada = await nodes.start("ada")
        await ada.event("session.reset", contact=at_ada)
        await ben.event("session.reset", contact=at_ben)
        assert (await ada.event("identity.forked", contact=at_ada))["fork"] == "rolled_back"
        assert (await ben.event("contact.forked", contact=at_ben))["fork"] == "rolled_back"
        await all_delivered(ada, await send_all(ada, at_ada, ["new"]))
        await all_delivered(ben, await send_all(ben, at_ben, ["welcome back"]))
        assert await texts(ben, at_ben, outgoing=False) == ["old", *lost, "new"]

    play(tmp_path, story)


def test_dialling_each_other_at_once_ends_in_one_link(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        await asyncio.gather(
            ada.call("contact.add", link=ben.ready["link"]),
            ben.call("contact.add", link=ada.ready["link"]),
        )
        await asyncio.gather(ada.event("contact.online"), ben.event("contact.online"))
        wanted = [f"both at once {n}" for n in range(20)]
        sent = await send_all(ada, "1", wanted)
        await all_delivered(ada, sent)
        assert await texts(ben, "1", outgoing=False) == wanted
        for node in (ada, ben):
            links = (await node.call("wire.stats"))["links"]
            assert [link["contact"] for link in links] == ["1"]

    play(tmp_path, story)


def test_many_messages_pass_many_epochs(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, at_ben = await befriend(ada, ben)
        wanted = [f"message {n}" for n in range(300)]
        await all_delivered(ada, await send_all(ada, at_ada, wanted))
        assert await texts(ben, at_ben, outgoing=False) == wanted
        for node, contact in ((ada, at_ada), (ben, at_ben)):
            info = await node.call("session.info", contact=contact)
            assert info["established"]
            assert info["epoch"] >= 4  # a new one after every fifty envelopes
            assert not [e for e in node.events if e["type"] == "session.reset"]

    play(tmp_path, story)


def test_a_timeline_tells_each_step(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, _ = await befriend(ada, ben)
        (message,) = await send_all(ada, at_ada, ["when?"])
        await all_delivered(ada, [message])
        steps = (await ada.call("message.timeline", message=message))["steps"]
        assert [step["step"] for step in steps] == ["written", "left", "acknowledged"]
        assert sorted(step["at"] for step in steps) == [step["at"] for step in steps]
        steps = (await ben.call("message.timeline", message=message))["steps"]
        assert [step["step"] for step in steps] == ["received"]

    play(tmp_path, story)
