"""What stands before everything else in the window: the open profile, a lock, or the end."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from messenger.gui.client import EngineClient
from messenger.gui.views.pages import EmptyPage

if TYPE_CHECKING:
    from messenger.gui.views.lock_page import LockPage


class Fronts(QStackedWidget):
    """Owner: GUI thread. Only ``open_page`` is there from the start; whoever fills it adds it.

    Signals:
        quit_wanted: the person wants to end Hum, from where nothing else can be done.
    """

    quit_wanted = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.open_page = QWidget(self)

    @cached_property
    def lock_page(self) -> "LockPage":
        """Stands there while Hum is locked; made then."""
        from messenger.gui.views.lock_page import LockPage  # noqa: PLC0415  not at the start

        page = LockPage(self._client, self)
        page.quit_wanted.connect(self.quit_wanted)
        self.addWidget(page)
        return page

    @cached_property
    def stopped(self) -> EmptyPage:
        """Stands there when the engine has failed; made then."""
        page = EmptyPage("warning", self.tr("Hum has stopped"), "", self)
        page.add_button(self.tr("Quit")).clicked.connect(self.quit_wanted)
        self.addWidget(page)
        return page

    def show_open(self) -> None:
        self.setCurrentWidget(self.open_page)

    def show_lock(self, slots: frozenset[str]) -> None:
        """``slots`` are the ways in that there are."""
        self.lock_page.begin(slots)
        self.setCurrentWidget(self.lock_page)

    def show_stopped(self, words: str) -> None:
        """Say why the engine has stopped."""
        self.stopped.sentence.setText(words)
        self.setCurrentWidget(self.stopped)
