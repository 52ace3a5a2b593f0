"""Values that dialogs show in tests and in pictures."""

from dataclasses import replace

from messenger.core.types import (
    COVER_PROFILES,
    Address,
    Contact,
    ContactId,
    NodeInfo,
    PinOrigin,
    Relation,
)
from messenger.crypto.fingerprint import fingerprint
from messenger.protocol.card import Card, encode_link

LONG_NAME = "Wilhelmina-Alexandra Konstantinopoulos of Upper Little Snoring".ljust(64, "x")
RTL_NAME = "مارا \u202eevil\u202c"


def link_of(key: bytes, name: str | None) -> str:
    return encode_link(Card(key, (Address("192.0.2.7", 47_110),), name))


OWN_KEY = bytes(range(32))
MARAS_KEY = bytes(range(32, 64))
OTHER_KEY = bytes(range(64, 96))
NODE = NodeInfo(
    name="Ada",
    key=OWN_KEY,
    fingerprint=fingerprint(OWN_KEY),
    link=link_of(OWN_KEY, "Ada"),
    listen=Address("0.0.0.0", 47_110),
    addresses=(Address("192.0.2.7", 47_110), Address("2001:db8::7", 47_110)),
    cover=COVER_PROFILES["balanced"],
    version="0.1.0",
)
MARA = Contact(
    id=ContactId(7),
    key=MARAS_KEY,
    name="Mara",
    alias=None,
    relation=Relation.ACCEPTED,
    origin=PinOrigin.LINK,
    pinned_at=1_760_000_000_000,
)
NUMBER = " ".join(f"{(index * 7919 + 10_007) % 100_000:05d}" for index in range(12))


def named(name: str) -> Contact:
    return replace(MARA, name=name)
