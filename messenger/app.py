"""The composition root of the desktop application: engine, client, theme, window, in that order."""

import logging
import os
import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QObject,
    QTimer,
    QTranslator,
    Slot,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog

from messenger.engine.engine import Engine
from messenger.engine.events import EngineFailed, Event, NodeReady, ProfileNeeded, UnlockNeeded
from messenger.engine.options import EngineOptions
from messenger.gui.client import EngineClient, EngineEnd
from messenger.gui.dialogs.first_run import FirstRunDialog
from messenger.gui.dialogs.unlock import UnlockDialog
from messenger.gui.resources import resource_dir
from messenger.gui.theme import Theme
from messenger.gui.views.main_window import MainWindow

log = logging.getLogger(__name__)

STOP_DEADLINE_MS: Final = 15_000  # for links, database and wire process to close
SWITCH_INTERVAL_S: Final = 0.0005  # between the Python threads of this process; design section 12


class Application(QObject):
    """Leads from the first event to the last one.

    Owner: GUI thread.
    """

    def __init__(self, client: EngineClient, theme: Theme, *, minimised: bool) -> None:
        super().__init__()
        self._client = client
        self._minimised = minimised
        self._ready = False
        self._dialog: QDialog | None = None
        self.window = MainWindow(client, theme)
        self.window.closing.connect(self.quit)
        client.received.connect(self._on_event)
        client.finished.connect(self._on_finished)

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        match event:
            case ProfileNeeded():
                self._ask(FirstRunDialog(self._client, event, None))
            case UnlockNeeded():
                self._ask(UnlockDialog(self._client, event, None))
            case NodeReady():
                self._show_window()
            case EngineFailed():
                self._close_dialog()  # the window says what happened
                self._show_window()
            case _:
                pass

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
            self._show_window()

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.blockSignals(True)
            self._dialog.close()
            self._dialog.deleteLater()
            self._dialog = None

    def _show_window(self) -> None:
        self._ready = True
        if self._dialog is not None and self._dialog.isVisible():
            return  # it closes by itself and shows the window then
        if self._minimised:
            self.window.showMinimized()
        else:
            self.window.show()

    @Slot()
    def quit(self) -> None:
        """Hide at once, let the engine close in its own time."""
        self.window.hide()
        if self._client.running:
            self._client.stop()
            QTimer.singleShot(STOP_DEADLINE_MS, self._give_up)
        else:
            QCoreApplication.quit()

    @Slot()
    def _on_finished(self) -> None:
        """The engine has ended: asked to, or by a failure that the window shows."""
        if not self.window.isVisible():
            QCoreApplication.quit()

    @Slot()
    def _give_up(self) -> None:
        """End the process hard; everything that was shown is committed already."""
        log.error("the engine did not end within %s ms", STOP_DEADLINE_MS)
        logging.shutdown()
        os._exit(1)


def run_gui(options: EngineOptions, *, minimised: bool = False) -> int:
    """Run the desktop application; returns the exit code of the process."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = make_application()

    def make_engine(emit: Callable[[Event], None]) -> EngineEnd:
        return Engine(options, emit)

    client = EngineClient(make_engine)
    root = Application(client, Theme(app), minimised=minimised)
    client.start()
    code = app.exec()
    client.wait(STOP_DEADLINE_MS)
    root.window.deleteLater()
    return code


def make_application() -> QApplication:
    app = QApplication(sys.argv[:1])
    app.setApplicationName("hum")
    app.setApplicationDisplayName("Hum")
    app.setDesktopFileName("hum")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resource_dir() / "icons" / "hum.svg")))
    _install_translations(app)
    return app


def _install_translations(app: QApplication) -> None:
    """Load the person's language where we have it, for our words and for Qt's own."""
    folders = {
        "hum": str(resource_dir() / "translations"),
        "qtbase": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
    }
    for name, folder in folders.items():
        translator = QTranslator(app)
        if translator.load(QLocale(), name, "_", folder):
            app.installTranslator(translator)
