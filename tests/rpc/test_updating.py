"""Updates through a real node: nobody is asked without consent, the end puts it in place."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from rpc_nodes import Nodes, play
from update_publisher import Publisher, packed, portable
from update_server import UpdateServer
from update_socks import SocksProxy

from messenger.rpc.client import RpcError


def test_from_consent_to_the_new_program(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "publisher")
    publisher.release("0.3.0", packed(portable(tmp_path / "new", "0.3.0")), notes="More cells.")
    program = portable(tmp_path / "old", "0.1.0")
    root = tmp_path / "root.json"
    root.write_bytes(publisher.root)

    async def story(nodes: Nodes) -> None:
        ada = await nodes.start("ada")
        asked = {"from": server.url, "root": str(root), "program": str(program)}
        state = await ada.call("update.state")
        assert (state["allowed"], state["from"], state["installed_as"]) == ("off", None, "sources")
        for method in ("update.check", "update.download", "update.apply"):
            with pytest.raises(RpcError) as refused:
                await ada.call(method, **asked)
            assert refused.value.kind == "update_consent"
        assert server.asked == []

        assert (await ada.call("update.allow", how="by_hand"))["allowed"] == "by_hand"
        found = await ada.call("update.check", **asked)
        assert (found["version"], found["notes"], found["newer"]) == ("0.3.0", "More cells.", True)
        with pytest.raises(RpcError) as refused:
            await ada.call("update.apply", **asked)
        assert refused.value.kind == "update_missing"
        assert Path((await ada.call("update.download", **asked))["path"]).exists()
        step = await ada.event("update.progress")
        assert 0 < step["done"] <= step["total"] == found["size"]
        with pytest.raises(RpcError) as refused:
            await ada.call("update.check")
        assert refused.value.kind == "update_source"
        (program / "kept.txt").write_text("mine")
        with pytest.raises(RpcError, match=r"kept\.txt \(1 in all\)") as refused:
            await ada.call("update.apply", **asked)
        assert refused.value.kind == "update_install"
        (program / "kept.txt").unlink()
        ready = await ada.call("update.apply", **asked)
        assert ready == {"version": "0.3.0", "folder": str(program), "command": None}
        assert _says(program) == "hum 0.1.0"
        await ada.stop()

    with UpdateServer(publisher.public) as server:
        play(tmp_path, story)
    assert _says(program) == "hum 0.3.0"
    assert _says(program.with_name(program.name + ".previous")) == "hum 0.1.0"


def test_the_proxy_of_the_node_is_used_and_a_silent_server_can_be_left(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "publisher")
    publisher.sign()
    publisher.publish()
    root = tmp_path / "root.json"
    root.write_bytes(publisher.root)

    async def story(nodes: Nodes) -> None:
        ada = await nodes.start("ada", "--proxy", f"socks5://127.0.0.1:{proxy.port}")
        await ada.call("update.allow", how="by_hand")
        with pytest.raises(RpcError) as refused:
            await ada.call("update.check", **asked)
        assert refused.value.kind == "update_missing"
        assert set(proxy.names) == {"updates.invalid"}
        server.twists["timestamp.json"] = server.silent
        one = asyncio.create_task(ada.call("update.check", **asked))
        assert await asyncio.to_thread(server.reached.wait, 60)
        with pytest.raises(RpcError) as refused:
            await ada.call("update.check", **asked)
        assert refused.value.kind == "update_busy"
        await ada.call("update.cancel")
        with pytest.raises(RpcError) as refused:
            await one
        assert refused.value.kind == "cancelled"

    with UpdateServer(publisher.public) as server, SocksProxy(server.port) as proxy:
        asked = {"from": "http://updates.invalid", "root": str(root)}
        play(tmp_path, story)


def _says(program: Path) -> str:
    told = subprocess.run([program / "hum"], capture_output=True, text=True, check=True)
    return told.stdout.strip()
