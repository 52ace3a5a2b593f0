"""A node whose key lies in a real keyring: opened by it, refused without it, never weakened."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from private_bus import PrivateBus, missing_programs, private_bus

from messenger.rpc.client import RpcClient

pytestmark = [
    pytest.mark.keyring,
    pytest.mark.skipif(
        bool(missing_programs()), reason="needs dbus-run-session and gnome-keyring-daemon"
    ),
]
PASSWORD = "of the login keyring"
# How long it waits as it ships stands in tests/store/test_store_keyring.py.
IMPATIENT = """
import sys
from messenger.store import keyring
keyring.find_backend.__defaults__ = (keyring.Deadlines(2.0, 2.0),)
from messenger.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def bus() -> Iterator[PrivateBus]:
    folder = Path(tempfile.mkdtemp(prefix="hum-bus-"))  # a socket's path has at most 107 characters
    try:
        with private_bus(folder) as bus:
            yield bus
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def start(bus: PrivateBus, program: tuple[str, ...] = ()) -> RpcClient:
    return await RpcClient.start(
        "--data-dir",
        bus.folder / "profile",
        "--listen",
        "127.0.0.1:0",
        "--keyring",
        env=bus.environment,
        program=program,
    )


def opened(bus: PrivateBus) -> str:
    """Start a node and end it; return who it is."""

    async def run() -> str:
        node = await start(bus)
        assert await node.stop() == 0
        return str(node.ready["id"])

    return asyncio.run(run())


def refused(bus: PrivateBus, program: tuple[str, ...] = ()) -> str:
    """Start a node that cannot start; return its one line, having changed no file."""

    def files() -> dict[Path, bytes]:
        profile = bus.folder / "profile"
        return {path: path.read_bytes() for path in profile.rglob("hum.[dk]*")}

    async def run() -> str:
        with pytest.raises(ConnectionError) as ended:
            await start(bus, program)
        return str(ended.value)

    before = files()
    line = asyncio.run(run())
    assert files() == before
    assert line.startswith("hum: ")
    assert len(line.splitlines()) == 1
    return line


def test_the_keyring_opens_the_profile_and_nothing_else_does(bus: PrivateBus) -> None:
    daemon = bus.start_keyring(PASSWORD)
    identity = opened(bus)
    assert opened(bus) == identity

    bus.kill(daemon)  # no keyring on the bus
    assert "keyring" in refused(bus).lower()

    daemon = bus.start_keyring("not the password")  # locked, and nobody there to unlock it
    refused(bus)

    bus.kill(daemon)
    daemon = bus.start_keyring(PASSWORD)
    assert opened(bus) == identity

    bus.kill(daemon)
    shutil.rmtree(bus.folder / "data" / "keyrings")  # the entry is gone
    bus.start_keyring(PASSWORD)
    assert "no key of this profile" in refused(bus)


def test_a_keyring_that_never_answers_is_given_up(bus: PrivateBus) -> None:
    bus.start_hanging_service()
    assert "within 2 seconds" in refused(bus, (sys.executable, "-c", IMPATIENT, "rpc"))
    assert not list((bus.folder / "profile").rglob("*.db"))
