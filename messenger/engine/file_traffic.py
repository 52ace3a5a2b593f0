"""The files of one conversation on their way: the receiver says from where, the sender sends.

On every link the receiver asks anew for each running file from the first chunk it has not got
(``Want``), so that nothing of the way has to be remembered. A chunk is opened, written and synced
to the disk, and only then counted in a ``Have``.

Source: docs/protocol.md, section 11.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from messenger.core.errors import (
    DecryptionError,
    FolderNotWritableError,
    MessengerError,
    NoSuchMessageError,
    StoreError,
)
from messenger.core.types import ContactId, FileState, Message
from messenger.engine.context import Context
from messenger.engine.events import Failure, FileProgress, FileSaved, MessageChanged
from messenger.engine.file_names import clean_file_name
from messenger.engine.file_steps import take
from messenger.engine.live_link import LiveLink
from messenger.engine.picture_files import picture_size
from messenger.protocol.bodies import StepWord
from messenger.protocol.file_chunks import (
    CHUNK_LEN,
    Chunk,
    FileCipher,
    Have,
    Want,
    chunk_count,
    decode_bulk,
    encode_bulk,
)
from messenger.protocol.transfer import Transfer
from messenger.store.database import Transaction
from messenger.store.transfers import StoredFile

log = logging.getLogger(__name__)

MAX_IN_FLIGHT_COUNT: Final = 4  # chunks handed to the wire that have not left yet
MAX_DAMAGE_COUNT: Final = 3  # times that a file is asked for again, then it has failed
PROGRESS_S: Final = 0.25  # seconds between two tellings of one file


@dataclass(slots=True)
class _Sending:
    """A file that goes out."""

    file: StoredFile = field(repr=False)
    index: int  # of the next chunk


@dataclass(slots=True)
class _Coming:
    """A file that comes in; the digest covers the chunks before ``index``."""

    file: StoredFile = field(repr=False)
    cipher: FileCipher = field(repr=False)
    index: int
    digest: Any = field(repr=False)
    count: int  # chunks in all


class Host(Protocol):
    """What files need of their conversation."""

    @property
    def file_link(self) -> LiveLink | None: ...

    def nudge(self) -> None: ...

    def soon(self, step: Callable[[], Awaitable[None]]) -> None: ...


class FileTraffic:
    """The transfers of one conversation; its methods are steps of the conversation's task."""

    def __init__(self, context: Context, contact: ContactId, host: Host) -> None:
        self._context = context
        self._files = context.store.files
        self._contact = contact
        self._host = host
        self._sending: deque[_Sending] = deque()
        self._wanted: dict[bytes, int] = {}  # asked for on this link, running here or not yet
        self._coming: dict[bytes, _Coming] = {}  # asked for on this link
        self._here: dict[bytes, _Coming] = {}  # read and checked in this run, over all links
        self._reading: set[bytes] = set()  # being read and checked
        self._in_flight: set[int] = set()
        self._told: dict[int, tuple[float, int]] = {}  # monotonic seconds and bytes, by row
        self._damage: dict[bytes, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._saving = asyncio.Lock()

    # -- the link -----------------------------------------------------------------------------

    def begin(self) -> None:
        """A new link, or none: what was asked for on the last one is forgotten."""
        self._sending.clear()
        self._wanted.clear()
        self._coming.clear()
        self._in_flight.clear()

    async def on_online(self) -> None:
        """The contact is there: ask for what is not whole."""
        for file in await self._context.store.write(lambda tx: tx.files.coming(self._contact)):
            self._prepare(file)

    async def stop(self) -> None:
        """Wait for what works on files."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def follow(self, rows: set[int]) -> None:
        """Files were moved, by either side: start or stop what that concerns."""
        for row in rows:
            file = await self._find(row)
            if file is None or file.transfer.over:
                self._forget(row)
            elif file.info.state is not FileState.RUNNING:
                self._drop(row)
            elif file.message.outgoing:
                self._start(file)
            else:
                self._prepare(file)
        await self._pump()

    async def on_frames(self, bodies: list[bytes]) -> None:
        """Work off frames of the BULK channel; what nobody asked for is dropped.

        Raises:
            MalformedFrameError: no frame of this channel.
        """
        if self._host.file_link is None:
            return
        chunks: dict[bytes, list[Chunk]] = {}
        wants, haves = dict[bytes, Want](), dict[bytes, Have]()  # the last of each file counts
        for frame in map(decode_bulk, bodies):
            match frame:
                case Chunk(file=file) if file in self._coming:
                    chunks.setdefault(file, []).append(frame)
                case Want(file=file):
                    wants[file] = frame
                case Have(file=file):
                    haves[file] = frame
                case _:
                    pass
        if wants or haves:
            await self._serve(wants, haves)
        for file, run in chunks.items():
            if (coming := self._coming.get(file)) is not None:
                await self._receive(coming, run)

    async def on_left(self, frames: list[int]) -> None:
        """Numbered frames have left; send on if chunks were among them."""
        if not self._in_flight.isdisjoint(frames):
            self._in_flight.difference_update(frames)
            await self._pump()

    # -- sending ------------------------------------------------------------------------------

    async def _serve(self, wants: dict[bytes, Want], haves: dict[bytes, Have]) -> None:
        """Work off what the receiver says, in one look into the database however much it says."""
        asked = set(wants) | set(haves)

        def work(tx: Transaction) -> dict[bytes, StoredFile]:
            found = {f: tx.files.find_offer(self._contact, f, outgoing=True) for f in asked}
            return {f: file for f, file in found.items() if file is not None}

        ours = await self._context.store.write(work)
        for have in haves.values():
            if (file := ours.get(have.file)) is not None:
                await self._on_have(file, have)
        for want in wants.values():
            if (file := ours.get(want.file)) is not None:
                self._on_want(file, want)
        await self._pump()

    def _on_want(self, file: StoredFile, want: Want) -> None:
        if want.index > chunk_count(file.info.size):
            return
        self._wanted[want.file] = want.index
        if file.info.state is FileState.RUNNING:
            self._start(file)

    def _start(self, file: StoredFile) -> None:
        """Send from where the receiver has asked for it on this link."""
        index = self._wanted.get(file.message.id)
        self._drop_sending(file.message.row)
        if index is not None:
            self._sending.append(_Sending(file, index))

    async def _on_have(self, file: StoredFile, have: Have) -> None:
        if have.index > chunk_count(file.info.size):
            return
        done = min(have.index * CHUNK_LEN, file.info.size)
        if self._tell(file.message, done):
            row = file.message.row
            await self._context.store.write(lambda tx: tx.files.note_done(row, done))

    async def _pump(self) -> None:
        """Hand chunks to the wire, one file after the other, a few at a time."""
        while self._sending and len(self._in_flight) < MAX_IN_FLIGHT_COUNT:
            one = self._sending.popleft()
            if one.index >= chunk_count(one.file.info.size):
                continue  # all of it; the receiver tells how it ended
            try:
                sealed = await asyncio.to_thread(
                    self._files.read, one.file.secret.stored, one.index
                )
            except StoreError as error:
                await self._lose(one.file, error)
                continue
            link = self._host.file_link
            if link is None:
                return
            chunk = Chunk(one.file.message.id, one.index, sealed)
            self._in_flight.add(link.send_bulk(encode_bulk(chunk), numbered=True))
            one.index += 1
            self._sending.append(one)

    async def _lose(self, file: StoredFile, error: StoreError) -> None:
        """Our copy cannot be read: the transfer has failed, unless it was removed meanwhile."""
        if await self._end(file.message.row, FileState.FAILED, "lost", "failed"):
            self._context.emit(Failure(error, self._contact))

    # -- receiving ----------------------------------------------------------------------------

    def _prepare(self, file: StoredFile) -> None:
        """Ask for the rest; what is here is read and checked, in a thread, once in a run.

        Else somebody who comes and goes could have us read long files over and over.
        """
        name = file.message.id
        if (here := self._here.get(name)) is not None:
            self._host.soon(lambda: self._ready(here))
        elif name not in self._reading and self._host.file_link is not None:
            self._reading.add(name)
            self._background(self._read(file))

    async def _read(self, file: StoredFile) -> None:
        try:
            index, digest = await asyncio.to_thread(
                self._files.verify, file.secret.stored, file.cipher
            )
        finally:
            self._reading.discard(file.message.id)
        coming = _Coming(file, file.cipher, index, digest, chunk_count(file.info.size))
        self._host.soon(lambda: self._ready(coming))

    async def _ready(self, coming: _Coming) -> None:
        name = coming.file.message.id
        file = await self._find(coming.file.message.row)
        if file is None or file.transfer.over:
            self._here.pop(name, None)
            return
        coming = self._here.setdefault(name, coming)  # more may have come while the disk was read
        if self._host.file_link is None or file.info.state is not FileState.RUNNING:
            return
        self._coming[name] = coming
        if coming.index == coming.count:
            await self._finish(coming)
        else:
            self._want(coming)

    def _want(self, coming: _Coming) -> None:
        if (link := self._host.file_link) is not None:
            link.send_bulk(encode_bulk(Want(coming.file.message.id, coming.index)))

    async def _receive(self, coming: _Coming, chunks: list[Chunk]) -> None:
        """Open, write, sync, acknowledge; what is not the next chunk comes again or came before."""
        opened, sealed = list[bytes](), list[bytes]()
        damaged = False
        for chunk in chunks:
            if chunk.index != coming.index + len(opened) or chunk.index >= coming.count:
                continue
            try:
                opened.append(coming.cipher.open(chunk.index, chunk.sealed))
            except DecryptionError:
                damaged = True
                break
            sealed.append(chunk.sealed)
        if opened and not await self._write(coming, b"".join(sealed)):
            return
        for piece in opened:
            coming.digest.update(piece)
        coming.index += len(opened)
        if opened:
            self._acknowledge(coming)
        if damaged:
            await self._ask_again(coming)
        elif opened and coming.index == coming.count:
            await self._finish(coming)

    async def _write(self, coming: _Coming, sealed: bytes) -> bool:
        stored, index = coming.file.secret.stored, coming.index
        try:
            await asyncio.to_thread(self._files.append, stored, index, sealed)
        except FileNotFoundError:
            self._forget(coming.file.message.row)  # deleted meanwhile
        except FolderNotWritableError as error:
            await self._stop_for_the_disk(coming.file.message.row, error)
        else:
            return True
        return False

    def _acknowledge(self, coming: _Coming) -> None:
        if (link := self._host.file_link) is not None:
            link.send_bulk(encode_bulk(Have(coming.file.message.id, coming.index)))
        done = min(coming.index * CHUNK_LEN, coming.file.info.size)
        self._tell(coming.file.message, done)

    async def _ask_again(self, coming: _Coming) -> None:
        """A chunk is not what was offered: once more from there, but not for ever."""
        file = coming.file.message.id
        self._damage[file] = self._damage.get(file, 0) + 1
        if self._damage[file] > MAX_DAMAGE_COUNT:
            await self._end(coming.file.message.row, FileState.FAILED, "damaged", "failed")
        else:
            self._want(coming)

    async def _finish(self, coming: _Coming) -> None:
        """All chunks are here; the whole must be what was offered."""
        file = coming.file
        if coming.digest.digest() != file.secret.digest:
            await self._end(file.message.row, FileState.FAILED, "damaged", "failed")
            return
        picture = await asyncio.to_thread(
            picture_size, self._files, file.secret.stored, file.cipher
        )
        if await self._end(file.message.row, FileState.DONE, None, "done", picture):
            whole = await self._find(file.message.row)
            if whole is not None and whole.save_to is not None:
                self._background(self.save(whole, Path(whole.save_to)))

    async def _stop_for_the_disk(self, row: int, error: FolderNotWritableError) -> None:
        self._drop(row)
        self._context.emit(Failure(error, self._contact))
        await self._move(row, lambda t: t.pause(own=True, note="disk_full"), "paused")

    # -- saving -------------------------------------------------------------------------------

    async def save(self, file: StoredFile, path: Path, *, after_a_crash: bool = False) -> None:
        """Write a whole file where it was wanted; if that fails it stays here and can be again.

        The place is noted before anything is written, so that the next start finishes or finds
        what a crash interrupts, and leaves no half copy behind.
        """
        message, once_more = file.message, file.save_to != str(path)

        def work() -> Path:
            target = path / clean_file_name(message.text) if path.is_dir() else path
            return self._files.save(
                file.secret.stored, file.cipher, target, after_a_crash=after_a_crash
            )

        async with self._saving:  # two at once would write the same unfinished copy
            if once_more:
                await self._note_place(message.row, str(path))
            try:
                saved = await asyncio.to_thread(work)
            except MessengerError as error:
                if once_more:
                    await self._note_place(message.row, None)
                self._context.emit(Failure(error, self._contact))
            else:
                await self._note_place(message.row, None)
                self._context.emit(FileSaved(self._contact, message.row, message.id, saved))

    async def _note_place(self, row: int, path: str | None) -> None:
        await self._context.store.write(lambda tx: tx.files.set_save_to(row, path))

    def finish_saving(self, file: StoredFile, path: Path) -> None:
        """Save in the background what the last run did not, or did without a note of it."""
        self._background(self.save(file, path, after_a_crash=True))

    # -- shared -------------------------------------------------------------------------------

    async def _find(self, row: int) -> StoredFile | None:
        return await self._context.store.write(lambda tx: tx.files.find(row))

    async def _end(
        self,
        row: int,
        state: FileState,
        note: str | None,
        step: StepWord,
        picture: tuple[int, int] | None = None,
    ) -> bool:
        self._forget(row)
        return await self._move(row, lambda t: t.end(state, note), step, picture)

    async def _move(
        self,
        row: int,
        change: Callable[[Transfer], Transfer],
        step: StepWord,
        picture: tuple[int, int] | None = None,
    ) -> bool:
        """Take a step of our own, commit it and tell; False if it changes nothing any more.

        Args:
            picture: pixels each way, where the file turned out to be one.
        """

        def work(tx: Transaction) -> Message | None:
            file = tx.files.find(row)
            if file is None or (after := change(file.transfer)) == file.transfer:
                return None
            moved = take(tx, file.message, after, step)
            return tx.pictures.add(row, picture) if picture else moved

        try:
            moved = await self._context.store.write(work)
        except NoSuchMessageError:
            return False
        if moved is None:
            return False
        self._context.emit(MessageChanged(moved))
        self._host.nudge()
        return True

    def _drop(self, row: int) -> None:
        """Neither send nor take in this file any more."""
        self._drop_sending(row)
        self._told.pop(row, None)
        for file, coming in list(self._coming.items()):
            if coming.file.message.row == row:
                del self._coming[file]

    def _forget(self, row: int) -> None:
        """It is over, or gone."""
        self._drop(row)
        self._here = {f: here for f, here in self._here.items() if here.file.message.row != row}

    def _drop_sending(self, row: int) -> None:
        self._sending = deque(one for one in self._sending if one.file.message.row != row)

    def _tell(self, message: Message, done: int) -> bool:
        """Say how far a file is, not too often; whether it was said."""
        assert message.file is not None
        now = self._context.clock.now()
        last_at, last = self._told.get(message.row, (float("-inf"), -1))
        if done == last or (done < message.file.size and now - last_at < PROGRESS_S):
            return False
        self._told[message.row] = now, done
        size = message.file.size
        self._context.emit(FileProgress(self._contact, message.row, message.id, done, size))
        return True

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except MessengerError as error:
                log.error("a file of contact %d: %s", self._contact, error.kind)
                self._context.emit(Failure(error, self._contact))

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
