"""A short-lived process that finds QR codes in pictures from strangers.

Picture decoders are the softest part of a desktop program, so none of them runs beside the keys:
this process has no profile, no network, no display, and limits on memory, time, files and
children. ``python -m messenger.gui.qr_reader image`` reads one picture file on stdin,
``… gray WIDTH HEIGHT`` reads WIDTH * HEIGHT grey bytes (pixels of our own screen); it prints one
JSON object, ``{"texts": […]}`` or ``{"problem": …}``, and ends. In the packaged program the first
argument is ``qr-reader`` and the executable is ``hum`` itself.
"""

import contextlib
import json
import sys
from typing import Final

import zxingcpp
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImage, QImageReader

from messenger.gui.qr_limits import (
    MAX_FILE_LEN,
    MAX_PIXEL_COUNT,
    MAX_SIDE,
    MAX_TEXT_COUNT,
    MAX_TEXT_LEN,
    QrProblem,
)

ADDRESS_SPACE: Final = 2 << 30  # bytes; one picture of MAX_PIXEL_COUNT makes 0.3 GiB resident
CPU_TIME_S: Final = 10
ALLOCATION_MIB: Final = 256  # of Qt for one picture

_FORMATS: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

# Qt may try every decoder it has, SVG among them; we look at the first bytes and name one of five.
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", 0, b"png"),
    (b"\xff\xd8\xff", 0, b"jpeg"),
    (b"GIF87a", 0, b"gif"),
    (b"GIF89a", 0, b"gif"),
    (b"WEBP", 8, b"webp"),
    (b"BM", 0, b"bmp"),
)


class _PictureError(Exception):
    def __init__(self, problem: QrProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def picture_format(head: bytes) -> bytes | None:
    """Return Qt's name of the format that the first 12 bytes announce, or None."""
    for signature, offset, name in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return name
    return None


def limit_this_process() -> None:
    """Give up what reading one picture does not need; does nothing on Windows."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: ADDRESS_SPACE,
        resource.RLIMIT_CPU: CPU_TIME_S,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for limit, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS knows no RLIMIT_AS
            resource.setrlimit(limit, (value, value))


def read_codes(image: QImage) -> list[str]:
    """Return the different texts of all QR codes in a picture, at most MAX_TEXT_COUNT."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    codes = zxingcpp.read_barcodes(gray, formats=_FORMATS)
    texts = dict.fromkeys(code.text for code in codes if 0 < len(code.text) <= MAX_TEXT_LEN)
    return list(texts)[:MAX_TEXT_COUNT]


def decode_picture(data: bytes) -> QImage:
    """Decode one picture, its size checked from the header before any pixel.

    Raises:
        _PictureError: see QrProblem.
    """
    if len(data) > MAX_FILE_LEN:
        raise _PictureError(QrProblem.TOO_LARGE)
    name = picture_format(data[:12])
    if name is None:
        raise _PictureError(QrProblem.NOT_A_PICTURE)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(name))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(False)
    _check_size(reader.size())
    image = reader.read()
    if image.isNull():
        raise _PictureError(QrProblem.DAMAGED)
    return image


def _check_size(size: QSize) -> None:
    if not size.isValid() or size.isEmpty():
        raise _PictureError(QrProblem.DAMAGED)
    if (
        max(size.width(), size.height()) > MAX_SIDE
        or size.width() * size.height() > MAX_PIXEL_COUNT
    ):
        raise _PictureError(QrProblem.TOO_LARGE)


def _gray_picture(data: bytes, width: int, height: int) -> QImage:
    _check_size(QSize(width, height))
    if len(data) != width * height:
        raise _PictureError(QrProblem.DAMAGED)
    return QImage(data, width, height, width, QImage.Format.Format_Grayscale8)


def _answer(arguments: list[str], data: bytes) -> dict[str, object]:
    try:
        match arguments:
            case ["gray", width, height]:
                image = _gray_picture(data, int(width), int(height))
            case _:
                image = decode_picture(data)
        texts = read_codes(image)
    except _PictureError as error:
        return {"problem": error.problem.value}
    return {"texts": texts} if texts else {"problem": QrProblem.NO_CODE.value}


def main(arguments: list[str]) -> int:
    """Answer for one picture on stdin; the process ends afterwards."""
    QImageReader.setAllocationLimit(ALLOCATION_MIB)
    limit_this_process()
    data = sys.stdin.buffer.read(max(MAX_FILE_LEN, MAX_PIXEL_COUNT) + 1)
    json.dump(_answer(arguments, data), sys.stdout)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
