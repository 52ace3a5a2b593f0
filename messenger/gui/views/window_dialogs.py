"""The dialogs that the window itself opens; none of them knows of it."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from messenger.gui import dialogs
from messenger.gui.client import EngineClient
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.profile import OpenProfile
from messenger.gui.views.update_notice import Updating


class WindowDialogs(QObject):
    """Adding, settings, search, the wire and the keys: opened as far as the profile allows.

    Owner: GUI thread.

    Signals:
        contact_added: the ContactId of whoever was added.
        hit_chosen: the SearchHit to show.
        restart_wanted: Hum shall end, to begin again as the new version.
    """

    contact_added = Signal(object)
    hit_chosen = Signal(object)
    restart_wanted = Signal()

    def __init__(
        self,
        client: EngineClient,
        profile: OpenProfile,
        contacts: ContactsModel,
        updating: Updating,
        window: QWidget,
    ) -> None:
        """``window`` is over which they open."""
        super().__init__(window)
        self._client = client
        self._profile = profile
        self._contacts = contacts
        self._updating = updating
        self._window = window
        self._pending_link = ""  # came while there was nobody to show it to

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # -- adding ---------------------------------------------------------------------------------

    @Slot()
    def add_contact(self) -> None:
        self._add_contact("")

    def add_link(self, link: str) -> None:
        """Open the dialog with a link that came from outside; while locked, afterwards."""
        self._pending_link = link
        self.show_pending_link()

    def show_pending_link(self) -> None:
        """Open it if there is one: the profile can be used now."""
        if self._pending_link and self._profile.usable:
            link, self._pending_link = self._pending_link, ""
            self._add_contact(link)

    def _add_contact(self, link: str) -> None:
        info = self._profile.info
        if info is not None:
            dialog = dialogs.AddContactDialog(self._client, info, self._window)
            dialog.finished.connect(self._on_add_finished)
            self._open(dialog)
            if link:
                dialog.their_side.take_link(link)

    @Slot()
    def _on_add_finished(self) -> None:
        dialog = self.sender()
        added = dialog.added_page.contact if isinstance(dialog, dialogs.AddContactDialog) else None
        if added is not None:
            self.contact_added.emit(added.id)

    # -- settings -------------------------------------------------------------------------------

    @Slot()
    def show_settings(self) -> None:
        self._open_settings()

    @Slot()
    def show_updates(self) -> None:
        """Open the settings on their page about updates."""
        dialog = self._open_settings()
        if dialog is not None:
            dialog.show_page(dialog.updates_section)

    @Slot()
    def show_connection_check(self) -> None:
        """Open the settings on the page that looks at each step of the way to others."""
        dialog = self._open_settings()
        if dialog is not None:
            dialog.show_page(dialog.doctor_section)

    @Slot()
    def show_about(self) -> None:
        """Open the settings on the page about Hum itself."""
        dialog = self._open_settings()
        if dialog is not None:
            dialog.show_page(dialog.about_section)

    def _open_settings(self) -> "dialogs.SettingsDialog | None":
        info = self._profile.info
        if info is None or self._profile.locked:
            return None
        dialog = dialogs.SettingsDialog(
            self._client,
            info,
            self._profile.preferences,
            self._window,
            self._profile.folder,
            self._updating.client,
        )
        dialog.updates_section.restart_wanted.connect(self.restart_wanted)
        self._open(dialog)
        return dialog

    # -- the others -----------------------------------------------------------------------------

    def search_all(self, words: str) -> None:
        """Search in all conversations, at first for ``words``."""
        if self._profile.usable:
            dialog = dialogs.SearchDialog(self._client, self._contacts, self._window)
            dialog.chosen.connect(self.hit_chosen)
            dialog.begin(words)
            self._open(dialog)

    @Slot()
    def show_wire(self) -> None:
        info = self._profile.info
        if info is not None:
            self._open(dialogs.WireDialog(self._client, info, self._window))

    @Slot()
    def show_shortcuts(self) -> None:
        self._open(dialogs.ShortcutsDialog(self._window))
