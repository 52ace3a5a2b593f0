"""The trap that decided which PySide6 we ship: void Qt calls that eat references of None."""

import sys

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 5_000
SLACK = 200  # references that may come and go by themselves


def test_void_calls_do_not_eat_references_of_none(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for number in range(CALLS):
        widget.setMinimumSize(QSize(number % 50, 10))
        widget.update()
    assert abs(sys.getrefcount(None) - before) < SLACK


def test_painting_does_not_eat_references_of_none(qtbot: QtBot) -> None:
    picture = QPixmap(20, 20)
    before = sys.getrefcount(None)
    painter = QPainter(picture)
    for number in range(CALLS):
        painter.save()
        painter.translate(number % 3, 0)
        painter.drawLine(0, 0, 5, 5)
        painter.restore()
    painter.end()
    assert abs(sys.getrefcount(None) - before) < SLACK
