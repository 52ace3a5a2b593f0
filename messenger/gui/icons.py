"""Icons: our own drawings in ``resources/icons``, one colour each, tinted when they are drawn.

The drawings say ``currentColor``; :func:`icon` and :func:`pixmap` put the colour in. Rendering
happens at the size in device pixels, so they are sharp at any scale.
"""

from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QPainter,
    QPalette,
    QPixmap,
    QShowEvent,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from messenger.gui.buttons import ENTER
from messenger.gui.resources import resource_dir
from messenger.gui.theme import ICON_M, set_look

_POINTING: Final = frozenset({"back", "forward", "reply", "send"})  # the way one reads, or against
_TINTING: Final = frozenset(
    {QEvent.Type.PaletteChange, QEvent.Type.LayoutDirectionChange, QEvent.Type.EnabledChange}
)


@cache
def _source(name: str) -> bytes:
    return (resource_dir() / "icons" / f"{name}.svg").read_bytes()


@lru_cache(maxsize=256)
def _renderer(name: str, rgb: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", rgb.encode("ascii"))))


def paint_icon(painter: QPainter, name: str, rect: QRectF, tint: QColor) -> None:
    """Draw an icon into ``rect`` with a painter that is already at work."""
    painter.drawPixmap(
        rect, pixmap(name, tint, rect.width(), painter.device().devicePixelRatioF()), QRectF()
    )


def pixmap(name: str, tint: QColor, side: float, ratio: float) -> QPixmap:
    """Return a square picture of an icon.

    Args:
        name: file name in ``resources/icons`` without ``.svg``.
        side: device-independent pixels.
        ratio: device pixels per device-independent pixel.
    """
    turned = name in _POINTING and (
        QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    )
    return _pixmap(name, tint.name(), side, ratio, turned)


@lru_cache(maxsize=512)
def _pixmap(name: str, rgb: str, side: float, ratio: float, turned: bool) -> QPixmap:
    device_side = max(1, round(side * ratio))
    picture = QPixmap(device_side, device_side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if turned:
        painter.translate(device_side, 0)
        painter.scale(-1, 1)
    _renderer(name, rgb).render(painter, QRectF(0, 0, device_side, device_side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(
    name: str,
    palette: QPalette,
    side: int = ICON_M,
    role: QPalette.ColorRole = QPalette.ColorRole.WindowText,
    *,
    disabled: bool = True,
) -> QIcon:
    """Return an icon in a colour of ``palette``, and greyed for what is ``disabled``.

    It does not follow a change of theme: ask again on ``QEvent.PaletteChange``, or use
    :class:`IconButton`, which does.
    """
    result = QIcon()
    tint = palette.color(role)
    greyed = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} | {1.0}
    for ratio in sorted(ratios):
        result.addPixmap(pixmap(name, tint, side, ratio))
        if disabled:
            result.addPixmap(pixmap(name, greyed, side, ratio), QIcon.Mode.Disabled)
    return result


class IconButton(QToolButton):
    """A button that is only an icon; its words are the tool tip and the accessible name.

    The icon is drawn when the button is first shown, and greyed when it is first disabled; of
    those in a window, half are not shown for long and hardly any is disabled.
    """

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._role = QPalette.ColorRole.WindowText
        self.setIconSize(QSize(ICON_M, ICON_M))
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_icon(self, name: str) -> None:
        self._name = name
        self._tint()

    def set_primary(self) -> None:
        """Fill the button with the accent colour."""
        self._role = QPalette.ColorRole.HighlightedText
        set_look(self, "kind", "primary")
        self._tint()

    def set_words(self, words: str) -> None:
        self.setToolTip(words)
        self.setAccessibleName(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press it, as it does any other button."""
        if event.key() not in ENTER:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.click()

    def showEvent(self, event: QShowEvent) -> None:
        self._tint()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in _TINTING:
            self._tint()
        super().changeEvent(event)

    def _tint(self) -> None:
        if not self.isVisible():
            return
        palette = QGuiApplication.palette()  # our own carries what the style sheet says
        disabled = not self.isEnabled()
        self.setIcon(icon(self._name, palette, ICON_M, self._role, disabled=disabled))
