"""Two real nodes that write to each other while something goes wrong with them."""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from file_trial import LOOK_S, Desk, compare_files
from ledger import Promises, Verdict, compare, read_books

from messenger.rpc.client import MAX_LINE_LEN, Json, RpcClient, RpcError

T = TypeVar("T")
PASSPHRASE = "correct horse battery staple"
DEADLINE_S = 230.0  # of a story; a busy machine takes five times as long as a free one
PROFILE = "profiles/default"  # where a node keeps its profile in its data folder
CONTACT = "1"
ROOT = Path(__file__).resolve().parents[2]
ENTRY = Path(__file__).with_name("node_on_trial.py")


class Node:
    """One node that may be killed and started again; remembers all that it was ever told."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder / name
        self.liberties: list[str] = []  # options of node_on_trial.py
        self.env: dict[str, str] = {}
        self.accepted: list[str] = []  # texts of sends that were answered
        self.earlier: list[Json] = []  # events of processes that are gone
        self.wires: list[int] = []  # process numbers of every wire process seen
        self.taken_back: set[str] = set()  # ids of messages that it was asked to delete
        self.starts = 0
        self.client: RpcClient | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.desk = Desk(self, folder)
        self._passphrase = folder / "passphrase"
        self._passphrase.write_text(PASSPHRASE + "\n")
        self._up = asyncio.Event()

    @property
    def profile(self) -> Path:
        """The folder with the database."""
        return self.folder / PROFILE

    @property
    def pid(self) -> int:
        """Process number of the engine."""
        return self._running().process.pid

    @property
    def events(self) -> list[Json]:
        """All events of all its processes."""
        return self.earlier + (self.client.events if self.client else [])

    async def start(self) -> RpcClient:
        """Start the node, again on the folder and port it had.

        Raises:
            ConnectionError: it ended instead; the text is what it said.
        """
        await self.launch()
        return await self.come_up()

    async def launch(self) -> None:
        """Start the process and do not wait for it."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, ENTRY, *self.liberties),
            *("rpc", "--data-dir", self.folder, "--name", self.name),
            *("--listen", "127.0.0.1:0", "--cover", "T=0.01"),
            *("--passphrase-file", self._passphrase),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=MAX_LINE_LEN,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | self.env,
        )
        self.client = RpcClient(process)

    async def come_up(self) -> RpcClient:
        """Wait until the node is ready."""
        client = self._running()
        await client.wait_until(lambda: bool(client.ready))
        if not client.ready:
            await self.bury()
            raise ConnectionError(client.log.decode(errors="replace").strip())
        self.starts += 1
        self.wires += children(client.process.pid)
        self._up.set()
        return client

    def kill(self) -> None:
        """End the engine without a word, as a power key or the kernel would."""
        self._running().process.kill()

    def kill_wire(self) -> bool:
        """End the wire process likewise; False if there is none this instant."""
        found = children(self.pid)
        self.wires += found
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(found)

    async def bury(self) -> int:
        """Wait until the process has ended, and keep what it told; return its exit code."""
        client = self._running()
        code = await client.process.wait()
        await client.stop()
        self._up.clear()
        self.earlier += client.events
        self.client = None
        return code

    async def stop(self) -> int:
        """Let it end by itself."""
        client = self._running()
        assert client.process.stdin is not None
        client.process.stdin.close()
        return await self.bury()

    async def running(self) -> RpcClient:
        """Wait until it is up."""
        await self._up.wait()
        return self._running()

    async def change(self, chance: random.Random) -> None:
        """Edit, delete, react to or set a time for something, as people do.

        Raises:
            ConnectionError: the node died meanwhile.
        """
        client = await self.running()
        shown = (await client.call("message.list", contact=CONTACT, limit=30))["messages"]
        own = [m for m in shown if m["outgoing"] and not m["file"] and not m["deleted_at"]]
        match chance.randrange(4):
            case 0 if own:
                await self._edit(client, chance.choice(own), chance)
            case 1 if own:
                await self._take_back(client, chance.choice(own))
            case 2 if there := [m for m in shown if not m["deleted_at"]]:
                message, emoji = (
                    chance.choice(there)["message"],
                    chance.choice("\u2665\u2713\u2717"),
                )
                with contextlib.suppress(RpcError):
                    await client.call("message.react", message=message, emoji=emoji)
            case 3:
                days = chance.randrange(14, 29)
                await client.call("contact.set_timer", contact=CONTACT, seconds=days * 86_400)
            case _:
                pass

    async def _edit(self, client: RpcClient, message: Json, chance: random.Random) -> None:
        edited = f"{message['text'][:60]} edited {chance.randrange(1 << 32)}"
        self._forget(message["text"])
        with contextlib.suppress(RpcError):
            await client.call("message.edit", message=message["message"], text=edited)

    async def _take_back(self, client: RpcClient, message: Json) -> None:
        self._forget(message["text"])
        self.taken_back.add(message["message"])
        with contextlib.suppress(RpcError):
            await client.call("message.delete", message=message["message"], **{"for": "both"})

    def _forget(self, text: str) -> None:
        """It need not stand by this text any more: it is being changed."""
        self.accepted = [one for one in self.accepted if one != text]

    async def write(self, text: str) -> Json | None:
        """Send one message; None if the node died before it answered."""
        await self._up.wait()
        client = self._running()
        try:
            message = await client.call("message.send", contact=CONTACT, text=text)
        except ConnectionError:
            return None
        self.accepted.append(text)
        return message

    async def delivered(self, message: str) -> None:
        """Wait until the node shows this message as delivered, over restarts if need be."""
        while True:
            await self._up.wait()
            client = self._running()
            shown = await client.call("message.list", contact=CONTACT, limit=1000)
            for one in shown["messages"]:
                if one["message"] == message and one["state"] == "delivered":
                    return
            with contextlib.suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(5):
                    await client.event("message.state", message=message, state="delivered")
                    return

    async def something_happens(self) -> None:
        """Wait for the next event of any kind, or for the end."""
        client = self._running()
        known = len(client.events)
        await client.wait_until(lambda: len(client.events) > known)

    def promises(self) -> Promises:
        """Everything this node ever told that it must stand by."""
        events = self.events
        return Promises(
            accepted=self.accepted,
            delivered={
                e["message"]
                for e in events
                if e["type"] == "message.state" and e["state"] == "delivered"
            },
            received={
                e["message"] for e in events if e["type"] == "message.added" and not e["outgoing"]
            },
            taken_back=self.taken_back,
        )

    def _running(self) -> RpcClient:
        assert self.client is not None, f"{self.name} is not running"
        return self.client


class Pair:
    """Ada and Ben, who know each other."""

    def __init__(self, folder: Path) -> None:
        self.ada = Node(folder, "ada")
        self.ben = Node(folder, "ben")
        self.rests = 0  # so that no two messages have the same text

    @property
    def nodes(self) -> tuple[Node, Node]:
        """Both."""
        return self.ada, self.ben

    async def meet(self) -> None:
        """Start both and make them contacts."""
        ada, ben = await asyncio.gather(self.ada.start(), self.ben.start())
        await ada.call("contact.add", link=ben.ready["link"])
        request = await ben.event("contact.request")
        await ben.call("contact.accept", contact=request["contact"])
        await ada.event("contact.accepted")
        await asyncio.gather(self.say(self.ada, "first word"), self.say(self.ben, "first answer"))

    async def say(self, node: Node, text: str) -> None:
        """Send one message and wait until it is delivered."""
        message = await node.write(text)
        assert message is not None
        await node.delivered(message["message"])

    async def come_to_rest(self) -> None:
        """Start who is down and wait until everything has arrived."""
        for node in self.nodes:
            if node.client is None:
                await node.start()
        await self.settle_files()
        self.rests += 1
        await asyncio.gather(
            *(self.say(node, f"{node.name} rests, {self.rests}") for node in self.nodes)
        )

    async def settle_files(self) -> None:
        """Take, resume and wait until every file is over on both sides."""
        while not all([await node.desk.settle_some() for node in self.nodes]):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)

    async def close(self) -> None:
        """Stop whoever runs."""
        for node in self.nodes:
            if node.client is not None:
                await node.stop()

    def verdict(self) -> Verdict:
        """Hold the books of both against each other."""
        books = [read_books(node.profile, PASSPHRASE) for node in self.nodes]
        verdict = Verdict()
        for sender, receiver, node in zip(books, reversed(books), self.nodes, strict=True):
            compare(sender, receiver, verdict, node.promises())
        places = (self.ben.desk.place, self.ada.desk.place)
        for sender, receiver, place in zip(books, reversed(books), places, strict=True):
            compare_files(sender, receiver, verdict, place)
        return verdict

    async def judge(self) -> Verdict:
        """Come to rest, stop, compare; nothing may wait any more."""
        await self.come_to_rest()
        await asyncio.gather(*(node.desk.have_all() for node in self.nodes))
        await self.close()
        return self.verdict()


async def until(met: Callable[[], bool]) -> None:
    """Look again and again at something that tells nobody when it changes."""
    while not met():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def children(pid: int) -> list[int]:
    """Process numbers of the direct children, of whichever thread."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(number) for number in path.read_text().split()]
    return found


def play(
    folder: Path, story: Callable[[Pair], Coroutine[Any, Any, T]], deadline_s: float = DEADLINE_S
) -> T:
    """Run a story of two nodes with a deadline, and leave no process behind."""

    async def run() -> T:
        pair = Pair(folder)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(_end_all, pair)
            try:
                async with asyncio.timeout(deadline_s):
                    return await story(pair)
            except TimeoutError as error:
                raise AssertionError("\n".join(map(_state, pair.nodes))) from error

    return asyncio.run(run())


def _state(node: Node) -> str:
    """What is known of a node that does not get on."""
    if node.client is None:
        return f"{node.name} is down after {node.starts} starts"
    ready = "ready" if node.client.ready else "not ready"
    log = node.client.log.decode(errors="replace")[-2_000:]
    last = "\n".join(map(str, node.client.events[-8:]))
    return f"{node.name} is {ready} after {node.starts} starts\n{last}\n{log}"


async def _end_all(pair: Pair) -> None:
    for node in pair.nodes:
        if node.client is not None:
            if node.client.process.returncode is None:
                node.kill()
            await node.bury()


def text_of(node: Node, number: int, chance: random.Random) -> str:
    """A numbered message; one in four fills several cells."""
    padding = "." * (chance.randrange(500, 5_000) if chance.random() < 0.25 else 0)
    return f"{node.name} {number} {padding}".rstrip()
