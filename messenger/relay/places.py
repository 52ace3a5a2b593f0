"""What one place may have of an instance, and all clients together: connections, handshakes, waits.

A relay has no accounts and its link is no secret. So whoever wants to close it for all others would
need only one computer, if nobody looked at where clients come from. A place is an IPv4 address or
an IPv6 network, as for callers of people. This very computer is none: an onion service or a proxy
brings all of its clients from there. Their handshakes have a supply too, a larger one.
"""

from collections import Counter
from typing import Final

from messenger.protocol.mailbox import MAX_OPEN_WAITS
from messenger.wire.call_rate import CallRate
from messenger.wire.half_open import is_own_host, site_of

SHARE_MAX: Final = 0.5  # of the connections and waits of an instance for one place; ours
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
        return self._here[site_of(host)] < self._most or is_own_host(host)

    def may_answer(self, host: str, now: float) -> bool:
        """Whether to shake hands with a client from ``host``, at monotonic second ``now``."""
        return self._rate.take(host, now)

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
    """How many waits are open, by place, and of all clients together.

    Args:
        max_connections: of the instance.
    """

    def __init__(self, max_connections: int) -> None:
        # A client alone in its place may have all that a connection may have.
        all_least = round(MAX_OPEN_WAITS / SHARE_MAX)
        self._left = max(all_least, WAITS_PER_CONNECTION * max_connections)
        self._most = round(SHARE_MAX * self._left)
        self._here: Counter[str] = Counter()

    def take(self, host: str) -> bool:
        """Open one more for a client from ``host``, or return False if there are too many."""
        site = site_of(host)
        if self._left < 1 or (self._here[site] >= self._most and not is_own_host(host)):
            return False
        self._left -= 1
        self._here[site] += 1
        return True

    def give_back(self, host: str, count: int = 1) -> None:
        """So many of a client from ``host`` are over."""
        site = site_of(host)
        self._left += count
        self._here[site] -= count
        if not self._here[site]:
            del self._here[site]
