"""A history without a database and a client without an engine, for models and the window."""

from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from messenger.core.errors import MessengerError, NoSuchMessageError, StoreCorruptError
from messenger.core.types import (
    Contact,
    ContactId,
    Message,
    MessageId,
    MessageState,
    PinOrigin,
    Relation,
    SearchHit,
    TimelineStep,
)
from messenger.engine.commands import Command, SearchMessages, SendMessage
from messenger.engine.events import Event, MessageAdded, Reply
from messenger.gui.client import ReplyReceiver

MINUTE = 60_000
START = 1_790_000_000_000  # Unix ms, a Monday afternoon in 2026


def make_contact(number: int, name: str, **changes: object) -> Contact:
    """Make an accepted contact with a key of its own."""
    contact = Contact(
        id=ContactId(number),
        key=bytes([number]) * 32,
        name=name,
        alias=None,
        relation=Relation.ACCEPTED,
        origin=PinOrigin.LINK,
        pinned_at=START - 1000 * MINUTE,
    )
    return replace(contact, **changes)  # type: ignore[arg-type]


def make_message(
    row: int, contact: int, text: str, *, own: bool = False, at: int | None = None
) -> Message:
    at = START + row * MINUTE if at is None else at
    return Message(
        row=row,
        contact=ContactId(contact),
        id=MessageId(row.to_bytes(16)),
        outgoing=own,
        text=text,
        sent_at=at,
        arrived_at=at,
        state=MessageState.DELIVERED if own else MessageState.RECEIVED,
    )


@dataclass
class MemoryHistory:
    """Keeps messages in lists; answers like the engine's reader."""

    people: list[Contact] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)  # in order of rows
    read_rows: dict[ContactId, int] = field(default_factory=dict)  # missing: all was seen
    damaged: set[ContactId] = field(default_factory=set)  # of these no message can be read

    def contacts(self) -> tuple[Contact, ...]:
        for contact in self.people:
            self._check(contact.id)
        return tuple(self.people)

    def _check(self, contact: ContactId | None) -> None:
        if contact in self.damaged:
            raise StoreCorruptError("a page of the database is damaged")

    def messages_before(
        self, contact: ContactId, before_row: int | None, limit: int
    ) -> tuple[Message, ...]:
        self._check(contact)
        return tuple(
            [
                message
                for message in self.messages
                if message.contact == contact and (before_row is None or message.row < before_row)
            ][-limit:]
        )

    def messages_after(self, contact: ContactId, after_row: int, limit: int) -> tuple[Message, ...]:
        self._check(contact)
        return tuple(
            [
                message
                for message in self.messages
                if message.contact == contact and message.row > after_row
            ][:limit]
        )

    def first_unread(self, contact: ContactId) -> int | None:
        read = self.read_rows.get(contact)
        rows = [m.row for m in self.messages if m.contact == contact and not m.outgoing]
        return next((row for row in rows if read is not None and row > read), None)

    def first_since(self, contact: ContactId, at: int) -> int | None:
        self._check(contact)
        rows = (m.row for m in self.messages if m.contact == contact and m.arrived_at >= at)
        return next(rows, None)

    def find_message(self, message_id: MessageId, contact: ContactId | None = None) -> Message:
        self._check(contact)
        for message in self.messages:
            if message.id == message_id and contact in {None, message.contact}:
                return message
        raise NoSuchMessageError("there is no such message")

    def message(self, row: int) -> Message | None:
        return next((message for message in self.messages if message.row == row), None)

    def search(
        self,
        query: str,
        contact: ContactId | None = None,
        limit: int = 50,
        before: int | None = None,
    ) -> tuple[SearchHit, ...]:
        hits = []
        for message in reversed(self.messages):
            if before is not None and message.row >= before:
                continue
            at = message.text.casefold().find(query.casefold())
            if at >= 0 and contact in {None, message.contact}:
                hits.append(SearchHit(message, ((at, at + len(query)),)))
        return tuple(hits[:limit])

    def timeline(self, row: int) -> tuple[tuple[TimelineStep, int], ...]:
        message = self.message(row)
        self._check(None if message is None else message.contact)
        return ((TimelineStep.WRITTEN, START + row * MINUTE),)

    def message_count(self, contact: ContactId) -> int:
        return sum(message.contact == contact for message in self.messages)

    def close(self) -> None:
        pass


class MemoryClient(QObject):
    """Records commands, emits what a test says, and opens a MemoryHistory."""

    received = Signal(object)
    replied = Signal(object)
    carried_out = Signal(object)
    finished = Signal()

    def __init__(self, history: MemoryHistory) -> None:
        super().__init__()
        self.history = history
        self.commands: list[Command] = []
        self._asked: dict[int, Command] = {}
        self._searches: list[int] = []  # answered as soon as the event loop runs
        self._receivers: dict[int, ReplyReceiver | None] = {}

    def send(self, command: Command) -> None:
        self.commands.append(command)

    def request(self, command: Command, receiver: ReplyReceiver | None = None) -> int:
        self.commands.append(command)
        number = len(self._receivers) + 1
        self._asked[number] = command
        self._receivers[number] = receiver
        if isinstance(command, SearchMessages):
            self._searches.append(number)
            QTimer.singleShot(0, self._answer_search)
        return number

    @Slot()
    def _answer_search(self) -> None:
        number = self._searches.pop(0)
        asked = self._asked[number]
        receiver = self._receivers[number]
        assert isinstance(asked, SearchMessages)
        assert receiver is not None
        hits = self.history.search(asked.query, asked.contact, asked.limit, asked.before)
        receiver(Reply(number, hits))

    def open_reader(self) -> MemoryHistory:
        return self.history

    # -- what a test does -----------------------------------------------------------------------

    def emit(self, event: Event) -> None:
        self.received.emit(event)

    def answer(self, *, result: object = None, error: MessengerError | None = None) -> None:
        """Answer the newest request."""
        number = len(self._receivers)
        reply = Reply(number, result, error)
        self.received.emit(reply)
        if error is None:
            self.carried_out.emit(self._asked[number])
        receiver = self._receivers[number]
        if receiver is not None:
            receiver(reply)
        self.replied.emit(reply)

    def add(self, message: Message) -> None:
        """Commit a message and tell it."""
        self.history.messages.append(message)
        self.emit(MessageAdded(message))

    def of(self, kind: type) -> list[Command]:
        """Return the commands of one kind, in order."""
        return [command for command in self.commands if isinstance(command, kind)]

    def sent_texts(self) -> list[str]:
        return [command.text for command in self.commands if isinstance(command, SendMessage)]
