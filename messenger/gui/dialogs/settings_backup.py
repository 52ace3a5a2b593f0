"""Settings: a backup now, backups by themselves."""

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Slot
from PySide6.QtWidgets import QFileDialog, QProgressBar, QPushButton, QWidget

from messenger.core.errors import CancelledByPersonError, MessengerError
from messenger.engine.commands import BackUp, CancelBackup, GetBackupSchedule, SetBackupSchedule
from messenger.engine.events import BackupDone, BackupProgress, BackupSchedule
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, field_label, heading, title
from messenger.gui.dialogs.narrow_choice import choose_number, narrow_choice
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.secret_field import NewPassphrase
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.dialogs.toggles import CheckBox
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S

SUFFIX = ".humbackup"


class BackupSection(Page):
    """One passphrase field serves both: what is written is opened by it alone."""

    def __init__(self, requests: Requests) -> None:
        super().__init__()
        self._requests = requests
        self._schedule: BackupSchedule | None = None
        self.note = Note()
        self.passphrase = NewPassphrase()
        self.contacts_box = CheckBox(self.tr("&Contacts, name and settings only, no messages"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Writing the backup"))
        self.now_button = push_button(self.tr("Back up now…"), self._choose_file, "primary")
        self.cancel_button = push_button(self.tr("Cancel"), self._cancel)
        self.state = TextLabel(tone="muted")
        self.hours = narrow_choice(
            (self.tr("Every hour"), 1),
            (self.tr("Every day"), 24),
            (self.tr("Every week"), 7 * 24),
        )
        choose_number(self.hours, 24)
        self.on_button = push_button(self.tr("Choose a folder…"), self._choose_folder)
        self.off_button = push_button(self.tr("Stop"), self._stop_schedule)
        self._build()
        self._work(False)
        self.passphrase.changed.connect(self._refresh)
        requests.ask(GetBackupSchedule(), BackupSchedule, self._show_schedule, self._on_failed)

    def _build(self) -> None:
        self.column.addWidget(title(self.tr("Backup")))
        words = self.tr(
            "A backup is one encrypted file that a new computer can go on from. Its passphrase "
            "is its own: without it nobody can open the file, and nobody can reset it."
        )
        now: tuple[QWidget, ...] = (
            TextLabel(words, tone="muted"),
            heading(self.tr("Passphrase of the backup")),
            self.passphrase,
            self.contacts_box,
            _row(self.now_button, self.cancel_button),
            self.progress,
            self.note,
        )
        for widget in now:
            self.column.addWidget(widget)
        self.column.addSpacing(SPACE_S)
        scheduled: tuple[QWidget, ...] = (
            heading(self.tr("Automatic backups")),
            self.state,
            field_label(self.tr("How &often"), self.hours),
            self.hours,
            _row(self.on_button, self.off_button),
        )
        for widget in scheduled:
            self.column.addWidget(widget)

    @Slot()
    def _refresh(self) -> None:
        ready = self.passphrase.good_enough and self.cancel_button.isHidden()
        self.now_button.setEnabled(ready)
        self.on_button.setEnabled(ready)

    # -- now ---------------------------------------------------------------------------------------

    @Slot()
    def _choose_file(self) -> None:
        day = QDateTime.currentDateTime().toString("yyyy-MM-dd")
        proposed = str(Path.home() / f"hum-{day}{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Back up to"), proposed)
        if chosen:
            self.back_up(Path(chosen))

    def back_up(self, path: Path) -> None:
        """Write a backup to ``path``."""
        self._work(True)
        history = not self.contacts_box.isChecked()
        command = BackUp(path, self.passphrase.text, history=history)
        self._requests.ask(command, BackupDone, self._on_done, self._on_backup_failed)

    def follow(self, progress: BackupProgress) -> None:
        """Show how far it is."""
        self.progress.setRange(0, max(1, progress.total))
        self.progress.setValue(progress.done)

    @Slot()
    def _cancel(self) -> None:
        self._requests.ask(CancelBackup(), type(None), self._on_cancelled, self._on_failed)

    def _on_cancelled(self, _result: None) -> None:
        pass  # the backup itself answers

    def _on_done(self, done: BackupDone) -> None:
        self._work(False)
        words = self.tr("Written. Contacts: {contacts}. Messages: {messages}.")
        words = words.replace("{contacts}", QLocale().toString(done.contact_count))
        self.note.say(words.replace("{messages}", QLocale().toString(done.message_count)))

    def _on_backup_failed(self, error: MessengerError) -> None:
        self._work(False)
        if isinstance(error, CancelledByPersonError):
            self.note.say(self.tr("Cancelled. Nothing of it was left behind."))
        else:
            self._on_failed(error)

    def _work(self, busy: bool) -> None:
        self.note.clear()
        self.progress.setRange(0, 0)
        self.progress.setVisible(busy)
        self.cancel_button.setVisible(busy)
        self._refresh()

    # -- by itself ---------------------------------------------------------------------------------

    @Slot()
    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Write backups into"))
        if chosen:
            self.start_schedule(Path(chosen))

    def start_schedule(self, folder: Path) -> None:
        """Have backups written into ``folder`` from now on."""
        command = SetBackupSchedule(
            folder,
            interval_h=self.hours.currentData(),
            history=not self.contacts_box.isChecked(),
            passphrase=self.passphrase.text,
        )
        self._requests.ask(command, BackupSchedule, self._show_schedule, self._on_failed)

    @Slot()
    def _stop_schedule(self) -> None:
        command = SetBackupSchedule(None)
        self._requests.ask(command, BackupSchedule, self._show_schedule, self._on_failed)

    def _show_schedule(self, schedule: BackupSchedule) -> None:
        self.off_button.setHidden(schedule.folder is None)
        if schedule.folder is None:
            self.state.setText(self.tr("Off. Type a passphrase above, then choose a folder."))
            return
        choose_number(self.hours, schedule.interval_h)
        words = self.tr("Every {hours} h into {folder}. Newest ones kept: {count}.")
        words = words.replace("{hours}", str(schedule.interval_h))
        words = words.replace("{count}", str(schedule.keep))
        words = words.replace("{folder}", str(schedule.folder))
        if schedule.problem is not None:
            words += " " + self.tr("The last try failed; it is tried again within the hour.")
        elif schedule.last_at is not None:
            when = QDateTime.fromMSecsSinceEpoch(schedule.last_at)
            shown = QLocale().toString(when, QLocale.FormatType.ShortFormat)
            words += " " + self.tr("The last one: {when}.").replace("{when}", shown)
        self.state.setText(words)

    def _on_failed(self, error: MessengerError) -> None:
        self.note.say(sentence(error), Tone.DANGER)


def _row(*buttons: QPushButton) -> FoldingRow:
    row = FoldingRow()
    for button in buttons:
        row.add(button)
    row.add_stretch()
    return row
