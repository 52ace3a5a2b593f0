"""How large the window is, and where its two sides meet: kept with the profile."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter, QWidget

from messenger.engine.commands import SetPreference
from messenger.gui.client import EngineClient

SPLIT_PREFERENCE: Final = "window.split"
SIZE_PREFERENCE: Final = "window.size"


class WindowSize(QObject):
    """Owner: GUI thread. Both values read ``960x640``, in pixels."""

    def __init__(self, client: EngineClient, window: QWidget, split: QSplitter) -> None:
        super().__init__(window)
        self._client = client
        self._window = window
        self._split = split

    def restore(self, preferences: Mapping[str, str]) -> None:
        """Take the sizes that were kept; what is missing or strange changes nothing."""
        size = _numbers(preferences.get(SIZE_PREFERENCE, ""))
        if size is not None:
            self._window.resize(*size)
        split = _numbers(preferences.get(SPLIT_PREFERENCE, ""))
        if split is not None:
            self._split.setSizes(list(split))

    def keep(self) -> None:
        """Have the present sizes stored; those of the sides only while both are shown."""
        sizes = self._split.sizes()
        if all(sizes):
            self._client.send(SetPreference(SPLIT_PREFERENCE, f"{sizes[0]}x{sizes[1]}"))
        size = f"{self._window.width()}x{self._window.height()}"
        self._client.send(SetPreference(SIZE_PREFERENCE, size))


def _numbers(value: str) -> tuple[int, int] | None:
    """Read ``123x456``."""
    first, _, second = value.partition("x")
    if first.isdecimal() and second.isdecimal():
        return int(first), int(second)
    return None
