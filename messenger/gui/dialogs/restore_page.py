"""The page of the first run that makes a profile out of a backup."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QLineEdit

from messenger.engine.commands import RestoreBackup
from messenger.engine.events import ProfileNeeded
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import TextLabel, field_label, heading, title
from messenger.gui.dialogs.lock_choice import LockChoice
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.secret_field import SecretField
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.theme import SPACE_S


class RestorePage(Page):
    """File, its passphrase, and what shall open Hum here. What was typed stays on a failure.

    Signals:
        changed: something was chosen or typed.
    """

    changed = Signal()

    def __init__(self, needed: ProfileNeeded) -> None:
        super().__init__()
        self.file_edit = QLineEdit()
        self.choose_button = push_button(self.tr("Choose…"), self._choose)
        self.choose_button.setAccessibleName(self.tr("Choose the backup file"))
        self.passphrase = SecretField(self.tr("Passphrase of the backup"))
        self.lock_choice = LockChoice(needed.keyring, needed.keyring_problem)
        row = FoldingRow()
        row.add(self.file_edit, 1)
        row.add(self.choose_button)
        self.column.addWidget(title(self.tr("Restore a backup")))
        words = self.tr(
            "You go on with the same name, key and contacts. Do not go on using Hum on the "
            "computer that the backup comes from: two cannot share one identity."
        )
        self.column.addWidget(TextLabel(words, tone="muted"))
        self.column.addWidget(field_label(self.tr("&File"), self.file_edit))
        self.column.addWidget(row)
        self.column.addWidget(field_label(self.tr("Passphrase of the &backup"), self.passphrase))
        self.column.addWidget(self.passphrase)
        self.column.addSpacing(SPACE_S)
        self.column.addWidget(heading(self.tr("What shall open Hum on this computer?")))
        self.column.addWidget(self.lock_choice)
        self.file_edit.textChanged.connect(self.changed)
        self.passphrase.changed.connect(self.changed)
        self.lock_choice.changed.connect(self.changed)

    @property
    def complete(self) -> bool:
        named = bool(self.file_edit.text().strip() and self.passphrase.text)
        return named and self.lock_choice.complete

    @property
    def command(self) -> RestoreBackup:
        return RestoreBackup(
            path=Path(self.file_edit.text().strip()).expanduser(),
            backup_passphrase=self.passphrase.text,
            use_keyring=self.lock_choice.use_keyring,
            passphrase=self.lock_choice.secret,
        )

    def clear(self) -> None:
        """Hold no secret any more."""
        self.passphrase.clear()
        self.lock_choice.passphrase.clear()

    @Slot()
    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Restore a backup"))
        if chosen:
            self.file_edit.setText(chosen)
