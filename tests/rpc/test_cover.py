"""The cover of a node, asked for by name or clock, and its price."""

import asyncio
from pathlib import Path
from typing import cast

import pytest
from rpc_nodes import Nodes, befriend, play

from messenger.core.cover_price import price_of
from messenger.core.errors import InputError
from messenger.core.types import COVER_PROFILES, Cover, CoverMode
from messenger.rpc.client import Json, RpcClient, RpcError
from messenger.rpc.covers import parse_cover

LOOK_S = 0.05  # between two looks at counters


@pytest.mark.parametrize(
    ("text", "cover"),
    [
        ("lively", COVER_PROFILES["lively"]),
        ("balanced/poisson", Cover(0.5, CoverMode.POISSON)),
        ("T=0.25/frames", Cover(0.25)),
        ("T=2", Cover(2.0)),
    ],
)
def test_a_cover_is_a_clock_and_a_mode(text: str, cover: Cover) -> None:
    assert parse_cover(text) == cover


@pytest.mark.parametrize("text", ["", "loud", "T=0", "T=x", "balanced/rhythm", "T=nan", "T=2.1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_cover(text)


def test_a_cover_can_be_chosen_and_says_its_price(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        node = await nodes.start("ann")
        info = await node.call("node.set_cover", cover="saver/poisson")
        assert info["cover"] == {"interval_s": 2.0, "mode": "poisson"}
        assert info["price"]["bytes_per_hour"] == price_of(Cover(2.0)).bytes_per_hour
        with pytest.raises(RpcError):
            await node.call("node.set_cover", cover="loud")

    play(tmp_path, story)


def test_a_chosen_cover_reaches_links_that_are_accepted(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        await ben.call("node.set_cover", cover="T=2")
        await ada.call("contact.add", link=ben.ready["link"])
        link = await link_of(ada, cells=50)
        assert link["cells_in"] < link["cells_out"]  # one of theirs for 200 of ours
        assert (await link_of(ben, cells=0))["cover"]["interval_s"] == 2.0

    play(tmp_path, story)


async def link_of(node: RpcClient, cells: int = 1) -> Json:
    """The only link of a node, once so many cells have left on it."""
    while True:
        stats = await node.call("wire.stats")
        if stats["links"] and stats["links"][0]["cells_out"] >= cells:
            return cast(Json, stats["links"][0])
        await asyncio.sleep(LOOK_S)


def test_a_cover_of_one_contact_is_seen_on_the_wire_from_the_next_link_on(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        contact, _ = await befriend(ada, ben)
        changed = await ada.call("contact.set_cover", contact=contact, cover="T=2")
        assert changed["cover"] == {"interval_s": 2.0, "mode": "frames"}
        before = await link_of(ada, cells=50)
        assert before["cover"]["interval_s"] == 0.01  # the link that stands stays as it is
        estimate = await ada.call("file.estimate", contact=contact, size=10_000)
        assert estimate["seconds"] < 20

        await ada.stop()
        ada = await nodes.start("ada")
        await ada.event("contact.online", contact=contact)
        while (link := await link_of(ben, 50))["age_s"] < 1.0:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(LOOK_S)
        theirs, ours = link, (await ada.call("wire.stats"))["links"][0]
        assert ours["outgoing"]
        assert ours["cover"]["interval_s"] == 2.0
        assert ours["cells_out"] < ours["cells_in"]
        assert theirs["cells_in"] < theirs["cells_out"]
        assert theirs["cells_out"] >= 50  # each side follows its own choice
        estimate = await ada.call("file.estimate", contact=contact, size=10_000)
        assert estimate["seconds"] > 40

    play(tmp_path, story)


def test_a_budget_reduces_the_links_made_from_now_on_and_says_so(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        info = await ada.call("node.set_budget", gb_per_month=2)
        assert info["plan"]["budget"] == 2_000_000_000
        await ada.call("contact.add", link=ben.ready["link"])
        link = await link_of(ada, cells=0)
        assert link["cover"]["interval_s"] == 2.0
        plan = (await ada.call("node.info"))["plan"]
        assert (plan["links"], plan["reduced"], plan["kept"]) == (1, 1, True)
        assert plan["bytes_per_month"] == price_of(Cover(2.0)).bytes_per_month
        info = await ada.call("node.set_budget", gb_per_month=1)
        assert not info["plan"]["kept"]
        for refused in (-3, 0, 1e300):
            with pytest.raises(RpcError):
                await ada.call("node.set_budget", gb_per_month=refused)
        info = await ada.call("node.set_budget", gb_per_month=None)
        assert info["plan"]["reduced"] == 0

    play(tmp_path, story)
