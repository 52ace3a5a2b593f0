"""A private cluster of real nats-servers on loopback addresses of its own.

For tests and benchmarks. Only Linux has all of 127.0.0.0/8 without being asked.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from nats.aio.client import Client

from messenger.core.clock import SystemClock
from messenger.core.errors import RelayStoreError
from messenger.relay.nats_store import NatsOptions, NatsStore, open_nats_store

SPREAD: Final = 2
_READY_S: Final = 40.0

_CONFIG: Final = """
server_name: {name}
listen: "{host}:{port}"
logfile: "{folder}/log"
jetstream {{ store_dir: "{folder}/store", max_memory_store: 16MB, max_file_store: 8GB }}
"""
_ROUTES: Final = (
    'cluster {{ name: test, listen: "{host}:{route}", no_advertise: true, routes: [{all}] }}\n'
)


class Node:
    """One nats-server; keeps its name, address and folder over its ends."""

    def __init__(self, number: int, folder: Path) -> None:
        self.name = f"node{number}"
        self.host = _own_host(10 + number)
        self.folder = folder / self.name
        self.folder.mkdir()
        self.port, self.route = _free_port(self.host), _free_port(self.host)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://{self.host}:{self.port}"

    def configure(self, nodes: list["Node"]) -> None:
        """Write the settings: alone, or with routes to all nodes."""
        text = _CONFIG.format(name=self.name, host=self.host, port=self.port, folder=self.folder)
        if len(nodes) > 1:
            routes = ", ".join(f'"nats-route://{node.host}:{node.route}"' for node in nodes)
            text += _ROUTES.format(host=self.host, route=self.route, all=routes)
        (self.folder / "conf").write_text(text)

    def start(self) -> None:
        """Start it, for the first time or again."""
        command = ["nats-server", "-c", str(self.folder / "conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """End it at once, hanging or not."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def pause(self) -> None:
        """Let it hang; return when all its threads do, which takes a while on a busy machine."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def resume(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Cluster:
    """Some nodes that know each other."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    @property
    def urls(self) -> list[str]:
        """Where clients connect."""
        return [node.url for node in self.nodes]

    def options(self, **other: Any) -> NatsOptions:
        """Return settings that fit this cluster."""
        return NatsOptions(**{"spread": SPREAD, "replicas": len(self.nodes)} | other)

    async def leader(self, stream: str) -> Node:
        """Return the node that leads a stream; waits until one does."""
        while True:
            about = await self.ask(f"STREAM.INFO.{stream}")
            name = about.get("cluster", {}).get("leader")
            for node in self.nodes:
                if node.name == name:
                    return node
            await asyncio.sleep(0.1)

    async def streams(self, prefix: str) -> list[str]:
        """Return the names of the streams of one prefix."""
        names = (await self.ask("STREAM.NAMES")).get("streams") or []
        return [name for name in names if name.startswith(f"{prefix}_")]

    async def drop(self, prefix: str) -> None:
        """Delete the streams of one prefix."""
        for name in await self.streams(prefix):
            await self.ask(f"STREAM.DELETE.{name}")

    async def ask(self, operation: str) -> dict[str, Any]:
        """One request to JetStream, past the code on trial."""
        client = Client()
        await client.connect(self.urls, error_cb=_nothing)
        try:
            reply = await client.request(f"$JS.API.{operation}", b"", timeout=5)
        finally:
            await client.close()
        return dict(json.loads(reply.data))

    async def ready(self) -> None:
        """Return when mailboxes can be kept here."""
        deadline = time.monotonic() + _READY_S
        store: NatsStore | None = None
        while store is None:
            try:
                store = await open_nats_store(self.urls, SystemClock(), self.options())
            except RelayStoreError:
                assert time.monotonic() < deadline, "the NATS cluster does not start"
                await asyncio.sleep(0.1)
        await store.check()
        await store.close()


@contextmanager
def running_cluster(folder: Path, count: int = 3) -> Iterator[Cluster]:
    """Start a cluster in an empty folder; every server is dead behind the block."""
    nodes = [Node(number, folder) for number in range(1, count + 1)]
    try:
        for node in nodes:
            node.configure(nodes)
            node.start()
        cluster = Cluster(nodes)
        asyncio.run(cluster.ready())
        yield cluster
    finally:
        for node in nodes:
            with contextlib.suppress(ProcessLookupError):
                node.kill()


async def _nothing(error: Exception) -> None:
    """The library would log what a test does on purpose."""


def _own_host(number: int) -> str:
    """Return a loopback address that no other process that runs now gives its servers.

    A port that was free a moment ago, at such an address, still is.
    """
    upper, lower = divmod(os.getpid() % 62_500, 250)
    return f"127.{1 + upper}.{1 + lower}.{number}"


def _free_port(host: str) -> int:
    with socket.socket() as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])
