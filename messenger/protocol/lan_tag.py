"""The tag by which people who know a key recognise its owner in the local network.

It changes every hour and is a keyed hash of the hour, so that nobody else can tell who it is, or
that two of them belong together. Who knows the key, because they have a link or the fingerprint,
can: as they can recognise a handshake. Whoever owns a tag proves it by the handshake only.

Source: docs/reach.md, "In the local network".
"""

from collections.abc import Iterable
from hashlib import blake2s
from typing import Final

TAG_LEN: Final = 16  # bytes
HOUR_MS: Final = 3_600_000
CLOCKS_APART: Final = 1  # hours by which two clocks may differ
_DOMAIN: Final = b"hum lan"  # personalisation of BLAKE2s, RFC 7693


def hour_of(unix_ms: int) -> int:
    """Return the hour since 1970 that a moment lies in."""
    return unix_ms // HOUR_MS


def tag_of(public_key: bytes, hour: int) -> bytes:
    """Return the tag of a key (X25519, 32 bytes) in an hour: TAG_LEN bytes."""
    moment = hour.to_bytes(8, "big")
    return blake2s(moment, key=public_key, person=_DOMAIN, digest_size=TAG_LEN).digest()


def tags_around(public_key: bytes, hour: int) -> Iterable[bytes]:
    """Return the tags that a key may be announced by when our own clock says ``hour``."""
    hours = range(hour - CLOCKS_APART, hour + CLOCKS_APART + 1)
    return (tag_of(public_key, other) for other in hours)
