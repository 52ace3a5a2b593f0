"""Puts a contact's wish for a fast lane before the person, and takes it back when it is void."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from messenger.core.types import ContactId, LaneState
from messenger.engine.commands import AnswerFastLane
from messenger.engine.events import Event, FastLaneChanged, Locked
from messenger.gui import dialogs
from messenger.gui.client import EngineClient
from messenger.gui.models.contacts import ContactsModel


class FastLaneQuestions(QObject):
    """Asks the person when a contact asks, and takes the question back when it is void.

    Lives in the GUI thread.
    """

    def __init__(self, client: EngineClient, contacts: ContactsModel, window: QWidget) -> None:
        super().__init__(window)
        self._client, self._contacts, self._window = client, contacts, window
        self._open: dict[ContactId, QDialog] = {}

    def apply(self, event: Event) -> None:
        """Follow one engine event."""
        match event:
            case FastLaneChanged(number, LaneState.ASKED, minutes):
                self._ask(number, minutes)
            case FastLaneChanged(number):
                self._withdraw(number)
            case Locked():
                for number in tuple(self._open):
                    self._withdraw(number)
            case _:
                pass

    def _ask(self, number: ContactId, minutes: int) -> None:
        contact = self._contacts.contact(number)
        if contact is None or number in self._open:
            return
        dialog = self._open[number] = dialogs.FastLaneDialog(contact, minutes, self._window)
        dialog.finished.connect(lambda answer: self._on_answered(number, answer))
        dialog.open()

    def _on_answered(self, number: ContactId, answer: int) -> None:
        dialog = self._open.pop(number, None)
        if dialog is not None:
            accept = answer == int(QDialog.DialogCode.Accepted)
            self._client.request(AnswerFastLane(number, accept))
            dialog.deleteLater()

    def _withdraw(self, number: ContactId) -> None:
        dialog = self._open.pop(number, None)
        if dialog is not None:
            dialog.done(int(QDialog.DialogCode.Rejected))
            dialog.deleteLater()
