"""Notifications on a desktop without a tray, as they come over a real bus."""

from pathlib import Path

import pytest
from jeepney import HeaderFields, MessageType
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection
from private_bus import missing_programs, private_bus
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from messenger.gui.portal_notices import INTERFACE, PORTAL, PortalNotices

pytestmark = pytest.mark.skipif(bool(missing_programs()), reason="no D-Bus here")


def test_the_portal_is_asked_to_show_and_to_take_back(tmp_path: Path, qtbot: QtBot) -> None:
    with private_bus(tmp_path) as bus:
        address = bus.environment["DBUS_SESSION_BUS_ADDRESS"]
        own = QDBusConnection.connectToBus(address, "hum notices")
        with open_dbus_connection(address) as desktop:
            Proxy(message_bus, desktop).RequestName(PORTAL)
            notices = PortalNotices(own)
            notices.notify("Hum", "New message")
            notices.take_back()
            calls = []
            while len(calls) < 2:
                message = desktop.receive(timeout=20)
                if message.header.fields.get(HeaderFields.interface) == INTERFACE:
                    assert message.header.message_type is MessageType.method_call
                    calls.append((message.header.fields[HeaderFields.member], message.body))
        QDBusConnection.disconnectFromBus(own.name())
    shown = {"title": ("s", "Hum"), "body": ("s", "New message")}
    assert calls == [("AddNotification", ("new", shown)), ("RemoveNotification", ("new",))]


def test_without_a_bus_nothing_happens(qtbot: QtBot) -> None:
    notices = PortalNotices(QDBusConnection("hum nowhere"))
    notices.notify("Hum", "New message")
    notices.take_back()
