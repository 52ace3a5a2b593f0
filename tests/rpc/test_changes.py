"""Edits, deletions, reactions, timers and dates between two real nodes."""

import asyncio
import shutil
from pathlib import Path

import pytest
from rpc_nodes import Nodes, befriend, play, texts

from messenger.rpc.client import Json, RpcClient, RpcError


async def delivered(node: RpcClient, contact: str, text: str, **more: object) -> str:
    """Send a message and wait until it is on the other computer; return its id."""
    sent = await node.call("message.send", contact=contact, text=text, **more)
    await node.event("message.state", message=sent["message"], state="delivered")
    return str(sent["message"])


async def shown(node: RpcClient, contact: str) -> list[Json]:
    page = await node.call("message.list", contact=contact, limit=1000)
    return list(page["messages"])


async def timer_holds(node: RpcClient, contact: str, seconds: int) -> None:
    """Wait until a timer is agreed, as the newest event about the contact says."""

    def met() -> bool:
        changes = [e for e in node.events if e["type"] == "contact.changed"]
        changes = [e for e in changes if e["contact"] == contact]
        return bool(changes) and (changes[-1]["timer_s"], changes[-1]["proposed_timer_s"]) == (
            seconds,
            None,
        )

    await node.wait_until(met)


async def refused(node: RpcClient, method: str, **params: object) -> str:
    with pytest.raises(RpcError) as caught:
        await node.call(method, **params)
    return caught.value.kind


def test_what_people_do_to_messages_reaches_the_other_side(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        first = await delivered(ada, at_ada, "frist wording")
        answer = await delivered(ben, at_ben, "what?", reply_to=first)

        edited = await ada.call("message.edit", message=first, text="first wording")
        assert (edited["text"], edited["change_waiting"]) == ("first wording", True)
        await ben.event("message.state", message=first, text="first wording")
        await ada.event("message.state", message=first, change_waiting=False)
        await ben.call("message.react", message=first, emoji="👍🏽")
        await ada.event("message.state", message=first, reactions={"own": None, "peer": "👍🏽"})
        await ada.call("message.react", message=first, emoji="♥")
        await ada.call("message.react", message=answer, emoji="🙂")
        await ben.event("message.state", message=answer, reactions={"own": None, "peer": "🙂"})

        (at_b_first, at_b_answer) = await shown(ben, at_ben)
        assert at_b_first["reactions"] == {"own": "👍🏽", "peer": "♥"}
        assert at_b_first["edited_at"] is not None
        assert at_b_answer["reply_to"] == first
        (hit,) = (await ben.call("message.search", query="first"))["messages"]
        assert hit["message"] == first
        older = await ben.call("message.search", query="first", before=first)
        assert older["messages"] == []
        assert (await ben.call("message.search", query="frist"))["messages"] == []

        left = await ada.call("message.delete", message=first, **{"for": "both"})
        assert (left["text"], left["removed"], left["state"]) == ("", False, "delivered")
        gone = await ben.event("message.state", message=first, text="")
        assert gone["deleted_at"] is not None
        assert gone["reactions"] == {"own": None, "peer": None}
        assert (await ben.call("message.search", query="wording"))["messages"] == []
        assert await refused(ada, "message.edit", message=first, text="back") == "not_allowed"
        steps = (await ada.call("message.timeline", message=first))["steps"]
        assert [step["step"] for step in steps][-2:] == ["edited", "deleted"]

        removed = await ben.call("message.delete", message=first, **{"for": "me"})
        assert removed["removed"]
        assert [m["message"] for m in await shown(ben, at_ben)] == [answer]
        assert [m["message"] for m in await shown(ada, at_ada)] == [first, answer]
        for method, params in {
            "message.edit": {"text": "mine now"},
            "message.delete": {"for": "both"},
            "message.retry": {},
            "message.cancel": {},
        }.items():
            assert await refused(ada, method, message=answer, **params) == "not_allowed"
        assert await refused(ada, "message.delete", message=answer) == "invalid_params"
        assert await refused(ada, "message.react", message=answer, emoji="x" * 65) == (
            "invalid_input"
        )

    play(tmp_path, story)


def test_what_nobody_has_yet_can_be_changed_and_taken_back(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        await delivered(ada, at_ada, "before")
        await ben.stop()
        await ada.event("contact.offline", contact=at_ada)
        ids = [
            (await ada.call("message.send", contact=at_ada, text=text))["message"]
            for text in ("never sent", "hidden", "typo", "given up", "tried again", "in time")
        ]
        removed = await ada.call("message.delete", message=ids[0], **{"for": "both"})
        assert removed["removed"]
        await ada.call("message.delete", message=ids[1], **{"for": "me"})
        edited = await ada.call("message.edit", message=ids[2], text="no typo")
        assert not edited["change_waiting"]
        cancelled = await ada.call("message.cancel", message=ids[3])
        assert (cancelled["state"], cancelled["failure"]) == ("failed", "cancelled")
        await ada.call("message.cancel", message=ids[4])
        assert (await ada.call("message.retry", message=ids[4]))["state"] == "waiting"
        late = await ada.call("message.send", contact=at_ada, text="too late", expires_in_s=1)
        expired = await ada.event("message.state", message=late["message"], state="failed")
        assert (expired["failure"], expired["send_by"]) == ("expired", late["send_by"])

        ben = await nodes.start("ben")
        for message in (ids[2], ids[4], ids[5]):
            await ada.event("message.state", message=message, state="delivered")
        wanted = ["before", "no typo", "in time", "tried again"]
        assert await texts(ben, at_ben, outgoing=False) == wanted
        await ada.call("message.retry", message=late["message"])
        await ben.event("message.added", text="too late")

    play(tmp_path, story)


def test_disappearing_messages_are_agreed_and_go_on_both_sides(tmp_path: Path) -> None:
    lifetime_s = 4

    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        stays = await delivered(ada, at_ada, "written before")
        asked = await ada.call("contact.set_timer", contact=at_ada, seconds=lifetime_s)
        assert (asked["timer_s"], asked["proposed_timer_s"]) == (0, lifetime_s)
        await timer_holds(ada, at_ada, lifetime_s)
        await timer_holds(ben, at_ben, lifetime_s)
        mortal = await delivered(ada, at_ada, "canary in ada's words")
        other = await delivered(ben, at_ben, "canary in ben's words")
        state = await ada.event("message.state", message=mortal, state="delivered")
        assert state["lifetime_s"] == lifetime_s
        assert state["expires_at"] is not None
        await ben.stop()  # what ends while a program does not run is gone at its next start
        for message in (mortal, other):
            await ada.event("message.removed", message=message)
        ben = await nodes.start("ben")
        for node, contact in ((ada, at_ada), (ben, at_ben)):
            assert [m["message"] for m in await shown(node, contact)] == [stays]
            assert (await node.call("message.search", query="canary"))["messages"] == []
        await ben.call("contact.set_timer", contact=at_ben, seconds=0)
        await timer_holds(ada, at_ada, 0)
        await timer_holds(ben, at_ben, 0)
        lasting = await delivered(ada, at_ada, "for good")
        last = (await shown(ben, at_ben))[-1]
        assert (last["message"], last["lifetime_s"]) == (lasting, 0)
        too_long = 4 * 7 * 86_400 + 1
        for seconds in (-1, too_long):
            assert await refused(ada, "contact.set_timer", contact=at_ada, seconds=seconds) == (
                "invalid_input"
            )

    play(tmp_path, story)


def test_a_rolled_back_side_absorbs_what_it_gets_again(tmp_path: Path) -> None:
    """Ada forgets what was acknowledged and says all of it again: nothing happens twice."""

    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        at_ada, at_ben = await befriend(ada, ben)
        first = await delivered(ada, at_ada, "one")
        await ben.stop()
        await ada.call("message.edit", message=first, text="two")
        await ada.call("message.react", message=first, emoji="♥")
        await ada.call("message.send", contact=at_ada, text="three")
        await ada.stop()
        shutil.copytree(tmp_path / "ada", tmp_path / "copy")
        for _ in range(2):
            ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
            await ada.event("message.state", text="three", state="delivered")
            await asyncio.gather(ada.stop(), ben.stop())
            shutil.rmtree(tmp_path / "ada")
            shutil.copytree(tmp_path / "copy", tmp_path / "ada")
        ben = await nodes.start("ben")
        messages = await shown(ben, at_ben)
        assert [m["text"] for m in messages] == ["two", "three"]
        assert messages[0]["reactions"]["peer"] == "♥"

    play(tmp_path, story)
