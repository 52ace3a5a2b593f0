"""Where things lie for those who read from right to left: as in a mirror.

Layouts of Qt do this by themselves; what is painted by hand is measured from left to right and
put through here.
"""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter


def mirrored(box: QRectF, within: QRectF) -> QRectF:
    """Return ``box`` as far from the right edge of ``within`` as it was from the left one."""
    left = within.left() + within.right() - box.right()
    return QRectF(left, box.top(), box.width(), box.height())


def runs_leftwards(painter: QPainter) -> bool:
    """Whether what is painted on reads from right to left."""
    return painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
