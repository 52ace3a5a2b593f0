"""QR codes as we show them: made by segno, painted on whole device pixels, always dark on white.

A code is painted, not scaled as a picture, so it stays sharp at every size and screen scale. It
is dark on white in dark mode too, because not every reader finds an inverted one.
"""

from typing import Final

import segno
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

QUIET_ZONE: Final = 4  # modules of white around the code; ISO/IEC 18004, section 6.3.8
PICTURE_MODULE: Final = 12  # pixels a module has in a saved picture
MIN_SCANNABLE_MODULE: Final = 2  # device pixels below which a camera loses modules

Matrix = tuple[tuple[bool, ...], ...]  # rows of modules with the quiet zone; True is dark


def qr_matrix(text: str) -> Matrix:
    """Encode ``text``, upper-cased so that a link needs the short alphanumeric mode.

    Our links and safety numbers mean the same in either case. The error correction is the
    highest level that does not need a larger symbol than the medium one.
    """
    code = segno.make(text.upper(), micro=False, error="m", boost_error=True)
    rows = code.matrix_iter(scale=1, border=QUIET_ZONE)
    return tuple(tuple(bool(module) for module in row) for row in rows)


def paint_qr(painter: QPainter, area: QRect, matrix: Matrix, *, dark: QColor | None = None) -> None:
    """Paint the largest centred code that fits ``area`` (logical pixels) on whole device pixels."""
    ratio = painter.device().devicePixelRatio()
    side = len(matrix)
    module = max(1, int(min(area.width(), area.height()) * ratio) // side)
    left = round((area.left() + area.width() / 2) * ratio - side * module / 2)
    top = round((area.top() + area.height() / 2) * ratio - side * module / 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.scale(1 / ratio, 1 / ratio)
    painter.fillRect(QRect(left, top, side * module, side * module), Qt.GlobalColor.white)
    for row, modules in enumerate(matrix):
        for start, length in _dark_runs(modules):
            x = left + start * module
            painter.fillRect(
                QRectF(x, top + row * module, length * module, module),
                dark or QColor(Qt.GlobalColor.black),
            )
    painter.restore()


def qr_image(text: str, module: int = PICTURE_MODULE) -> QImage:
    """Return the code as a picture with ``module`` pixels a module, for saving and copying."""
    matrix = qr_matrix(text)
    side = len(matrix) * module
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_qr(painter, image.rect(), matrix)
    painter.end()
    return image


def _dark_runs(modules: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Return (start, length) of each run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    for index, dark in enumerate(modules):
        if not dark:
            continue
        if runs and sum(runs[-1]) == index:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((index, 1))
    return runs
