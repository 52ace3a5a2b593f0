"""Asks the engine on behalf of one dialog; each answer finds the method that waits for it."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Slot

from messenger.core.errors import MessengerError
from messenger.engine.commands import Command
from messenger.engine.events import Reply
from messenger.gui.client import EngineClient

_Result = TypeVar("_Result")
_Answer = tuple[Callable[[object], None], Callable[[MessengerError], None]]


class Requests(QObject):
    """The open questions of a dialog; dies with it, and late answers fall on nobody.

    Lives in the GUI thread.
    """

    def __init__(self, client: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._client = client
        self._waiting: dict[int, _Answer] = {}
        client.received.connect(self._receive)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._waiting)

    def ask(
        self,
        command: Command,
        kind: type[_Result],
        on_result: Callable[[_Result], None],
        on_error: Callable[[MessengerError], None],
    ) -> None:
        """Submit ``command``; exactly one of the two callables is called later, in this thread.

        Args:
            kind: the type that the command's docstring promises; ``type(None)`` for none.
        """

        def checked(result: object) -> None:
            if not isinstance(result, kind):
                raise TypeError(f"{type(command).__name__} gave {type(result).__name__}")
            on_result(result)

        self._waiting[self._client.request(command)] = (checked, on_error)

    def forget(self) -> None:
        """Let the answers that are still to come fall on nobody."""
        self._waiting.clear()

    @Slot(object)
    def _receive(self, event: object) -> None:
        if not isinstance(event, Reply) or event.request not in self._waiting:
            return
        on_result, on_error = self._waiting.pop(event.request)
        if event.error is None:
            on_result(event.result)
        else:
            on_error(event.error)
