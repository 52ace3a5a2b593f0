"""Hum's window over a store with no engine behind it; nothing here that a start does not import."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QApplication

from messenger.core.types import COVER_PROFILES, Address, ContactId, NodeInfo
from messenger.engine.events import NodeReady
from messenger.gui.client import EngineClient
from messenger.gui.models.history import History
from messenger.gui.theme import Theme
from messenger.gui.views.main_window import MainWindow
from messenger.store.connection import open_connection
from messenger.store.files import DATABASE_NAME
from messenger.store.reader import Reader

KEY: Final = bytes(range(32))
LONG, EMPTY = ContactId(1), ContactId(2)
NODE: Final = NodeInfo(
    name="Ada",
    key=KEY,
    fingerprint="A" * 56,
    link="",
    listen=Address("127.0.0.1", 1),
    addresses=(),
    cover=COVER_PROFILES["balanced"],
    version="bench",
)


class StoreClient(EngineClient):
    """The window's bridge with a store behind it and no engine: nothing else takes part."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_no_engine)
        self._folder = folder

    def open_reader(self) -> History:
        return Reader(open_connection(self._folder / DATABASE_NAME, KEY))


def _no_engine(_emit: object) -> Any:
    raise RuntimeError("the benchmark starts no engine")


def open_window(app: QApplication, folder: Path) -> MainWindow:
    """Show a window over the store."""
    client = StoreClient(folder)
    window = MainWindow(client, Theme(app))
    client.setParent(window)
    window.show()
    client.received.emit(NodeReady(NODE, {}))
    return window
