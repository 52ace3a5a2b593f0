"""The page for a profile whose database is damaged or gone: nothing is deleted, all ways out."""

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from messenger.engine.events import Salvaged
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, heading
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.secret_field import NewPassphrase
from messenger.gui.dialogs.settings_backup import SUFFIX
from messenger.gui.dialogs.sheet import push_button


class DamagedPage(Page):
    """Going back is the dialog's main button; here is what else can be done.

    Signals:
        salvage_wanted: write what can be read as a backup: Path, passphrase of the backup.
        copy_wanted: copy the files into this folder: Path.
    """

    salvage_wanted = Signal(object, str)
    copy_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._words = TextLabel()
        self.passphrase = NewPassphrase()
        self.salvage_button = push_button(self.tr("Save as a backup…"), self._choose_file)
        self.copy_button = push_button(self.tr("Copy the files…"), self._choose_folder, "quiet")
        self.note = Note()
        self._salvage_heading = heading(self.tr("Or save what can still be read"))
        words = self.tr(
            "It becomes a backup with a passphrase of its own, from which a profile can be made "
            "on this computer or another. Hum says what was found and what was lost."
        )
        self._salvage_words = TextLabel(words, tone="muted")
        self._head = heading("")
        for widget in (
            self._head,
            self._words,
            self._salvage_heading,
            self._salvage_words,
            self.passphrase,
            self.salvage_button,
            self.note,
            self.copy_button,
        ):
            self.column.addWidget(widget)
        left = Qt.AlignmentFlag.AlignLeft
        self.column.setAlignment(self.salvage_button, left)
        self.column.setAlignment(self.copy_button, left)
        self.passphrase.changed.connect(self._refresh)
        self.tell_about(missing=False)

    def tell_about(self, *, missing: bool) -> None:
        """Say what happened: the file is gone, or it is there and cannot be read."""
        self._head.setText(
            self.tr("Your data is missing") if missing else self.tr("Your data is damaged")
        )
        self._words.setText(
            self.tr(
                "The file that holds your messages is not in its folder. Hum makes no new one in "
                "its place. If it was moved, quit and put it back; else Hum can go back to the "
                "newest good state that it kept."
            )
            if missing
            else self.tr(
                "The file that holds your messages cannot be read as it should be. Hum leaves it "
                "as it is and deletes nothing. It can go back to the newest good state that it "
                "kept; the damaged file is set aside then."
            )
        )
        for widget in (
            self._salvage_heading,
            self._salvage_words,
            self.passphrase,
            self.salvage_button,
        ):
            widget.setVisible(not missing)
        self._refresh()

    def tell_salvaged(self, found: Salvaged) -> None:
        """Say how much was found, and whether something is lost."""
        words = self.tr("Written. Contacts: {contacts}. Messages: {messages}.")
        words = words.replace("{contacts}", QLocale().toString(found.contact_count))
        words = words.replace("{messages}", QLocale().toString(found.message_count))
        if found.broken:
            lost = self.tr("Not all could be read. What is missing lay in damaged places.")
            self.note.say(f"{words} {lost}", Tone.WARNING)
        else:
            self.note.say(f"{words} {self.tr('All of it could be read.')}")

    def tell_copied(self, folder: Path) -> None:
        """Say where the copy is."""
        self.note.say(self.tr("Copied to {folder}").replace("{folder}", str(folder)))

    def clear(self) -> None:
        """Hold no secret any more."""
        self.passphrase.clear()

    @Slot()
    def _refresh(self) -> None:
        self.salvage_button.setEnabled(self.passphrase.good_enough)

    @Slot()
    def _choose_file(self) -> None:
        day = QDateTime.currentDateTime().toString("yyyy-MM-dd")
        proposed = str(Path.home() / f"hum-salvaged-{day}{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Write the backup to"), proposed)
        if chosen:
            self.note.clear()
            self.salvage_wanted.emit(Path(chosen), self.passphrase.text)

    @Slot()
    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Copy the damaged files into"))
        if chosen:
            self.note.clear()
            self.copy_wanted.emit(Path(chosen))
