"""Asks the QR reader process about one picture at a time."""

import json
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from messenger.core.decoding import JSON_ERRORS
from messenger.gui.picture_limits import MAX_FILE_LEN, MAX_PIXEL_COUNT, MAX_SIDE, PictureProblem
from messenger.gui.picture_process import (
    DEADLINE_MS,
    PictureProcess,
    helper_command,
    parse_problem,
)

MAX_ANSWER_LEN: Final = 1 << 20  # bytes


def reader_command() -> list[str]:
    """Return program and arguments that start the reader."""
    return helper_command("messenger.gui.qr_reader", "qr-reader")


class QrReaderClient(QObject):
    """Reads pictures one after the other; a new one replaces the one still being read.

    Lives in the GUI thread.

    Signals:
        read: list[str], the different texts of the codes, at least one.
        failed: PictureProblem.
    """

    read = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, *, deadline_ms: int = DEADLINE_MS) -> None:
        super().__init__(parent)
        self._process = PictureProcess(self, max_answer_len=MAX_ANSWER_LEN, deadline_ms=deadline_ms)
        self._process.answered.connect(self._on_answered)
        self._process.failed.connect(self.failed)

    @property
    def busy(self) -> bool:
        return self._process.busy

    def read_file(self, path: str) -> None:
        """Read a picture file; the process opens it, this one never does."""
        self._process.ask_file([*reader_command(), "image"], path)

    def read_data(self, data: bytes) -> None:
        """Read the bytes of a picture file, for example from the clipboard."""
        if len(data) > MAX_FILE_LEN:
            self._process.fail_soon(PictureProblem.TOO_LARGE)
        else:
            self._process.ask([*reader_command(), "image"], data)

    def read_pixels(self, image: QImage) -> None:
        """Read a picture that already is in memory, for example of the screen."""
        width, height = image.width(), image.height()
        if width * height > MAX_PIXEL_COUNT or max(width, height) > MAX_SIDE:
            self._process.fail_soon(PictureProblem.TOO_LARGE)
        else:
            command = [*reader_command(), "gray", str(width), str(height)]
            self._process.ask(command, gray_bytes(image))

    def cancel(self) -> None:
        """Forget the picture being read; nothing is emitted for it."""
        self._process.cancel()

    @Slot(object)
    def _on_answered(self, output: bytes) -> None:
        answer = parse_answer(output)
        if isinstance(answer, PictureProblem):
            self.failed.emit(answer)
        else:
            self.read.emit(answer)


def parse_answer(output: bytes) -> list[str] | PictureProblem:
    """Read what the process printed; whatever it should not print counts as a crash."""
    try:
        match json.loads(output):
            case {"texts": [str(), *_] as texts} if all(isinstance(text, str) for text in texts):
                return [str(text) for text in texts]
    except JSON_ERRORS:
        return PictureProblem.CRASHED
    return parse_problem(output)


def gray_bytes(image: QImage) -> bytes:
    """Return one byte a pixel, rows without padding."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    width, stride = gray.width(), gray.bytesPerLine()
    data = bytes(gray.constBits())
    if stride == width:
        return data
    return b"".join(data[row * stride : row * stride + width] for row in range(gray.height()))
