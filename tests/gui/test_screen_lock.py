"""The screen's lock as it is said on a real bus."""

import itertools
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from private_bus import missing_programs, private_bus
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from messenger.gui.screen_lock import ScreenLockListener

pytestmark = pytest.mark.skipif(bool(missing_programs()), reason="no D-Bus here")

LOGIND = "org.freedesktop.login1"
SIGNALS = [
    ("org.freedesktop.ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", (True,)),
    ("org.gnome.ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", (True,)),
    (LOGIND, f"{LOGIND}.Manager", "PrepareForSleep", (True,)),
    (LOGIND, f"{LOGIND}.Session", "Lock", ()),
]
numbers = itertools.count()


def say(desktop: DBusConnection, interface: str, signal: str, body: tuple[bool, ...]) -> None:
    address = DBusAddress("/org/somewhere", interface=interface)
    desktop.send(new_signal(address, signal, "b" if body else None, body))


def test_every_way_to_say_that_the_screen_is_locked(tmp_path: Path, qtbot: QtBot) -> None:
    with private_bus(tmp_path) as bus:
        address = bus.environment["DBUS_SESSION_BUS_ADDRESS"]
        own = QDBusConnection.connectToBus(address, f"hum test {next(numbers)}")
        listener = ScreenLockListener(session=own, system=own)
        for service, interface, signal, body in SIGNALS:
            with open_dbus_connection(address) as desktop:
                Proxy(message_bus, desktop).RequestName(service)
                if body:  # the screen is free again, the computer awake: nothing to do
                    say(desktop, interface, signal, (False,))
                with qtbot.waitSignal(listener.locked, timeout=20_000):
                    say(desktop, interface, signal, body)
        QDBusConnection.disconnectFromBus(own.name())


def test_a_stranger_on_the_bus_locks_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    with private_bus(tmp_path) as bus:
        address = bus.environment["DBUS_SESSION_BUS_ADDRESS"]
        own = QDBusConnection.connectToBus(address, f"hum test {next(numbers)}")
        listener = ScreenLockListener(session=own, system=own)
        heard: list[bool] = []
        listener.locked.connect(lambda: heard.append(True))
        service, interface, signal, body = SIGNALS[0]
        with open_dbus_connection(address) as stranger, open_dbus_connection(address) as desktop:
            Proxy(message_bus, desktop).RequestName(service)
            say(stranger, interface, signal, body)
            Proxy(message_bus, stranger).GetId()  # the bus has passed the signal on
            with qtbot.waitSignal(listener.locked, timeout=20_000):
                say(desktop, interface, signal, body)
        assert heard == [True]
        QDBusConnection.disconnectFromBus(own.name())


def test_without_a_bus(qtbot: QtBot) -> None:
    nowhere = QDBusConnection("hum nowhere")
    ScreenLockListener(session=nowhere, system=nowhere)
