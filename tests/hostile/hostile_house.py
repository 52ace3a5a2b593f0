"""Ada's real node, her honest friend Ben who goes on writing, and Mallory, whom she accepted.

Whatever Mallory does: everything that Ben writes arrives, in order, and his link never ends.
"""

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "rpc"))

from mallory import Mallory, text
from rpc_nodes import Nodes, befriend, texts

from messenger.rpc.client import Json, RpcClient
from messenger.store.files import DATABASE_NAME

BETWEEN_S = 0.1  # seconds between two messages of an honest person


async def made_friends(mallory: Mallory, node: RpcClient) -> str:
    """Let Mallory ask and the node's person accept; return Mallory's contact id there."""
    meeting = asyncio.create_task(mallory.befriend(node.ready["link"]))
    request = await node.event("contact.request", name="Mallory")
    await node.call("contact.accept", contact=request["contact"])
    await meeting
    return str(request["contact"])


@dataclass
class House:
    """Who is there."""

    ada: RpcClient
    ben: RpcClient
    mallory: Mallory
    ben_at_ada: str
    ada_at_ben: str
    mallory_at_ada: str
    folder: Path  # of Ada's profile
    began: int  # events of Ada's before Mallory's first word
    written: list[str] = field(default_factory=list)  # by Ben

    async def write_on(self) -> None:
        """Be Ben: write, and do not stop."""
        for number in itertools.count():
            self.written.append(f"Ben's number {number}")
            await self.ben.call("message.send", contact=self.ada_at_ben, text=self.written[-1])
            await asyncio.sleep(BETWEEN_S)

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
        answer = await self.ada.call("message.send", contact=self.ben_at_ada, text="still here")
        await self.ada.event("message.state", message=answer["message"], state="delivered")
        gone = {"type": "contact.offline", "contact": self.ben_at_ada}
        assert gone not in self.ada.events[self.began :]

    def database_len(self) -> int:
        """Return the bytes of Ada's database, its log included."""
        return sum(path.stat().st_size for path in self.folder.rglob(f"{DATABASE_NAME}*"))

    def count(self, kind: str, **fields: object) -> int:
        """Return how many events of a kind Ada's node has told."""
        wanted = {"type": kind} | fields
        return sum(1 for event in self.ada.events if wanted.items() <= event.items())


@asynccontextmanager
async def house(nodes: Nodes) -> AsyncIterator[House]:
    """Let everybody in; at the end everything has to be well."""
    ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
    ben_at_ada, ada_at_ben = await befriend(ada, ben)
    mallory = Mallory()
    known = await made_friends(mallory, ada)
    profile, began = nodes.folder / "ada", len(ada.events)
    whole = House(ada, ben, mallory, ben_at_ada, ada_at_ben, known, profile, began)
    writing = asyncio.create_task(whole.write_on())
    try:
        yield whole
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await whole.all_is_well()
        for ours in (b"unplanned", b"a departure failed"):  # mistakes of our own, not of a peer
            assert ours not in ada.log, ada.log.decode()[-4000:]
    finally:
        writing.cancel()
        await mallory.hang_up()
