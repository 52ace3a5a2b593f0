"""QR codes: what we paint is found again, at every size, scale and in dark mode."""

import pytest
from people import NODE
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from messenger.gui.dialogs.qr_view import QrView
from messenger.gui.qr import QUIET_ZONE, paint_qr, qr_image, qr_matrix
from messenger.gui.qr_reader import read_codes

LINK = NODE.link
LONG_LINK = "hum:" + "abcdefghijklmnop234567" * 22  # as long as links get


def test_a_code_holds_the_link_in_upper_case(qapp: object) -> None:
    assert read_codes(qr_image(LINK)) == [LINK.upper()]


def test_the_longest_link_still_fits(qapp: object) -> None:
    assert read_codes(qr_image(LONG_LINK, module=4)) == [LONG_LINK.upper()]


def test_upper_case_makes_the_code_smaller() -> None:
    import segno

    as_bytes = segno.make(LONG_LINK, micro=False, error="m").symbol_size(border=QUIET_ZONE)[0]
    assert len(qr_matrix(LONG_LINK)) < as_bytes


def test_the_quiet_zone_is_empty() -> None:
    matrix = qr_matrix(LINK)
    edge = [*matrix[:QUIET_ZONE], *matrix[-QUIET_ZONE:]]
    assert not any(any(row) for row in edge)
    assert not any(any(row[:QUIET_ZONE]) or any(row[-QUIET_ZONE:]) for row in matrix)
    assert any(matrix[QUIET_ZONE])


def test_a_short_text_is_no_micro_code() -> None:
    assert len(qr_matrix("HUM:A")) >= 21 + 2 * QUIET_ZONE


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("side", [200, 264, 333])
def test_it_is_sharp_and_readable_at_every_scale(qapp: object, ratio: float, side: int) -> None:
    image = QImage(round(side * ratio), round(side * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("#777777"))
    painter = QPainter(image)
    paint_qr(painter, QRect(0, 0, side, side), qr_matrix(LINK))
    painter.end()
    image.setDevicePixelRatio(1.0)
    colours = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(0, image.height(), 3)
    }
    assert colours <= {"#000000", "#ffffff", "#777777"}  # no edge is blurred
    assert read_codes(image) == [LINK.upper()]


def test_the_view_is_readable_in_a_dark_window(qtbot: object, theme: object) -> None:
    theme.choose(type(theme.choice).DARK)
    view = QrView("QR code of your link", LINK)
    qtbot.addWidget(view)
    view.resize(264, 264)
    assert read_codes(view.grab().toImage()) == [LINK.upper()]
    assert view.accessibleName() == "QR code of your link"
