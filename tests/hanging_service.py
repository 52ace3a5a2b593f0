"""A Secret Service that owns the name and never answers anything."""

import time

from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

connection = open_dbus_connection()
Proxy(message_bus, connection).RequestName("org.freedesktop.secrets")
print("ready", flush=True)
time.sleep(600)
