"""The question whether a contact's large file may go through the fast lane."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from messenger.core.types import Contact, ContactId, LaneState
from messenger.engine.commands import AnswerFastLane
from messenger.engine.events import Event, FastLaneChanged, Locked
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.labels import TextLabel, heading
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.words import duration_words, name_in_sentence


class FastLaneDialog(Sheet):
    """One question with what an observer would see; Esc and Enter say no."""

    def __init__(self, contact: Contact, minutes: int, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Fast lane"), width=440)
        question = self.tr("Open a fast lane with {name}?")
        self.body.addWidget(heading(question.replace("{name}", name_in_sentence(contact))))
        words = self.tr(
            "For {time} both of you send about a hundred cells a second, even if the file is "
            "through sooner. Whoever watches the line learns that something large moves, not what, "
            "and not which way. Without the lane the file comes too, hidden and slower."
        )
        time = duration_words(minutes * 60)
        self.body.addWidget(TextLabel(words.replace("{time}", time), tone="muted"))
        self.body.addStretch(1)
        keep = self.add_button(self.tr("No, stay hidden"), self.reject)
        keep.setDefault(True)
        self.accept_button = self.add_button(self.tr("Open the fast lane"), self.accept)
        keep.setFocus()


class FastLaneQuestions(QObject):
    """Asks the person when a contact asks, and takes the question back when it is void.

    Lives in the GUI thread.
    """

    def __init__(self, client: EngineClient, contacts: ContactsModel, window: QWidget) -> None:
        super().__init__(window)
        self._client, self._contacts, self._window = client, contacts, window
        self._open: dict[ContactId, FastLaneDialog] = {}

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
        dialog = self._open[number] = FastLaneDialog(contact, minutes, self._window)
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
