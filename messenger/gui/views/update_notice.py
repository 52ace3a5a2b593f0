"""What the window has to do with updates: a banner about a new version, and the last step.

The client behind it is made when the settings are opened, or when Hum may look by itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from messenger.core.errors import (
    CancelledByPersonError,
    MessengerError,
    UpdateBusyError,
    UpdateTooSlowError,
    UpdateUnreachableError,
)
from messenger.gui.client import EngineClient
from messenger.gui.texts import sentence
from messenger.gui.views.banners import Banner
from messenger.update.consent import Consent, consent_of

if TYPE_CHECKING:
    from messenger.gui.update_client import UpdateClient
    from messenger.update.prepared import Prepared
    from messenger.update.release import Release

PASSING = (CancelledByPersonError, UpdateBusyError, UpdateTooSlowError, UpdateUnreachableError)


class UpdateBanner(Banner):
    """A new version is there; hidden until then.

    Signals:
        show_wanted: the person wants to see it.
    """

    show_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("info", "card", parent)

    def _fill(self) -> None:
        super()._fill()
        self.show_button = self.button(self.tr("Show"), "primary")
        self.later_button = self.button(self.tr("Later"))
        self.buttons.add_stretch()
        self.show_button.clicked.connect(self._show)
        self.later_button.clicked.connect(self.hide)

    def tell(self, version: str) -> None:
        self.say(self.tr("Hum {version} is available.").replace("{version}", version))
        self.show()

    @Slot()
    def _show(self) -> None:
        self.hide()
        self.show_wanted.emit()


class Updating(QObject):
    """Owner: GUI thread.

    Signals:
        found: a Release that Hum has found by itself.
        doubted: a sentence; what Hum got when it looked by itself is not to be believed.
    """

    found = Signal(object)
    doubted = Signal(str)

    def __init__(self, client: EngineClient, folder: Path | None, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = client
        self._folder = folder
        self._client: UpdateClient | None = None
        self._preferences: dict[str, str] = {}

    def follow(self, preferences: Mapping[str, str]) -> None:
        """Take the preferences of an open profile; only a daily look makes a client at once."""
        self._preferences = dict(preferences)
        if consent_of(preferences) is Consent.DAILY and self._folder is not None:
            self.client.follow(preferences)
        elif self._client is not None:
            self._client.follow(preferences)

    @property
    def client(self) -> "UpdateClient":
        if self._client is None:
            from messenger.gui.update_client import UpdateClient  # noqa: PLC0415  not at the start

            self._client = UpdateClient(self._engine, self._folder or Path(), self)
            self._client.preferences = dict(self._preferences)
            self._client.found_alone.connect(self._on_found)
            self._client.doubted_alone.connect(self._on_doubted)
        return self._client

    def end(self) -> "tuple[Prepared | None, bool]":
        """Stop looking; return what is to take its place, and whether to start it then."""
        if self._client is None:
            return None, False
        self._client.close()
        return self._client.state.prepared, self._client.start_again

    @Slot(object)
    def _on_found(self, release: "Release") -> None:
        self.found.emit(release)

    @Slot(object)
    def _on_doubted(self, error: MessengerError) -> None:
        if not isinstance(error, PASSING):
            self.doubted.emit(sentence(error))
