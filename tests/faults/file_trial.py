"""Files of two nodes that die: offered, taken, paused, given up, and held against the books.

Every content is made from the file's name, so that nothing has to be remembered, and holds a mark
that must be found nowhere below a profile folder.
"""

import asyncio
import contextlib
import random
from pathlib import Path
from typing import TYPE_CHECKING

from messenger.core.types import FileState
from messenger.protocol.transfer import OVER
from messenger.rpc.client import Json, RpcError

if TYPE_CHECKING:
    from ledger import Books, Verdict
    from trial import Node

MARK = b"plaintext of a file on trial;"
BLOCK_LEN = 64  # bytes; each begins with the mark
LONGEST = 100_000  # bytes
OPEN_COUNT = 8  # files that one node has on offer or under way
LOOK_S = 0.05  # between two looks at what has become of them
CONTACT = "1"


def name_of(node: "Node", label: str, size: int) -> str:
    """Return a name that says how long the content is."""
    return f"{node.name} {label} {size}.bin"


def any_size(chance: random.Random) -> int:
    """1 byte to LONGEST, as many short ones as long ones."""
    return int(LONGEST ** chance.random())


def content_of(name: str) -> bytes:
    """Make the bytes of a file."""
    size, source = int(name.rsplit(" ", 1)[1].removesuffix(".bin")), random.Random(name)
    blocks = -(-size // BLOCK_LEN)
    return b"".join(MARK + source.randbytes(BLOCK_LEN - len(MARK)) for _ in range(blocks))[:size]


class Desk:
    """What one node sends and takes; both folders are outside its profile."""

    def __init__(self, node: "Node", folder: Path) -> None:
        self._node = node
        self._out = folder / f"{node.name} sends"
        self.place = folder / f"{node.name} takes"
        for path in (self._out, self.place):
            path.mkdir(parents=True, exist_ok=True)

    async def offer(self, name: str) -> Json:
        """Offer a file; what it was made of is removed at once.

        Raises:
            ConnectionError: the node died meanwhile.
        """
        source = self._out / name
        source.write_bytes(content_of(name))
        try:
            return await self._call("file.send", contact=CONTACT, path=str(source))
        finally:
            source.unlink()

    async def list(self) -> list[Json]:
        """Every file of both directions."""
        found: list[Json] = (await self._call("file.list"))["files"]
        return found

    async def turn(self, label: str, chance: random.Random) -> None:
        """Do one of the things that people do with files."""
        files = await self.list()
        going = [f for f in files if f["outgoing"] and not _over(f)]
        if len(going) < OPEN_COUNT:
            await self.offer(name_of(self._node, label, any_size(chance)))
        for file in files:
            await self._answer(file)
        running = [f for f in files if f["file"]["state"] == "running"]
        if running and (whim := chance.random()) < 0.1:
            method = "file.cancel" if whim < 0.02 else "file.pause"
            await self._attempt(method, chance.choice(running))

    async def settle_some(self) -> bool:
        """Take and resume whatever there is; whether every file is over."""
        files: list[Json] | None = None
        with contextlib.suppress(ConnectionError):
            files = await self.list()
            for file in files:
                await self._answer(file)
        return files is not None and all(map(_over, files))

    async def have_all(self) -> None:
        """Wait until all that came whole lies at its place."""
        whole = await self._whole()
        while not all((self.place / name).exists() for name in whole):  # noqa: ASYNC110  a folder
            await asyncio.sleep(LOOK_S)

    async def _whole(self) -> set[str]:
        files = await self.list()
        return {
            f["text"] for f in files if not f["outgoing"] and f["file"]["state"] == FileState.DONE
        }

    async def _answer(self, file: Json) -> None:
        state, note = file["file"]["state"], file["file"]["note"]
        if state == "offered" and not file["outgoing"]:
            await self._attempt("file.accept", file, path=str(self.place))
        elif state == "paused" and note != "peer":
            await self._attempt("file.resume", file)

    async def _attempt(self, method: str, file: Json, **more: str) -> None:
        with contextlib.suppress(RpcError):  # it was over, or moved, meanwhile
            await self._call(method, message=file["message"], **more)

    async def _call(self, method: str, **params: str) -> Json:
        return await (await self._node.running()).call(method, **params)


def _over(file: Json) -> bool:
    return FileState(file["file"]["state"]) in OVER


def compare_files(sender: "Books", receiver: "Books", verdict: "Verdict", place: Path) -> None:
    """Add what is wrong with the files of one direction to a verdict."""
    theirs = {m.id: m for m in receiver.way(outgoing=False) if m.file is not None}
    for message in sender.way(outgoing=True):
        got = theirs.get(message.id)
        if message.file is None or got is None or got.file is None:
            continue
        verdict.file_count += 1
        ours, its = message.file.state, got.file.state
        if ours is not its or ours is FileState.FAILED:
            verdict.untrue.append(f"file {ours.value} here, {its.value} there: {message.text}")
        if its not in OVER:
            verdict.waiting.append(f"file {its.value}: {got.text}")
    whole = {m.text for m in theirs.values() if m.file and m.file.state is FileState.DONE}
    verdict.misplaced += _misplaced(whole, place)
    verdict.misplaced += sender.strays


def _misplaced(whole: set[str], place: Path) -> list[str]:
    """Whole files that are not there byte for byte, and whatever else is there."""
    there = {path.name: path for path in place.iterdir()}
    found = [f"whole, but not there: {name}" for name in whole - set(there)]
    found += [f"nothing that came: {name}" for name in set(there) - whole]
    found += [
        f"not what was sent: {name}"
        for name in whole & set(there)
        if there[name].read_bytes() != content_of(name)
    ]
    return found


def strays_of(profile: Path, known: frozenset[str]) -> tuple[str, ...]:
    """Return sealed files that belong to nothing, and files in which something is in the clear."""
    folder = profile / "files"
    sealed = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    found = [f"belongs to nothing: {name}" for name in sealed if name not in known]
    clear = (p for p in profile.rglob("*") if p.is_file() and MARK in p.read_bytes())
    return tuple(found + [f"in the clear: {path.name}" for path in clear])
