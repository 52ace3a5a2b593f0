"""What the composition root decides before the engine starts."""

from dataclasses import dataclass
from pathlib import Path

from messenger.core.types import Address, Cover, Proxy
from messenger.store.folder import profile_folder

__all__ = ["LISTEN_EVERYWHERE", "EngineOptions", "parse_address", "profile_folder"]

LISTEN_EVERYWHERE = "0.0.0.0"  # noqa: S104  the listener is silent to whoever lacks our key


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Everything that comes from the command line; all else lies in the profile."""

    data_dir: Path
    listen: Address | None = None  # None: all interfaces, on the port this profile had before
    cover: Cover | None = None  # overrides the profile's choice, for measurements
    proxy: Proxy | None = None  # overrides the profile's, for this run
    direct: bool = True  # False: relay and proxy only, whatever the profile says


def parse_address(text: str) -> Address:
    """Read ``HOST:PORT`` or ``[IPv6]:PORT``.

    Raises:
        ValueError: no port, or one outside 0 to 65535.
    """
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host:
        raise ValueError("an address looks like 192.0.2.7:4567")
    if not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError("a port is a number from 0 to 65535")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError("write an IPv6 address in brackets: [2001:db8::7]:4567")
    return Address(host, int(port))
