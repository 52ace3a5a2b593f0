"""Ada's real node, her honest friend Ben who goes on writing, and Mallory, whom she accepted.

Whatever Mallory does: everything that Ben writes arrives, in order, and his link never ends. The
two nodes live on from story to story; in each Mallory is somebody new, with a key of her own.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "rpc"))

from mallory import Mallory, text
from rpc_nodes import Nodes, befriend, texts

from messenger.rpc.client import Json, RpcClient
from messenger.store.files import DATABASE_NAME

STILL_HERE = "still here"  # what Ada writes to Ben behind each story
BETWEEN_S = 0.1  # seconds between two messages of an honest person
PATIENCE_S = 100.0  # seconds for one story


async def made_friends(mallory: Mallory, node: RpcClient) -> str:
    """Let Mallory ask and the node's person accept; return Mallory's contact id there."""

    def requests() -> list[str]:
        return [event["contact"] for event in node.events if event["type"] == "contact.request"]

    before = len(requests())
    meeting = asyncio.create_task(mallory.befriend(node.ready["link"]))
    await node.wait_until(lambda: len(requests()) > before)
    await node.call("contact.accept", contact=requests()[before])
    await meeting
    return requests()[before]


@dataclass
class House:
    """Who is there."""

    ada: RpcClient
    ben: RpcClient
    ben_at_ada: str
    ada_at_ben: str
    folder: Path  # of Ada's profile
    mallory: Mallory = field(default_factory=Mallory)
    mallory_at_ada: str = ""
    written: list[str] = field(default_factory=list)  # by Ben

    async def write_on(self) -> None:
        """Be Ben: write, and do not stop."""
        while True:
            self.written.append(f"Ben's number {len(self.written)}")
            await self.ben.call("message.send", contact=self.ada_at_ben, text=self.written[-1])
            await asyncio.sleep(BETWEEN_S)

    async def let_in(self) -> None:
        """Let somebody new be Mallory, and be accepted."""
        self.mallory = Mallory()
        self.mallory_at_ada = await made_friends(self.mallory, self.ada)

    async def back(self) -> None:
        """Let Mallory have a link and a session, whatever became of the last one."""
        if not self.mallory.connected:
            await self.mallory.again(self.ada.ready["link"])

    async def is_heard(self, words: str) -> Json:
        """Let Mallory write something that is right, and wait until it is there."""
        await self.back()
        self.mallory.write(text(words))
        heard = asyncio.ensure_future(self.ada.event("message.added", text=words))
        ended = asyncio.ensure_future(self.mallory.ended.wait())
        await asyncio.wait({heard, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        assert heard.done(), f"the link has ended: {words}; {self.ada.log.decode()[-500:]}"
        return heard.result()

    async def all_is_well(self) -> None:
        """Look whether Ben noticed anything at all."""
        await self.ada.event("message.added", text=self.written[-1])
        assert await texts(self.ada, self.ben_at_ada, outgoing=False) == self.written
        answer = await self.ada.call("message.send", contact=self.ben_at_ada, text=STILL_HERE)
        await self.ada.event("message.state", message=answer["message"], state="delivered")
        gone = {"type": "contact.offline", "contact": self.ben_at_ada}
        assert gone not in self.ada.events
        for ours in (b"unplanned", b"a departure failed"):  # mistakes of our own, not of a peer
            assert ours not in self.ada.log, self.ada.log.decode()[-4000:]

    def database_len(self) -> int:
        """Return the bytes of Ada's database, its log included."""
        return sum(path.stat().st_size for path in self.folder.rglob(f"{DATABASE_NAME}*"))

    def count(self, kind: str) -> int:
        """Return how many events of a kind Ada's node has told about Mallory."""
        wanted = {"type": kind, "contact": self.mallory_at_ada}
        return sum(1 for event in self.ada.events if wanted.items() <= event.items())


class OpenHouse:
    """Starts the two nodes once, and runs stories one after the other; each has to end well."""

    def __init__(self, folder: Path) -> None:
        self._nodes = Nodes(folder)
        self._runner = asyncio.Runner()
        self._home: House | None = None

    def play(self, story: Callable[[House], Awaitable[None]]) -> None:
        """Run one story, in which Mallory has a link and Ben writes."""

        async def run() -> None:
            async with asyncio.timeout(PATIENCE_S):
                home = self._home = self._home or await self._opened()
                await home.let_in()
                writing = asyncio.create_task(home.write_on())
                try:
                    await story(home)
                finally:
                    writing.cancel()
                    await asyncio.gather(writing, home.mallory.hang_up(), return_exceptions=True)
                await home.all_is_well()

        self._runner.run(run())

    def close(self) -> None:
        """Let everybody go."""
        with self._runner:
            self._runner.run(self._nodes.stop_all())

    async def _opened(self) -> House:
        ada, ben = await asyncio.gather(self._nodes.start("ada"), self._nodes.start("ben"))
        return House(ada, ben, *await befriend(ada, ben), self._nodes.folder / "ada")
