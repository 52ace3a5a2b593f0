"""Files between two real nodes, both ways at once, with both of them killed on the way."""

import os
from pathlib import Path

from rpc_nodes import Nodes, befriend, play

from messenger.rpc.client import Json, RpcClient

SIZE = 200_000
FASTER = ("--cover", "T=0.002")


async def ended(node: RpcClient, message: str) -> Json:
    """Wait until a file is over; return its message."""
    while True:
        seen = len(node.events)
        found = await node.call("file.list")
        now: Json = next(f for f in found["files"] if f["message"] == message)
        if now["file"]["state"] in {"done", "cancelled", "failed"}:
            return now
        await node.wait_until(lambda seen=seen: len(node.events) > seen)


async def kill_on_the_way(node: RpcClient) -> None:
    """Kill a node when it has told how far a file is, and none is over."""
    await node.event("file.progress")
    node.process.kill()
    await node.process.wait()


def test_files_both_ways_survive_the_killing_of_both(tmp_path: Path) -> None:
    contents = {name: os.urandom(SIZE) for name in ("ada", "ben")}
    for name, content in contents.items():
        (tmp_path / f"from {name}.bin").write_bytes(content)

    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada", *FASTER), await nodes.start("ben", *FASTER)
        ben_id, ada_id = await befriend(ada, ben)
        estimate = await ada.call("file.estimate", contact=ben_id, size=SIZE)
        assert 0.5 < estimate["seconds"] < 2
        first = await ada.call("file.send", contact=ben_id, path=str(tmp_path / "from ada.bin"))
        second = await ben.call("file.send", contact=ada_id, path=str(tmp_path / "from ben.bin"))
        (tmp_path / "from ada.bin").unlink()
        await ben.event("message.added", message=first["message"])
        await ada.event("message.added", message=second["message"])
        for node, message, name in ((ben, first, "at ben"), (ada, second, "at ada")):
            path = str(tmp_path / name)
            await node.call("file.accept", message=message["message"], path=path)
        await kill_on_the_way(ada)
        ada = await nodes.start("ada", *FASTER)
        await kill_on_the_way(ben)
        ben = await nodes.start("ben", *FASTER)
        for node in (ada, ben):
            for message in (first, second):
                over = await ended(node, message["message"])
                assert (over["file"]["state"], over["done"]) == ("done", SIZE)
        await saved(ada, tmp_path / "at ada")
        await saved(ben, tmp_path / "at ben")
        assert (tmp_path / "at ben").read_bytes() == contents["ada"]
        assert (tmp_path / "at ada").read_bytes() == contents["ben"]

    play(tmp_path, story)


async def saved(node: RpcClient, path: Path) -> None:
    if not path.exists():
        await node.event("file.saved")
