"""Notifications where the desktop has no tray, GNOME for example: through its portal.

The portal is asked and its answer not awaited; who has none is told nothing. A click on a
notification starts Hum, and a second start brings the first window forward.

Source: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Notification.html
"""

from typing import Final

from PySide6.QtDBus import QDBusConnection, QDBusMessage

PORTAL: Final = "org.freedesktop.portal.Desktop"
PATH: Final = "/org/freedesktop/portal/desktop"
INTERFACE: Final = "org.freedesktop.portal.Notification"
ID: Final = "new"  # each takes the place of the one before it, so that none tells how many came


class PortalNotices:
    """Owner: GUI thread."""

    def __init__(self, session: QDBusConnection | None = None) -> None:
        self._bus = QDBusConnection.sessionBus() if session is None else session

    def notify(self, title: str, text: str) -> None:
        """Show a notification; both are plain text for a portal ("body": no markup)."""
        if self._bus.isConnected():
            message = QDBusMessage.createMethodCall(PORTAL, PATH, INTERFACE, "AddNotification")
            message.setArguments([ID, {"title": title, "body": text}])
            self._bus.send(message)

    def take_back(self) -> None:
        """Take the notification away, because Hum ends or was locked."""
        if self._bus.isConnected():
            message = QDBusMessage.createMethodCall(PORTAL, PATH, INTERFACE, "RemoveNotification")
            message.setArguments([ID])
            self._bus.send(message)
