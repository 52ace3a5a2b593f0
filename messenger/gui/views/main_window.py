"""The window: contacts on the left, a conversation on the right, the hum along the bottom.

In a narrow window one of the two sides is shown at a time.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QDialog, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from messenger.core.builds import BuildMatch
from messenger.core.types import ContactId, NodeInfo, SearchHit
from messenger.engine.commands import Command, Lock, SetPreference, WatchWire
from messenger.engine.events import (
    BuildCompared,
    BuildDiffers,
    ContactRemoved,
    EngineFailed,
    Event,
    Failure,
    ForkSeen,
    KeyAdopted,
    Locked,
    NewWhileLocked,
    NodeInfoChanged,
    NodeReady,
    SessionReset,
    Unlocked,
)
from messenger.gui import dialogs
from messenger.gui.client import EngineClient
from messenger.gui.hum_links import hum_link_in
from messenger.gui.icons import icon
from messenger.gui.key_words import key_sentence
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.history import History
from messenger.gui.preferences import LAST_SEEN, shows_last_seen
from messenger.gui.texts import sentence
from messenger.gui.theme import Theme, ThemeChoice
from messenger.gui.upkeep_words import upkeep_words
from messenger.gui.views.banners import BannerArea, FailureBanner
from messenger.gui.views.composer import local_files
from messenger.gui.views.contacts_panel import ContactsPanel
from messenger.gui.views.conversation_page import ConversationPage
from messenger.gui.views.forgetting import close_everything_above, forget_clipboard
from messenger.gui.views.hum_strip import HumStrip
from messenger.gui.views.lane_questions import FastLaneQuestions
from messenger.gui.views.pages import EmptyPage
from messenger.gui.views.update_notice import UpdateBanner, Updating
from messenger.gui.words import name_in_sentence
from messenger.update.consent import PREFERENCE as UPDATES_PREFERENCE

if TYPE_CHECKING:
    from messenger.gui.views.lock_page import LockPage
    from messenger.update.release import Release

NARROW: Final = 620  # pixels; below, one side at a time
THEME_PREFERENCE: Final = "theme"
SNAPSHOT_S: Final = 0.1  # between two pictures of the wire
SPLIT_PREFERENCE: Final = "window.split"
SIZE_PREFERENCE: Final = "window.size"


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
        self._folder = folder
        self._client = client
        self._theme = theme
        self._history: History | None = None
        self._info: NodeInfo | None = None
        self._preferences: dict[str, str] = {}
        self._narrow = False
        self._locked = False
        self._pending_link = ""  # came while there was nobody to show it to
        self.contacts = ContactsModel(self)
        # From the outside inwards: Qt goes through all that a widget holds each time it is put
        # into another, style sheet and palette; inside out that was half the time of a start.
        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        self._open_page = QWidget(self.pages)
        self.notice = FailureBanner(self._open_page)
        self.update_banner = UpdateBanner(self._open_page)
        self._notices = BannerArea((self.notice, self.update_banner), self._open_page)
        self.split = QSplitter(Qt.Orientation.Horizontal, self._open_page)
        self.panel = ContactsPanel(self.contacts, self.split)
        self.right = QStackedWidget(self.split)
        self.nothing_chosen = self._make_nothing_chosen()
        self.page = ConversationPage(client, self.contacts, self.right)
        self.hum = HumStrip(self._open_page)
        self.lanes = FastLaneQuestions(client, self.contacts, self)
        self.updating = Updating(client, folder, self)
        self._lay_out()
        self._make_actions()
        self._connect()

    # -- set up ---------------------------------------------------------------------------------

    def _make_nothing_chosen(self) -> EmptyPage:
        page = EmptyPage("wave", "", "", self.right)
        page.use_surface()
        return page

    @Slot()
    def _refresh_nothing_chosen(self) -> None:
        page = self.nothing_chosen
        if self.contacts.rowCount():
            page.heading.setText(self.tr("No conversation chosen"))
            page.sentence.setText(
                self.tr("Choose somebody on the left, or press Ctrl+K and type a name.")
            )
        else:
            page.heading.setText(self.tr("Your conversations will stand here"))
            page.sentence.setText(
                self.tr(
                    "Once you are connected, cells of one size leave at instants that no message "
                    "ever moves. Along the bottom you see them go by."
                )
            )

    @cached_property
    def lock_page(self) -> "LockPage":
        """Stands before everything while Hum is locked; made then."""
        from messenger.gui.views.lock_page import LockPage  # noqa: PLC0415  not at the start

        page = LockPage(self._client, self.pages)
        page.quit_wanted.connect(self.leave)
        self.pages.addWidget(page)
        return page

    @cached_property
    def stopped(self) -> EmptyPage:
        """Stands there when the engine has failed; made then."""
        page = EmptyPage("warning", self.tr("Hum has stopped"), "", self.pages)
        page.add_button(self.tr("Quit")).clicked.connect(self.leave)
        self.pages.addWidget(page)
        return page

    def _lay_out(self) -> None:
        self.right.addWidget(self.nothing_chosen)
        self.right.addWidget(self.page)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self.split.addWidget(self.panel)
        self.split.addWidget(self.right)
        self.split.setStretchFactor(0, 0)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([320, 640])
        column = QVBoxLayout(self._open_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notices)
        column.addWidget(self.split, 1)
        column.addWidget(self.hum)
        self.pages.addWidget(self._open_page)
        self.setMinimumSize(320, 360)
        self.resize(960, 640)
        self.setAcceptDrops(True)
        self.setWindowTitle("Hum")
        self.setBackgroundRole(QPalette.ColorRole.Window)

    def _make_actions(self) -> None:
        self.add_action = self._action(
            self.tr("Add a contact…"), "Ctrl+N", self.add_contact, "add-contact"
        )
        self.settings_action = self._action(
            self.tr("Settings…"), "Ctrl+,", self.show_settings, "settings"
        )
        self.shortcuts_action = self._action(
            self.tr("Keyboard shortcuts"), "Ctrl+/", self.show_shortcuts, "keyboard"
        )
        self.wire_action = self._action(self.tr("The wire"), "Ctrl+Shift+W", self.show_wire, "wave")
        self.lock_action = self._action(self.tr("Lock now"), "Ctrl+L", self.lock, "lock")
        self.quit_action = self._action(self.tr("Quit"), "Ctrl+Q", self.leave, "quit")
        self._action(self.tr("Jump to a contact"), "Ctrl+K", self.jump)
        self._action(self.tr("Search"), "Ctrl+F", self.search)
        self.search_action = self._action(
            self.tr("Search in all conversations…"), "Ctrl+Shift+F", self.search_all, "search"
        )
        self._action(self.tr("Go to a date"), "Ctrl+G", self.page.go_to_date)
        self._action(self.tr("Previous conversation"), "Alt+Up", self._previous)
        self._action(self.tr("Next conversation"), "Alt+Down", self._next)
        self._action(self.tr("Close or cancel"), "Esc", self._escape)
        menu = self.panel.menu_button.menu()
        menu.addAction(self.add_action)
        menu.addAction(self.search_action)
        menu.addSeparator()
        for action in (self.wire_action, self.settings_action, self.shortcuts_action):
            menu.addAction(action)
        menu.addSeparator()
        for action in (self.lock_action, self.quit_action):
            menu.addAction(action)
        menu.aboutToShow.connect(self._tint_menu)

    def _action(self, words: str, keys: str, slot: object, icon_name: str = "") -> QAction:
        action = QAction(words, self)
        action.setShortcut(QKeySequence(keys))
        action.setData(icon_name)
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    @Slot()
    def _tint_menu(self) -> None:
        for action in self.panel.menu_button.menu().actions():
            if action.data():
                action.setIcon(icon(action.data(), self.palette()))

    def _connect(self) -> None:
        self._client.received.connect(self.apply)
        self._client.carried_out.connect(self._on_carried_out)
        for signal in (
            self.contacts.rowsInserted,
            self.contacts.rowsRemoved,
            self.contacts.modelReset,
        ):
            signal.connect(self._refresh_nothing_chosen)
        self._refresh_nothing_chosen()
        self.panel.chosen.connect(self.choose)
        self.panel.add_wanted.connect(self.add_contact)
        self.page.back_wanted.connect(self._back)
        self.page.contact_made.connect(self.choose)
        self.page.check_wanted.connect(self.show_connection_check)
        self.page.find_bar.all_wanted.connect(self.search_all)
        self.updating.found.connect(self._on_update)
        self.updating.doubted.connect(self.notice.show_words)
        self.update_banner.show_wanted.connect(self.show_updates)
        self.hum.watching.connect(self._watch)
        self.hum.clicked.connect(self.show_wire)

    # -- events ---------------------------------------------------------------------------------

    @Slot(object)
    def apply(self, event: Event) -> None:
        """Follow one engine event; models first, then what stands around them."""
        self.contacts.apply(event)
        self.hum.apply(event)
        self.page.apply(event)
        self.lanes.apply(event)
        match event:
            case NodeReady(info, preferences):
                self._on_ready(info, preferences)
            case NodeInfoChanged(info, problem):
                self._info = info
                if problem is not None:
                    self.notice.show_words(sentence(problem))
            case ContactRemoved(contact) if contact == self.page.contact_id:
                self._close_conversation()
            case Failure(error):
                self.notice.show_words(sentence(error))
            case SessionReset(contact):
                self._on_session_reset(contact)
            case KeyAdopted(number) | ForkSeen(number):
                self._on_key_event(event, number)
            case EngineFailed(text, error):
                self._on_failed(sentence(error) if error is not None else text)
            case _:
                self._follow_lock(event)
                self._follow_build(event)
                words = upkeep_words(event)
                if words:
                    self.notice.show_words(words)
        self._tell_unread()

    def _on_ready(self, info: NodeInfo, preferences: dict[str, str]) -> None:
        self._info = info
        self._preferences = dict(preferences)
        self._theme.choose(_theme_choice(preferences.get(THEME_PREFERENCE, "")))
        self._restore_size(preferences)
        self.updating.follow(preferences)
        self._load(self._client.open_reader())

    def _load(self, history: History) -> None:
        self._history = history
        self.contacts.note_last_seen(shows_last_seen(self._preferences))
        self.contacts.load(history.contacts())
        self._watch(self.hum.isVisible())
        self._show_pending_link()

    @Slot(object)
    def _on_carried_out(self, command: Command) -> None:
        """Follow preferences as they are stored, whoever asked for it."""
        if isinstance(command, SetPreference):
            self._preferences[command.name] = command.value
            if command.name == THEME_PREFERENCE:
                self._theme.choose(_theme_choice(command.value))
            elif command.name == UPDATES_PREFERENCE:
                self.updating.follow(self._preferences)
            elif command.name == LAST_SEEN:
                self.contacts.note_last_seen(shows_last_seen(self._preferences))
                self.page.refresh()

    # -- the lock -------------------------------------------------------------------------------

    @property
    def locked(self) -> bool:
        return self._locked

    @Slot()
    def lock(self) -> None:
        """Ask the engine to lock; Locked does the rest."""
        if self._info is not None and not self._locked:
            self._client.send(Lock())

    def _follow_lock(self, event: Event) -> None:
        match event:
            case Locked(slots):
                self._on_locked(slots)
            case NewWhileLocked(count):
                self.lock_page.show_new(count)
            case Unlocked(info, preferences):
                self._on_unlocked(info, preferences)
            case _:
                pass

    def _on_locked(self, slots: frozenset[str]) -> None:
        """Hide everything and forget what can be forgotten; the hum goes on."""
        self._locked = True
        self.lock_page.begin(slots)
        self.pages.setCurrentWidget(self.lock_page)
        close_everything_above(self)
        self.page.forget()
        self.panel.search.clear()
        self.panel.show_chosen(None)
        self.right.setCurrentWidget(self.nothing_chosen)
        self._show_sides()
        self.notice.say("")
        self.notice.hide()
        self.contacts.load(())
        if self._history is not None:
            self._history.close()
            self._history = None
        forget_clipboard(QGuiApplication.clipboard())
        self._enable_actions()
        self.lock_page.focus_field()

    def _on_unlocked(self, info: NodeInfo, preferences: dict[str, str]) -> None:
        self._locked = False
        self._info = info
        self._preferences = dict(preferences)
        self.pages.setCurrentWidget(self._open_page)
        self._enable_actions()
        self._load(self._client.open_reader())

    def _enable_actions(self) -> None:
        for action in self.actions():
            action.setEnabled(not self._locked or action is self.quit_action)

    def _on_session_reset(self, contact_id: ContactId) -> None:
        contact = self.contacts.contact(contact_id)
        if contact is not None:
            words = self.tr(
                "A new encrypted session began with {name}, because one of the two computers was "
                "restored or repaired, or they had removed you and added you again. The pinned key "
                "is the same, and your messages stay."
            )
            self.notice.show_words(words.replace("{name}", name_in_sentence(contact)))

    def _on_key_event(self, event: KeyAdopted | ForkSeen, contact_id: ContactId) -> None:
        contact = self.contacts.contact(contact_id)
        if contact is not None:
            words = key_sentence(event)
            self.notice.show_words(words.replace("{name}", name_in_sentence(contact)))

    def _follow_build(self, event: Event) -> None:
        """Say loudly that files of the program differ; softly that a contact's do."""
        match event:
            case BuildDiffers(findings):
                # Nobody should ever see it, so no start pays for it.
                from messenger.gui.views.program_banner import ProgramBanner  # noqa: PLC0415

                banner = ProgramBanner(findings, self._open_page)
                banner.details_wanted.connect(self._show_about)
                column = self._open_page.layout()
                assert isinstance(column, QVBoxLayout)
                column.insertWidget(0, banner)
                banner.show()
            case BuildCompared(number, comparison) if comparison.match is BuildMatch.DIFFERENT:
                from messenger.gui.build_words import match_sentence  # noqa: PLC0415  likewise

                contact = self.contacts.contact(number)
                if contact is not None:
                    words = match_sentence(comparison)
                    self.notice.show_words(words.replace("{name}", name_in_sentence(contact)))
            case _:
                pass

    def _on_failed(self, words: str) -> None:
        self.stopped.sentence.setText(words)
        self.pages.setCurrentWidget(self.stopped)

    def _tell_unread(self) -> None:
        count = 0 if self._locked else self.contacts.unread_count
        title = self.tr("Hum ({count} unread)").replace("{count}", str(count)) if count else "Hum"
        if title != self.windowTitle():
            self.setWindowTitle(title)

    # -- conversations --------------------------------------------------------------------------

    @Slot(object)
    def choose(self, contact_id: ContactId) -> None:
        """Show a conversation."""
        contact = self.contacts.contact(contact_id)
        if contact is None or self._history is None:
            return
        self.panel.show_chosen(contact_id)
        if self.page.contact_id != contact_id:
            self.page.show_contact(self._history, contact)
        self.right.setCurrentWidget(self.page)
        self._show_sides()
        self.page.tell_read()
        if not self.panel.list.hasFocus() or self._narrow:
            self.page.focus_composer()

    def _close_conversation(self) -> None:
        self.page.close_contact()
        self.panel.show_chosen(None)
        self.right.setCurrentWidget(self.nothing_chosen)
        self._show_sides()

    @Slot()
    def _back(self) -> None:
        """In a narrow window, show the contacts again."""
        self.page.leave()
        self.page.close_contact()
        self.right.setCurrentWidget(self.nothing_chosen)
        self.panel.show_chosen(None)
        self._show_sides()
        self.panel.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def jump(self) -> None:
        """Type a name to go to."""
        if self._narrow and self.right.currentWidget() is self.page:
            self._back()
        self.panel.focus_search()

    @Slot()
    def _previous(self) -> None:
        self.panel.step(-1)

    @Slot()
    def _next(self) -> None:
        self.panel.step(1)

    @Slot()
    def _escape(self) -> None:
        """Close the nearest thing that is open, or else go to the composer."""
        if self.panel.search.text():
            self.panel.search.clear()
        elif not self.page.find_bar.isHidden():
            self.page.find_bar.finish()
        elif not self.notice.isHidden():
            self.notice.hide()
        elif self._narrow and self.right.currentWidget() is self.page:
            self._back()
        elif self.right.currentWidget() is self.page:
            self.page.focus_composer()

    # -- dialogs --------------------------------------------------------------------------------

    @Slot()
    def add_contact(self) -> None:
        self._add_contact("")

    def add_link(self, link: str) -> None:
        """Open the dialog with a link that came from outside; while locked, afterwards."""
        self._pending_link = link
        self._show_pending_link()

    def _show_pending_link(self) -> None:
        if self._pending_link and self._info is not None and not self._locked:
            link, self._pending_link = self._pending_link, ""
            self._add_contact(link)

    def _add_contact(self, link: str) -> None:
        if self._info is not None:
            dialog = dialogs.AddContactDialog(self._client, self._info, self)
            dialog.finished.connect(self._on_add_finished)
            self._open(dialog)
            if link:
                dialog.their_side.take_link(link)

    @Slot()
    def _on_add_finished(self) -> None:
        """Go to whoever was added."""
        dialog = self.sender()
        added = dialog.added_page.contact if isinstance(dialog, dialogs.AddContactDialog) else None
        if added is not None:
            self.choose(added.id)

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
    def _show_about(self) -> None:
        dialog = self._open_settings()
        if dialog is not None:
            dialog.show_page(dialog.about_section)

    def _open_settings(self) -> "dialogs.SettingsDialog | None":
        if self._info is None or self._locked:
            return None
        dialog = dialogs.SettingsDialog(
            self._client,
            self._info,
            self._preferences,
            self,
            self._folder,
            self.updating.client,
        )
        dialog.updates_section.restart_wanted.connect(self.leave)
        self._open(dialog)
        return dialog

    @Slot(object)
    def _on_update(self, release: "Release") -> None:
        self.update_banner.tell(release.version)

    @Slot()
    def search(self) -> None:
        """Search in the conversation on screen, or where there is none, in all."""
        if self.right.currentWidget() is self.page and self.page.contact_id is not None:
            self.page.begin_search()
        else:
            self.search_all()

    @Slot()
    def search_all(self) -> None:
        """Search in all conversations, for what is searched for in this one already."""
        if self._info is not None and not self._locked:
            dialog = dialogs.SearchDialog(self._client, self.contacts, self)
            dialog.chosen.connect(self._show_hit)
            dialog.begin(self.page.find_bar.edit.text())
            self._open(dialog)

    @Slot(object)
    def _show_hit(self, hit: SearchHit) -> None:
        self.choose(hit.message.contact)
        if self.page.contact_id == hit.message.contact:
            self.page.find_bar.finish()
            self.page.show_hit(hit)

    @Slot()
    def show_wire(self) -> None:
        if self._info is not None:
            self._open(dialogs.WireDialog(self._client, self._info, self))

    @Slot()
    def show_shortcuts(self) -> None:
        self._open(dialogs.ShortcutsDialog(self))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # -- shape ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow is not self._narrow:
            self._narrow = narrow
            self._show_sides()

    def _show_sides(self) -> None:
        """Show both sides, or in a narrow window the one that matters."""
        talking = self.right.currentWidget() is self.page
        self.panel.setVisible(not (self._narrow and talking))
        self.right.setVisible(talking or not self._narrow)
        self.page.header.back_button.setVisible(self._narrow)

    def _restore_size(self, preferences: dict[str, str]) -> None:
        size = _numbers(preferences.get(SIZE_PREFERENCE, ""))
        if size is not None:
            self.resize(*size)
        split = _numbers(preferences.get(SPLIT_PREFERENCE, ""))
        if split is not None:
            self.split.setSizes(list(split))

    @Slot(bool)
    def _watch(self, watched: bool) -> None:
        """Have the engine tell about the wire only while somebody looks."""
        if self._info is not None and not self._locked:
            self._client.send(WatchWire(SNAPSHOT_S if watched else 0.0))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.page.tell_read()
        if event.type() == QEvent.Type.WindowStateChange:
            self.hum.set_watched(self.isVisible() and not self.isMinimized())
        super().changeEvent(event)

    @Slot()
    def leave(self) -> None:
        """Keep what must be kept, then have Hum ended."""
        self._keep_state()
        self.quit_wanted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._keep_state()
        super().closeEvent(event)
        self.closing.emit()

    def _keep_state(self) -> None:
        self.page.leave()
        if self._info is not None and not self._locked:
            sizes = self.split.sizes()
            if all(sizes):
                self._client.send(SetPreference(SPLIT_PREFERENCE, f"{sizes[0]}x{sizes[1]}"))
            size = f"{self.width()}x{self.height()}"
            self._client.send(SetPreference(SIZE_PREFERENCE, size))

    # -- what is dropped -------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if not self._locked and (hum_link_in(mime.text()) or self._files_in(mime)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._locked:
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
        talking = self.right.currentWidget() is self.page and self.page.takes_files
        return local_files(mime) if talking else []


def _theme_choice(value: str) -> ThemeChoice:
    """Read the preference; whatever is not one of the choices means: follow the system."""
    return ThemeChoice(value) if value in set(ThemeChoice) else ThemeChoice.SYSTEM


def _numbers(value: str) -> tuple[int, int] | None:
    """Read ``123x456``."""
    first, _, second = value.partition("x")
    if first.isdecimal() and second.isdecimal():
        return int(first), int(second)
    return None
