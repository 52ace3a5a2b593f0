"""Settings: what I am called, and who I am."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit

from messenger.core.errors import MessengerError
from messenger.core.types import MAX_NAME_LEN, KeyState, NodeInfo
from messenger.engine.commands import RotateIdentity, SetName
from messenger.gui.dialogs.confirm import confirm
from messenger.gui.dialogs.labels import (
    FingerprintLabel,
    Note,
    Tone,
    explanation,
    field_label,
    title,
)
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S


class NameSection(Page):
    """One field with a button, and the fingerprint."""

    def __init__(self, requests: Requests, info: NodeInfo) -> None:
        super().__init__()
        self._requests = requests
        self._info = info
        self.edit = QLineEdit(info.name)
        self.edit.setMaxLength(MAX_NAME_LEN)
        self.note = Note()
        self.column.addWidget(title(self.tr("You")))
        self.column.addWidget(field_label(self.tr("Your &name"), self.edit))
        self.column.addWidget(self.edit)
        only = self.tr("Only people you add see it. They are told when you change it.")
        self.column.addWidget(explanation(only, self.edit))
        self.save_button = push_button(self.tr("Save name"), self._save)
        self.column.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.note)
        self.column.addSpacing(SPACE_S)
        fingerprint = FingerprintLabel(self.tr("Your fingerprint"))
        fingerprint.show_fingerprint(info.fingerprint)
        self.column.addWidget(field_label(self.tr("Your &fingerprint"), fingerprint))
        self.column.addWidget(fingerprint)
        self._fingerprint = fingerprint
        self.key_button = push_button(self.tr("Replace the key…"), self._replace_key)
        self.column.addWidget(self.key_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.edit.textChanged.connect(self._refresh)
        self.edit.returnPressed.connect(self._save)
        self._refresh()

    def show_info(self, info: NodeInfo) -> None:
        """Follow a change of name."""
        self._info = info
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        name = self.edit.text().strip()
        self.save_button.setEnabled(bool(name) and name != self._info.name)

    @Slot()
    def _save(self) -> None:
        if self.save_button.isEnabled():
            command = SetName(self.edit.text().strip())
            self._requests.ask(command, type(None), self._on_saved, self._on_failed)

    @Slot()
    def _replace_key(self) -> None:
        if confirm(
            self,
            question=self.tr("Replace your key?"),
            effect=self.tr(
                "The old key announces the new one to every contact inside the encrypted "
                "conversation. Safety numbers change, so compare them again. Links and QR codes "
                "of the old key do not lead to you any more. This cannot be undone."
            ),
            verb=self.tr("Replace"),
        ):
            self._requests.ask(RotateIdentity(), KeyState, self._on_key, self._on_failed)

    def _on_key(self, state: KeyState) -> None:
        self._fingerprint.show_fingerprint(state.fingerprint)
        words = self.tr("The new key is in use. Contacts who are still to be told: {count}.")
        self.note.say(words.replace("{count}", str(len(state.untold))))

    def _on_saved(self, _result: None) -> None:
        self.note.say(self.tr("Saved."))

    def _on_failed(self, error: MessengerError) -> None:
        self.note.say(sentence(error), Tone.DANGER)
