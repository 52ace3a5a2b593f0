"""What the composition root decides before the engine starts."""

from pathlib import Path

from messenger.core.address_text import parse_address
from messenger.core.builds import OwnProgram
from messenger.core.frozen import frozen
from messenger.core.types import Address, Cover, Proxy
from messenger.store.folder import profile_folder

__all__ = ["LISTEN_EVERYWHERE", "EngineOptions", "parse_address", "profile_folder"]

LISTEN_EVERYWHERE = "::"  # IPv4 and IPv6; the listener is silent to whoever lacks our key


@frozen
class EngineOptions:
    """Everything that comes from the command line; all else lies in the profile."""

    data_dir: Path
    listen: Address | None = None  # None: all interfaces, on the port this profile had before
    cover: Cover | None = None  # overrides the profile's choice, for measurements
    proxy: Proxy | None = None  # overrides the profile's, for this run
    direct: bool = True  # False: relay and proxy only, whatever the profile says
    program: OwnProgram | None = None  # which looks after itself; None: nobody can say
    relays: tuple[str, ...] = ()  # links of relays to choose, if they are not chosen yet
