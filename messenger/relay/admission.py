"""How many mailboxes one address may make; nothing else is counted by address."""

import ipaddress
from collections import OrderedDict
from typing import Final

from messenger.core.clock import Clock

NEW_BURST: Final = 32  # mailboxes at once from one address: a person with that many contacts
NEW_PERIOD_S: Final = 60.0  # and one more each minute after that
MAX_KNOWN_ADDRESSES: Final = 10_000  # the longest unseen is forgotten first; about 2 MB

_IPV6_PREFIX_BITS: Final = 64  # what one household gets: RFC 6177


class Admission:
    """A bucket of NEW_BURST tokens for each address; in memory only, never written or logged."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()  # when the bucket is full again

    def admit(self, address: str) -> int:
        """Take one token for ``address``: 0 when there was one, else the seconds to wait."""
        now = self._clock.now()
        network = _network(address)
        full_at = max(self._full_at.pop(network, now), now)
        missing_s = full_at + NEW_PERIOD_S - now - NEW_BURST * NEW_PERIOD_S
        self._full_at[network] = full_at + NEW_PERIOD_S if missing_s <= 0 else full_at
        if len(self._full_at) > MAX_KNOWN_ADDRESSES:
            self._full_at.popitem(last=False)
        return 0 if missing_s <= 0 else int(missing_s) + 1


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX_BITS), strict=False))
