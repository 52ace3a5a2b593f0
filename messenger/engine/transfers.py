"""Files that people send and take: the commands. What flows is in ``file_traffic``."""

import asyncio
import builtins
import io
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from io import BufferedIOBase
from pathlib import Path
from typing import Final

from messenger.core.errors import InputError, NoSuchContactError, NotAllowedError, QuotaError
from messenger.core.ids import new_message_id
from messenger.core.types import (
    MAX_FILE_LEN,
    Contact,
    FileEstimate,
    FileState,
    FileTransfer,
    Message,
    MessageId,
    MessageState,
)
from messenger.engine import commands as c
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.conversation import Conversation
from messenger.engine.events import MessageAdded, MessageChanged
from messenger.engine.file_names import clean_file_name, kind_of
from messenger.engine.file_steps import MAX_OPEN_COUNT, take, tell
from messenger.engine.image_metadata import MAX_IMAGE_LEN, strip_metadata
from messenger.engine.messages import check_may_write, check_quota
from messenger.engine.picture_files import picture_size
from messenger.protocol.cells import CELL_ROOM, SEGMENT_HEADER_LEN
from messenger.protocol.file_chunks import FileCipher, wire_len
from messenger.protocol.lane import LANE_INTERVAL_S, LANE_MINUTES, lane_minutes
from messenger.protocol.transfer import OVER
from messenger.store.database import Transaction
from messenger.store.sealed_files import SealedFiles, new_name, open_regular
from messenger.store.transfers import FileSecret, StoredFile

MAX_HELD_LEN: Final = 16 << 30  # bytes of files of one contact that are kept or accepted; ours
_KEY_LEN: Final = 32  # bytes
_Work = Callable[[Transaction, StoredFile], Message]


class Transfers:
    """Commands about files. Owner: the engine's loop thread."""

    def __init__(self, context: Context, contacts: Contacts) -> None:
        self._context = context
        self._contacts = contacts

    async def start(self) -> None:
        """Save what was whole when the program ended."""
        for file in await self._context.store.write(lambda tx: tx.files.unsaved()):
            if file.save_to is not None:
                with suppress(NoSuchContactError):  # declined meanwhile: nothing of theirs is saved
                    conversation = self._conversation(file.message)
                    conversation.files.finish_saving(file, Path(file.save_to))

    async def send(self, command: c.SendFile) -> Message:
        """Keep a sealed copy of a file and offer it.

        Raises:
            InputError: not a file, too long, a picture that cannot be understood, a contact that
                gets nothing, no room, or too many open offers.
            FolderNotWritableError: the copy cannot be written; nothing was offered.
        """
        conversation = self._contacts.conversation(command.contact)
        check_may_write(conversation.contact)
        files, message_id = self._context.store.files, new_message_id()
        secret, size = await asyncio.to_thread(_seal, files, message_id, command)
        name = clean_file_name(command.path.name)
        cipher = FileCipher(secret.key, message_id, size)
        picture = await asyncio.to_thread(picture_size, files, secret.stored, cipher)

        def work(tx: Transaction) -> Message:
            contact = tx.contact(command.contact)
            _check_offers(tx, contact)
            now = self._context.clock.unix_ms()
            added = tx.messages.add_outgoing(contact.id, message_id, name, now, command.reply_to)
            if contact.lifetime_s:
                tx.lifetimes.set_terms(added.row, lifetime_s=contact.lifetime_s)
            offered = tx.files.add(added.row, size=size, kind=kind_of(name), secret=secret)
            return tx.pictures.add(added.row, picture) if picture else offered

        def tell(message: Message) -> None:
            self._context.emit(MessageAdded(message))

        try:
            return await conversation.write(work, tell)
        except Exception:  # not when we are cancelled: the commit may have begun
            await asyncio.to_thread(files.remove, secret.stored)
            raise

    async def accept(self, command: c.AcceptFile) -> Message:
        """Take an offered file, or save a whole one again.

        Raises:
            InputError: not on offer, no room, a quota, or a path where nothing can be saved.
        """
        file = await self._file(command.row)
        if file.message.outgoing:
            raise NotAllowedError("This file is one of ours.")
        path = command.path
        if path is not None:
            await asyncio.to_thread(_check_target, path)
        conversation = self._conversation(file.message)
        if file.info.state is FileState.DONE and path is not None:
            await conversation.files.save(file, path)
            return await self._message(command.row)
        if file.info.state is not FileState.OFFERED:
            raise NotAllowedError("This file is not on offer any more.")
        files = self._context.store.files
        await self._check_room(file)
        await asyncio.to_thread(files.create, file.secret.stored)

        def work(tx: Transaction, file: StoredFile) -> Message:
            held = tx.files.held_len(file.message.contact)
            if held + file.info.size > MAX_HELD_LEN:
                raise QuotaError(f"Files of this contact take {held >> 20} MiB already.")
            tx.files.set_save_to(file.message.row, None if path is None else str(path))
            return take(tx, file.message, file.transfer.accept(), "accepted")

        return await self._step(command.row, work)

    async def pause(self, command: c.PauseFile) -> Message:
        """Let a file wait.

        Raises:
            NotAllowedError: it is not under way, or waits for us already.
        """

        def work(tx: Transaction, file: StoredFile) -> Message:
            after = file.transfer.pause(own=True)
            if file.transfer.own_paused or after == file.transfer:
                raise NotAllowedError("This file is not under way.")
            return take(tx, file.message, after, "paused")

        return await self._step(command.row, work)

    async def resume(self, command: c.ResumeFile) -> Message:
        """Go on with a file that we let wait.

        Raises:
            NotAllowedError: it does not wait for us.
            QuotaError: the disk is still too full.
        """
        file = await self._file(command.row)
        if not file.message.outgoing:
            await self._check_room(file)

        def work(tx: Transaction, file: StoredFile) -> Message:
            if not file.transfer.own_paused:
                raise NotAllowedError("This file does not wait for you.")
            return take(tx, file.message, file.transfer.resume(own=True), "resumed")

        return await self._step(command.row, work)

    async def cancel(self, command: c.CancelFile) -> Message:
        """Decline a file or give it up; an offer that nobody has yet never leaves.

        Raises:
            NotAllowedError: it is over.
        """

        def work(tx: Transaction, file: StoredFile) -> Message:
            if file.info.state in OVER:
                raise NotAllowedError("This file is over already.")
            message = file.message
            moved = tx.files.move(message.row, file.transfer.end(FileState.CANCELLED, "own"))
            if not message.outgoing or tx.changes.was_sealed(message.row):
                tell(tx, moved, "cancelled")
            if message.outgoing and message.state is not MessageState.DELIVERED:
                tx.outbox.take_out(message.row)
                tx.messages.set_state(message.row, MessageState.FAILED, "cancelled")
            return tx.message(message.row)

        return await self._step(command.row, work)

    async def list(self, command: c.ListFiles) -> tuple[FileTransfer, ...]:
        """Every file that a message offers, newest first."""
        if command.contact is not None:
            self._contacts.conversation(command.contact)
        files = self._context.store.files

        def work(tx: Transaction) -> builtins.list[tuple[Message, StoredFile | None]]:
            return [(m, tx.files.find(m.row)) for m in tx.files.messages(command.contact)]

        found = await self._context.store.write(work)
        return await asyncio.to_thread(lambda: tuple(_progress(files, *pair) for pair in found))

    async def estimate(self, command: c.EstimateFile) -> FileEstimate:
        """How long a file would take on the contact's link if nothing else were said."""
        conversation = self._contacts.conversation(command.contact)
        if (command.path is None) == (command.size is None):
            raise InputError("Give a path or a size.")
        size = command.size
        if command.path is not None:
            size = await asyncio.to_thread(_size_of, command.path)
        assert size is not None
        if not 0 <= size <= MAX_FILE_LEN:
            raise InputError("A file has at most {most} GiB.", most=MAX_FILE_LEN >> 30)
        cover = self._contacts.links.cover_of(conversation.link_number)
        cover = cover or self._context.cover_for(conversation.contact)
        slow_s = transfer_s(size, cover.interval_s)
        return FileEstimate(size, slow_s, lane_minutes(transfer_s(size, LANE_INTERVAL_S)))

    # -- the fast lane ------------------------------------------------------------------------

    async def open_lane(self, command: c.OpenFastLane) -> None:
        """Ask the contact for a lane that is long enough, or for the longest."""
        if not 0 < command.size <= MAX_FILE_LEN:
            raise InputError("A file has at most {most} GiB.", most=MAX_FILE_LEN >> 30)
        needed = lane_minutes(transfer_s(command.size, LANE_INTERVAL_S))
        minutes = needed or LANE_MINUTES[-1]
        conversation = self._contacts.conversation(command.contact)

        async def ask() -> None:
            conversation.lane.open(minutes)

        await conversation.call(ask)

    async def answer_lane(self, command: c.AnswerFastLane) -> None:
        """Agree to a lane, or not."""
        conversation = self._contacts.conversation(command.contact)

        async def answer() -> None:
            conversation.lane.answer(accept=command.accept)

        await conversation.call(answer)

    # -- shared -------------------------------------------------------------------------------

    async def _step(self, row: int, work: _Work) -> Message:
        """Commit a decision, tell, and let the traffic follow it."""

        def run(tx: Transaction) -> Message:
            file = tx.files.find(row)
            if file is None:
                raise _nothing(tx.message(row))
            return work(tx, file)

        message = await self._context.store.write(run)
        self._context.emit(MessageChanged(message))
        conversation = self._conversation(message)
        conversation.nudge()
        conversation.soon(lambda: conversation.files.follow({row}))
        return message

    async def _check_room(self, file: StoredFile) -> None:
        """Raise QuotaError unless the rest of a file fits beside what was accepted before it."""
        others = await self._context.store.write(lambda tx: tx.files.under_way())
        files = self._context.store.files

        def check() -> None:
            promised = sum(
                _missing(files, one) for one in others if one.message.row != file.message.row
            )
            files.check_room(_missing(files, file), promised)

        await asyncio.to_thread(check)

    async def _file(self, row: int) -> StoredFile:
        message = await self._message(row)
        file = await self._context.store.write(lambda tx: tx.files.find(row))
        if file is None:
            raise _nothing(message)
        return file

    async def _message(self, row: int) -> Message:
        return await self._context.store.read(lambda reader: reader.message(row))

    def _conversation(self, message: Message) -> Conversation:
        return self._contacts.conversation(message.contact)


def transfer_s(size: int, interval_s: float) -> float:
    """Return how many seconds a file takes in cells that nothing else needs."""
    cells = -(-wire_len(size) // (CELL_ROOM - SEGMENT_HEADER_LEN))
    return cells * interval_s


def _nothing(message: Message) -> NotAllowedError:
    if message.file is None:
        return NotAllowedError("This message offers no file.")
    return NotAllowedError("Nothing of this file is kept here.")


def _progress(files: SealedFiles, message: Message, file: StoredFile | None) -> FileTransfer:
    assert message.file is not None
    if message.file.state is FileState.DONE:
        return FileTransfer(message, message.file.size)
    if file is None or message.file.state is FileState.OFFERED:
        return FileTransfer(message, 0)
    if message.outgoing:
        return FileTransfer(message, file.done)
    return FileTransfer(message, files.received_len(file.secret.stored, file.info.size))


def _missing(files: SealedFiles, file: StoredFile) -> int:
    return file.info.size - files.received_len(file.secret.stored, file.info.size)


def _check_offers(tx: Transaction, contact: Contact) -> None:
    check_may_write(contact)
    check_quota(tx, contact.id)
    if tx.files.open_count(contact.id, outgoing=True) >= MAX_OPEN_COUNT:
        raise QuotaError(f"{MAX_OPEN_COUNT} files for this contact are open already.")


def _seal(files: SealedFiles, message_id: MessageId, command: c.SendFile) -> tuple[FileSecret, int]:
    """Make the sealed copy, in a thread."""
    size = _size_of(command.path)
    try:
        with open_regular(command.path) as source:
            if not command.strip_metadata:
                return _seal_from(files, message_id, source, size)
            if size > MAX_IMAGE_LEN:
                raise InputError("This picture is too long for its details to be removed.")
            clean = strip_metadata(source.read(MAX_IMAGE_LEN + 1))
            return _seal_from(files, message_id, io.BytesIO(clean), len(clean))
    except OSError as error:
        raise InputError(
            "The file cannot be read ({reason}).", reason=error.strerror or ""
        ) from error


def _seal_from(
    files: SealedFiles, message_id: MessageId, source: BufferedIOBase, size: int
) -> tuple[FileSecret, int]:
    files.check_room(size)
    key, stored = secrets.token_bytes(_KEY_LEN), new_name()
    digest = files.seal(source, stored, FileCipher(key, message_id, size))
    return FileSecret(key, digest, stored), size


def _size_of(path: Path) -> int:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise InputError("There is no such file, or it may not be read.") from error
    if not stat.S_ISREG(found.st_mode):
        raise InputError("Only a file can be sent, not a folder or a device.")
    if found.st_size > MAX_FILE_LEN:
        raise InputError("A file has at most {most} GiB.", most=MAX_FILE_LEN >> 30)
    return found.st_size


def _check_target(path: Path) -> None:
    """Say early that nothing can be saved at a path."""
    with suppress(OSError, ValueError):
        if path.is_absolute() and (path.is_dir() or path.parent.is_dir()):
            return
    raise InputError("Give the whole path of a folder, or of a file in a folder that exists.")
