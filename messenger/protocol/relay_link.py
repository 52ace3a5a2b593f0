"""Links between a client and a relay: as between two people, but for who knows whom.

Source: docs/relay.md, "The channel".
"""

from collections.abc import Callable
from random import Random, SystemRandom

from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.link import Link
from messenger.protocol.rekey import DEFAULT_LIMITS, RekeyLimits
from messenger.protocol.relay_handshake import RelayClientHandshake, RelayHandshake
from messenger.protocol.replay import ReplayCache


def dial_relay(
    relay_key: bytes,
    *,
    now: float,
    unix_s: int,
    limits: RekeyLimits = DEFAULT_LIMITS,
    random: Random | None = None,
) -> Link:
    """Begin as a client who shows no key; arguments as :meth:`Link.dial`.

    Raises:
        InvalidKeyError: ``relay_key`` is not a key.
    """
    random = random if random is not None else SystemRandom()
    shaking = RelayClientHandshake(relay_key, unix_s=unix_s, random=random)
    return Link(shaking, now=now, limits=limits, random=random)


def accept_client(  # noqa: PLR0913 - all by keyword but the key
    own: KeyPair,
    *,
    now: float,
    unix_s: int,
    replay: ReplayCache,
    may_answer: Callable[[], bool] = lambda: True,
    limits: RekeyLimits = DEFAULT_LIMITS,
    random: Random | None = None,
) -> Link:
    """Wait as the relay for a client's flight 1; arguments as :meth:`Link.accept`."""
    random = random if random is not None else SystemRandom()
    shaking = RelayHandshake(
        own, replay=replay, may_answer=may_answer, unix_s=unix_s, random=random
    )
    return Link(shaking, now=now, limits=limits, random=random)
