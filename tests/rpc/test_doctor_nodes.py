"""The connection doctor on real nodes, by RPC and by ``hum doctor``."""

import asyncio
import socket
from pathlib import Path

from rpc_nodes import Nodes, befriend, play

from messenger.core.program import own_command
from messenger.engine.doctor import STEPS
from messenger.rpc.client import Json, RpcClient
from messenger.rpc.doctor_words import TITLES
from tests.socks_server import SocksServer


async def findings(node: RpcClient) -> dict[str, Json]:
    found = (await node.call("doctor.run"))["findings"]
    return {each["step"]: each for each in found}


def test_a_node_that_is_connected_is_well(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        async with SocksServer() as server:
            ada = await nodes.start("ada", "--proxy", server.url)
            ben = await nodes.start("ben")
            assert (await findings(ada))["contact"]["reason"] == "nobody"
            await befriend(ada, ben)
            found = await findings(ada)
            assert found["port"]["reason"] == "loopback"
            assert found["proxy"] == {
                "step": "proxy",
                "title": "Proxy",
                "verdict": "pass",
                "reason": "works",
                "detail": "",
                "text": "The proxy answers and takes what leaves.",
            }
            assert (found["contact"]["verdict"], found["contact"]["detail"]) == ("pass", "1/1")
            said = str(found)
            for secret in (ben.ready["link"], ben.ready["id"], "ben", str(ben.ready["listen"][1])):
                assert secret not in said

    play(tmp_path, story)


def test_what_is_broken_is_found(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            ada, ben = await nodes.start("ada"), await nodes.start("ben")
            proxy = f"socks5://127.0.0.1:{nobody.getsockname()[1]}"
            await ada.call("network.set", proxy=proxy)
            await ada.call("contact.add", link=ben.ready["link"])
            await ada.event("contact.connecting")
            await ada.event("contact.offline")
            found = await findings(ada)
            assert found["proxy"]["reason"] == found["contact"]["reason"] == "proxy_down"

    play(tmp_path, story)


def test_hum_doctor_prints_what_it_found_and_leaves_the_profile_closed(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada = await nodes.start("ada")
        await ada.call("network.set", direct=False)
        options = ("--data-dir", str(nodes.folder / "ada"), "--passphrase-file")
        busy = await _doctor(*options, str(nodes.passphrase))
        assert busy[0] == 1
        assert "another --data-dir" in busy[2]
        await ada.stop()
        code, out, err = await _doctor(*options, str(nodes.passphrase))
        assert (code, err) == (0, "")
        titles = [line[6:].split(":")[0] for line in out.splitlines()]
        assert titles == [TITLES[step] for step in STEPS]
        assert "as you chose" in out
        again = await nodes.start("ada")
        await again.stop()

    play(tmp_path, story, shipped=True)  # as the node that the doctor starts


def test_hum_doctor_makes_no_profile(tmp_path: Path) -> None:
    code, _, err = asyncio.run(_doctor("--data-dir", str(tmp_path / "nobody")))
    assert code == 1
    assert "no profile" in err
    assert list(tmp_path.iterdir()) == []


async def _doctor(*options: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *own_command("doctor", *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()
