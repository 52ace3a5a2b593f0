"""The window: contacts on the left, a conversation on the right, the hum along the bottom.

It holds the parts together: has them follow events, hides everything while Hum is locked, and
takes what is dropped on it. `fronts` and `sides` tell what stands where, `window_actions` the
keys and the menu, `window_dialogs` what is opened, `notices` what is said above it all.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QMimeData, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout

from messenger.core.errors import MessengerError
from messenger.core.types import ContactId
from messenger.engine.commands import Lock, WatchWire
from messenger.engine.events import (
    ContactRemoved,
    EngineFailed,
    Event,
    Locked,
    NewWhileLocked,
    NodeReady,
    Unlocked,
)
from messenger.gui.client import EngineClient
from messenger.gui.hum_links import hum_link_in
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.history import History
from messenger.gui.preferences import LAST_SEEN, THEME, shows_last_seen
from messenger.gui.profile import OpenProfile
from messenger.gui.texts import sentence
from messenger.gui.theme import Theme, theme_choice
from messenger.gui.views.banners import BannerArea, FailureBanner
from messenger.gui.views.composer import local_files
from messenger.gui.views.forgetting import close_everything_above, forget_clipboard
from messenger.gui.views.fronts import Fronts
from messenger.gui.views.hum_strip import HumStrip
from messenger.gui.views.lane_questions import FastLaneQuestions
from messenger.gui.views.notices import Notices
from messenger.gui.views.sides import Sides
from messenger.gui.views.update_notice import UpdateBanner, Updating
from messenger.gui.views.window_actions import WindowActions
from messenger.gui.views.window_dialogs import WindowDialogs
from messenger.gui.views.window_size import WindowSize
from messenger.update.consent import PREFERENCE as UPDATES

if TYPE_CHECKING:
    from messenger.update.release import Release

NARROW: Final = 620  # pixels; below, one side at a time
SNAPSHOT_S: Final = 0.1  # between two pictures of the wire


class MainWindow(QMainWindow):
    """Owner: GUI thread.

    Signals:
        closing: the window is closed; drafts are on their way to the engine already.
        quit_wanted: the person wants to end Hum; drafts likewise.
    """

    closing = Signal()
    quit_wanted = Signal()

    def __init__(self, client: EngineClient, theme: Theme, *, folder: Path | None = None) -> None:
        """``folder`` is that of the profile, for what the settings keep beside it."""
        super().__init__()
        self._client = client
        self._theme = theme
        self._history: History | None = None
        self.profile = OpenProfile(client, folder, self)
        self.contacts = ContactsModel(self)
        # From the outside inwards: Qt goes through all that a widget holds each time it is put
        # into another, style sheet and palette; inside out that was half the time of a start.
        self.fronts = Fronts(client)
        self.setCentralWidget(self.fronts)
        ground = self.fronts.open_page
        self.notice = FailureBanner(ground)
        self.update_banner = UpdateBanner(ground)
        self._banners = BannerArea((self.notice, self.update_banner), ground)
        self.sides = Sides(client, self.contacts, ground)
        self.panel, self.page = self.sides.panel, self.sides.page
        self.hum = HumStrip(ground)
        self._column = QVBoxLayout(ground)
        self._lay_out()
        self.lanes = FastLaneQuestions(client, self.contacts, self)
        self.updating = Updating(client, folder, self)
        self.notices = Notices(client, self.profile, self.contacts, self.notice, self._column)
        self.dialogs = WindowDialogs(client, self.profile, self.contacts, self.updating, self)
        self.all_actions = WindowActions(self, self.panel.menu_button.menu())
        self._size = WindowSize(client, self, self.sides)
        self._connect_actions()
        self._connect()

    # -- set up ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._banners)
        self._column.addWidget(self.sides, 1)
        self._column.addWidget(self.hum)
        self.fronts.addWidget(self.fronts.open_page)
        self.setMinimumSize(320, 360)
        self.resize(960, 640)
        self.setAcceptDrops(True)
        self.setWindowTitle("Hum")
        self.setBackgroundRole(QPalette.ColorRole.Window)

    def _connect_actions(self) -> None:
        actions, sides, dialogs = self.all_actions, self.sides, self.dialogs
        actions.add.triggered.connect(dialogs.add_contact)
        actions.settings.triggered.connect(dialogs.show_settings)
        actions.shortcuts.triggered.connect(dialogs.show_shortcuts)
        actions.wire.triggered.connect(dialogs.show_wire)
        actions.lock.triggered.connect(self.lock)
        actions.quit.triggered.connect(self.leave)
        actions.jump.triggered.connect(sides.jump)
        actions.search.triggered.connect(self.search)
        actions.search_all.triggered.connect(self.search_all)
        actions.date.triggered.connect(self.page.finding.go_to_date)
        actions.previous.triggered.connect(sides.previous)
        actions.next.triggered.connect(sides.next)
        actions.escape.triggered.connect(self._escape)

    def _connect(self) -> None:
        self._client.received.connect(self.apply)
        self.fronts.quit_wanted.connect(self.leave)
        self.profile.preference_changed.connect(self._on_preference)
        self.panel.add_wanted.connect(self.dialogs.add_contact)
        self.page.check_wanted.connect(self.dialogs.show_connection_check)
        self.page.find_bar.all_wanted.connect(self.search_all)
        self.sides.failed.connect(self.notices.say)
        self.dialogs.contact_added.connect(self.sides.choose)
        self.dialogs.hit_chosen.connect(self.sides.show_hit)
        self.dialogs.restart_wanted.connect(self.leave)
        self.notices.about_wanted.connect(self.dialogs.show_about)
        self.updating.found.connect(self._on_update)
        self.updating.doubted.connect(self.notices.say)
        self.update_banner.show_wanted.connect(self.dialogs.show_updates)
        self.hum.watching.connect(self._watch)
        self.hum.clicked.connect(self.dialogs.show_wire)

    # -- events ---------------------------------------------------------------------------------

    @Slot(object)
    def apply(self, event: Event) -> None:
        """Follow one engine event; models first, then what stands around them."""
        self.profile.apply(event)
        self.contacts.apply(event)
        self.hum.apply(event)
        self.page.apply(event)
        self.lanes.apply(event)
        self.notices.follow(event)
        match event:
            case NodeReady():
                self._on_ready()
            case ContactRemoved(contact) if contact == self.page.contact_id:
                self.sides.close_conversation()
            case EngineFailed(text, error):
                self.fronts.show_stopped(sentence(error) if error is not None else text)
            case Locked(slots):
                self._on_locked(slots)
            case NewWhileLocked(count):
                self.fronts.lock_page.show_new(count)
            case Unlocked():
                self._on_unlocked()
            case _:
                pass
        self._tell_unread()

    def _on_ready(self) -> None:
        preferences = self.profile.preferences
        self._theme.choose(theme_choice(preferences.get(THEME, "")))
        self._size.restore(preferences)
        self.updating.follow(preferences)
        self._load()

    def _load(self) -> None:
        """Read who there is, or say that it cannot be read."""
        self._watch(self.hum.isVisible())
        self.contacts.note_last_seen(shows_last_seen(self.profile.preferences))
        try:
            self._history = self._client.open_reader()
            self.sides.read_from(self._history)
            contacts = self._history.contacts()
            self.contacts.load(contacts)
        except MessengerError as error:
            self.notices.say(sentence(error))
        else:
            self.notices.begin(contacts)
            self.dialogs.show_pending_link()

    @Slot(str)
    def _on_preference(self, name: str) -> None:
        """Follow preferences as they are stored, whoever asked for it."""
        preferences = self.profile.preferences
        if name == THEME:
            self._theme.choose(theme_choice(preferences[name]))
        elif name == UPDATES:
            self.updating.follow(preferences)
        elif name == LAST_SEEN:
            self.contacts.note_last_seen(shows_last_seen(preferences))
            self.page.refresh()

    @Slot(object)
    def _on_update(self, release: "Release") -> None:
        self.update_banner.tell(release.version)

    def _tell_unread(self) -> None:
        count = 0 if self.locked else self.contacts.unread_count
        title = self.tr("Hum ({count} unread)").replace("{count}", str(count)) if count else "Hum"
        if title != self.windowTitle():
            self.setWindowTitle(title)

    @Slot(bool)
    def _watch(self, watched: bool) -> None:
        """Have the engine tell about the wire only while somebody looks."""
        if self.profile.usable:
            self._client.send(WatchWire(SNAPSHOT_S if watched else 0.0))

    # -- the lock -------------------------------------------------------------------------------

    @property
    def locked(self) -> bool:
        return self.profile.locked

    @Slot()
    def lock(self) -> None:
        """Ask the engine to lock; Locked does the rest."""
        if self.profile.usable:
            self._client.send(Lock())

    def _on_locked(self, slots: frozenset[str]) -> None:
        """Hide everything and forget what can be forgotten; the hum goes on."""
        self.fronts.show_lock(slots)
        close_everything_above(self)
        self.sides.forget()
        self.notices.hide()
        self.contacts.load(())
        if self._history is not None:
            self._history.close()
            self._history = None
        forget_clipboard(QGuiApplication.clipboard())
        self.all_actions.follow_lock(locked=True)
        self.fronts.lock_page.focus_field()

    def _on_unlocked(self) -> None:
        self.fronts.show_open()
        self.all_actions.follow_lock(locked=False)
        self._load()

    # -- what a person or another start asks ----------------------------------------------------

    @Slot(object)
    def choose(self, contact_id: ContactId) -> None:
        """Show a conversation."""
        self.sides.choose(contact_id)

    def add_link(self, link: str) -> None:
        """Open the dialog with a link that came from outside; while locked, afterwards."""
        self.dialogs.add_link(link)

    @Slot()
    def search(self) -> None:
        """Search in the conversation on screen, or where there is none, in all."""
        if self.sides.talking and self.page.contact_id is not None:
            self.page.finding.begin()
        else:
            self.search_all()

    @Slot()
    def search_all(self) -> None:
        """Search in all conversations, for what is searched for in this one already."""
        self.dialogs.search_all(self.page.find_bar.edit.text())

    @Slot()
    def _escape(self) -> None:
        """Close the nearest thing that is open, or else go to the composer."""
        if self.sides.end_search():
            return
        if not self.notice.isHidden():
            self.notice.dismiss()
        else:
            self.sides.step_back()

    @Slot()
    def leave(self) -> None:
        """Keep what must be kept, then have Hum ended."""
        self._keep_state()
        self.quit_wanted.emit()

    # -- what Qt tells --------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sides.set_narrow(self.width() < NARROW)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.page.reading.tell()
            self.page.view.follow_day()
        if event.type() == QEvent.Type.WindowStateChange:
            self.hum.set_watched(self.isVisible() and not self.isMinimized())
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._keep_state()
        super().closeEvent(event)
        self.closing.emit()

    def _keep_state(self) -> None:
        self.page.leave()
        if self.profile.usable:
            self._size.keep()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if not self.locked and (hum_link_in(mime.text()) or self._files_in(mime)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.locked:
            return
        link = hum_link_in(event.mimeData().text())
        if link:
            event.acceptProposedAction()
            self.add_link(link)
        elif files := self._files_in(event.mimeData()):
            event.acceptProposedAction()
            self.page.attachments.offer_files(files)

    def _files_in(self, mime: QMimeData) -> list[str]:
        """Return the files that are held over a conversation which can take them."""
        return local_files(mime) if self.sides.talking and self.page.takes_files else []
