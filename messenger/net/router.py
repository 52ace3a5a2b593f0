"""A port of the router, asked for by UPnP-IGD. Blocks: it belongs into the port mapper's process.

Source: UPnP Forum, WANIPConnection:2 service template, section 2.5; docs/reach.md.
"""

import ipaddress
import logging
import random
from dataclasses import dataclass
from typing import Any, Final

import miniupnpc

from messenger.core.errors import PortMappingError

log = logging.getLogger(__name__)

DISCOVERY_MS: Final = (
    2_000  # milliseconds for routers to answer; UPnP lets them take up to MX = 2 s
)
TRY_COUNT: Final = 4  # outside ports that are tried
PORT_MIN, PORT_MAX = 49_152, 65_535  # RFC 6335: nobody's ports
PROTOCOL: Final = "TCP"
# Everybody in the house can read it in the router's list; most programs of this library leave it.
DESCRIPTION: Final = "libminiupnpc"
_CONFLICT, _PERMANENT_ONLY = "ConflictInMappingEntry", "OnlyPermanentLeasesSupported"


@dataclass(frozen=True, slots=True)
class Opened:
    """A port of the router that leads to ours."""

    host: str  # the router's outside address
    port: int  # the router's
    lease_s: int  # 0: until it is removed, or the router restarts


class Router:
    """The router, once it was found, and the port that it has opened for us."""

    def __init__(self, port: int, lease_s: int) -> None:
        self._port = port
        self._lease_s = lease_s
        self._upnp: Any = None
        self._opened: Opened | None = None

    def open(self) -> Opened:
        """Have the port opened, or its lease renewed.

        Raises:
            PortMappingError: ``reason`` says why it is not.
        """
        known = self._upnp is not None
        try:
            self._opened = self._open()
        except PortMappingError:
            self.forget()
            if not known:
                raise
            self._opened = self._open()  # perhaps another router by now
        return self._opened

    def forget(self) -> None:
        """Look for the router anew the next time: it, or our address there, may be another."""
        self._upnp = None

    def close(self) -> None:
        """Have it closed again; a router that does not answer closes it at the end of the lease."""
        if self._upnp is None or self._opened is None:
            return
        try:
            self._upnp.deleteportmapping(self._opened.port, PROTOCOL)
        except Exception as error:  # the library raises nothing narrower
            log.info("the router does not remove the port: %s", error)
        self._opened = None

    def _open(self) -> Opened:
        if self._upnp is None:
            self._upnp = _find_router()
        try:
            host = self._upnp.externalipaddress()
            address = ipaddress.ip_address(host)
        except Exception as error:  # as above
            raise PortMappingError("no_address") from error
        if not address.is_global:
            raise PortMappingError("behind_another")
        port, lease_s = self._map(self._opened.port if self._opened else self._port)
        return Opened(host, port, lease_s)

    def _map(self, port: int) -> tuple[int, int]:
        """Return the port of the router that leads to ours now, and for how long."""
        lease_s = self._lease_s
        for _ in range(TRY_COUNT):
            try:
                self._upnp.addportmapping(
                    port, PROTOCOL, self._upnp.lanaddr, self._port, DESCRIPTION, "", lease_s
                )
            except Exception as error:  # as above; what it is stands in the text
                if _PERMANENT_ONLY in str(error) and lease_s:
                    lease_s = 0
                elif _CONFLICT in str(error):
                    port = random.SystemRandom().randint(PORT_MIN, PORT_MAX)
                else:
                    raise PortMappingError("refused") from error
            else:
                return port, lease_s
        raise PortMappingError("refused")


def _find_router() -> Any:
    upnp = miniupnpc.UPnP()
    upnp.discoverdelay = DISCOVERY_MS
    try:
        upnp.discover()
        upnp.selectigd()
    except Exception as error:  # as above
        raise PortMappingError("no_router") from error
    return upnp
