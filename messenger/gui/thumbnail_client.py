"""Asks the thumbnail process for the pixels of one picture at a time."""

from dataclasses import field
from typing import Final

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage

from messenger.core.frozen import frozen
from messenger.gui.picture_limits import MAX_FILE_LEN, MAX_THUMB_SIDE, PictureProblem
from messenger.gui.picture_process import (
    DEADLINE_MS,
    PictureProcess,
    helper_command,
    parse_problem,
)
from messenger.gui.thumbnail_format import THUMB_HEAD, THUMB_MARK

MAX_ANSWER_LEN: Final = THUMB_HEAD.size + 4 * MAX_THUMB_SIDE * MAX_THUMB_SIDE  # bytes
_DEPTHS: Final = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


def thumbnailer_command() -> list[str]:
    """Return program and arguments that start the process."""
    return helper_command("messenger.gui.thumbnailer", "thumbnailer")


@frozen
class Thumbnail:
    """Pixels of a picture, upright and small, rows without padding."""

    width: int
    height: int
    depth: int  # bytes a pixel: 3, or 4 with alpha
    pixels: bytes = field(repr=False)

    def image(self) -> QImage:
        """Return the pixels as an image of its own; in any thread."""
        stride = self.width * self.depth
        image = QImage(self.pixels, self.width, self.height, stride, _DEPTHS[self.depth])
        return image.copy()


class ThumbnailClient(QObject):
    """Has pictures made small one after the other; a new one replaces the one under way.

    Lives in the GUI thread.

    Signals:
        made: Thumbnail.
        failed: PictureProblem.
    """

    made = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, *, deadline_ms: int = DEADLINE_MS) -> None:
        super().__init__(parent)
        self._room = QSize()
        self._process = PictureProcess(self, max_answer_len=MAX_ANSWER_LEN, deadline_ms=deadline_ms)
        self._process.answered.connect(self._on_answered)
        self._process.failed.connect(self.failed)

    @property
    def busy(self) -> bool:
        return self._process.busy

    def make(self, data: bytes, room: QSize) -> None:
        """Make a picture file small, so that it fits into so many pixels."""
        self._room = room
        if len(data) > MAX_FILE_LEN:
            self._process.fail_soon(PictureProblem.TOO_LARGE)
        else:
            sides = [str(room.width()), str(room.height())]
            self._process.ask([*thumbnailer_command(), *sides], data)

    def cancel(self) -> None:
        """Forget the picture under way; nothing is emitted for it."""
        self._process.cancel()

    @Slot(object)
    def _on_answered(self, output: bytes) -> None:
        answer = parse_thumbnail(output, self._room)
        if isinstance(answer, PictureProblem):
            self.failed.emit(answer)
        else:
            self.made.emit(answer)


def parse_thumbnail(output: bytes, room: QSize) -> Thumbnail | PictureProblem:
    """Read what the process said; it may have been taken over by the picture."""
    if not output.startswith(THUMB_MARK) or len(output) < THUMB_HEAD.size:
        return parse_problem(output)
    _, width, height, depth = THUMB_HEAD.unpack_from(output)
    pixels = output[THUMB_HEAD.size :]
    small = 1 <= width <= room.width() and 1 <= height <= room.height()
    if not small or depth not in _DEPTHS or len(pixels) != width * height * depth:
        return PictureProblem.CRASHED
    return Thumbnail(width, height, depth, pixels)
