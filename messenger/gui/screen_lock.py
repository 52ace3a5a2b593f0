"""Hears that the screen was locked or that the computer goes to sleep, on D-Bus.

Desktops announce the screen's lock on the session bus (``org.freedesktop.ScreenSaver``,
``org.gnome.ScreenSaver``), logind a session's lock and the computer's sleep on the system bus.
Whoever is missing says nothing; nothing is ever asked of them.

Source: https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html
"""

from typing import Any, Final, cast

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

SCREEN_SAVERS: Final = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")
LOGIND: Final = "org.freedesktop.login1"
MANAGER: Final = "org.freedesktop.login1.Manager"
SESSION: Final = "org.freedesktop.login1.Session"
ON_ACTIVE: Final = SLOT("_on_active(bool)")
ON_LOCK: Final = SLOT("_on_lock()")


class ScreenLockListener(QObject):
    """Owner: GUI thread. Listens from construction on; whether to act on it is the receiver's say.

    Signals:
        locked: the screen was locked, or the computer is about to sleep; may come twice.
    """

    locked = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        session: QDBusConnection | None = None,
        system: QDBusConnection | None = None,
    ) -> None:
        super().__init__(parent)
        session = QDBusConnection.sessionBus() if session is None else session
        system = QDBusConnection.systemBus() if system is None else system
        if session.isConnected():
            for name in SCREEN_SAVERS:
                self._listen(session, name, name, "ActiveChanged", ON_ACTIVE)
        if system.isConnected():
            self._listen(system, LOGIND, MANAGER, "PrepareForSleep", ON_ACTIVE)
            self._listen(system, LOGIND, SESSION, "Lock", ON_LOCK)

    def _listen(
        self, bus: QDBusConnection, service: str, interface: str, signal: str, slot: str
    ) -> None:
        """Follow a signal of whoever owns the service, at any path."""
        # PySide's stub asks for bytes; what it takes is the text that SLOT returns.
        cast(Any, bus).connect(service, "", interface, signal, self, slot)

    @Slot(bool)
    def _on_active(self, active: bool) -> None:
        if active:
            self.locked.emit()

    @Slot()
    def _on_lock(self) -> None:
        self.locked.emit()
