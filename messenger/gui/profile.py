"""What the window knows of the profile that the engine holds open."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from messenger.core.types import NodeInfo
from messenger.engine.commands import Command, SetPreference
from messenger.engine.events import Event, Locked, NodeInfoChanged, NodeReady, Unlocked
from messenger.gui.client import EngineClient


class OpenProfile(QObject):
    """Follows events; whoever shows something of the profile asks here.

    Owner: GUI thread.

    Signals:
        preference_changed: the name of one that was stored, whoever asked for it.
    """

    preference_changed = Signal(str)

    def __init__(self, client: EngineClient, folder: Path | None, parent: QObject) -> None:
        """``folder`` is that of the profile, for what the settings keep beside it."""
        super().__init__(parent)
        self.folder = folder
        self._info: NodeInfo | None = None
        self._preferences: dict[str, str] = {}
        self._locked = False
        client.carried_out.connect(self._on_carried_out)

    @property
    def info(self) -> NodeInfo | None:
        """None until a profile is open; it stays while Hum is locked."""
        return self._info

    @property
    def preferences(self) -> dict[str, str]:
        return self._preferences

    @property
    def locked(self) -> bool:
        return self._locked

    @property
    def usable(self) -> bool:
        """Whether there is one, and it is not locked."""
        return self._info is not None and not self._locked

    def apply(self, event: Event) -> None:
        """Follow one engine event."""
        match event:
            case NodeReady(info, preferences):
                self._take(info, preferences)
            case NodeInfoChanged(info):
                self._info = info
            case Locked():
                self._locked = True
            case Unlocked(info, preferences):
                self._locked = False
                self._take(info, preferences)
            case _:
                pass

    def _take(self, info: NodeInfo, preferences: dict[str, str]) -> None:
        self._info = info
        self._preferences = dict(preferences)

    @Slot(object)
    def _on_carried_out(self, command: Command) -> None:
        if isinstance(command, SetPreference):
            self._preferences[command.name] = command.value
            self.preference_changed.emit(command.name)
