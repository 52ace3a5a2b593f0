"""The part of a scrolling view that scrolls, made by us instead of by Qt.

For a widget that Qt has made, PySide looks up the class at the first ``viewport()``, and for that
makes the Python classes of all widgets there are: some ninety, 20 ms of a start (PySide 6.11).
"""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def own_viewport(view: QAbstractScrollArea, ground: QPalette.ColorRole) -> None:
    """Give a view a viewport filled with ``ground``; before anything is set that it inherits."""
    viewport = QWidget()
    viewport.setObjectName("qt_scrollarea_viewport")  # style sheets know it by this name
    viewport.setBackgroundRole(ground)
    viewport.setAutoFillBackground(True)
    view.setViewport(viewport)
