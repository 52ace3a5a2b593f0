"""The cover of a node, asked for by name or clock, and its price."""

from pathlib import Path

import pytest
from rpc_nodes import Nodes, play

from messenger.core.cover_price import price_of
from messenger.core.errors import InputError
from messenger.core.types import COVER_PROFILES, Cover, CoverMode
from messenger.rpc.client import RpcError
from messenger.rpc.covers import parse_cover


@pytest.mark.parametrize(
    ("text", "cover"),
    [
        ("lively", COVER_PROFILES["lively"]),
        ("balanced/poisson", Cover(0.5, CoverMode.POISSON)),
        ("T=0.25/frames", Cover(0.25)),
        ("T=3", Cover(3.0)),
    ],
)
def test_a_cover_is_a_clock_and_a_mode(text: str, cover: Cover) -> None:
    assert parse_cover(text) == cover


@pytest.mark.parametrize("text", ["", "loud", "T=0", "T=x", "balanced/rhythm", "T=nan"])
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
        await ben.call("node.set_cover", cover="T=60")
        await ada.call("contact.add", link=ben.ready["link"])
        while True:
            stats = await ada.call("wire.stats")
            if stats["links"] and stats["links"][0]["cells_out"] >= 50:
                break
        assert stats["links"][0]["cells_in"] <= 1  # one a minute; the first may lie anywhere

    play(tmp_path, story)
