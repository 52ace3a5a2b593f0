"""A client without an engine: it records what dialogs ask, and a test writes the answers."""

from PySide6.QtCore import QObject, Signal

from messenger.core.errors import MessengerError
from messenger.engine.commands import Command
from messenger.engine.events import Event, Reply


class ScriptedClient(QObject):
    """Stands in for EngineClient as far as dialogs use it."""

    received = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Command] = []
        self.asked: list[Command] = []

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def request(self, command: Command) -> int:
        self.asked.append(command)
        return len(self.asked)

    def last(self, kind: type) -> Command:
        """The newest command of a kind that was asked."""
        return next(command for command in reversed(self.asked) if isinstance(command, kind))

    def answer(
        self, kind: type, result: object = None, error: MessengerError | None = None
    ) -> None:
        """Answer the newest command of a kind."""
        number = 1 + max(n for n, command in enumerate(self.asked) if isinstance(command, kind))
        self.emit(Reply(number, result, error))

    def answer_all(self, kind: type, result: object) -> None:
        """Answer every command of a kind."""
        for number, command in enumerate(list(self.asked), start=1):
            if isinstance(command, kind):
                self.emit(Reply(number, result))

    def emit(self, event: Event) -> None:
        self.received.emit(event)
