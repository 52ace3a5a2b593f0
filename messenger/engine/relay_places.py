"""Where a relay is dialled that somebody else has chosen, when its address is a name.

An address is what it says, and everybody can see it. A name leads where its owner lets it lead, now
here and then there: to our router, to a printer, to a service of this very computer. So it is
looked up for each dial, and followed to nothing but the open network; what was looked up is what is
dialled. Through a proxy names go as they are, and lead where the proxy is.

Source: docs/relay.md, "Which relays".
"""

from messenger.core.onion import is_onion
from messenger.core.types import Address
from messenger.engine.addresses import is_public, read_ip
from messenger.engine.links import DialRefusedError
from messenger.engine.name_dials import look_up


def is_name(host: str) -> bool:
    """Whether only a resolver knows where a host is."""
    return read_ip(host) is None and not is_onion(host)


async def public_places(address: Address) -> list[Address]:
    """Look a name up and return where in the open network it leads, best first.

    Raises:
        DialRefusedError: it leads nowhere ("unreachable"), or nowhere there ("astray").
    """
    hosts = await look_up(address.host, address.port)
    if not hosts:
        raise DialRefusedError("unreachable")
    places = [Address(host, address.port) for host in hosts if is_public(host)]
    if not places:
        raise DialRefusedError("astray")
    return places
