"""Fifty things that two people wrote, searched for in everything that lies on their disks.

Real nodes with homes of their own: data, configuration, cache, temporary files and the log, while
they run, after a kill, and after snapshots and a lock.
"""

import os
from pathlib import Path

import pytest
from rpc_nodes import PASSPHRASE, Nodes, befriend, play

from messenger.rpc.client import RpcClient, RpcError

COUNT = 50
CANARIES = [f"canary{number:02d}qzx" for number in range(COUNT)]
FOLDERS = {
    "HOME": "home",
    "XDG_DATA_HOME": "data",
    "XDG_CONFIG_HOME": "config",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "run",
    "TMPDIR": "temp",
}


def home(folder: Path) -> dict[str, str]:
    """An environment whose every folder is in ``folder``."""
    for name in FOLDERS.values():
        (folder / name).mkdir(parents=True, mode=0o700)
    return dict(os.environ) | {variable: str(folder / name) for variable, name in FOLDERS.items()}


async def start(nodes: Nodes, name: str, env: dict[str, str]) -> RpcClient:
    node = await RpcClient.start(
        *("--verbose", "--name", name, "--listen", "127.0.0.1:0", "--cover", "T=0.01"),
        *("--passphrase-file", nodes.passphrase),
        program=nodes.program,
        env=env,
    )
    nodes.adopt(node)
    return node


async def plant(ada: RpcClient, ben: RpcClient, canaries: list[str]) -> None:
    """Names, aliases, texts, edits, answers, searches, things that disappear, what is refused."""
    at_ada, at_ben = await befriend(ada, ben)
    left = iter(canaries)
    sent = [await ada.call("message.send", contact=at_ada, text=next(left)) for _ in range(20)]
    sent += [await ben.call("message.send", contact=at_ben, text=next(left)) for _ in range(10)]
    for node, message in zip([ada] * 20 + [ben] * 10, sent, strict=True):
        await node.event("message.state", message=message["message"], state="delivered")
    for message in sent[:4]:
        await ada.call("message.edit", message=message["message"], text=next(left))
    for message in sent[4:6]:
        await ada.call("message.delete", message=message["message"], **{"for": "both"})
    for _ in range(3):
        replied = sent[7]["message"]
        await ada.call("message.send", contact=at_ada, text=next(left), reply_to=replied)
        await ada.call("message.send", contact=at_ada, text=next(left), expires_in_s=3600)
    for _ in range(4):
        await ada.call("message.search", query=next(left))
    with pytest.raises(RpcError):
        await ada.call("contact.add", link="hum:" + next(left))
    with pytest.raises(RpcError):
        await ada.call("message.send", contact="99", text=next(left))
    with pytest.raises(RpcError):
        await ada.call("node.unknown", text=next(left))
    await ada.call("node.set_name", name=next(left))
    assert next(left, None) is None


def traces(folder: Path, *nodes: RpcClient) -> set[str]:
    """Return the files, and logs, in which one of the canaries stands."""
    wanted = [
        text.encode(code) for text in (*CANARIES, PASSPHRASE) for code in ("utf-8", "utf-16-le")
    ]
    contents = {
        str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
    contents |= {f"log {number}": bytes(node.log) for number, node in enumerate(nodes)}
    assert any(name.endswith("hum.db") for name in contents)
    return {name for name, content in contents.items() if any(one in content for one in wanted)}


def test_nothing_of_fifty_canaries_is_on_any_disk(tmp_path: Path) -> None:
    homes = tmp_path / "homes"

    async def story(nodes: Nodes) -> None:
        at_ada, at_ben = home(homes / "ada"), home(homes / "ben")
        ada = await start(nodes, CANARIES[0], at_ada)
        ben = await start(nodes, CANARIES[1], at_ben)
        await plant(ada, ben, CANARIES[2:])
        await ben.call("node.snapshot")
        assert traces(homes, ada, ben) == set()
        limits = Path(f"/proc/{ada.process.pid}/limits")
        if limits.exists():
            (core,) = (line for line in limits.read_text().splitlines() if "core" in line)
            assert core.split()[4:6] == ["0", "0"]
        await ben.call("node.lock")
        for node in (ada, ben):
            node.process.kill()
            await node.process.wait()
        assert traces(homes, ada, ben) == set()
        (homes / "ada" / "temp" / "leak").write_text(CANARIES[7])
        assert traces(homes) == {"ada/temp/leak"}  # the search can find one

    play(tmp_path, story)
