"""A file goes through the fast lane of two real nodes, in cells that the profile does not have."""

import asyncio
import os
from pathlib import Path

from rpc_nodes import Nodes, befriend, play

from messenger.rpc.client import RpcClient

SIZE = 100_000  # bytes: some 210 cells
LOOK_S = 0.05  # between two looks at counters


async def cells_out(node: RpcClient) -> int:
    stats = await node.call("wire.stats")
    return int(stats["links"][0]["cells_out"])


def test_a_file_through_the_lane(tmp_path: Path) -> None:
    content = os.urandom(SIZE)
    (tmp_path / "big.bin").write_bytes(content)

    async def story(nodes: Nodes) -> None:
        slow = ("--cover", "T=0.2")
        ada, ben = await asyncio.gather(nodes.start("ada", *slow), nodes.start("ben", *slow))
        ben_id, ada_id = await befriend(ada, ben)
        estimate = await ada.call("file.estimate", contact=ben_id, size=SIZE)
        assert estimate["lane_minutes"] == 1
        await ada.call("lane.open", contact=ben_id, size=SIZE)
        asked = await ben.event("lane.state", contact=ada_id, state="asked")
        assert asked["minutes"] == 1
        sent = await ada.call("file.send", contact=ben_id, path=str(tmp_path / "big.bin"))
        await ben.event("message.added", message=sent["message"])
        before = await cells_out(ben)
        await ben.call("lane.answer", contact=ada_id, accept=True)
        await ada.event("lane.state", contact=ben_id, state="running")
        await ben.call("file.accept", message=sent["message"], path=str(tmp_path / "got"))
        await ben.event("file.saved", message=sent["message"])
        assert (tmp_path / "got").read_bytes() == content
        # Ben, who sends nothing, has the same rate as Ada: cells of cover, and the lane goes on.
        during = await cells_out(ben)
        while await cells_out(ben) < during + 100:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(LOOK_S)
        assert during - before > 100

    play(tmp_path, story)
