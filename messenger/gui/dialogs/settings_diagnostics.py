"""Settings: versions, what was looked at, and a report that names nobody."""

import platform
import ssl
from typing import Final

from PySide6.QtCore import QDateTime, Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from messenger.core.errors import MessengerError
from messenger.core.types import NodeInfo, WireStats
from messenger.engine.commands import CheckIntegrity, GetLockSettings, GetWireStats, ListSnapshots
from messenger.engine.events import IntegrityChecked, LockSettings, Snapshot
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.copy_button import CopyButton
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.texts import sentence

REPORT_HEIGHT: Final = 260  # pixels


class DiagnosticsSection(Page):
    """The report holds versions, counts and states: no name, key, address or path."""

    def __init__(self, requests: Requests, info: NodeInfo) -> None:
        super().__init__()
        self._requests = requests
        self._lines: dict[str, str] = {}
        self.note = Note()
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setMinimumHeight(REPORT_HEIGHT)
        self.report.setAccessibleName(self.tr("Report"))
        self._progress = BusyBar(self.tr("Looking through the database"))
        self.check_button = push_button(self.tr("Check data"), self._check)
        self.copy_button = CopyButton(self.tr("Copy report"), self.report.toPlainText)
        row = FoldingRow()
        for button in (self.check_button, self.copy_button):
            row.add(button)
        row.add_stretch()
        words = self.tr(
            "What helps somebody who helps you. It names no person, no key, no address and no "
            "file of yours; read it before you give it away."
        )
        self.column.addWidget(title(self.tr("Diagnostics")))
        self.column.addWidget(TextLabel(words, tone="muted"))
        for widget in (self.report, row, self._progress, self.note):
            self.column.addWidget(widget)
        self._begin(info)

    def _begin(self, info: NodeInfo) -> None:
        self._say(hum=info.version, python=platform.python_version(), qt=qVersion())
        self._say(openssl=ssl.OPENSSL_VERSION, system=f"{platform.system()} {platform.release()}")
        self._say(window=QGuiApplication.platformName(), cover=f"{info.cover.interval_s:g} s")
        self._say(listening="yes" if info.listen is not None else "no")
        self._say(addresses=str(len(info.addresses)))
        ask = self._requests.ask
        ask(GetLockSettings(), LockSettings, self._on_lock, self._on_unknown)
        ask(GetWireStats(), WireStats, self._on_wire, self._on_unknown)
        ask(ListSnapshots(), tuple, self._on_snapshots, self._on_unknown)

    def _say(self, **lines: str) -> None:
        """Put lines into the report; they are English in every language, for those who help."""
        self._lines.update(lines)
        text = "\n".join(
            f"{name.replace('_', ' ')}: {value}" for name, value in self._lines.items()
        )
        self.report.setPlainText(text)

    def _on_lock(self, settings: LockSettings) -> None:
        self._say(opened_by=", ".join(sorted(settings.slots)))
        self._say(keyring=settings.keyring or "none")

    def _on_wire(self, stats: WireStats) -> None:
        skipped = sum(link.skipped for link in stats.links)
        self._say(links=str(len(stats.links)), skipped_instants=str(skipped))
        late = f"{stats.lateness_p50_ms:.2f} ms, p99 {stats.lateness_p99_ms:.2f} ms"
        self._say(cells_late_by=late)

    def _on_snapshots(self, snapshots: tuple[Snapshot, ...]) -> None:
        newest = "none"
        if snapshots:
            at = QDateTime.fromMSecsSinceEpoch(snapshots[0].created_at)
            newest = at.toString(Qt.DateFormat.ISODate)
        self._say(snapshots=str(len(snapshots)), newest_snapshot=newest)

    def _on_unknown(self, _error: MessengerError) -> None:
        pass  # the line is missing, and that tells something too

    @Slot()
    def _check(self) -> None:
        self.note.clear()
        self._progress.show()
        self.check_button.setEnabled(False)
        command = CheckIntegrity()
        self._requests.ask(command, IntegrityChecked, self._on_checked, self._on_failed)

    def _on_checked(self, checked: IntegrityChecked) -> None:
        self._end_check()
        self._say(database="sound" if checked.sound else "damaged")
        if checked.sound:
            self.note.say(self.tr("The whole database was read, and it is sound."))
        else:
            self.note.say(self.tr("The database is damaged. Make a backup now."), Tone.DANGER)

    def _on_failed(self, error: MessengerError) -> None:
        self._end_check()
        self.note.say(sentence(error), Tone.DANGER)

    def _end_check(self) -> None:
        self._progress.hide()
        self.check_button.setEnabled(True)
