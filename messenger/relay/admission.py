"""What one place may ask of the store: mailboxes, and room for what lies in them.

A relay has no accounts, so whoever wants to fill it for all others would need only one computer, if
nobody looked at where puts come from. A place is an IPv4 address or an IPv6 network of 64 bits; the
network of 48 bits around that, which may be one subscriber's as well, has a few times as much. Of
mailboxes this very computer is one place. Of room it is none: an onion service or a proxy brings
all of its clients from there. Everything is in memory only, never written or logged.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from messenger.core.clock import Clock
from messenger.protocol.mailbox import LIFETIME_S
from messenger.relay.sqlite_store import DEFAULT_MAX_LEN
from messenger.wire.half_open import is_own_host, network_of, site_of

NEW_BURST: Final = 32  # mailboxes at once from one place: a person with that many contacts
NEW_PERIOD_S: Final = 60.0  # and one more each minute after that
NEW_NETWORK_PLACES: Final = 4  # so many places' mailboxes for a network of 48 bits; ours
# Of the room for envelopes: so much at once, which comes back while envelopes live. No place fills
# more than a fifth so. Of the default that is 52,000 small envelopes at once, and 2,500 each day.
ROOM_MAX_SHARE: Final = 0.1  # of the room, for one place; ours
ROOM_NETWORK_PLACES: Final = 2  # as above: two fifths at the very most; ours
WAIT_MAX_S: Final = 3_600  # seconds to wait that are named, however small the room is; ours
PLACES_MAX_COUNT: Final = 8_192  # remembered; about 1 MB. Who has used least is forgotten first
TOLD_PLACES_MAX: Final = 512  # of them told to a new instance, at most 40 KB

UsedUp: TypeAlias = Mapping[str, float]  # by place: of its supply, as seconds until that is back


class Ledger:
    """When the supply of each place is whole again.

    Owner: one loop.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._whole_at: dict[str, float] = {}  # monotonic seconds

    def add(self, used: UsedUp) -> None:
        """Places have used up so much, or less than nothing: it is given back."""
        now = self._clock.now()
        for place, seconds in used.items():
            self._whole_at[place] = max(self._whole_at.get(place, now), now) + seconds
        if len(self._whole_at) > PLACES_MAX_COUNT:
            self._whole_at = self._kept(PLACES_MAX_COUNT // 2)

    def used(self, place: str) -> float:
        """Return the seconds until the supply of a place is whole."""
        now = self._clock.now()
        return max(self._whole_at.get(place, now) - now, 0.0)

    def most_used(self) -> UsedUp:
        """Return what those have used who have used most."""
        return {place: self.used(place) for place in self._kept(TOLD_PLACES_MAX)}

    def _kept(self, most: int) -> dict[str, float]:
        """Return whose supply is not whole; of too many those who have used most."""
        now = self._clock.now()
        missing = sorted((at, place) for place, at in self._whole_at.items() if at > now)
        return {place: at for at, place in missing[-most:]}


class Supply:
    """What each place may use up, and what comes back of it with time.

    Args:
        whole: what one place has.
        period_s: seconds in which all of it comes back.
        network_places: so many times as much has a network of 48 bits.
        on_use: told of what is used up, and given back.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        whole: float,
        period_s: float,
        network_places: int,
        on_use: Callable[[UsedUp], None] = lambda used: None,
    ) -> None:
        self.ledger = Ledger(clock)
        self._period_s = period_s
        self._each_s = period_s / whole
        self._network_places = network_places
        self._on_use = on_use

    def take(self, host: str, amount: float = 1.0) -> int:
        """Use up so much for ``host``: 0 when there was enough, else in how many s to try again."""
        costs = self._costs(host, amount)
        missing_s = max(
            self.ledger.used(place) + cost - self._period_s for place, cost in costs.items()
        )
        if missing_s > 0:
            return min(int(missing_s) + 1, WAIT_MAX_S)
        self._use(costs)
        return 0

    def give_back(self, host: str, amount: float) -> None:
        """What was taken was not needed."""
        self._use({place: -cost for place, cost in self._costs(host, amount).items()})

    def _costs(self, host: str, amount: float) -> UsedUp:
        cost = amount * self._each_s
        # Of IPv4 both are the address, and the smaller supply counts.
        return {network_of(host): cost / self._network_places, site_of(host): cost}

    def _use(self, used: UsedUp) -> None:
        self.ledger.add(used)
        self._on_use(used)


class Admission:
    """Whom the service lets make mailboxes and put envelopes.

    Args:
        room_len: bytes of envelopes that the store has room for.
        on_use: told of the room that places use up here, and give back.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        room_len: int = DEFAULT_MAX_LEN,
        on_use: Callable[[UsedUp], None] = lambda used: None,
    ) -> None:
        self._mailboxes = Supply(
            clock,
            whole=NEW_BURST,
            period_s=NEW_BURST * NEW_PERIOD_S,
            network_places=NEW_NETWORK_PLACES,
        )
        self._room = Supply(
            clock,
            whole=ROOM_MAX_SHARE * room_len,
            period_s=LIFETIME_S,
            network_places=ROOM_NETWORK_PLACES,
            on_use=on_use,
        )

    def admit(self, address: str) -> int:
        """Let ``address`` make a mailbox: 0, or the seconds to wait."""
        return self._mailboxes.take(address)

    def admit_put(self, address: str, length: int) -> int:
        """Let ``address`` put so many bytes: 0, or the seconds to wait."""
        return 0 if is_own_host(address) else self._room.take(address, length)

    def give_back(self, address: str, length: int) -> None:
        """The store has not kept what ``address`` put."""
        if not is_own_host(address):
            self._room.give_back(address, length)

    def learn(self, used: UsedUp) -> None:
        """Places have used up room at other instances of the fleet."""
        self._room.ledger.add(used)
