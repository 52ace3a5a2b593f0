"""Starts something with a window and says when it was painted; a process of its own.

    python -m bench.gui_start bare             # PySide6 and an empty window
    python -m bench.gui_start hum FOLDER       # Hum's window with a conversation of that store
    python -m bench.gui_start idle FOLDER      # a whole node with 100 contacts; its memory

``bare`` and ``hum`` print one line when the first frame is on the surface. Unlocking is not part
of it: the passphrase is meant to take its time. ``idle`` prints KiB (PSS) of this process and all
that it started, the wire process among them.
"""

import gc
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

CONTACTS: Final = 100
SETTLE_MS: Final = 5_000  # of nothing to do before memory is read
PATIENCE_MS: Final = 60_000


def bare() -> None:
    from PySide6.QtWidgets import QApplication, QWidget  # noqa: PLC0415 - what is measured

    app = QApplication([])
    widget = QWidget()
    widget.resize(960, 640)
    widget.show()
    app.processEvents()
    _say("painted")


def hum(folder: Path) -> None:
    gc.disable()  # as `hum` has it
    for module in ("messenger.engine.options", "messenger.app"):
        import_module(module)  # all that a start of Hum imports, in its order

    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from bench import gui_shown  # noqa: PLC0415 - what is measured
    from messenger.gui.garbage import GarbageCollector  # noqa: PLC0415 - what is measured

    app = QApplication([])
    garbage = GarbageCollector()  # before the window, as the program has it
    window = gui_shown.open_window(app, folder)
    window.choose(gui_shown.LONG)
    app.processEvents()
    window.page.view.viewport().repaint()
    _say("painted")
    garbage.stop()


def idle(folder: Path) -> None:
    """Make a profile, add contacts that are never reached, and wait."""
    from PySide6.QtCore import QDeadlineTimer  # noqa: PLC0415
    from PySide6.QtTest import QTest  # noqa: PLC0415
    from PySide6.QtWidgets import QDialog  # noqa: PLC0415

    from messenger.app import Application, make_application  # noqa: PLC0415
    from messenger.core.types import Address  # noqa: PLC0415
    from messenger.crypto.noise import KeyPair  # noqa: PLC0415
    from messenger.engine.commands import AddContact, CreateProfile  # noqa: PLC0415
    from messenger.engine.engine import Engine  # noqa: PLC0415
    from messenger.engine.events import NodeReady, ProfileNeeded  # noqa: PLC0415
    from messenger.engine.options import EngineOptions  # noqa: PLC0415
    from messenger.gui.client import EngineClient  # noqa: PLC0415
    from messenger.gui.theme import Theme  # noqa: PLC0415
    from messenger.protocol.card import Card, encode_link  # noqa: PLC0415

    app = make_application()
    options = EngineOptions(folder / "profile", listen=Address("127.0.0.1", 0))
    client = EngineClient(lambda emit: Engine(options, emit))
    root = Application(client, Theme(app), minimised=False)
    told: list[object] = []
    client.received.connect(told.append)
    client.start()
    _until(lambda: any(isinstance(event, ProfileNeeded) for event in told))
    client.send(CreateProfile("Ada", use_keyring=False, passphrase="violet anchor lantern"))
    _until(lambda: any(isinstance(event, NodeReady) for event in told))
    for dialog in app.topLevelWidgets():
        if isinstance(dialog, QDialog):
            dialog.accept()  # the first run, which was answered by the command above
    _until(root.window.isVisible)
    for number in range(CONTACTS):
        card = Card(KeyPair.generate().public, (), f"Person {number}")
        client.send(AddContact(link=encode_link(card)))
    _until(lambda: root.window.contacts.rowCount() == CONTACTS)
    settled = QDeadlineTimer(SETTLE_MS)
    while not settled.hasExpired():
        QTest.qWait(100)
    _say(str(sum(_pss_kib(process) for process in _family(os.getpid()))))
    ended: list[bool] = []
    client.finished.connect(lambda: ended.append(True))
    client.stop()
    _until(lambda: ended)


def _until(met: Callable[[], object]) -> None:
    from PySide6.QtCore import QDeadlineTimer  # noqa: PLC0415
    from PySide6.QtTest import QTest  # noqa: PLC0415

    deadline = QDeadlineTimer(PATIENCE_MS)
    while not met():
        if deadline.hasExpired():
            raise TimeoutError("the node did not get ready")
        QTest.qWait(10)


def _family(process: int) -> list[int]:
    """Return a process and all its descendants, as Linux tells them."""
    found = [process]
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _family(int(child))
    return found


def _pss_kib(process: int) -> int:
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare"]:
            bare()
        case ["hum", folder]:
            hum(Path(folder))
        case ["idle", folder]:
            idle(Path(folder))
    os._exit(0)  # how Qt is taken down is not measured
