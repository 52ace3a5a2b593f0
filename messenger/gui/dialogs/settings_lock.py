"""Settings: what opens the database: passphrase, keyring, recovery code."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QPushButton

from messenger.core.errors import MessengerError
from messenger.engine.commands import (
    AddRecoveryCode,
    RemoveSlot,
    SetPassphrase,
    StoreKeyInKeyring,
)
from messenger.engine.events import LockSettings
from messenger.gui.dialogs.auto_lock import AutoLock
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.confirm import confirm
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, heading, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.secret_field import NewPassphrase
from messenger.gui.dialogs.secret_once import SecretOnce
from messenger.gui.dialogs.sheet import push_button, reveal
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S


class LockSection(Page):
    """Each way to open Hum with what can be done about it; one change at a time."""

    def __init__(self, requests: Requests) -> None:
        super().__init__()
        self._requests = requests
        self._done = ""  # what to say when the change under way has succeeded
        self.note = Note()
        self._progress = BusyBar(self.tr("Changing the lock"))
        self.passphrase = NewPassphrase()
        self.save_button = push_button(self.tr("Save passphrase"), self._save_passphrase)
        self.code = SecretOnce(self.tr("Recovery code"))
        self.auto = AutoLock(requests)
        self.column.addWidget(title(self.tr("Lock")))
        self.column.addWidget(self.auto)
        self.column.addWidget(self.note)
        self.column.addWidget(self.code)
        self.column.addWidget(self._progress)
        self._build_passphrase()
        self._build_keyring()
        self._build_recovery()
        for hidden in (self.passphrase, self.save_button, self.code):
            hidden.hide()
        self.passphrase.changed.connect(self._refresh)

    def _build_passphrase(self) -> None:
        self.passphrase_button = push_button(self.tr("Set or change…"), self._show_passphrase)
        self.remove_button = push_button(self.tr("Remove"), self._remove_passphrase)
        text = self.tr("Opens Hum without the keyring, on this computer only.")
        self._add(self.tr("Passphrase"), text, self.passphrase_button, self.remove_button)
        self.column.addWidget(self.passphrase)
        self.column.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _build_keyring(self) -> None:
        self.keyring_button = push_button(self.tr("Store the key"), self._store)
        text = self.tr("With the key in this computer's keyring, Hum opens by itself.")
        self.leave_keyring_button = push_button(self.tr("Remove"), self._leave_keyring)
        self._add(self.tr("Keyring"), text, self.keyring_button, self.leave_keyring_button)

    def _build_recovery(self) -> None:
        self.code_button = push_button(self.tr("Make a new code…"), self._ask_code)
        text = self.tr("A new code replaces the one on your paper, which then opens nothing.")
        self._add(self.tr("Recovery code"), text, self.code_button)

    def _add(self, caption: str, text: str, *buttons: QPushButton) -> None:
        self.column.addSpacing(SPACE_S)
        self.column.addWidget(heading(caption))
        self.column.addWidget(TextLabel(text, tone="muted"))
        row = FoldingRow()
        for button in buttons:
            button.setAccessibleName(f"{caption}: {button.text()}")
            row.add(button)
        row.add_stretch()
        self.column.addWidget(row)

    # -- passphrase ------------------------------------------------------------------------------

    @Slot()
    def _show_passphrase(self) -> None:
        self.passphrase.show()
        self.save_button.show()
        self._refresh()
        self.passphrase.setFocus()

    @Slot()
    def _refresh(self) -> None:
        self.save_button.setEnabled(self.passphrase.good_enough)

    @Slot()
    def _save_passphrase(self) -> None:
        self._ask(SetPassphrase(self.passphrase.text), self.tr("The new passphrase is set."))

    @Slot()
    def _remove_passphrase(self) -> None:
        if confirm(
            self,
            question=self.tr("Remove the passphrase?"),
            effect=self.tr(
                "From then on only the keyring and the recovery code open Hum. If both are lost, "
                "your messages are gone."
            ),
            verb=self.tr("Remove"),
        ):
            self._ask(SetPassphrase(None), self.tr("The passphrase is removed."))

    # -- keyring and code ------------------------------------------------------------------------

    @Slot()
    def _store(self) -> None:
        self._ask(StoreKeyInKeyring(), self.tr("The keyring keeps the key now."))

    @Slot()
    def _leave_keyring(self) -> None:
        if confirm(
            self,
            question=self.tr("Take the key out of the keyring?"),
            effect=self.tr("From then on Hum asks for the passphrase or the recovery code."),
            verb=self.tr("Remove"),
        ):
            self._done = self.tr("The keyring does not open Hum any more.")
            self._work(True)
            command = RemoveSlot("keyring")
            self._requests.ask(command, LockSettings, self._on_done, self._on_failed)

    @Slot()
    def _ask_code(self) -> None:
        self._work(True)
        self._requests.ask(AddRecoveryCode(), str, self._on_code, self._on_failed)

    def _on_code(self, code: str) -> None:
        self._work(False)
        self.auto.ask()
        self.code.show_secret(code)
        self.code.show()
        self.note.say(
            self.tr(
                "Write the new code on paper now: it is shown only until you close this window. "
                "The old one opens nothing any more."
            ),
            Tone.WARNING,
        )
        reveal(self.code)

    # -- one change at a time --------------------------------------------------------------------

    def _ask(self, command: SetPassphrase | StoreKeyInKeyring, done: str) -> None:
        self._done = done
        self._work(True)
        self._requests.ask(command, type(None), self._on_done, self._on_failed)

    def _on_done(self, _result: object) -> None:
        self._work(False)
        self.auto.ask()
        self.passphrase.clear()
        self.passphrase.hide()
        self.save_button.hide()
        self.note.say(self._done)
        reveal(self.note)

    def _on_failed(self, error: MessengerError) -> None:
        self._work(False)
        self.note.say(sentence(error), Tone.DANGER)
        reveal(self.note)

    def _work(self, busy: bool) -> None:
        self.note.clear()
        self._progress.setVisible(busy)
        for button in (
            self.passphrase_button,
            self.remove_button,
            self.save_button,
            self.keyring_button,
            self.leave_keyring_button,
            self.code_button,
        ):
            button.setDisabled(busy)
