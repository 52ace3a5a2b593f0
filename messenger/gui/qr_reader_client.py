"""Asks the QR reader process about one picture at a time, without making the window wait."""

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
from PySide6.QtGui import QImage

from messenger.gui.qr_limits import MAX_FILE_LEN, MAX_PIXEL_COUNT, MAX_SIDE, QrProblem

DEADLINE_MS: Final = 15_000  # start of the process included
MAX_ANSWER_LEN: Final = 1 << 20  # bytes
_KEPT_VARIABLES: Final = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


def reader_command() -> list[str]:
    """Return program and arguments that start the reader, from sources or packaged."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "qr-reader"]
    # -P: a file named like a module in the current folder is not imported.
    return [sys.executable, "-P", "-m", "messenger.gui.qr_reader"]


class QrReaderClient(QObject):
    """Reads pictures one after the other; a new one replaces the one still being read.

    Lives in the GUI thread.

    Signals:
        read: list[str], the different texts of the codes, at least one.
        failed: QrProblem.
    """

    read = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, *, deadline_ms: int = DEADLINE_MS) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._deadline = QTimer(self, singleShot=True, interval=deadline_ms)
        self._deadline.timeout.connect(self._on_deadline)

    @property
    def busy(self) -> bool:
        return self._process is not None

    def read_file(self, path: str) -> None:
        """Read a picture file; the process opens it, this one never does."""
        info = QFileInfo(path)
        if path.startswith(("//", "\\\\")) or not info.isFile() or not info.isReadable():
            self._fail_soon(QrProblem.UNREADABLE)
        elif info.size() > MAX_FILE_LEN:
            self._fail_soon(QrProblem.TOO_LARGE)
        else:
            process = self._prepare(["image"])
            process.setStandardInputFile(info.absoluteFilePath())
            self._start(process)

    def read_data(self, data: bytes) -> None:
        """Read the bytes of a picture file, for example from the clipboard."""
        if len(data) > MAX_FILE_LEN:
            self._fail_soon(QrProblem.TOO_LARGE)
            return
        self._start(self._prepare(["image"]), data)

    def read_pixels(self, image: QImage) -> None:
        """Read a picture that already is in memory, for example of the screen."""
        width, height = image.width(), image.height()
        if width * height > MAX_PIXEL_COUNT or max(width, height) > MAX_SIDE:
            self._fail_soon(QrProblem.TOO_LARGE)
            return
        self._start(self._prepare(["gray", str(width), str(height)]), gray_bytes(image))

    def cancel(self) -> None:
        """Forget the picture being read; nothing is emitted for it."""
        self._deadline.stop()
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.setParent(QCoreApplication.instance())  # may outlive this by a moment
            process.finished.connect(process.deleteLater)
            process.kill()

    def _prepare(self, arguments: list[str]) -> QProcess:
        self.cancel()
        program, *rest = reader_command()
        process = QProcess(self)
        process.setProgram(program)
        process.setArguments([*rest, *arguments])
        process.setProcessEnvironment(_sparse_environment())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        return process

    def _start(self, process: QProcess, data: bytes | None = None) -> None:
        self._process = process
        self._deadline.start()
        process.start()
        if data is not None:
            process.write(data)
            process.closeWriteChannel()

    def _fail_soon(self, problem: QrProblem) -> None:
        """Emit from the event loop, so that callers see one order of things only."""
        self.cancel()
        QTimer.singleShot(0, self, lambda: self.failed.emit(problem))

    @Slot()
    def _on_deadline(self) -> None:
        self.cancel()
        self.failed.emit(QrProblem.TIMEOUT)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # the others end in finished
            self.cancel()
            self.failed.emit(QrProblem.CRASHED)

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, _code: int, _status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        output = bytes(process.read(MAX_ANSWER_LEN).data())
        self._deadline.stop()
        self._process = None
        process.deleteLater()
        answer = parse_answer(output)
        if isinstance(answer, QrProblem):
            self.failed.emit(answer)
        else:
            self.read.emit(answer)


def parse_answer(output: bytes) -> list[str] | QrProblem:
    """Read what the process printed; whatever it should not print counts as a crash."""
    try:
        match json.loads(output):
            case {"texts": [str(), *_] as texts} if all(isinstance(text, str) for text in texts):
                return [str(text) for text in texts]
            case {"problem": str(problem)}:
                return QrProblem(problem)
    except ValueError:  # not UTF-8, not JSON, not a QrProblem
        pass
    return QrProblem.CRASHED


def gray_bytes(image: QImage) -> bytes:
    """Return one byte a pixel, rows without padding."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    width, stride = gray.width(), gray.bytesPerLine()
    data = bytes(gray.constBits())
    if stride == width:
        return data
    return b"".join(data[row * stride : row * stride + width] for row in range(gray.height()))


def _sparse_environment() -> QProcessEnvironment:
    """Only what a Python needs to start: no display, no session bus, no proxy, no Qt plugins."""
    system = QProcessEnvironment.systemEnvironment()
    sparse = QProcessEnvironment()
    for name in _KEPT_VARIABLES:
        if system.contains(name):
            sparse.insert(name, system.value(name))
    sparse.insert("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    return sparse
