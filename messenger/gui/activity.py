"""Notices that somebody uses Hum, so that the idle lock waits.

It looks at the window that has the focus of the keyboard and not at the whole application: there
a filter would be called for every event of every widget.
"""

import time
from collections.abc import Callable
from typing import Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QGuiApplication, QWindow

APART_S: Final = 10.0  # seconds between two tellings
SIGNS: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class ActivityWatch(QObject):
    """Calls ``tell`` at the first sign of a person and at most every APART_S. Owner: GUI thread."""

    def __init__(
        self,
        app: QGuiApplication,
        tell: Callable[[], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(app)
        self._tell = tell
        self._now = now
        self._told_at = -APART_S
        self._window: QWindow | None = None
        app.focusWindowChanged.connect(self._on_focus)
        self._on_focus(app.focusWindow())

    @Slot(QWindow)
    def _on_focus(self, window: QWindow | None) -> None:
        if self._window is not None and shiboken6.isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in SIGNS and self._now() - self._told_at >= APART_S:
            self._told_at = self._now()
            self._tell()
        return False
