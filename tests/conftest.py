"""What every test shares: no sight of the real home, display or session bus, and fixed chance.

The environment is replaced before any other module is imported, because libraries read it at
import. A test that needs a display asks for ``xvfb``.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from running_order import keep_running_order, process_count, sort_by_length
from x_server import x_server

_HOME = Path(tempfile.mkdtemp(prefix="hum-test-home-"))
_FOLDERS = {
    "HOME": "",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": "run",
}
_HIDDEN = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND")


def _isolate() -> None:
    """Point every folder of the person at an empty one, and hide their desktop."""
    for name, part in _FOLDERS.items():
        folder = _HOME / part
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ[name] = str(folder)
    for name in _HIDDEN:
        os.environ.pop(name, None)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Hundreds of child processes: without bytecode each would compile all of Hum for itself.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


_isolate()

# The same examples in every run; `HYPOTHESIS_PROFILE=explore` looks for new ones.
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores."""
    return process_count()


def pytest_configure(config: pytest.Config) -> None:
    """The longest files begin first."""
    keep_running_order(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files begin first."""
    sort_by_length(config, items)


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def xvfb() -> Iterator[str]:
    """A real X server without a screen; the value is its DISPLAY.

    The running process keeps drawing offscreen: give DISPLAY and ``QT_QPA_PLATFORM=xcb`` to a
    child process, as :func:`windowed` does.
    """
    if not sys.platform.startswith("linux"):
        pytest.skip("Xvfb is a Linux program; the window is tested by hand here")
    assert shutil.which("Xvfb"), "Xvfb is missing: run `make test`, or install the package xvfb"
    with x_server() as display:
        yield display


@pytest.fixture
def windowed(xvfb: str) -> dict[str, str]:
    """The environment of a child process that opens real windows."""
    return os.environ | {"DISPLAY": xvfb, "QT_QPA_PLATFORM": "xcb"}
