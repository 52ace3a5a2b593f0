"""The icon in the desktop's tray: whether something is unread, and a way back to the window."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from messenger.gui.resources import resource_dir


class Tray(QObject):
    """Owner: GUI thread. Make one only where `available` says so.

    Signals:
        open_wanted, lock_wanted, quit_wanted: asked for in the menu or by a click.
    """

    open_wanted = Signal()
    lock_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unread = False
        self._icon = QSystemTrayIcon(_picture("hum"), self)
        self.menu = QMenu()
        self.menu.addAction(self.tr("Open Hum")).triggered.connect(self.open_wanted)
        self.menu.addSeparator()
        self.lock_action = self.menu.addAction(self.tr("Lock now"))
        self.lock_action.triggered.connect(self.lock_wanted)
        self.menu.addAction(self.tr("Quit")).triggered.connect(self.quit_wanted)
        self._icon.setContextMenu(self.menu)
        self._icon.setToolTip("Hum")
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.open_wanted)
        self._icon.show()

    @staticmethod
    def available() -> bool:
        """Whether this desktop has a tray and can show notifications."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def unread(self) -> bool:
        return self._unread

    def set_unread(self, unread: bool) -> None:
        """Put the dot on the icon or take it off; never a number or a name."""
        if unread != self._unread:
            self._unread = unread
            self._icon.setIcon(_picture("hum-unread" if unread else "hum"))
            self._icon.setToolTip(self.tr("Hum: something is unread") if unread else "Hum")

    def set_locked(self, locked: bool) -> None:
        self.lock_action.setDisabled(locked)

    def notify(self, title: str, text: str) -> None:
        """Show a notification of the desktop.

        Desktops may read ``text`` as markup: nothing of another person's may stand there. The
        title is plain text for them (Desktop Notifications Specification, "Basic Design").
        """
        self._icon.showMessage(title, text, _picture("hum"))

    def remove(self) -> None:
        """Take the icon away, because Hum ends."""
        self._icon.hide()

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        }:
            self.open_wanted.emit()


def _picture(name: str) -> QIcon:
    return QIcon(str(resource_dir() / "icons" / f"{name}.svg"))
