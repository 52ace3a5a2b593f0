"""Debian's tor, as far as it goes without a network: it starts, and gets nowhere.

Its only way to the network is a bridge on a port of this computer where nobody listens.
"""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rpc_nodes import Nodes, play

from messenger.core.onion import onion_of
from messenger.rpc.client import RpcError

ONION = onion_of(bytes(range(32)))
CONFIG = """
DataDirectory {folder}
SocksPort 127.0.0.1:auto
SocksTimeout 1
UseBridges 1
Bridge 127.0.0.1:{bridge}
Log notice stdout
RunAsDaemon 0
"""

pytestmark = pytest.mark.skipif(shutil.which("tor") is None, reason="tor is not here")


@contextlib.asynccontextmanager
async def tor(folder: Path) -> AsyncIterator[int]:
    """A tor of its own; gives the port of its SOCKS listener."""
    folder.mkdir(mode=0o700)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        config = folder / "torrc"
        config.write_text(CONFIG.format(folder=folder, bridge=nobody.getsockname()[1]))
        process = await asyncio.create_subprocess_exec(
            *("tor", "--defaults-torrc", "/dev/null", "-f", config, "--ignore-missing-torrc"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert process.stdout is not None
        drain: asyncio.Task[bytes] | None = None
        try:
            port = 0
            while line := (await process.stdout.readline()).decode():
                if "Opened Socks listener" in line:
                    port = int(line.rsplit(":", 1)[1])
                if "Bootstrapped 0%" in line:
                    break
            assert port, "tor did not open its SOCKS port"
            drain = asyncio.create_task(process.stdout.read())
            yield port
        finally:
            process.terminate()
            await process.wait()
            if drain is not None:
                await drain


def test_our_words_for_a_tor_without_a_network(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        async with tor(tmp_path / "tor") as port:
            proxy = f"socks5://127.0.0.1:{port}"
            ada = await nodes.start("ada", "--proxy", proxy, "--no-direct")
            for host in (ONION, "ben.invalid"):
                with pytest.raises(RpcError, match="Tor may have no network") as refused:
                    await ada.call("contact.connect", host=host, port=4567)
                assert refused.value.kind == "proxy_failed"

    play(tmp_path, story)
