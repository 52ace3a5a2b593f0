"""A key that is replaced, and one that is used twice: over real nodes."""

import asyncio
import shutil
from pathlib import Path

import pytest
from rpc_nodes import Nodes, befriend, play, texts

from messenger.rpc.client import RpcClient, RpcError


async def delivered(node: RpcClient, contact: str, text: str) -> None:
    sent = await node.call("message.send", contact=contact, text=text)
    await node.event("message.state", message=sent["message"], state="delivered")


async def contact_of(node: RpcClient) -> dict[str, object]:
    (contact,) = (await node.call("contact.list"))["contacts"]
    return contact


async def pins(node: RpcClient, contact: str) -> list[str]:
    found = await node.call("contact.pin_history", contact=contact)
    return [pin["key"] for pin in found["pins"]]


def test_a_new_key_is_announced_by_the_old_one_and_adopted(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        await ben.call("contact.verify", contact=at_ben, verified=True)
        await delivered(ada, at_ada, "under the old key")
        old = ada.ready["id"]

        state = await ada.call("identity.rotate")
        info = await ada.call("node.info")
        assert info["id"] != old  # cards show the new key at once
        assert state["fingerprint"] == info["fingerprint"]
        await ben.event("contact.key_adopted", contact=at_ben)
        assert (await ada.event("identity.told", contact=at_ada))["untold"] == 0
        assert await ada.call("identity.state") == state | {"untold": [], "former_keys": 0}

        adopted = await contact_of(ben)
        assert (adopted["key"], adopted["origin"]) == (info["id"], "announced")
        assert (adopted["trust"], adopted["frozen"]) == ("pinned", False)  # not verified any more
        assert await pins(ben, at_ben) == [old]
        await delivered(ada, at_ada, "under the new key")
        await delivered(ben, at_ben, "welcome, new key")
        assert await texts(ben, at_ben, outgoing=False) == [
            "under the old key",
            "under the new key",
        ]
        numbers = [
            await node.call("contact.safety_number", contact=contact)
            for node, contact in ((ada, at_ada), (ben, at_ben))
        ]
        assert numbers[0]["safety_number"] == numbers[1]["safety_number"]
        assert (await ben.call("session.info", contact=at_ben))["epoch"] > 1  # the same session

    play(tmp_path, story)


@pytest.mark.parametrize("who_dials", ["ada", "ben"])
def test_whoever_was_away_is_told_when_they_return(tmp_path: Path, who_dials: str) -> None:
    """Until then both sides find each other under the old key, whoever moved meanwhile."""

    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        await delivered(ada, at_ada, "before")
        where = {
            name: "{}:{}".format(*node.ready["listen"])
            for name, node in (("ada", ada), ("ben", ben))
        }
        await ben.stop()

        state = await ada.call("identity.rotate")
        assert (state["untold"], state["former_keys"]) == ([at_ada], 1)
        await ada.call("message.send", contact=at_ada, text="while you were away")
        await ada.call("identity.rotate")  # twice, and a restart between
        await ada.stop()
        del where["ben" if who_dials == "ben" else "ada"]  # the other one moves
        ada = await nodes.start("ada", listen=where.get("ada", "127.0.0.1:0"))
        assert (await ada.call("identity.state"))["former_keys"] == 2
        with pytest.raises(RpcError) as refused:
            await ada.call("identity.rotate")
        assert refused.value.kind == "not_allowed"
        assert "ben" in str(refused.value)

        ben = await nodes.start("ben", listen=where.get("ben", "127.0.0.1:0"))
        await ben.event("contact.key_adopted", contact=at_ben)
        assert (await ada.event("identity.told", contact=at_ada))["untold"] == 0
        assert (await contact_of(ben))["key"] == (await ada.call("node.info"))["id"]
        await delivered(ben, at_ben, "here I am")
        assert await texts(ben, at_ben, outgoing=False) == ["before", "while you were away"]
        assert (await ada.call("identity.rotate"))["former_keys"] == 1  # there is room again

    play(tmp_path, story)


def test_a_replaced_key_is_not_let_in_again(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        await delivered(ada, at_ada, "hello")
        await ada.stop()
        shutil.copytree(tmp_path / "ada", tmp_path / "old ada")
        ada = await nodes.start("ada")
        await ada.call("identity.rotate")
        await ben.event("contact.key_adopted", contact=at_ben)
        await delivered(ada, at_ada, "under the new key")

        old_ada = await nodes.start("old ada")
        assert (await ben.event("contact.forked", contact=at_ben))["fork"] == "retired"
        assert (await old_ada.event("identity.forked", contact=at_ada))["fork"] == "retired"
        assert len((await ben.call("contact.list"))["contacts"]) == 1
        await delivered(ada, at_ada, "still here")
        assert await texts(ben, at_ben, outgoing=False) == [
            "hello",
            "under the new key",
            "still here",
        ]

    play(tmp_path, story)


def test_two_computers_with_one_identity_are_named_and_do_not_flap(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        await delivered(ada, at_ada, "from the first")
        await ada.stop()
        shutil.copytree(tmp_path / "ada", tmp_path / "twin")
        ada = await nodes.start("ada")
        await delivered(ada, at_ada, "once more from the first")

        twin = await nodes.start("twin")
        assert (await twin.event("identity.forked", contact=at_ada))["fork"] == "rolled_back"
        assert (await ada.event("identity.forked", contact=at_ada))["fork"] == "in_use"
        assert (await ben.event("contact.forked", contact=at_ben, fork="in_use"))[
            "fork"
        ] == "in_use"
        assert (await twin.event("identity.forked", contact=at_ada, fork="in_use"))["contact"]
        shown = await contact_of(ben)
        assert (shown["fork"], shown["frozen"]) == ("in_use", False)

        # One of them has the link and keeps it; nothing of either is lost.
        sent = [
            await node.call("message.send", contact=at_ada, text=text)
            for node, text in ((ada, "from the first again"), (twin, "from the second"))
        ]
        done, waiting = await asyncio.wait(
            [
                asyncio.create_task(
                    node.event("message.state", message=m["message"], state="delivered")
                )
                for node, m in zip((ada, twin), sent, strict=True)
            ],
            return_when=asyncio.FIRST_COMPLETED,
        )
        assert len(done) == 1
        standing, other = (
            (ada, twin) if "first" in (await next(iter(done)))["text"] else (twin, ada)
        )
        await standing.stop()
        await asyncio.wait(waiting)  # the other one comes in as soon as there is room
        assert other.process.returncode is None
        received = await texts(ben, at_ben, outgoing=False)
        assert sorted(received[2:]) == ["from the first again", "from the second"]

    play(tmp_path, story)
