"""Opens a profile that the keyring did not open: keyring again, passphrase or recovery code."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from messenger.core.errors import (
    DatabaseMissingError,
    KeyringEntryMissingError,
    KeyringError,
    MessengerError,
    StoreCorruptError,
)
from messenger.engine.commands import (
    CopyDamaged,
    RestoreSnapshot,
    Salvage,
    StoreKeyInKeyring,
    Unlock,
)
from messenger.engine.events import Salvaged, Snapshot, UnlockNeeded
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.damaged_page import DamagedPage
from messenger.gui.dialogs.labels import (
    Note,
    TextLabel,
    Tone,
    explanation,
    field_label,
    heading,
    title,
)
from messenger.gui.dialogs.pages import Page, Pages
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.secret_field import SecretField
from messenger.gui.dialogs.sheet import Sheet, push_button
from messenger.gui.texts import sentence

_NOTHING = type(None)


class UnlockDialog(Sheet):
    """Accepted when the profile is open; rejected when the person gives up for now."""

    def __init__(self, client: EngineClient, needed: UnlockNeeded, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Unlock Hum"), width=440)
        self._needed = needed
        self._requests = Requests(client, self)
        self._pages = Pages()
        self._note = Note()
        self._progress = BusyBar(self.tr("Opening"))
        self.passphrase = SecretField(self.tr("Passphrase"))
        self.recovery = QLineEdit()
        self.recovery.setAccessibleName(self.tr("Recovery code"))
        self._keyring_page = self._build_keyring_page()
        self._passphrase_page = self._build_passphrase_page()
        self._recovery_page = self._build_recovery_page()
        self._store_page = self._build_store_page()
        self.damaged_page = DamagedPage()
        self.damaged_page.salvage_wanted.connect(self._salvage)
        self.damaged_page.copy_wanted.connect(self._copy)
        self._opened_by = Unlock()  # what was tried last
        self._head = title(self.tr("Unlock Hum"))
        for widget in (self._head, self._note, self._pages, self._progress):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.cancel_button = self.add_button(self.tr("Quit"), self.reject)
        self.unlock_button = self.add_button(self.tr("Unlock"), self._unlock, "primary")
        if needed.problem is not None:
            self._note.say(sentence(needed.problem), Tone.WARNING)
        self._show(self._first_page())

    # -- pages -----------------------------------------------------------------------------------

    def _build_passphrase_page(self) -> Page:
        page = Page()
        page.column.addWidget(field_label(self.tr("&Passphrase"), self.passphrase))
        page.column.addWidget(self.passphrase)
        self._add_other_ways(page, "passphrase")
        return page

    def _build_recovery_page(self) -> Page:
        page = Page()
        page.column.addWidget(field_label(self.tr("&Recovery code"), self.recovery))
        page.column.addWidget(self.recovery)
        hint = self.tr(
            "The code you wrote down when you set Hum up. "
            "Capitals, spaces and dashes do not matter."
        )
        page.column.addWidget(explanation(hint, self.recovery))
        self._add_other_ways(page, "recovery")
        return page

    def _build_keyring_page(self) -> Page:
        page = Page()
        text = self.tr(
            "The key to your messages is in this computer's keyring. Unlock the keyring, "
            "then try again."
        )
        page.column.addWidget(TextLabel(text))
        self._add_other_ways(page, "keyring")
        return page

    def _build_store_page(self) -> Page:
        page = Page()
        page.column.addWidget(heading(self.tr("Put the key back into the keyring?")))
        text = self.tr(
            "Your messages are open again. If this computer's keyring keeps the key, Hum opens by "
            "itself whenever you are logged in. The recovery code stays valid either way."
        )
        page.column.addWidget(TextLabel(text))
        return page

    def _add_other_ways(self, page: Page, this: str) -> None:
        ways = {
            "keyring": (self.tr("Try the keyring again"), self._try_keyring),
            "passphrase": (self.tr("Use the passphrase"), self._show_passphrase),
            "recovery": (self.tr("Use the recovery code"), self._show_recovery),
        }
        for slot, (words, on_click) in ways.items():
            if slot != this and slot in self._needed.slots:
                button = push_button(words, on_click, "quiet")
                page.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _first_page(self) -> Page:
        slots, problem = self._needed.slots, self._needed.problem
        if isinstance(problem, StoreCorruptError):
            self.damaged_page.tell_about(missing=isinstance(problem, DatabaseMissingError))
            return self.damaged_page
        if "passphrase" in slots:
            return self._passphrase_page
        if "recovery" in slots and isinstance(problem, KeyringEntryMissingError):
            return self._recovery_page
        return self._keyring_page if "keyring" in slots else self._recovery_page

    def _show(self, page: Page) -> None:
        self._pages.show_page(page)
        words = {
            self._keyring_page: self.tr("Try again"),
            self.damaged_page: self.tr("Go back to the newest good state"),
        }
        self.unlock_button.setText(words.get(page, self.tr("Unlock")))
        if page is self._passphrase_page:
            self.passphrase.setFocus()
        elif page is self._recovery_page:
            self.recovery.setFocus()
        else:
            self.unlock_button.setFocus()

    @Slot()
    def _show_passphrase(self) -> None:
        self._note.clear()
        self._show(self._passphrase_page)

    @Slot()
    def _show_recovery(self) -> None:
        self._note.clear()
        self._show(self._recovery_page)

    # -- opening ---------------------------------------------------------------------------------

    @Slot()
    def _unlock(self) -> None:
        page = self._pages.page
        if page is self._store_page:
            self._work(True)
            command = StoreKeyInKeyring()
            self._requests.ask(command, _NOTHING, self._on_stored, self._on_failed)
        elif page is self._passphrase_page and self.passphrase.text:
            self._ask(Unlock(passphrase=self.passphrase.text))
        elif page is self._recovery_page and self.recovery.text().strip():
            self._ask(Unlock(recovery_code=self.recovery.text().strip()))
        elif page is self._keyring_page:
            self._ask(Unlock())
        elif page is self.damaged_page:
            self._restore()

    @Slot()
    def _try_keyring(self) -> None:
        self._ask(Unlock())

    def _restore(self) -> None:
        self._note.clear()
        self._work(True)
        used = self._opened_by
        command = RestoreSnapshot(used.passphrase, used.recovery_code)
        self._requests.ask(command, Snapshot, self._on_restored, self._on_failed)

    @Slot(object, str)
    def _salvage(self, path: Path, backup_passphrase: str) -> None:
        self._note.clear()
        self._work(True)
        used = self._opened_by
        command = Salvage(path, backup_passphrase, used.passphrase, used.recovery_code)
        self._requests.ask(command, Salvaged, self._on_salvaged, self._on_failed)

    def _on_salvaged(self, found: Salvaged) -> None:
        self._work(False)
        self.damaged_page.tell_salvaged(found)

    @Slot(object)
    def _copy(self, folder: Path) -> None:
        self._note.clear()
        self._work(True)
        self._requests.ask(CopyDamaged(folder), Path, self._on_copied, self._on_failed)

    def _on_copied(self, made: Path) -> None:
        self._work(False)
        self.damaged_page.tell_copied(made)

    def _on_restored(self, _snapshot: Snapshot) -> None:
        self._opened_by = Unlock()
        self._on_open(None)

    def _ask(self, command: Unlock) -> None:
        self._opened_by = command
        self._note.clear()
        self._work(True)
        self._requests.ask(command, _NOTHING, self._on_open, self._on_failed)

    def _work(self, busy: bool) -> None:
        self._progress.setVisible(busy)
        self._pages.setEnabled(not busy)
        self.unlock_button.setEnabled(not busy)

    def _on_open(self, _result: None) -> None:
        self._work(False)
        by_hand = self._pages.page is not self._keyring_page
        lost = isinstance(self._needed.problem, KeyringError)
        opened_with_recovery = bool(self.recovery.text())
        self._opened_by = Unlock()
        self.passphrase.clear()
        self.recovery.clear()
        self.damaged_page.clear()
        if by_hand and (opened_with_recovery or lost):
            self._offer_keyring()
        else:
            self.accept()

    def _offer_keyring(self) -> None:
        self._note.clear()
        self._head.setText(self.tr("Hum is open"))
        self._show(self._store_page)
        self.cancel_button.setText(self.tr("Not now"))
        self.cancel_button.clicked.disconnect(self.reject)
        self.cancel_button.clicked.connect(self.accept)
        self.unlock_button.setText(self.tr("Store in the keyring"))
        self.unlock_button.setFocus()

    def _on_stored(self, _result: None) -> None:
        self.accept()

    def _on_failed(self, error: MessengerError) -> None:
        self._work(False)
        self._note.say(sentence(error), Tone.DANGER)
        if isinstance(error, StoreCorruptError) and self._pages.page is not self.damaged_page:
            self.damaged_page.tell_about(missing=isinstance(error, DatabaseMissingError))
            self._show(self.damaged_page)
        if self._pages.page is self._passphrase_page:
            self.passphrase.edit.selectAll()
            self.passphrase.setFocus()

    def reject(self) -> None:
        """Once the profile is open, leaving the offer is not giving up."""
        if self._pages.page is self._store_page:
            self.accept()
        else:
            super().reject()
