"""Settings: the connection doctor: why somebody is not reached, step by step."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import Finding, Verdict
from messenger.engine.commands import RunDoctor
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.copy_button import CopyButton
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.doctor_words import doctor_title, doctor_words
from messenger.gui.icons import pixmap
from messenger.gui.texts import sentence
from messenger.gui.theme import ICON_M, SPACE_S, SPACE_XS, colour, tokens_of

_ICONS: Final = {Verdict.GOOD: "tick", Verdict.FAIL: "failed", Verdict.NOTE: "info"}


class DoctorSection(Page):
    """Asks the engine, which tries each step; the window goes on meanwhile."""

    def __init__(self, requests: Requests) -> None:
        super().__init__()
        self._requests = requests
        self._findings: tuple[Finding, ...] = ()
        self.note = Note()
        self._progress = BusyBar(self.tr("Looking at each step"))
        self.check_button = push_button(self.tr("Check now"), self._check)
        self.copy_button = CopyButton(self.tr("Copy report"), self.report)
        self.copy_button.setEnabled(False)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE_S)
        row = FoldingRow()
        for button in (self.check_button, self.copy_button):
            row.add(button)
        row.add_stretch()
        words = self.tr(
            "Hum tries each step of the way to others and says what to do. The report names no "
            "person, no key and no address."
        )
        self.column.addWidget(title(self.tr("Connection check")))
        self.column.addWidget(TextLabel(words, tone="muted"))
        for widget in (row, self._progress, self.note):
            self.column.addWidget(widget)
        self.column.addLayout(self._rows)

    def report(self) -> str:
        """The findings in English words, in every language, for those who help."""
        return "\n".join(
            f"{each.step}: {each.verdict.value} ({' '.join((each.reason, each.detail)).strip()})"
            for each in self._findings
        )

    @Slot()
    def _check(self) -> None:
        self.note.clear()
        self._progress.show()
        self.check_button.setEnabled(False)
        self._requests.ask(RunDoctor(), tuple, self._on_found, self._on_failed)

    def _on_found(self, findings: tuple[Finding, ...]) -> None:
        self._end_check()
        self._findings = findings
        self.copy_button.setEnabled(True)
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for finding in findings:
            self._rows.addWidget(FindingRow(finding))
        count = sum(finding.verdict is Verdict.FAIL for finding in findings)
        if count:
            words = self.tr("Steps that need something: {n}.").replace("{n}", str(count))
            self.note.say(words, Tone.WARNING)
        else:
            self.note.say(self.tr("Nothing is wrong with the connection from here."))

    def _on_failed(self, error: MessengerError) -> None:
        self._end_check()
        self.note.say(sentence(error), Tone.DANGER)

    def _end_check(self) -> None:
        self._progress.hide()
        self.check_button.setEnabled(True)


class FindingRow(QWidget):
    """One step: how it stands, its name, and what it means."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self._verdict = finding.verdict
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._icon.setAccessibleName(self._spoken())
        words = QVBoxLayout()
        words.setSpacing(SPACE_XS)
        self.heading = TextLabel(doctor_title(finding.step), bold=True)
        self.text = TextLabel(doctor_words(finding))
        words.addWidget(self.heading)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()
        super().changeEvent(event)

    def _spoken(self) -> str:
        return {
            Verdict.GOOD: self.tr("good"),
            Verdict.FAIL: self.tr("needs something"),
            Verdict.NOTE: self.tr("note"),
        }[self._verdict]

    def _tint(self) -> None:
        tokens = tokens_of(self.palette())
        tint = {
            Verdict.GOOD: tokens.success_text,
            Verdict.FAIL: tokens.danger_text,
            Verdict.NOTE: tokens.accent_text,
        }[self._verdict]
        picture = pixmap(_ICONS[self._verdict], colour(tint), ICON_M, self.devicePixelRatioF())
        self._icon.setPixmap(picture)
