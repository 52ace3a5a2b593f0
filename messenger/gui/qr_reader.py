"""A short-lived process that finds QR codes in pictures from strangers.

``python -m messenger.gui.qr_reader image`` reads one picture file on stdin, ``… gray WIDTH
HEIGHT`` reads WIDTH * HEIGHT grey bytes (pixels of our own screen); it prints one JSON object,
``{"texts": […]}`` or ``{"problem": …}``, and ends. In the packaged program the first argument is
``qr-reader`` and the executable is ``hum`` itself. What it gives up is in ``picture_child``.
"""

import json
import sys
from typing import Final

import zxingcpp
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from messenger.core.picture_header import format_of
from messenger.gui.picture_child import (
    PictureError,
    answer_problem,
    check_size,
    limit_this_process,
    read_input,
    read_picture,
)
from messenger.gui.picture_limits import (
    MAX_FILE_LEN,
    MAX_TEXT_COUNT,
    MAX_TEXT_LEN,
    PictureProblem,
)

_FORMATS: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_BMP: Final = b"BM"  # what copied pictures are; accepted here only, where no message brings them


def picture_format(head: bytes) -> bytes | None:
    """Return Qt's name of the format that the first 12 bytes announce, or None."""
    if head.startswith(_BMP):
        return b"bmp"
    found = format_of(head)
    return None if found is None else found.value.encode()


def read_codes(image: QImage) -> list[str]:
    """Return the different texts of all QR codes in a picture, at most MAX_TEXT_COUNT."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    codes = zxingcpp.read_barcodes(gray, formats=_FORMATS)
    texts = dict.fromkeys(code.text for code in codes if 0 < len(code.text) <= MAX_TEXT_LEN)
    return list(texts)[:MAX_TEXT_COUNT]


def _read_file(data: bytes) -> QImage:
    if len(data) > MAX_FILE_LEN:
        raise PictureError(PictureProblem.TOO_LARGE)
    name = picture_format(data[:12])
    if name is None:
        raise PictureError(PictureProblem.NOT_A_PICTURE)
    limit_this_process(name)
    return read_picture(data, name)


def _gray_picture(data: bytes, width: int, height: int) -> QImage:
    check_size(QSize(width, height))
    if len(data) != width * height:
        raise PictureError(PictureProblem.DAMAGED)
    limit_this_process()
    return QImage(data, width, height, width, QImage.Format.Format_Grayscale8)


def _texts(arguments: list[str], data: bytes) -> list[str]:
    match arguments:
        case ["gray", width, height]:
            image = _gray_picture(data, int(width), int(height))
        case _:
            image = _read_file(data)
    texts = read_codes(image)
    if not texts:
        raise PictureError(PictureProblem.NO_CODE)
    return texts


def main(arguments: list[str]) -> int:
    """Answer for one picture on stdin; the process ends afterwards."""
    try:
        texts = _texts(arguments, read_input())
    except PictureError as error:
        answer_problem(error.problem)
    else:
        json.dump({"texts": texts}, sys.stdout)
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
