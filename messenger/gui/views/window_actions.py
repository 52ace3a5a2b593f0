"""Everything the window does by a key of its own; what belongs into the menu stands there too."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from messenger.gui.icons import icon


class WindowActions(QObject):
    """Actions with words, keys and icons; whoever owns them says what they trigger.

    Owner: GUI thread. ShortcutsDialog lists them for a person.
    """

    def __init__(self, window: QWidget, menu: QMenu) -> None:
        """Have the keys work all over ``window``, and fill ``menu``."""
        super().__init__(window)
        self._window = window
        self._menu = menu
        self.add = self._action(self.tr("Add a contact…"), "Ctrl+N", "add-contact")
        self.settings = self._action(self.tr("Settings…"), "Ctrl+,", "settings")
        self.shortcuts = self._action(self.tr("Keyboard shortcuts"), "Ctrl+/", "keyboard")
        self.wire = self._action(self.tr("The wire"), "Ctrl+Shift+W", "wave")
        self.lock = self._action(self.tr("Lock now"), "Ctrl+L", "lock")
        self.quit = self._action(self.tr("Quit"), "Ctrl+Q", "quit")
        self.jump = self._action(self.tr("Jump to a contact"), "Ctrl+K")
        self.search = self._action(self.tr("Search"), "Ctrl+F")
        self.search_all = self._action(
            self.tr("Search in all conversations…"), "Ctrl+Shift+F", "search"
        )
        self.date = self._action(self.tr("Go to a date"), "Ctrl+G")
        self.previous = self._action(self.tr("Previous conversation"), "Alt+Up")
        self.next = self._action(self.tr("Next conversation"), "Alt+Down")
        self.escape = self._action(self.tr("Close or cancel"), "Esc")
        self._fill_menu()

    def _action(self, words: str, keys: str, icon_name: str = "") -> QAction:
        action = QAction(words, self._window)
        action.setShortcut(QKeySequence(keys))
        action.setData(icon_name)
        self._window.addAction(action)
        return action

    def _fill_menu(self) -> None:
        for group in (
            (self.add, self.search_all),
            (self.wire, self.settings, self.shortcuts),
            (self.lock, self.quit),
        ):
            if self._menu.actions():
                self._menu.addSeparator()
            self._menu.addActions(group)
        self._menu.aboutToShow.connect(self._tint_menu)

    def follow_lock(self, *, locked: bool) -> None:
        """While Hum is locked, leave nothing but the way out."""
        for action in self._window.actions():
            action.setEnabled(not locked or action is self.quit)

    @Slot()
    def _tint_menu(self) -> None:
        for action in self._menu.actions():
            if action.data():
                action.setIcon(icon(action.data(), self._window.palette()))
