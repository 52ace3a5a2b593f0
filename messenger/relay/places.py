"""What one place may have of an instance, and all clients together: connections, handshakes, waits.

A relay has no accounts and its link is no secret. So whoever wants to close it for all others would
need only one computer, if nobody looked at where clients come from. A place is an IPv4 address or
an IPv6 network, as for callers of people. This very computer is none: an onion service or a proxy
brings all of its clients from there.
"""

from collections import Counter
from ipaddress import ip_address
from typing import Final

from messenger.protocol.mailbox import MAX_OPEN_WAITS
from messenger.wire.call_rate import CallRate
from messenger.wire.half_open import site_of

SHARE_MAX: Final = 0.5  # of the connections of an instance that one place may have; ours
# Open waits for each connection that is allowed, on average; ours. One takes 3.3 KiB of memory, and
# a client has one for each mailbox; at 2,000 connections that is 0.4 GiB.
WAITS_PER_CONNECTION: Final = 64


class Places:
    """Who is here, by place, and how often others were answered. Nothing of it is ever written.

    Owner: the loop of the server.

    Args:
        max_connections: of the instance.
    """

    def __init__(self, max_connections: int) -> None:
        self._most = max(1, round(SHARE_MAX * max_connections))
        self._here: Counter[str] = Counter()
        self._rate = CallRate()

    def has_room(self, host: str) -> bool:
        """Whether one more client from ``host`` may stay."""
        return self._here[site_of(host)] < self._most or _is_many(host)

    def may_answer(self, host: str, now: float) -> bool:
        """Whether to shake hands with a client from ``host``, at monotonic second ``now``."""
        return _is_many(host) or self._rate.take(host, now)

    def enter(self, host: str) -> None:
        """A client is here."""
        self._here[site_of(host)] += 1

    def leave(self, host: str) -> None:
        """A client is gone."""
        site = site_of(host)
        self._here[site] -= 1
        if not self._here[site]:
            del self._here[site]


class Waits:
    """How many waits are open, of all clients together.

    Args:
        max_connections: of the instance.
    """

    def __init__(self, max_connections: int) -> None:
        self._left = max(MAX_OPEN_WAITS, WAITS_PER_CONNECTION * max_connections)

    def take(self) -> bool:
        """Open one more, or return False if there are too many."""
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def give_back(self, count: int = 1) -> None:
        """So many are over."""
        self._left += count


def _is_many(host: str) -> bool:
    """Whether clients of many places come from there."""
    return ip_address(host).is_loopback
