"""The pairs on the stage: real nodes, a real window, and the controls.

Each pair plays its runs by itself, so that pairs side by side do different things at one time.
"""

import asyncio
import contextlib
import json
import os
import secrets
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol

from messenger.core.errors import InputError
from messenger.core.program import own_command
from messenger.protocol.cells import CELL_LEN
from messenger.rpc.client import RpcClient, RpcError
from messenger.wiretest import habits
from messenger.wiretest.capture import Capture
from messenger.wiretest.computers import on_computer
from messenger.wiretest.packets import Way
from messenger.wiretest.painting import Painting, read_painting
from messenger.wiretest.plan import Condition, Kind, Run, Settings, blocks_of
from messenger.wiretest.witness import read_notes

HISTORY_COUNT: Final = 60  # messages there are to search, to back up and to scroll through
BACKUP_PASSPHRASE: Final = "for the self-test only"  # noqa: S105  it protects made-up words
MEET_S: Final = 60.0
FILE_LEN: Final = 200_000  # bytes
MAX_BLOCKS: Final = 1_000_000  # of one pair; so that every block has a number of its own
SEARCH_PAUSE_S: Final = 0.15  # somebody who types a query, letter by letter


class Pair(Protocol):
    """Two ends that can be told what to do."""

    kind: Kind
    ports: dict[int, Way]  # listening port → the way of what is sent to it
    notes: list[tuple[float, bool]]  # of the witness, at the end
    spoken: list[tuple[Way, float, int]]  # who wrote when, and how many characters
    painting: Painting | None  # of a window, at the end

    async def begin(self, condition: Condition) -> None: ...

    async def rest(self) -> None: ...

    async def stop(self) -> None: ...


class Child:
    """A helper process that is told lines and says where it listens."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.log = b""

    @classmethod
    async def start(cls, command: Sequence[str]) -> tuple["Child", tuple[str, int]]:
        """Start a part of this package and wait until it is ready.

        Raises:
            ConnectionError: it ended instead.
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            _, log = await process.communicate()
            raise ConnectionError(log.decode(errors="replace")[-500:])
        host, port = json.loads(line)["ready"]
        return cls(process), (host, port)

    def tell(self, line: str) -> None:
        """Say one line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")

    async def stop(self) -> str:
        """Let it end; returns its log."""
        _, log = await self._process.communicate(b"quit\n")
        return log.decode(errors="replace")


class Control:
    """A pair that does it wrong."""

    def __init__(self, kind: Kind, child: Child, port: int) -> None:
        self.kind = kind
        self.ports = {port: Way.FROM_A}
        self.notes: list[tuple[float, bool]] = []
        self.spoken: list[tuple[Way, float, int]] = []
        self.painting: Painting | None = None
        self._child = child

    @classmethod
    async def start(cls, kind: Kind, settings: Settings, capture: Capture, seed: str) -> "Control":
        """Start both ends."""
        fakes = ("--fakes",) if kind is Kind.NAIVE else ()
        command = own_command(
            "wiretest-controls", "--interval", str(settings.interval_s), "--seed", seed, *fakes
        )
        child, (host, port) = await Child.start(command)
        where, number = await capture.entrance(host, port)
        child.tell(f"connect {where} {number}")
        return cls(kind, child, port)

    async def begin(self, condition: Condition) -> None:
        """Chat, or only cover."""
        busy = condition in (Condition.NAIVE_CHAT, Condition.BARE_CHAT)
        self._child.tell("chat" if busy else "rest")

    async def rest(self) -> None:
        """Stop talking."""
        self._child.tell("rest")

    async def stop(self) -> None:
        """End both."""
        await self._child.stop()


class Nodes:
    """Two real nodes; the first is ``hum rpc`` or the desktop application."""

    def __init__(self, kind: Kind, folder: Path, number: int, settings: Settings) -> None:
        self.kind = kind
        self.ports: dict[int, Way] = {}
        self.notes: list[tuple[float, bool]] = []
        self.spoken: list[tuple[Way, float, int]] = []
        self.painting: Painting | None = None
        self._folder = folder / str(number)
        self._settings = settings
        self._random = Random(f"{settings.seed} {number} says")
        self._window: Child | None = None
        self._contacts: dict[Way, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._offers: list[str] = []

    async def start(self, capture: Capture) -> None:
        """Start both, let them meet and say something, and open the window if there is one.

        Raises:
            ConnectionError: a node ended.
            TimeoutError: they did not meet.
        """
        self._folder.mkdir(parents=True)
        (self._folder / "key").write_text(secrets.token_urlsafe(24))
        self._a, self._b = await asyncio.gather(
            self._start_node("a", on_computer(Way.FROM_A, own_command("wiretest-node"))),
            self._start_node("b", on_computer(Way.FROM_B, own_command("rpc"))),
        )
        self.ports = {
            self._b.ready["listen"][1]: Way.FROM_A,
            self._a.ready["listen"][1]: Way.FROM_B,
        }
        async with asyncio.timeout(MEET_S):
            await self._meet(capture)
            await self._remember()
        if self.kind is Kind.WINDOW:
            await self._open_window()

    async def _start_node(self, name: str, program: Sequence[str]) -> RpcClient:
        return await RpcClient.start(
            "--data-dir", self._folder / name, "--name", name, "--listen", "127.0.0.1:0",
            "--passphrase-file", self._folder / "key", "--cover", self._settings.cover,
            program=program,
        )  # fmt: skip

    async def _meet(self, capture: Capture) -> None:
        host, port = await capture.entrance(*self._b.ready["listen"])
        added = await self._a.call(
            "contact.add", fingerprint=self._b.ready["fingerprint"], host=host, port=port
        )
        request = await self._b.event("contact.request")
        await self._b.call("contact.accept", contact=request["contact"])
        await self._a.event("contact.accepted", contact=added["contact"])
        self._contacts = {Way.FROM_A: added["contact"], Way.FROM_B: request["contact"]}

    async def _remember(self) -> None:
        """Give them a past; it need not have been delivered when the first run begins."""
        for _ in range(HISTORY_COUNT // 2 if self._settings.interval_s < 0.2 else 4):
            await self._say(Way.FROM_A)
            await self._say(Way.FROM_B)
        self.spoken.clear()

    async def _open_window(self) -> None:
        listen = "{}:{}".format(*self._a.ready["listen"])
        await self._a.stop()
        command = own_command(
            "wiretest-window", "--data-dir", str(self._folder / "a"), "--listen", listen,
            "--passphrase-file", str(self._folder / "key"),
            "--cover", self._settings.cover,
        )  # fmt: skip
        self._window, _ = await Child.start(on_computer(Way.FROM_A, command))
        await self._b.wait_until(
            lambda: (
                [e["type"] for e in self._b.events if e["type"] in _PRESENCE][-2:]
                == ["contact.offline", "contact.online"]
            )
        )

    # -- what is played -----------------------------------------------------------------------

    async def begin(self, condition: Condition) -> None:
        """Do what the condition says until ``rest``."""
        self._tasks = [asyncio.create_task(play) for play in self._plays(condition)]
        if condition is Condition.GUI and self._window is not None:
            self._window.tell("scroll")

    def _plays(self, condition: Condition) -> list[Coroutine[Any, Any, None]]:
        match condition:
            case Condition.CHAT:
                return [self._chat(Way.FROM_A), self._chat(Way.FROM_B)]
            case Condition.SEARCH:
                return [self._search()]
            case Condition.BACKUP:
                return [self._back_up()]
            case Condition.FILES:
                return [self._send_files()]
            case _:
                return []

    async def rest(self) -> None:
        """Stop it."""
        if self._window is not None:
            self._window.tell("rest")
        for task in self._tasks:
            task.cancel()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
        self._tasks = []

    async def stop(self) -> None:
        """End both, and take what the witness says."""
        if self._window is not None:
            log = await self._window.stop()
            self.painting = read_painting(log)
        else:
            await self._a.stop()
            log = self._a.log.decode(errors="replace")
        self.notes = read_notes(log)
        await self._b.stop()

    def _node(self, way: Way) -> RpcClient:
        return self._a if way is Way.FROM_A else self._b

    async def _say(self, way: Way) -> None:
        text = habits.text(self._random)
        self.spoken.append((way, time.time(), len(text)))
        await self._node(way).call("message.send", contact=self._contacts[way], text=text)

    async def _chat(self, way: Way) -> None:
        while True:
            await self._say(way)
            await asyncio.sleep(habits.pause_s(self._random, self._settings.interval_s))

    async def _search(self) -> None:
        while True:
            word = self._random.choice(habits.WORDS)
            for end in range(1, len(word) + 1):
                await self._a.call("message.search", query=word[:end])
                await asyncio.sleep(SEARCH_PAUSE_S)

    async def _back_up(self) -> None:
        path = str(self._folder / "backup")
        while True:
            call = self._a.call("node.backup", path=path, passphrase=BACKUP_PASSPHRASE)
            await _to_its_end(asyncio.ensure_future(call))

    async def _send_files(self) -> None:
        path = self._folder / "file"
        path.write_bytes(self._random.randbytes(FILE_LEN))
        sent: dict[str, Any] = {}
        try:
            while True:
                contact = self._contacts[Way.FROM_A]
                sent = await self._a.call("file.send", contact=contact, path=str(path))
                await self._b.wait_until(self._offered)
                await self._b.call("file.accept", message=self._offers.pop())
                await asyncio.sleep(FILE_LEN / CELL_LEN * self._settings.interval_s)
        except RpcError as error:
            if error.kind == "no_such_method":
                raise InputError("This version of Hum sends no files yet.") from error
            raise
        finally:  # what is under way must not run on into the next condition
            if sent:
                with contextlib.suppress(RpcError):  # it has just ended
                    await self._a.call("file.cancel", message=sent["message"])

    def _offered(self) -> bool:
        """Whether a file was offered to the second node that it has not answered."""
        for event in self._b.events:
            if event["type"] == "message.added" and event.get("file") and not event["outgoing"]:
                self._offers.append(event["message"])
        self._b.events.clear()
        return bool(self._offers)


_PRESENCE: Final = ("contact.offline", "contact.online")


async def _to_its_end(call: asyncio.Future[Any]) -> None:
    """Wait for a call; when cancelled, first let it end: it must not work on into another run."""
    try:
        await asyncio.shield(call)
    except asyncio.CancelledError:
        await call
        raise


async def play(pair: Pair, number: int, settings: Settings) -> list[Run]:
    """Let one pair play all its runs."""
    runs = []
    for index, block in enumerate(blocks_of(settings, number, pair.kind)):
        for condition in block:
            await pair.begin(condition)
            await asyncio.sleep(settings.settle_s)
            start = time.time()
            await asyncio.sleep(settings.run_s)
            runs.append(Run(number, condition, start, time.time(), number * MAX_BLOCKS + index))
            await pair.rest()
    return runs
