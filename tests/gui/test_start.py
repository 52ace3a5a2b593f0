"""A start of the window imports what its first frame needs, and nothing that comes later."""

import subprocess
import sys
from typing import Final

import pytest

from messenger.gui import dialogs

# Each is there for something that a person asks for later, or for the engine's own thread.
LATER: Final = (
    "asyncio",
    "cryptography",
    "ctypes",
    "email",
    "html",
    "http",
    "keyring",
    "messenger.crypto.noise",
    "messenger.engine.engine",
    "messenger.engine.node",
    "messenger.gui.views.lock_page",
    "messenger.gui.views.request_page",
    "messenger.lab",
    "messenger.net",
    "messenger.protocol",
    "messenger.rpc",
    "messenger.update.updates",
    "messenger.wire",
    "messenger.wiretest",
    "miniupnpc",
    "msgspec",
    "nacl",
    "nats",
    "numpy",
    "prometheus_client",
    "psutil",
    "purgatory",
    "PySide6.QtMultimedia",
    "PySide6.QtNetwork",
    "python_socks",
    "securesystemslib",
    "segno",
    "sklearn",
    "ssl",
    "tuf",
    "urllib.request",
    "zeroconf",
    "zxingcpp",
    *(f"messenger.gui.dialogs.{module}" for module in sorted(set(dialogs._MODULES.values()))),
)


def _loaded_after(work: str) -> set[str]:
    return _printed_after(f"import sys\n{work}", "*sys.modules")


def _printed_after(work: str, names: str) -> set[str]:
    code = f"{work}\nprint({names}, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.splitlines())


def test_the_window_is_there_before_what_comes_later() -> None:
    loaded = _loaded_after(
        "from messenger.app import Application, make_application\n"
        "from messenger.gui.client import EngineClient\n"
        "from messenger.gui.theme import Theme\n"
        "app = make_application()\n"
        "root = Application(EngineClient(None), Theme(app), minimised=False)\n"
        "root.window.show()\n"
        "app.processEvents()\n"
    )
    assert "messenger.gui.views.main_window" in loaded
    assert {name for name in LATER if name in loaded} == set()


def test_pyside_reads_no_source_text_of_what_is_imported() -> None:
    read = _printed_after(
        "import messenger.app, messenger.engine.engine, linecache",
        "*linecache.cache",
    )
    kept = ("messenger/gui/client.py", "messenger/gui/theme.py", "messenger/engine/node.py")
    assert {name for name in read if name.endswith(kept)} == set()


def test_an_engine_loads_what_few_people_use_when_it_is_used() -> None:
    loaded = _loaded_after("import messenger.engine.engine")
    assert "messenger.engine.node" in loaded
    rare = ("zeroconf", "tuf", "securesystemslib", "miniupnpc", "python_socks", "sklearn")
    for name in (*rare, "keyring"):  # which no profile with a passphrase asks
        assert name not in loaded, name


def test_the_wire_process_loads_no_window_and_no_history() -> None:
    loaded = _loaded_after("import messenger.wire.process")
    for name in (
        "PySide6",
        "sqlcipher3",
        "keyring",
        "messenger.engine",
        "numpy",
        "email",
        "python_socks",
    ):
        assert name not in loaded


def test_a_node_without_a_window_loads_no_updates() -> None:
    loaded = _loaded_after("import messenger.rpc.server")
    for name in ("PySide6", "tuf", "urllib3", "messenger.update.updates"):
        assert name not in loaded


@pytest.mark.parametrize("name", dialogs.__all__)
def test_every_dialog_is_found_when_it_is_asked_for(name: str) -> None:
    assert getattr(dialogs, name).__name__ == name


def test_an_unknown_dialog_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'NoDialog'"):
        _ = dialogs.NoDialog  # type: ignore[attr-defined]  # that is the point
