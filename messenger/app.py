"""The composition root of the desktop application: engine, client, theme, window, in that order."""

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QObject,
    QSettings,
    Qt,
    QTimer,
    QTranslator,
    Slot,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog

from messenger.engine.commands import (
    Command,
    GetLockSettings,
    NoteActivity,
    SetLock,
    SetPreference,
)
from messenger.engine.events import (
    EngineFailed,
    Event,
    Locked,
    LockSettings,
    NewWhileLocked,
    NodeReady,
    ProfileNeeded,
    Reply,
    Unlocked,
    UnlockNeeded,
)
from messenger.engine.options import EngineOptions
from messenger.gui import dialogs, language
from messenger.gui.activity import ActivityWatch
from messenger.gui.client import EngineClient, EngineEnd
from messenger.gui.display import display_problem
from messenger.gui.garbage import GarbageCollector
from messenger.gui.notifier import Notifier
from messenger.gui.preferences import CLOSE, OnClose, on_close, starts_hidden
from messenger.gui.resources import resource_dir
from messenger.gui.single_instance import FirstInstance, raise_other
from messenger.gui.theme import Theme
from messenger.gui.tray import Tray
from messenger.gui.views.main_window import MainWindow

if TYPE_CHECKING:
    from messenger.gui.portal_notices import PortalNotices
    from messenger.gui.screen_lock import ScreenLockListener
    from messenger.update.prepared import Prepared

log = logging.getLogger(__name__)

STOP_DEADLINE_MS: Final = 15_000  # for links, database and wire process to close
SWITCH_INTERVAL_S: Final = 0.0005  # between the Python threads of this process; design section 12


class Application(QObject):
    """Leads from the first event to the last one.

    Owner: GUI thread.
    """

    def __init__(
        self,
        client: EngineClient,
        theme: Theme,
        *,
        minimised: bool,
        folder: Path | None = None,
        link: str = "",
    ) -> None:
        super().__init__()
        self._client = client
        self._minimised = minimised
        self._ready = False
        self._ending = False
        self._dialog: QDialog | None = None
        self._close_choice: QDialog | None = None  # has no parent: nobody else keeps it alive
        self._preferences: dict[str, str] = {}
        self._screen_lock: ScreenLockListener | None = None
        self.tray: Tray | None = None
        self.notifier: Notifier | None = None
        self._portal: PortalNotices | None = None  # where there is no tray
        self.window = MainWindow(client, theme, folder=folder)
        self.window.closing.connect(self._on_closing)
        self.window.quit_wanted.connect(self.quit)
        self._link_clicked = bool(link)  # somebody waits for the window
        if link:
            self.window.add_link(link)
        self._instance = FirstInstance(folder, self) if folder is not None else None
        if self._instance is not None:
            self._instance.called.connect(self._on_called)
        client.received.connect(self._on_event)
        client.carried_out.connect(self._on_carried_out)
        client.finished.connect(self._on_finished)

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if self._instance is not None and isinstance(
            event, ProfileNeeded | UnlockNeeded | NodeReady
        ):
            self._instance.listen()  # the engine holds the profile
        match event:
            case ProfileNeeded():
                self._ask(dialogs.FirstRunDialog(self._client, event, None))
            case UnlockNeeded():
                self._ask(dialogs.UnlockDialog(self._client, event, None))
            case NodeReady(_, preferences):
                self._on_ready(preferences)
            case EngineFailed():
                self._close_dialog()  # the window says what happened
                self._show_window(asked=True)
            case NewWhileLocked(count) if self.tray is not None:
                self.tray.set_unread(count > 0)
            case Locked() | Unlocked():
                self._on_lock(locked=isinstance(event, Locked))
            case _:
                pass
        self._follow(event)

    def _on_lock(self, *, locked: bool) -> None:
        if self.tray is not None:
            self.tray.set_locked(locked)
        if self._portal is not None and locked:
            self._portal.take_back()

    def _follow(self, event: Event) -> None:
        if self.notifier is not None:
            self.notifier.apply(event)
        if self.tray is not None and not self.window.locked:
            self.tray.set_unread(self.window.contacts.unread_count > 0)

    def _on_ready(self, preferences: dict[str, str]) -> None:
        self._preferences = dict(preferences)
        if self.notifier is None:
            self._add_notifier()
        self._client.request(GetLockSettings(), self._on_lock_settings)
        self._minimised = self._minimised or starts_hidden(preferences)
        self._show_window(asked=self._link_clicked)

    def _add_notifier(self) -> None:
        window = self.window
        if Tray.available():
            self._add_tray()
        self.notifier = Notifier(window.contacts, window.isActiveWindow, self._notify, self)

    def _notify(self, title: str, text: str) -> None:
        """Show a notification, and let the window's entry in the task bar ask for attention."""
        QApplication.alert(self.window)
        if self.tray is not None:
            self.tray.notify(title, text)
        elif sys.platform == "linux":
            from messenger.gui.portal_notices import (  # noqa: PLC0415  D-Bus, when it is needed
                PortalNotices,
            )

            self._portal = self._portal or PortalNotices()
            self._portal.notify(title, text)

    def _add_tray(self) -> None:
        self.tray = Tray(self)
        self.tray.open_wanted.connect(self.come_forward)
        self.tray.lock_wanted.connect(self.window.lock)
        self.tray.quit_wanted.connect(self.window.leave)

    # -- what the settings change ---------------------------------------------------------------

    @Slot(object)
    def _on_carried_out(self, command: Command) -> None:
        match command:
            case SetPreference(name, value):
                self._preferences[name] = value
                if self.notifier is not None:
                    self.notifier.choose(self._preferences)
            case SetLock(_, with_screen):
                self._listen_to_screen(with_screen)
            case _:
                pass

    def _on_lock_settings(self, reply: Reply) -> None:
        if isinstance(reply.result, LockSettings):
            self._listen_to_screen(reply.result.with_screen)

    def _listen_to_screen(self, wanted: bool) -> None:
        if wanted and self._screen_lock is None:
            from messenger.gui.screen_lock import (  # noqa: PLC0415  Qt's D-Bus only where wanted
                ScreenLockListener,
            )

            self._screen_lock = ScreenLockListener(self)
            self._screen_lock.locked.connect(self.window.lock)
        elif not wanted and self._screen_lock is not None:
            self._screen_lock.deleteLater()
            self._screen_lock = None

    # -- dialogs and window -----------------------------------------------------------------------

    def _ask(self, dialog: QDialog) -> None:
        """Show one of the two dialogs that stand before an open profile."""
        self._dialog = dialog
        dialog.rejected.connect(self.quit)
        dialog.accepted.connect(self._on_answered)
        dialog.show()

    @Slot()
    def _on_answered(self) -> None:
        """The dialog has said what it had to say, for example a recovery code."""
        self._dialog = None
        if self._ready:
            self._show_window(asked=True)

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.blockSignals(True)
            self._dialog.close()
            self._dialog.deleteLater()
            self._dialog = None

    def _show_window(self, *, asked: bool = False) -> None:
        """Show the window, or after a quiet start only what leads to it."""
        self._ready = True
        if self._dialog is not None and self._dialog.isVisible():
            return  # it closes by itself and shows the window then
        if asked or not self._minimised:
            self.window.show()
        elif self.tray is None:
            self.window.showMinimized()

    @Slot()
    def come_forward(self) -> None:
        """Bring what the person works with to the front."""
        shown = self._dialog if self._dialog is not None else self.window
        if self._dialog is None and not self._ready:
            return
        shown.setWindowState(shown.windowState() & ~Qt.WindowState.WindowMinimized)
        shown.show()
        shown.raise_()
        shown.activateWindow()

    @Slot(str)
    def _on_called(self, link: str) -> None:
        self.come_forward()
        if link:
            self.window.add_link(link)

    # -- the end ----------------------------------------------------------------------------------

    @Slot()
    def _on_closing(self) -> None:
        """The window is closed: go on in the tray, end, or ask which."""
        choice = on_close(self._preferences)
        if self.tray is None or not self._client.running or choice is OnClose.QUIT:
            self.quit()
        elif choice is OnClose.ASK and not self.window.locked and self._close_choice is None:
            self._close_choice = dialogs.CloseChoiceDialog(None)
            self._close_choice.finished.connect(self._on_close_chosen)
            self._close_choice.open()

    @Slot(int)
    def _on_close_chosen(self, result: int) -> None:
        self._forget_close_choice()
        if result == int(QDialog.DialogCode.Rejected):  # Esc: as if nobody had closed the window
            if not self.window.locked:
                self.come_forward()
            return
        quits = result == dialogs.CloseChoiceDialog.QUIT
        value = OnClose.QUIT if quits else OnClose.KEEP
        self._client.request(SetPreference(CLOSE, value.value))
        if quits:
            self.quit()

    def _forget_close_choice(self) -> None:
        if self._close_choice is not None:
            self._close_choice.hide()
            self._close_choice.deleteLater()
            self._close_choice = None

    @Slot()
    def quit(self) -> None:
        """Hide at once, let the engine close in its own time."""
        self._ending = True
        self.window.hide()
        self._forget_close_choice()
        if self.tray is not None:
            self.tray.remove()
        if self._portal is not None:
            self._portal.take_back()
        if self._instance is not None:
            self._instance.close()
        if self._client.running:
            self._client.stop()
            QTimer.singleShot(STOP_DEADLINE_MS, self._give_up)
        else:
            QCoreApplication.quit()

    @Slot()
    def _on_finished(self) -> None:
        """The engine has ended: asked to, or by a failure that the window shows."""
        if self._ending or not self.window.isVisible():
            QCoreApplication.quit()

    @Slot()
    def _give_up(self) -> None:
        """End the process hard; everything that was shown is committed already."""
        log.error("the engine did not end within %s ms", STOP_DEADLINE_MS)
        logging.shutdown()
        os._exit(1)


def run_gui(options: EngineOptions, *, minimised: bool = False, link: str = "") -> int:
    """Run the desktop application; returns the exit code of the process."""
    if raise_other(options.data_dir, link):
        return 0
    problem = display_problem()
    if problem is not None:
        print(f"hum: {problem}", file=sys.stderr)
        return 1
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = make_application(options.data_dir)

    def make_engine(emit: Callable[[Event], None]) -> EngineEnd:
        # By its own thread, meanwhile.
        from messenger.engine.engine import Engine  # noqa: PLC0415
        from messenger.update.own_files import running  # noqa: PLC0415

        return Engine(replace(options, program=running()), emit)

    garbage = GarbageCollector()
    client = EngineClient(make_engine)
    root = Application(client, Theme(app), minimised=minimised, folder=options.data_dir, link=link)
    ActivityWatch(app, lambda: client.send(NoteActivity()))
    client.start()
    code = app.exec()
    client.wait(STOP_DEADLINE_MS)
    prepared, again = root.window.updating.end()
    root.window.deleteLater()
    garbage.stop()
    if prepared is not None:
        _put_in_place(prepared, options, again=again)
    return code


def _put_in_place(prepared: "Prepared", options: EngineOptions, *, again: bool) -> None:
    """Let a new version take the place of this one, and start it with this profile if wanted."""
    from messenger.update.ending import take_place  # noqa: PLC0415  hardly ever

    folder, name = options.data_dir.parent.parent, options.data_dir.name
    arguments = ("--data-dir", str(folder), "--profile", name)
    take_place(prepared, again=arguments if again else None)


def make_application(folder: Path | None = None) -> QApplication:
    """Make the one QApplication, in the language chosen for the profile in ``folder``."""
    _keep_no_lists()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("hum")
    app.setApplicationDisplayName("Hum")
    app.setDesktopFileName("hum")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resource_dir() / "icons" / "hum.svg")))
    _install_translations(app, language.locale_for(folder))
    return app


def _keep_no_lists() -> None:
    """Let no list of folders and files grow beside the encrypted profile.

    Qt's file dialog writes where it was into a file of settings, and the dialogs of desktops into
    their lists of recent files. A sandbox lets no other dialog see the files of the person.
    """
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)
    if sys.platform == "linux" and not Path("/.flatpak-info").exists():
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def _install_translations(app: QApplication, locale: QLocale) -> None:
    """Load a language where we have it, for our words and for Qt's own."""
    QLocale.setDefault(locale)
    folders = {
        "hum": str(resource_dir() / "translations"),
        "qtbase": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
    }
    for name, folder in folders.items():
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder):
            app.installTranslator(translator)
