"""What people do to messages afterwards: edit, delete, react, try again, let them disappear.

Each change is committed here first, together with the body that tells the other side.
"""

from collections.abc import Callable
from typing import Final
from unicodedata import category

from messenger.core.errors import InputError, NotAllowedError
from messenger.core.ids import new_message_id
from messenger.core.types import MAX_LIFETIME_S, Contact, Message, MessageState
from messenger.engine import commands as c
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.events import MessageChanged, MessageRemoved
from messenger.engine.file_steps import withdraw
from messenger.engine.messages import check_may_write, check_quota, check_text
from messenger.protocol.bodies import (
    DELETE_KIND,
    EDIT_KIND,
    MAX_EMOJI_LEN,
    MAX_TIME_MS,
    REACT_KIND,
    TIMER_KIND,
    Change,
    Delete,
    Edit,
    React,
    SetTimer,
    encode_body,
)
from messenger.store.database import Transaction

_UNSENT: Final = frozenset({MessageState.WAITING, MessageState.AT_RELAY})


class Changes:
    """Commands about messages that exist. Owner: the engine's loop thread."""

    def __init__(self, context: Context, contacts: Contacts) -> None:
        self._context = context
        self._contacts = contacts

    async def edit(self, command: c.EditMessage) -> Message:
        """Replace the text of a message of ours; one that nobody has yet simply gets another.

        Raises:
            InputError: not ours, deleted, no text, too long, or the contact gets nothing now.
        """
        check_text(command.text)

        def work(tx: Transaction) -> Message:
            message = self._own(tx, command.row)
            if message.file is not None:
                raise NotAllowedError("The name of a file cannot be edited.")
            check_may_write(tx.contact(message.contact))
            edited = tx.changes.edit(message.row, command.text)
            if tx.changes.was_sealed(message.row):
                check_quota(tx, message.contact)
                stamp = tx.changes.edit_stamp(message.row)
                body = Edit(new_message_id(), message.id, command.text, stamp)
                tx.outbox.drop_replaced(message, EDIT_KIND)
                _queue(tx, message, body, EDIT_KIND)
            return tx.message(edited.row)

        return await self._change(work)

    async def react(self, command: c.React) -> Message:
        """Set or take back our reaction.

        Raises:
            InputError: too long, a deleted message, or the contact gets nothing now.
        """
        _check_emoji(command.emoji)

        def work(tx: Transaction) -> Message:
            message = tx.message(command.row)
            check_may_write(tx.contact(message.contact))
            check_quota(tx, message.contact)
            tx.changes.react(message.row, command.emoji, own=True)
            stamp = tx.changes.own_reaction_stamp(message.row)
            body = React(new_message_id(), message.id, command.emoji, stamp)
            tx.outbox.drop_replaced(message, REACT_KIND)
            _queue(tx, message, body, REACT_KIND)
            return tx.message(message.row)

        return await self._change(work)

    async def delete(self, command: c.DeleteMessage) -> Message | None:
        """Delete a message here or, if it is ours, for both.

        What the other side cannot have yet never leaves. Nothing then remains here either.

        Raises:
            NotAllowedError: somebody else's message for both.
        """

        def work(tx: Transaction) -> tuple[Message, bool]:
            message = self._own(tx, command.row) if command.for_both else tx.message(command.row)
            if not command.for_both or not tx.changes.was_sealed(message.row):
                removed = tx.changes.remove(message.row)
                withdraw(tx, removed)
                return removed, True
            if message.deleted_at is not None:
                raise NotAllowedError("This message is deleted already.")
            now = self._context.clock.unix_ms()
            tx.messages.delete(message.row, now)
            tx.messages.set_state(message.row, MessageState.FAILED, "deleted")
            _queue(tx, message, Delete(new_message_id(), message.id, now), DELETE_KIND)
            return tx.message(message.row), False

        message, removed = await self._context.store.write_removal(work)
        conversation = self._contacts.conversation(message.contact)
        if removed:
            self._context.emit(MessageRemoved(message.contact, message.row, message.id))
        else:
            self._context.emit(MessageChanged(message))
            conversation.nudge()
        conversation.soon(conversation.refresh)
        return None if removed else message

    async def retry(self, command: c.RetryMessage) -> Message:
        """Let a failed message wait again, behind what waits already."""

        def work(tx: Transaction) -> Message:
            message = self._own(tx, command.row)
            check_may_write(tx.contact(message.contact))
            check_quota(tx, message.contact)
            if message.file is not None and tx.files.find(message.row) is None:
                raise NotAllowedError("The copy of this file is gone. Send the file again.")
            return tx.changes.retry(message.row)

        return await self._change(work)

    async def cancel(self, command: c.CancelMessage) -> Message:
        """Give a waiting message up. If it was under way already, it may still arrive."""

        def work(tx: Transaction) -> Message:
            message = self._own(tx, command.row)
            if message.file is not None:
                raise NotAllowedError("A file is cancelled as a file.")
            if message.state not in _UNSENT:
                raise NotAllowedError("This message does not wait any more.")
            tx.outbox.take_out(message.row)
            tx.messages.set_state(message.row, MessageState.FAILED, "cancelled")
            return tx.lifetimes.begin(message.row, self._context.clock.unix_ms())

        message = await self._change(work)
        if message.expires_at is not None:
            self._context.wake_upkeep()
        return message

    async def set_timer(self, command: c.SetTimer) -> Contact:
        """Propose how long messages live that are written from then on."""
        if not 0 <= command.lifetime_s <= MAX_LIFETIME_S:
            raise InputError(
                "A message lives for 1 to {most} seconds; 0: for good.", most=MAX_LIFETIME_S
            )
        conversation = self._contacts.conversation(command.contact)
        check_may_write(conversation.contact)

        def work(tx: Transaction) -> None:
            check_quota(tx, command.contact)
            stamp = tx.lifetimes.timer_stamp(command.contact) + 1
            stamp = min(max(stamp, self._context.clock.unix_ms()), MAX_TIME_MS)
            body = SetTimer(new_message_id(), command.lifetime_s, stamp)
            tx.lifetimes.propose(command.contact, body.id, body.lifetime_s, stamp)
            tx.outbox.add_body(command.contact, body.id, encode_body(body), kind=TIMER_KIND)

        await conversation.call(lambda: conversation.change_row(work))
        conversation.nudge()
        return conversation.contact

    # -- shared -----------------------------------------------------------------------------------

    async def _change(self, work: Callable[[Transaction], Message]) -> Message:
        """Commit, tell, and let the rest leave."""
        message = await self._context.store.write(work)
        self._context.emit(MessageChanged(message))
        self._contacts.conversation(message.contact).nudge()
        return message

    def _own(self, tx: Transaction, row: int) -> Message:
        message = tx.message(row)
        if not message.outgoing:
            raise NotAllowedError("Only its author can do that with a message.")
        return message


def _queue(tx: Transaction, message: Message, body: Change, kind: int) -> None:
    tx.outbox.add_body(message.contact, body.id, encode_body(body), kind=kind, target=body.target)


def _check_emoji(emoji: str) -> None:
    try:
        length = len(emoji.encode())
    except UnicodeEncodeError as error:
        raise InputError("The reaction holds half of a character (a lone surrogate).") from error
    if length > MAX_EMOJI_LEN or any(category(character) == "Cc" for character in emoji):
        raise InputError(
            "A reaction has at most {most} bytes, without control codes.", most=MAX_EMOJI_LEN
        )
