"""What people write: into the outbox first, out of the store when asked."""

from typing import Final

from messenger.core.errors import InputError, NotAllowedError, QuotaError, TextTooLongError
from messenger.core.ids import new_message_id
from messenger.core.types import (
    MAX_TEXT_LEN,
    Contact,
    ContactId,
    Message,
    Relation,
    SearchHit,
    TimelineStep,
)
from messenger.engine import receipts
from messenger.engine.commands import (
    FindMessage,
    GetTimeline,
    ListMessages,
    MarkRead,
    SaveDraft,
    SearchMessages,
    SendMessage,
    SetReceipts,
)
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.events import MessageAdded
from messenger.engine.outbound import MAX_WAITING_COUNT, MAX_WAITING_LEN
from messenger.store.database import Transaction

MAX_PAGE_COUNT: Final = 1_000  # rows of one answer
MAX_WAIT_S: Final = 366 * 24 * 3600  # until which date a message may be let wait
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
        check_text(command.text)
        wait_s = command.expires_in_s
        if wait_s is not None and not 1 <= wait_s <= MAX_WAIT_S:
            raise InputError("A message expires after 1 to {most} seconds.", most=MAX_WAIT_S)
        conversation = self._contacts.conversation(command.contact)
        check_may_write(conversation.contact)

        message_id = new_message_id()

        def work(tx: Transaction) -> Message:
            check_quota(tx, command.contact)
            now = self._context.clock.unix_ms()
            message = tx.messages.add_outgoing(
                command.contact, message_id, command.text, now, command.reply_to
            )
            lifetime_s = tx.contact(command.contact).lifetime_s
            if not lifetime_s and wait_s is None:
                return message
            send_by = None if wait_s is None else now + wait_s * 1000
            return tx.lifetimes.set_terms(message.row, lifetime_s=lifetime_s, send_by=send_by)

        def tell(message: Message) -> None:
            self._context.emit(MessageAdded(message))
            if message.send_by is not None:
                self._context.wake_upkeep()

        return await conversation.write(work, tell)

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
            lambda reader: reader.search(command.query, command.contact, limit, command.before)
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
                    lambda tx: receipts.mark_read(tx, command.contact, command.row)
                )
            )
            if conversation.contact.receipts:
                conversation.nudge()

    async def set_receipts(self, command: SetReceipts) -> Contact:
        """Tell a contact from now on what was read and show what they tell, or neither."""
        conversation = self._contacts.conversation(command.contact)
        check_may_write(conversation.contact)
        await conversation.call(
            lambda: conversation.change_row(
                lambda tx: receipts.choose(tx, command.contact, wanted=command.wanted)
            )
        )
        return conversation.contact

    async def save_draft(self, command: SaveDraft) -> None:
        """Keep what stands in the composer."""
        if len(command.text) > MAX_DRAFT_LEN:
            raise TextTooLongError("This draft is too long to be kept.")
        await self._context.store.write(lambda tx: tx.drafts.save(command.contact, command.text))


def check_may_write(contact: Contact) -> None:
    """Raise NotAllowedError if a contact gets nothing from us as things stand."""
    if contact.relation in {Relation.BLOCKED, Relation.DECLINED}:
        raise NotAllowedError("{name} gets no messages from you now.", name=contact.title)
    if contact.relation is Relation.REQUEST:
        raise NotAllowedError("Accept the request before you write.")


def check_quota(tx: Transaction, contact: ContactId) -> None:
    """Raise QuotaError if the outbox of a contact is full."""
    count, length = tx.outbox.totals(contact)
    if count >= MAX_WAITING_COUNT or length >= MAX_WAITING_LEN:
        raise QuotaError(f"{count} messages wait for this contact already.")


def check_text(text: str) -> None:
    """Raise InputError if a text cannot be a message."""
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
