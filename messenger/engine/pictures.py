"""Pictures among files: which are shown in a conversation, and which are taken without a question.

A picture counts as one by its header, read out of the sealed file; it is decoded in the window's
helper process only, and what that makes of it is kept in the encrypted database.
"""

import asyncio
import logging
from functools import partial
from typing import Final

from messenger.core.errors import (
    InputError,
    MessengerError,
    NotAllowedError,
    QuotaError,
)
from messenger.core.picture_header import MAX_PREVIEW_LEN
from messenger.core.types import Contact, FileState, Message, Relation
from messenger.engine import commands as c
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.events import MessageChanged
from messenger.engine.file_steps import take
from messenger.store.database import Transaction
from messenger.store.transfers import StoredFile

log = logging.getLogger(__name__)

INLINE_SETTING: Final = "pictures.inline"  # "yes", or anything else
MAX_INLINE_LEN: Final = 1 << 20  # bytes of a picture that is taken without a question
MAX_INLINE_HELD_LEN: Final = 256 << 20  # bytes of files of a contact, beyond which we ask again
PICTURE_KINDS: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class Pictures:
    """Commands about pictures, and what happens to their offers. Owner: the engine's loop."""

    def __init__(self, context: Context, contacts: Contacts) -> None:
        self._context = context
        self._contacts = contacts
        context.on_offers = self._on_offers

    async def preview(self, command: c.GetPreview) -> bytes | None:
        """The small copy, if it was made."""
        return await self._context.store.write(lambda tx: tx.pictures.preview(command.row))

    async def read(self, command: c.ReadPicture) -> bytes:
        """The bytes of a picture that is here, to be decoded.

        Raises:
            NotAllowedError: it is no picture, or not here.
            StoreCorruptError: the sealed file is damaged.
        """
        message, file = await self._context.store.write(
            lambda tx: (tx.message(command.row), tx.files.find(command.row))
        )
        if file is None or message.file is None or message.file.picture is None:
            raise NotAllowedError("There is no picture here.")
        secret, cipher = file.secret, file.cipher
        return await asyncio.to_thread(
            self._context.store.files.read_plain, secret.stored, cipher, cipher.size
        )

    async def keep(self, command: c.KeepPreview) -> Message:
        """Keep a small copy, or that there cannot be one.

        Raises:
            InputError: it is too long.
            NotAllowedError: the message has no picture any more.
        """
        preview = command.preview
        if preview is None:
            message = await self._context.store.write(lambda tx: tx.pictures.remove(command.row))
            self._context.emit(MessageChanged(message))
            return message
        if len(preview) > MAX_PREVIEW_LEN:
            raise InputError(f"A preview has at most {MAX_PREVIEW_LEN >> 20} MiB.")

        def work(tx: Transaction) -> Message:
            tx.pictures.set_preview(command.row, preview)
            return tx.message(command.row)

        return await self._context.store.write(work)

    # -- without a question ---------------------------------------------------------------------

    async def set_inline(self, command: c.SetInlinePictures) -> None:
        """Take small pictures of verified contacts unasked from now on, or ask again."""
        value = "yes" if command.wanted else "no"
        await self._context.store.write(lambda tx: tx.settings.put(INLINE_SETTING, value))
        self._context.inline_pictures = command.wanted

    def _on_offers(self, offers: tuple[Message, ...]) -> None:
        """New offers were committed and told."""
        if self._context.inline_pictures:
            for message in filter(_is_small_picture, offers):
                conversation = self._contacts.conversation(message.contact)
                conversation.soon(partial(self._accept, message.row))

    async def _accept(self, row: int) -> None:
        """Take one; where that cannot be, the offer stays as it is and a person decides."""
        try:
            await self._try_to_accept(row)
        except MessengerError as error:
            log.info("a picture is not taken by itself: %s", error.kind)

    async def _try_to_accept(self, row: int) -> None:
        file = await self._context.store.write(lambda tx: tx.files.find(row))
        if file is None:
            return
        files = self._context.store.files
        await asyncio.to_thread(files.check_room, file.info.size)
        await asyncio.to_thread(files.create, file.secret.stored)
        message = await self._context.store.write(lambda tx: _take(tx, row))
        self._context.emit(MessageChanged(message))
        conversation = self._contacts.conversation(message.contact)
        conversation.nudge()
        await conversation.files.follow({row})


def _is_small_picture(message: Message) -> bool:
    file = message.file
    return file is not None and file.size <= MAX_INLINE_LEN and file.kind in PICTURE_KINDS


def _take(tx: Transaction, row: int) -> Message:
    file: StoredFile | None = tx.files.find(row)
    if file is None or file.info.state is not FileState.OFFERED:
        raise NotAllowedError("This file is not on offer any more.")
    contact = tx.contact(file.message.contact)
    if not _is_trusted(contact):
        raise NotAllowedError("Pictures of this contact are not taken without a question.")
    if tx.files.held_len(contact.id) + file.info.size > MAX_INLINE_HELD_LEN:
        raise QuotaError("This contact has sent many pictures already.")
    return take(tx, file.message, file.transfer.accept(), "accepted")


def _is_trusted(contact: Contact) -> bool:
    agreed = contact.relation is Relation.ACCEPTED and not contact.frozen
    return agreed and contact.verified_at is not None
