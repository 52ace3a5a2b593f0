"""What the models read: pages of the history, through the engine's read-only view."""

from typing import Protocol

from messenger.core.types import Contact, ContactId, Message, MessageId, SearchHit, TimelineStep


class History(Protocol):
    """Owned by the thread that opened it; every call is one short query.

    All tuples of messages are oldest first; ``row`` is :attr:`Message.row`.
    """

    def contacts(self) -> tuple[Contact, ...]: ...

    def messages_before(
        self, contact: ContactId, before_row: int | None, limit: int
    ) -> tuple[Message, ...]:
        """Return the newest ``limit`` messages before a row, or the newest of all."""
        ...

    def messages_after(self, contact: ContactId, after_row: int, limit: int) -> tuple[Message, ...]:
        """Return the oldest ``limit`` messages after a row."""
        ...

    def first_unread(self, contact: ContactId) -> int | None:
        """Return the row of the oldest message of theirs that was not seen yet."""
        ...

    def first_since(self, contact: ContactId, at: int) -> int | None:
        """Return the row of the first message that arrived at a Unix ms or later."""
        ...

    def message(self, row: int) -> Message | None: ...

    def find_message(self, message_id: MessageId, contact: ContactId | None = None) -> Message:
        """Return the message with an id, or raise NoSuchMessageError."""
        ...

    def search(
        self, query: str, contact: ContactId | None = None, limit: int = 50
    ) -> tuple[SearchHit, ...]:
        """Return matches, newest first."""
        ...

    def timeline(self, row: int) -> tuple[tuple[TimelineStep, int], ...]: ...

    def message_count(self, contact: ContactId) -> int: ...

    def close(self) -> None: ...
