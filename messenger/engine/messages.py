"""What people write: into the outbox first, out of the store when asked."""

from typing import Final

from messenger.core.errors import InputError, NotAllowedError, QuotaError, TextTooLongError
from messenger.core.ids import new_message_id
from messenger.core.types import (
    MAX_TEXT_LEN,
    Message,
    Relation,
    SearchHit,
    TimelineStep,
)
from messenger.engine.commands import (
    FindMessage,
    GetTimeline,
    ListMessages,
    MarkRead,
    SaveDraft,
    SearchMessages,
    SendMessage,
)
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.events import MessageAdded
from messenger.engine.outbound import MAX_WAITING_COUNT, MAX_WAITING_LEN
from messenger.store.database import Transaction

MAX_PAGE_COUNT: Final = 1_000  # rows of one answer
MAX_DRAFT_LEN: Final = 1 << 20  # characters


class Messages:
    """Commands about messages. Owner: the engine's loop thread."""

    def __init__(self, context: Context, contacts: Contacts) -> None:
        self._context = context
        self._contacts = contacts

    async def send(self, command: SendMessage) -> Message:
        """Commit a message to the outbox; it leaves when a link can carry it.

        Raises:
            InputError: empty, not Unicode text, too long, quota reached, or a contact that will
                not get it.
        """
        _check_text(command.text)
        conversation = self._contacts.conversation(command.contact)
        if conversation.contact.relation in {Relation.BLOCKED, Relation.DECLINED}:
            raise NotAllowedError(f"{conversation.contact.title} gets no messages from you now.")
        if conversation.contact.relation is Relation.REQUEST:
            raise NotAllowedError("Accept the request before you write.")

        def work(tx: Transaction) -> Message:
            count, length = tx.outbox.totals(command.contact)
            if count >= MAX_WAITING_COUNT or length >= MAX_WAITING_LEN:
                raise QuotaError(f"{count} messages wait for this contact already.")
            return tx.messages.add_outgoing(
                command.contact,
                new_message_id(),
                command.text,
                self._context.clock.unix_ms(),
                command.reply_to,
            )

        message = await self._context.store.write(work)
        self._context.emit(MessageAdded(message))
        conversation.nudge()
        return message

    async def list(self, command: ListMessages) -> tuple[Message, ...]:
        """One page, oldest first."""
        self._contacts.conversation(command.contact)
        limit = _page_limit(command.limit)
        return await self._context.store.read(
            lambda reader: reader.messages_before(command.contact, command.before, limit)
        )

    async def search(self, command: SearchMessages) -> tuple[SearchHit, ...]:
        """Messages with all the words, newest first."""
        limit = _page_limit(command.limit)
        return await self._context.store.read(
            lambda reader: reader.search(command.query, command.contact, limit)
        )

    async def find(self, command: FindMessage) -> Message:
        """The message with an id."""
        return await self._context.store.read(lambda reader: reader.find_message(command.id))

    async def timeline(self, command: GetTimeline) -> tuple[tuple[TimelineStep, int], ...]:
        """The steps of one message."""
        return await self._context.store.read(lambda reader: reader.timeline(command.row))

    async def mark_read(self, command: MarkRead) -> None:
        """Everything up to a row was seen."""
        conversation = self._contacts.conversation(command.contact)
        if conversation.contact.relation is not Relation.REQUEST:
            await conversation.call(
                lambda: conversation.change_row(
                    lambda tx: tx.contacts.mark_read(command.contact, command.row)
                )
            )

    async def save_draft(self, command: SaveDraft) -> None:
        """Keep what stands in the composer."""
        if len(command.text) > MAX_DRAFT_LEN:
            raise TextTooLongError("This draft is too long to be kept.")
        await self._context.store.write(lambda tx: tx.drafts.save(command.contact, command.text))


def _check_text(text: str) -> None:
    try:
        length = len(text.encode())
    except UnicodeEncodeError as error:
        raise InputError("The text holds half of a character (a lone surrogate).") from error
    if not text:
        raise InputError("There is nothing to send.")
    if length > MAX_TEXT_LEN:
        raise TextTooLongError(f"A message holds {MAX_TEXT_LEN} bytes; this one has {length}.")


def _page_limit(limit: int) -> int:
    if limit < 1:
        raise InputError("A page has at least one row.")
    return min(limit, MAX_PAGE_COUNT)
