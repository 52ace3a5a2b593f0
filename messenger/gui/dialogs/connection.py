"""How the connection to one contact stands, why there is none, and what happens meanwhile."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from messenger.core.types import Contact
from messenger.engine.events import (
    ContactAccepted,
    ContactChanged,
    ContactRemoved,
    Event,
    Locked,
    PresenceChanged,
    RelaysChanged,
)
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.labels import Note, TextLabel, title
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.standing import meanwhile_sentence, reason_sentence, state_words
from messenger.gui.words import name_in_sentence


class ConnectionDialog(Sheet):
    """Follows the events as long as it is open.

    Signals:
        check_wanted: the person wants the connection check of the settings; the dialog is closed.
    """

    check_wanted = Signal()

    def __init__(
        self,
        client: EngineClient,
        contacts: ContactsModel,
        contact: Contact,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent, title=self.tr("Connection"), width=440)
        self._contacts = contacts
        self._contact = contact
        self._state = Note()
        self._why = TextLabel()
        self._meanwhile = TextLabel()
        name = name_in_sentence(contact)
        self.body.addWidget(title(self.tr("Connection with {name}").replace("{name}", name)))
        for widget in (self._state, self._why, self._meanwhile):
            self.body.addWidget(widget)
        self.body.addWidget(TextLabel(self._note(), tone="muted"))
        self.body.addStretch(1)
        self.check_button = self.add_button(self.tr("Connection check…"), self._check)
        self.add_button(self.tr("Close"), self.accept, "primary").setFocus()
        self._show(aloud=False)
        client.received.connect(self._follow)

    def _note(self) -> str:
        return self.tr(
            "Hum tries again by itself, at least every two minutes, whether anything waits or "
            "not. The connection check looks at each step of the way from here."
        )

    @property
    def words(self) -> tuple[str, str, str]:
        """How it stands, why, and what becomes of that which is written."""
        return self._state.text, self._why.text(), self._meanwhile.text()

    def _show(self, *, aloud: bool) -> None:
        standing = self._contacts.standing(self._contact.id)
        state = state_words(self._contact, standing)
        if state != self._state.text:
            self._state.say(state, aloud=aloud)
        for label, words in (
            (self._why, reason_sentence(self._contact, standing)),
            (self._meanwhile, meanwhile_sentence(self._contact, standing)),
        ):
            label.setText(words)
            label.setHidden(not words)

    @Slot(object)
    def _follow(self, event: Event) -> None:
        """The model of the contacts has seen the event already."""
        match event:
            case ContactRemoved(number) if number == self._contact.id:
                self.reject()
            case Locked():
                self.reject()
            case ContactChanged() | ContactAccepted() | PresenceChanged() | RelaysChanged():
                self._contact = self._contacts.contact(self._contact.id) or self._contact
                self._show(aloud=True)
            case _:
                pass

    @Slot()
    def _check(self) -> None:
        self.accept()
        self.check_wanted.emit()
