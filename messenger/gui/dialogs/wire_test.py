"""The self-test on the wire page: attackers against this program, in a process of its own."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar

from messenger.core.program import own_command
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.lab_process import LabProcess
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.sheet import push_button

COMMAND: Final = own_command("wiretest")
STEPS: Final = 1000  # of the progress bar
REPORT_HEIGHT: Final = 160  # pixels


class WireTest(Page):
    """Runs ``hum wiretest`` and shows what it found. Owner: GUI thread."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        super().__init__()
        self._command = command
        self._process: LabProcess | None = None
        self.start_button = push_button(self.tr("Run self-test"), self.start)
        self.cancel_button = push_button(self.tr("Cancel"), self.stop)
        self.step = TextLabel(tone="muted")
        self.progress = QProgressBar()
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Self-test"))
        self.note = Note()
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setMinimumHeight(REPORT_HEIGHT)
        self.report.setAccessibleName(self.tr("What the attackers found"))
        row = FoldingRow()
        for button in (self.start_button, self.cancel_button):
            row.add(button)
        row.add_stretch()
        words = self.tr(
            "Nodes of their own talk and are silent on this computer for about two minutes, and "
            "attackers look at the packets. 0.5 means that they guess; beside Hum stand two "
            "schemes that they must find. It does not cover your provider's equipment, other "
            "programs, or somebody who watches for weeks."
        )
        self.column.addWidget(title(self.tr("Self-test")))
        self.column.addWidget(TextLabel(words, tone="muted"))
        for widget in (row, self.step, self.progress, self.note, self.report):
            self.column.addWidget(widget)
        self.report.hide()
        self._work(False)

    @Slot()
    def start(self) -> None:
        """Begin; a run that goes on is left alone."""
        if self._process is not None:
            return
        self.note.clear()
        self.report.hide()
        self._process = LabProcess(self._command, self)
        self._process.told.connect(self._on_told)
        self._process.ended.connect(self._on_ended)
        self._work(True)
        self._process.start()

    @Slot()
    def stop(self) -> None:
        """End it; nothing of it stays."""
        if self._process is not None:
            self._process.stop()
            self._process.deleteLater()
            self._process = None
        self._work(False)

    @Slot(object)
    def _on_told(self, told: dict[str, object]) -> None:
        share, result = told.get("progress"), told.get("result")
        if isinstance(share, int | float):
            self.progress.setValue(round(STEPS * share))
            self.step.setText(str(told.get("text", "")))
        elif isinstance(result, dict):
            bad = not result.get("controls_found") or bool(result.get("breaches"))
            self.note.say(str(told.get("verdict", "")), Tone.WARNING if bad else Tone.PLAIN)
            self.report.setPlainText("\n".join(_rows(result.get("findings"))))
            self.report.show()

    @Slot(str)
    def _on_ended(self, complaint: str) -> None:
        self.stop()
        if self.report.isHidden():
            words = self.tr("The self-test did not come to its end: {reason}")
            self.note.say(words.replace("{reason}", complaint or "–"), Tone.DANGER)

    def _work(self, busy: bool) -> None:
        self.start_button.setDisabled(busy)
        for widget in (self.cancel_button, self.step, self.progress):
            widget.setVisible(busy)


def _rows(findings: object) -> list[str]:
    """Return one line for each attacker on each condition, as the command tells them."""
    rows = []
    for each in findings if isinstance(findings, list) else []:
        area = each["area"]
        interval = f"{area['value']:.3f} [{area['low']:.3f}, {area['high']:.3f}]"
        counts = f"{each['idle_count']} + {each['busy_count']}"
        rows.append(f"{each['condition']} · {each['attacker']} · {interval} · {counts}")
    return rows
