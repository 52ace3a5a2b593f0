"""How many callers from one place are answered.

Who knows our card can make a first flight that we answer, and each answer costs Diffie-Hellman and
a key exchange, about 0.7 ms. So each place may spend a supply of them that comes back slowly. The
supply is meant to be out of reach for anybody but a flooder: a household, a company or a
university behind one address. Who is not answered sees what every wrong caller sees.

Those whom an onion service brings come from this very computer, and share a larger supply.

Links that stand, and dials of our own, are never counted.
"""

from typing import Final

from messenger.wire.half_open import is_own_host, site_of

CALLS_AT_ONCE: Final = 600  # answers that one place may use up; ours: 0.4 s of work
CALL_EVERY_S: Final = 1.0  # seconds after which one of them is back; ours: 0.1 % of a core
# This computer counts as so many places: 20 s of work at once, then 4 % of a core for as long as
# somebody floods an onion service; ours.
OWN_HOST_PLACES: Final = 50
SITE_MAX_COUNT: Final = 4_096  # places remembered; about 0.5 MiB

_OWN_HOST: Final = ""  # stands for all its addresses


class CallRate:
    """The supplies of all places, each kept as the time at which it is whole again.

    Owner: the wire process's loop.
    """

    def __init__(self) -> None:
        self._whole_at: dict[str, float] = {}  # monotonic seconds, by place

    def take(self, host: str, now: float) -> bool:
        """Use up one answer for a caller from ``host``, or return False if there is none left."""
        own = is_own_host(host)
        site = _OWN_HOST if own else site_of(host)
        cost_s = CALL_EVERY_S / OWN_HOST_PLACES if own else CALL_EVERY_S
        whole_at = max(now, self._whole_at.get(site, now)) + cost_s
        if whole_at - now > CALLS_AT_ONCE * CALL_EVERY_S:
            return False
        self._whole_at[site] = whole_at
        if len(self._whole_at) > SITE_MAX_COUNT:
            self._forget(now)
        return True

    @property
    def site_count(self) -> int:
        """How many places are remembered."""
        return len(self._whole_at)

    def _forget(self, now: float) -> None:
        """Forget whose supply is whole again, or else the half that has used least of it."""
        kept = {site: at for site, at in self._whole_at.items() if at > now}
        if len(kept) > SITE_MAX_COUNT // 2:
            most_used = sorted(kept, key=kept.__getitem__, reverse=True)
            kept = {site: kept[site] for site in most_used[: SITE_MAX_COUNT // 2]}
        self._whole_at = kept
