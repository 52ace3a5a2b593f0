"""Values that dialogs show in tests and in pictures."""

from dataclasses import replace

from messenger.core.ids import base32_encode
from messenger.core.types import (
    COVER_PROFILES,
    Address,
    Contact,
    ContactId,
    NodeInfo,
    PinOrigin,
    Relation,
)

LONG_NAME = "Wilhelmina-Alexandra Konstantinopoulos of Upper Little Snoring".ljust(64, "x")
RTL_NAME = "مارا \u202eevil\u202c"


def groups(text: str) -> str:
    return " ".join(text[index : index + 4] for index in range(0, len(text), 4))


NODE = NodeInfo(
    name="Ada",
    key=bytes(range(32)),
    fingerprint=groups(base32_encode(bytes(range(35)))),
    link="hum:" + base32_encode(bytes(range(96))),
    listen=Address("0.0.0.0", 47_110),
    addresses=(Address("192.0.2.7", 47_110), Address("2001:db8::7", 47_110)),
    cover=COVER_PROFILES["balanced"],
    version="0.1.0",
)
MARA = Contact(
    id=ContactId(7),
    key=bytes(range(32, 64)),
    name="Mara",
    alias=None,
    relation=Relation.ACCEPTED,
    origin=PinOrigin.LINK,
    pinned_at=1_760_000_000_000,
)
NUMBER = " ".join(f"{(index * 7919 + 10_007) % 100_000:05d}" for index in range(12))


def named(name: str) -> Contact:
    return replace(MARA, name=name)
