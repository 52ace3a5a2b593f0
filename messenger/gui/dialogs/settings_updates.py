"""Settings: whether Hum looks for new versions, what it found, and putting it in place."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QProgressBar, QWidget

from messenger.core.errors import CancelledByPersonError, MessengerError
from messenger.engine.commands import SetPreference
from messenger.gui.dialogs.copy_button import CopyButton
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import (
    CodeLabel,
    Note,
    TextLabel,
    Tone,
    field_label,
    heading,
    title,
)
from messenger.gui.dialogs.narrow_choice import narrow_choice
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.remote_text import isolated
from messenger.gui.texts import sentence
from messenger.gui.update_client import WORKING, Phase, UpdateClient, UpdateState
from messenger.gui.words import size_words
from messenger.update.consent import PREFERENCE, Consent, consent_of
from messenger.update.installation import Kind

NOTES_HEIGHT = 120  # pixels
PERCENT = 100


class UpdatesSection(Page):
    """Off until it is allowed; every step that changes something is a button of its own.

    Signals:
        restart_wanted: end Hum, and start it again as the new version.
    """

    restart_wanted = Signal()

    def __init__(self, requests: Requests, updates: UpdateClient, version: str) -> None:
        super().__init__()
        self._requests = requests
        self._updates = updates
        self._version = version
        self._then_check = False
        self.note = Note()
        self.consent = narrow_choice(
            (self.tr("Never"), Consent.OFF.value),
            (self.tr("Only when I ask for it"), Consent.BY_HAND.value),
            (self.tr("Once a day"), Consent.DAILY.value),
        )
        self.check_button = push_button(self.tr("Check now"), self._check)
        self.folder_button = push_button(self.tr("From a folder…"), self._choose_folder)
        self.found = heading("")
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setTabChangesFocus(True)
        self.notes.setMaximumHeight(NOTES_HEIGHT)
        self.notes.setAccessibleName(self.tr("What is new"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("The update"))
        self.download_button = push_button(self.tr("Download"), updates.download, "primary")
        self.install_button = push_button(self.tr("Install"), updates.prepare, "primary")
        self.restart_button = push_button(
            self.tr("Close Hum and start the new one"), self._restart, "primary"
        )
        self.cancel_button = push_button(self.tr("Cancel"), updates.cancel)
        self.command = CodeLabel(self.tr("Command"))
        self.copy_button = CopyButton(self.tr("Copy"), self._command_text)
        self._build()
        self.consent.setCurrentIndex(self._row(consent_of(updates.preferences)))
        self.consent.activated.connect(self._set_consent)
        updates.changed.connect(self._show)
        self._show(updates.state)

    def _build(self) -> None:
        self.column.addWidget(title(self.tr("Updates")))
        words = self.tr("This is Hum {version}.").replace("{version}", self._version)
        self.column.addWidget(TextLabel(f"{words} {self._origin()}".strip()))
        self.column.addWidget(TextLabel(self._explanation(), tone="muted"))
        asking: tuple[QWidget, ...] = (
            field_label(self.tr("&Look for updates"), self.consent),
            self.consent,
            self._row_of(self.check_button, self.folder_button),
        )
        for widget in asking:
            self.column.addWidget(widget)
            widget.setVisible(self._updates.address is not None)
        found: tuple[QWidget, ...] = (
            self.found,
            self.notes,
            self.progress,
            self.note,
            self._row_of(
                self.download_button, self.install_button, self.restart_button, self.cancel_button
            ),
            self.command,
        )
        for widget in found:
            self.column.addWidget(widget)
        self.column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _row_of(self, *buttons: QWidget) -> FoldingRow:
        row = FoldingRow()
        for button in buttons:
            row.add(button)
        row.add_stretch()
        return row

    def _origin(self) -> str:
        match self._updates.installed.kind:
            case Kind.SOURCES:
                return self.tr(
                    "It runs from its sources: a newer version is shown here, and you bring the "
                    "sources up to date as you got them."
                )
            case Kind.DEBIAN:
                return self.tr(
                    "It was installed as a package of the system, so the last step is a command "
                    "for the administrator."
                )
            case _:
                return ""

    def _explanation(self) -> str:
        address = self._updates.address
        if address is None:
            return self.tr(
                "This Hum was built without a place that publishes updates, so there is nobody "
                "to ask."
            )
        words = self.tr(
            "Looking for a new version asks {place}. Whoever runs it sees the address of this "
            "computer and that it uses Hum, not who you are or whom you write to. What comes back "
            "is believed only if enough of the people who make Hum have signed it."
        )
        return words.replace("{place}", isolated(address))

    # -- consent ---------------------------------------------------------------------------------

    def _row(self, consent: Consent) -> int:
        return self.consent.findData(consent.value)

    @Slot()
    def _set_consent(self) -> None:
        self._then_check = False
        self._ask(Consent(self.consent.currentData()))

    def _ask(self, consent: Consent) -> None:
        command = SetPreference(PREFERENCE, consent.value)
        self._requests.ask(command, type(None), self._on_set, self._on_failed)

    def _on_set(self, _result: None) -> None:
        chosen = {PREFERENCE: self.consent.currentData()}
        self._updates.follow({**self._updates.preferences, **chosen})
        self._show(self._updates.state)
        if self._then_check:
            self._then_check = False
            self._updates.check()

    def _on_failed(self, error: MessengerError) -> None:
        self.consent.setCurrentIndex(self._row(consent_of(self._updates.preferences)))
        self.note.say(sentence(error), Tone.DANGER)

    # -- what is asked -----------------------------------------------------------------------------

    @Slot()
    def _check(self) -> None:
        """Look now; where it was not allowed yet, this button says that it allows it."""
        if consent_of(self._updates.preferences) is Consent.OFF:
            self._then_check = True
            self.consent.setCurrentIndex(self._row(Consent.BY_HAND))
            self._ask(Consent.BY_HAND)
        else:
            self._updates.check()

    @Slot()
    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Look for updates in"))
        if chosen:
            self.look_in(Path(chosen))

    def look_in(self, folder: Path) -> None:
        """Look in a folder instead of asking the server, this once."""
        self._updates.check(str(folder))

    @Slot()
    def _restart(self) -> None:
        self._updates.start_again = True
        self.restart_wanted.emit()

    def _command_text(self) -> str:
        prepared = self._updates.state.prepared
        return prepared.command if prepared is not None else ""

    # -- what came of it -------------------------------------------------------------------------

    @Slot(object)
    def _show(self, state: UpdateState) -> None:
        allowed = consent_of(self._updates.preferences) is not Consent.OFF
        self.check_button.setText(
            self.tr("Check now") if allowed else self.tr("Allow it and check now")
        )
        working, phase = state.phase in WORKING, state.phase
        for button in (self.check_button, self.folder_button):
            button.setEnabled(not working and phase is not Phase.READY)
        self.folder_button.setVisible(allowed)
        self._show_found(state)
        self._show_progress(state)
        self.cancel_button.setVisible(working)
        self.download_button.setVisible(self._may_download(state))
        self.install_button.setVisible(phase is Phase.DOWNLOADED)
        prepared = state.prepared if phase is Phase.READY else None
        self.restart_button.setVisible(prepared is not None and prepared.folder is not None)
        by_hand = prepared is not None and bool(prepared.command)
        self.command.setText(self._command_text() if by_hand else "")
        self.command.setVisible(by_hand)
        self.copy_button.setVisible(by_hand)
        self._tell(state)

    def _may_download(self, state: UpdateState) -> bool:
        newer = state.release is not None and state.release.newer
        waits = state.phase in {Phase.FOUND, Phase.FAILED}
        return newer and waits and self._updates.installed.kind is not Kind.SOURCES

    def _show_found(self, state: UpdateState) -> None:
        release = state.release
        newer = release is not None and release.newer
        self.found.setVisible(newer)
        self.notes.setVisible(newer and release is not None and bool(release.notes))
        if release is not None and newer:
            words = self.tr("Hum {version} is available ({size})")
            words = words.replace("{size}", size_words(release.size))
            self.found.setText(words.replace("{version}", release.version))
            if self.notes.toPlainText() != release.notes:
                self.notes.setPlainText(release.notes)

    def _show_progress(self, state: UpdateState) -> None:
        self.progress.setVisible(state.phase in WORKING)
        if state.phase is Phase.DOWNLOADING and state.total:
            self.progress.setRange(0, PERCENT)
            self.progress.setValue(state.done * PERCENT // state.total)
        else:
            self.progress.setRange(0, 0)

    def _tell(self, state: UpdateState) -> None:
        match state:
            case UpdateState(phase=Phase.CURRENT):
                self.note.say(self.tr("This is the newest version that is published."))
            case UpdateState(phase=Phase.DOWNLOADED):
                self.note.say(self.tr("Downloaded, and signed as it must be."))
            case UpdateState(phase=Phase.READY):
                self.note.say(self._ready_words())
            case UpdateState(error=CancelledByPersonError()):
                self.note.say(self.tr("Cancelled. Nothing was changed."))
            case UpdateState(phase=Phase.FAILED, error=MessengerError() as error):
                self.note.say(sentence(error), Tone.DANGER)
            case _:
                self.note.clear()

    def _ready_words(self) -> str:
        if self._command_text():
            return self.tr("Verified. This command in a terminal installs it:")
        return self.tr(
            "Verified and ready. The new version takes its place when Hum closes; the present "
            "one is kept beside it."
        )
