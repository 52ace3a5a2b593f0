"""Gives a contact a private name, or takes it back."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import MAX_NAME_LEN, Contact
from messenger.engine.commands import RenameContact
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.labels import Note, Tone, explanation, field_label, heading
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.remote_text import isolated, shown_name
from messenger.gui.texts import sentence
from messenger.gui.words import name_in_sentence


class RenameDialog(Sheet):
    """Asks for an alias; accepted when the engine has stored it."""

    def __init__(self, client: EngineClient, contact: Contact, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Name of a contact"), width=420)
        self._contact = contact
        self._requests = Requests(client, self)
        self.edit = QLineEdit(contact.alias or "")
        self.edit.setMaxLength(MAX_NAME_LEN)
        self.edit.setPlaceholderText(shown_name(contact.name))
        own_name = self.tr("They call themselves {name}. Leave the field empty to use that.")
        self._note = Note()
        self.body.addWidget(
            heading(self.tr("Name for {name}").format(name=name_in_sentence(contact)))
        )
        self.body.addWidget(field_label(self.tr("&Name that only you see"), self.edit))
        self.body.addWidget(self.edit)
        if contact.name:
            shown = isolated(shown_name(contact.name))
            self.body.addWidget(explanation(own_name.format(name=shown), self.edit))
        self.body.addWidget(self._note)
        self.body.addStretch(1)
        self.add_button(self.tr("Cancel"), self.reject)
        self.save_button = self.add_button(self.tr("Save"), self._save, "primary")
        self.edit.selectAll()
        self.edit.setFocus()

    @Slot()
    def _save(self) -> None:
        alias = self.edit.text().strip() or None
        self.save_button.setEnabled(False)
        command = RenameContact(self._contact.id, alias)
        self._requests.ask(command, Contact, self._on_saved, self._on_failed)

    def _on_saved(self, _contact: Contact) -> None:
        self.accept()

    def _on_failed(self, error: MessengerError) -> None:
        self.save_button.setEnabled(True)
        self._note.say(sentence(error), Tone.DANGER)
