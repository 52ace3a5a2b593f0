"""Nodes for tests: real ``hum rpc`` processes on loopback with fresh folders.

Their passphrases are cheap, unless a test asks for the program as it ships.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from messenger.core.program import own_command
from messenger.rpc.client import Json, RpcClient
from tests.quick_hum import quick_hum

T = TypeVar("T")
PASSPHRASE = "correct horse battery staple"
FAST = "T=0.01"  # seconds between cells: a hundred a second


class Nodes:
    """Starts nodes and stops whatever still runs at the end of a test."""

    def __init__(self, folder: Path, *, shipped: bool = False) -> None:
        self.folder = folder
        self.program = own_command("rpc") if shipped else quick_hum("rpc")
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        self._running: list[RpcClient] = []

    async def start(self, name: str, *more: str, listen: str = "127.0.0.1:0") -> RpcClient:
        """Start (again) the node of this name."""
        node = await RpcClient.start(
            "--data-dir",
            self.folder / name,
            "--name",
            name,
            "--listen",
            listen,
            "--passphrase-file",
            self.passphrase,
            "--cover",
            FAST,
            *more,
            program=self.program,
        )
        self._running.append(node)
        return node

    def adopt(self, node: RpcClient) -> None:
        """Stop this one too at the end of the test."""
        self._running.append(node)

    async def stop_all(self) -> None:
        await asyncio.gather(
            *(node.stop() for node in self._running if node.process.returncode is None)
        )

    def files(self) -> dict[str, bytes]:
        """Everything that lies on the disk below the folder, but for the passphrase."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and path != self.passphrase
        }


def play(
    folder: Path,
    story: Callable[[Nodes], Coroutine[Any, Any, T]],
    *,
    patience_s: float = 230,
    shipped: bool = False,
) -> T:
    """Run an asynchronous test with a deadline of its own, and clean up behind it."""

    async def run() -> T:
        nodes = Nodes(folder, shipped=shipped)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(nodes.stop_all)
            async with asyncio.timeout(patience_s):
                return await story(nodes)

    return asyncio.run(run())


async def befriend(a: RpcClient, b: RpcClient) -> tuple[str, str]:
    """Let ``a`` add the link of ``b``; return the contact ids (b at a, a at b)."""
    added = await a.call("contact.add", link=b.ready["link"])
    request = await b.event("contact.request")
    await b.call("contact.accept", contact=request["contact"])
    await a.event("contact.accepted", contact=added["contact"])
    return added["contact"], request["contact"]


async def texts(node: RpcClient, contact: str, *, outgoing: bool) -> list[str]:
    """All texts of one direction, in order."""
    pages: list[Json] = []
    before = None
    while True:
        page = await node.call("message.list", contact=contact, before=before, limit=1000)
        if not page["messages"]:
            break
        pages = page["messages"] + pages
        before = page["messages"][0]["message"]
    return [m["text"] for m in pages if m["outgoing"] is outgoing]


Story = Callable[[Nodes], Awaitable[None]]
