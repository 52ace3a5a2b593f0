"""The inside of the processes that decode pictures from strangers.

Picture decoders are the softest part of a desktop program, so none of them runs beside the keys:
such a process has no profile, no network, no display, and limits on memory, time, files and
children, all of them in force before a decoder sees the first byte. It reads one picture from
stdin, answers on stdout and ends.
"""

import contextlib
import json
import os
import random
import sys
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from messenger.gui.picture_limits import (
    MAX_FILE_LEN,
    MAX_PIXEL_COUNT,
    MAX_SIDE,
    PictureProblem,
)

ADDRESS_SPACE: Final = 2 << 30  # bytes; one picture of MAX_PIXEL_COUNT makes 0.3 GiB resident
CPU_TIME_S: Final = 10
ALLOCATION_MIB: Final = 256  # of Qt for one picture
POLITENESS: Final = 10  # nice(2): the wire and the window come first
SAMPLE_SIDE: Final = 512  # pixels; from 65,536 of them on Qt divides the work among threads


class PictureError(Exception):
    """A picture is not read; the problem says why."""

    def __init__(self, problem: PictureProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def read_input() -> bytes:
    """Read stdin, one byte more than is accepted at most."""
    return sys.stdin.buffer.read(max(MAX_FILE_LEN, MAX_PIXEL_COUNT) + 1)


def answer_problem(problem: PictureProblem) -> None:
    """Say why there is no answer."""
    json.dump({"problem": problem.value}, sys.stdout)
    sys.stdout.flush()


def reader_of(data: bytes, name: bytes) -> tuple[QImageReader, QBuffer]:
    """Return a reader of one named format, and what it reads from, which must live as long.

    Qt may try every decoder it has, SVG among them; this one loads and tries one.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(name))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(False)
    return reader, buffer


def load_decoder(name: bytes) -> None:
    """Have Qt load the plugin of a format, while files can still be read."""
    reader, _buffer = reader_of(b"", name)
    reader.canRead()


def limit_this_process(name: bytes = b"") -> None:
    """Give up what decoding one picture does not need; on Windows only Qt's own limit holds.

    Args:
        name: Qt's name of a format: its decoder is loaded, then nothing can be opened any more,
            no file and no socket; without a name files can still be read.
    """
    QImageReader.setAllocationLimit(ALLOCATION_MIB)
    if name:
        load_decoder(name)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on Windows; without it there is no reading

    _make_threads()
    limits = {
        resource.RLIMIT_AS: ADDRESS_SPACE,
        resource.RLIMIT_CPU: CPU_TIME_S,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    if name:
        limits[resource.RLIMIT_NOFILE] = _first_free_descriptor()
    for limit, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows no RLIMIT_AS
            resource.setrlimit(limit, (value, value))


def _make_threads() -> None:
    """Have Qt make its threads now: it scales large pictures in them, and waits for ever for one
    that it may not make. They are as many as processors, so this process keeps to one of them,
    behind everything else that runs there.
    """
    os.nice(POLITENESS)
    if sys.platform == "linux":
        os.sched_setaffinity(0, {random.choice(list(os.sched_getaffinity(0)))})  # noqa: S311  any
    sample = QImage(SAMPLE_SIDE, SAMPLE_SIDE, QImage.Format.Format_RGB32)
    sample.fill(0)
    half = SAMPLE_SIDE // 2
    sample.scaled(half, half, mode=Qt.TransformationMode.SmoothTransformation)


def _first_free_descriptor() -> int:
    """Return the limit under which no descriptor can be made any more."""
    free = os.dup(sys.stderr.fileno())
    os.close(free)
    return free


def check_size(size: QSize) -> None:
    """Raise PictureError for a picture without an area, or with too much of it."""
    if not size.isValid() or size.isEmpty():
        raise PictureError(PictureProblem.DAMAGED)
    if (
        max(size.width(), size.height()) > MAX_SIDE
        or size.width() * size.height() > MAX_PIXEL_COUNT
    ):
        raise PictureError(PictureProblem.TOO_LARGE)


def read_picture(data: bytes, name: bytes, room: QSize | None = None) -> QImage:
    """Decode one picture, its size checked from the header before any pixel.

    Args:
        name: Qt's name of the format that its first bytes announce.
        room: scale it down so that it fits into this, as it stands in the file.

    Raises:
        PictureError: see PictureProblem.
    """
    reader, _buffer = reader_of(data, name)
    size = reader.size()
    check_size(size)
    if room is not None and (size.width() > room.width() or size.height() > room.height()):
        reader.setScaledSize(smaller(size, room))
    image = reader.read()
    if image.isNull():
        raise PictureError(PictureProblem.DAMAGED)
    return image


def smaller(size: QSize, room: QSize) -> QSize:
    """Return a size of the same shape that fits into ``room``, at least one pixel each way."""
    width, height = size.width(), size.height()
    if width * room.height() >= height * room.width():
        return QSize(room.width(), max(1, height * room.width() // width))
    return QSize(max(1, width * room.height() // height), room.height())
