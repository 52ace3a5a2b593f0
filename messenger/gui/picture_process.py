"""Starts a process for one picture and waits for its answer without making the window wait.

Whatever the process does, it is over after a deadline, and of what it says only so much is kept.
"""

import json
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QFileInfo,
    QObject,
    QProcess,
    QProcessEnvironment,
    QTimer,
    Signal,
    Slot,
)

from messenger.core.decoding import JSON_ERRORS
from messenger.gui.picture_limits import MAX_FILE_LEN, PictureProblem

DEADLINE_MS: Final = 15_000  # start of the process included
_KEPT_VARIABLES: Final = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


def helper_command(module: str, word: str) -> list[str]:
    """Return program and arguments that start a helper, from sources or packaged."""
    if getattr(sys, "frozen", False):
        return [sys.executable, word]
    # -P: a file named like a module in the current folder is not imported.
    return [sys.executable, "-P", "-m", module]


class PictureProcess(QObject):
    """Asks about pictures one after the other; a new one replaces the one still being read.

    Lives in the GUI thread.

    Args:
        max_answer_len: bytes; a process that says more is ended.

    Signals:
        answered: bytes, all that the process printed.
        failed: PictureProblem.
    """

    answered = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        max_answer_len: int,
        deadline_ms: int = DEADLINE_MS,
    ) -> None:
        super().__init__(parent)
        self._max_answer_len = max_answer_len
        self._process: QProcess | None = None
        self._deadline = QTimer(self, singleShot=True, interval=deadline_ms)
        self._deadline.timeout.connect(self._on_deadline)

    @property
    def busy(self) -> bool:
        return self._process is not None

    def ask_file(self, command: list[str], path: str) -> None:
        """Ask about a picture file; the process opens it, this one never does."""
        info = QFileInfo(path)
        if path.startswith(("//", "\\\\")) or not info.isFile() or not info.isReadable():
            self.fail_soon(PictureProblem.UNREADABLE)
        elif info.size() > MAX_FILE_LEN:
            self.fail_soon(PictureProblem.TOO_LARGE)
        else:
            process = self._prepare(command)
            process.setStandardInputFile(info.absoluteFilePath())
            self._start(process)

    def ask(self, command: list[str], data: bytes) -> None:
        """Ask about bytes."""
        process = self._prepare(command)
        self._start(process)
        process.write(data)
        process.closeWriteChannel()

    def cancel(self) -> None:
        """Forget the picture being read; nothing is emitted for it."""
        self._deadline.stop()
        process, self._process = self._process, None
        if process is not None:
            process.readyReadStandardOutput.disconnect(self._on_output)
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.setParent(QCoreApplication.instance())  # may outlive this by a moment
            process.finished.connect(process.deleteLater)
            process.kill()

    def fail_soon(self, problem: PictureProblem) -> None:
        """Emit from the event loop, so that callers see one order of things only."""
        self.cancel()
        QTimer.singleShot(0, self, lambda: self.failed.emit(problem))

    def _prepare(self, command: list[str]) -> QProcess:
        self.cancel()
        program, *arguments = command
        process = QProcess(self)
        process.setProgram(program)
        process.setArguments(arguments)
        process.setProcessEnvironment(_sparse_environment())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._on_output)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        return process

    def _start(self, process: QProcess) -> None:
        self._process = process
        self._deadline.start()
        process.start()

    @Slot()
    def _on_deadline(self) -> None:
        self._give_up(PictureProblem.TIMEOUT)

    @Slot()
    def _on_output(self) -> None:
        """End a process that would fill our memory."""
        if self._process is not None and self._process.bytesAvailable() > self._max_answer_len:
            self._give_up(PictureProblem.CRASHED)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # the others end in finished
            self._give_up(PictureProblem.CRASHED)

    def _give_up(self, problem: PictureProblem) -> None:
        self.cancel()
        self.failed.emit(problem)

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, _code: int, _status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        output = bytes(process.read(self._max_answer_len + 1).data())
        self._deadline.stop()
        self._process = None
        process.deleteLater()
        self.answered.emit(output)


def parse_problem(output: bytes) -> PictureProblem:
    """Read why there is no answer; whatever a process should not say counts as a crash."""
    try:
        match json.loads(output):
            case {"problem": str(problem)}:
                return PictureProblem(problem)
    except JSON_ERRORS:  # ValueError: not a PictureProblem, too
        pass
    return PictureProblem.CRASHED


def _sparse_environment() -> QProcessEnvironment:
    """Only what a Python needs to start: no display, no session bus, no proxy, no Qt plugins."""
    system = QProcessEnvironment.systemEnvironment()
    sparse = QProcessEnvironment()
    for name in _KEPT_VARIABLES:
        if system.contains(name):
            sparse.insert(name, system.value(name))
    sparse.insert("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    return sparse
