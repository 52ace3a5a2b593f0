"""First use, changed keys, declining, blocking, removing: over real nodes."""

from pathlib import Path

import pytest
from rpc_nodes import Nodes, befriend, play, texts

from messenger.rpc.client import RpcClient, RpcError


async def connect_by_address(ada: RpcClient, ben: RpcClient) -> tuple[str, str]:
    """Ada dials the address of Ben, who waits for strangers and accepts."""
    host, port = ben.ready["listen"]
    await ben.call("contact.wait", seconds=60)
    contact = await ada.call("contact.connect", host=host, port=port)
    request = await ben.event("contact.request")
    await ben.call("contact.accept", contact=request["contact"])
    await ada.event("contact.accepted", contact=contact["contact"])
    return contact["contact"], request["contact"]


async def delivered(node: RpcClient, contact: str, text: str) -> None:
    sent = await node.call("message.send", contact=contact, text=text)
    await node.event("message.state", message=sent["message"], state="delivered")


def test_first_use_pins_the_key_that_answers(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        contact, _ = await connect_by_address(ada, ben)
        pinned = (await ada.call("contact.list"))["contacts"][0]
        assert (pinned["key"], pinned["origin"]) == (ben.ready["id"], "first_use")
        assert pinned["trust"] == "pinned"
        await delivered(ada, contact, "nice to meet you")

    play(tmp_path, story)


def test_nobody_is_let_in_without_our_key_unless_we_wait(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        host, port = ben.ready["listen"]
        with pytest.raises(RpcError) as refused:
            await ada.call("contact.connect", host=host, port=port)
        assert refused.value.kind == "connect_failed"
        assert (await ada.call("contact.list"))["contacts"] == []
        assert (await ben.call("contact.list"))["contacts"] == []

    play(tmp_path, story)


@pytest.mark.parametrize("asked", [True, False], ids=["by the user", "by the dialler"])
def test_another_key_at_a_pinned_address_freezes_and_delivers_nothing(
    tmp_path: Path, asked: bool
) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        contact, _ = await connect_by_address(ada, ben)
        await delivered(ada, contact, "before")
        host, port = ben.ready["listen"]
        await ben.stop()
        await ada.event("contact.offline", contact=contact)

        eve = await nodes.start("eve", listen=f"{host}:{port}")
        await eve.call("contact.wait", seconds=90)
        if asked:
            with pytest.raises(RpcError) as refused:
                await ada.call("contact.connect", host=host, port=port)
            assert refused.value.kind == "key_changed"
        changed = await ada.event("contact.key_changed", contact=contact)
        assert changed["frozen"]
        assert changed["key"] == ben.ready["id"]  # the pin stays

        waiting = await ada.call("message.send", contact=contact, text="for Ben only")
        assert waiting["state"] == "waiting"
        assert (await eve.call("contact.list"))["contacts"] == []

        await eve.stop()
        await ada.call("contact.keep", contact=contact)
        ben = await nodes.start("ben", listen=f"{host}:{port}")
        await ada.event("message.state", message=waiting["message"], state="delivered")
        ada_at_ben = (await ben.call("contact.list"))["contacts"][0]["contact"]
        assert await texts(ben, ada_at_ben, outgoing=False) == ["before", "for Ben only"]

    play(tmp_path, story)


def test_a_changed_key_may_become_a_contact_of_its_own(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        contact, _ = await connect_by_address(ada, ben)
        host, port = ben.ready["listen"]
        await ben.stop()
        again = await nodes.start("ben-reinstalled", listen=f"{host}:{port}")
        await again.call("contact.wait", seconds=60)
        with pytest.raises(RpcError):
            await ada.call("contact.connect", host=host, port=port)
        new = await ada.call("contact.treat_as_new", contact=contact)
        assert new["key"] == again.ready["id"]
        request = await again.event("contact.request")
        await again.call("contact.accept", contact=request["contact"])
        await ada.event("contact.accepted", contact=new["contact"])
        await delivered(ada, new["contact"], "you again?")
        old = next(
            c for c in (await ada.call("contact.list"))["contacts"] if c["contact"] == contact
        )
        assert (old["key"], old["frozen"]) == (ben.ready["id"], False)

    play(tmp_path, story)


def test_both_adding_the_other_needs_no_request(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada = await ada.call("contact.add", link=ben.ready["link"])
        await ben.call("contact.add", link=ada.ready["link"])
        await ada.event("contact.accepted", contact=at_ada["contact"])
        await delivered(ada, at_ada["contact"], "hello")

    play(tmp_path, story)


def test_a_declined_request_is_told_and_forgotten(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        added = await ada.call("contact.add", link=ben.ready["link"])
        early = await ada.call("message.send", contact=added["contact"], text="please?")
        request = await ben.event("contact.request")
        await ben.call("contact.decline", contact=request["contact"])
        changed = await ada.event("contact.changed", state="declined")
        assert changed["contact"] == added["contact"]
        await ada.event("message.state", message=early["message"], state="failed")
        assert (await ben.call("contact.list"))["contacts"] == []
        with pytest.raises(RpcError) as refused:
            await ada.call("message.send", contact=added["contact"], text="please!")
        assert refused.value.kind == "not_allowed"
        # Ada asks anew: she is told the same at once, and Ben hears nothing of it.
        await ada.call("contact.remove", contact=added["contact"])
        again = await ada.call("contact.add", link=ben.ready["link"])
        await ada.event("contact.changed", contact=again["contact"], state="declined")
        assert (await ben.call("contact.list"))["contacts"] == []
        # Until he wants to.
        await ben.call("contact.add", link=ada.ready["link"])
        await ada.event("contact.accepted", contact=again["contact"])

    play(tmp_path, story)


def test_a_blocked_contact_gets_no_link(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, at_ben = await befriend(ada, ben)
        await delivered(ada, at_ada, "one")
        await ben.call("contact.block", contact=at_ben)
        await ada.event("contact.offline", contact=at_ada)
        waiting = await ada.call("message.send", contact=at_ada, text="two")
        assert waiting["state"] == "waiting"
        await ben.call("contact.block", contact=at_ben, blocked=False)
        await ben.call("contact.accept", contact=at_ben)
        await ada.event("message.state", message=waiting["message"], state="delivered")

    play(tmp_path, story)


def test_a_removed_contact_takes_its_messages_along(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        at_ada, at_ben = await befriend(ada, ben)
        await delivered(ada, at_ada, "remember the canary")
        await ben.call("contact.remove", contact=at_ben)
        assert (await ben.call("message.search", query="canary"))["messages"] == []
        # Ada comes back as somebody who asks, and what she wrote meanwhile waits.
        request = await ben.event("contact.request", contact=str(int(at_ben) + 1))
        waiting = await ada.call("message.send", contact=at_ada, text="again")
        await ben.call("contact.accept", contact=request["contact"])
        await ada.event("message.state", message=waiting["message"], state="delivered")

    play(tmp_path, story)
