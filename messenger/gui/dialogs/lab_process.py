"""One process of the laboratory, read line by line, without making the window wait."""

import json
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

_STOP_MS: Final = 2_000  # how long a process may take to end when asked
_MAX_LINE_LEN: Final = 1 << 16  # characters


class LabProcess(QObject):
    """Runs a command of the laboratory; it ends with this object.

    Lives in the GUI thread.

    Signals:
        told: dict, one event.
        ended: str, the last line of what it complained about, or nothing.
    """

    told = Signal(object)
    ended = Signal(str)

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = [*command, "--json"]
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONIOENCODING", "utf-8")
        self._process.setProcessEnvironment(environment)
        self._process.readyReadStandardOutput.connect(self._on_lines)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def running(self) -> bool:
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def start(self) -> None:
        """Start it; what it tells arrives by signals."""
        self._process.start(self._command[0], self._command[1:])

    def say(self, line: str) -> None:
        """Write one line to its standard input."""
        self._process.write(f"{line}\n".encode())

    def stop(self) -> None:
        """End it now; no signal follows."""
        self.blockSignals(True)
        if not self.running:
            return
        self._process.terminate()  # a watched training ends its worker first
        if not self._process.waitForFinished(_STOP_MS):
            self._process.kill()
            self._process.waitForFinished(_STOP_MS)

    @Slot()
    def _on_lines(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data())[:_MAX_LINE_LEN]
            try:
                event = json.loads(line)
            except ValueError:
                continue  # a library wrote something of its own
            if isinstance(event, dict):
                self.told.emit(event)

    @Slot()
    def _on_finished(self) -> None:
        self._on_lines()
        complaints = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        failed = self._process.exitCode() != 0
        lines = [line for line in complaints.splitlines() if line.strip()]
        self.ended.emit(lines[-1] if failed and lines else "")

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.ended.emit(self._process.errorString())
