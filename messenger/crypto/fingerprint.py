"""Keys as people see them: the fingerprint of one key, the safety number of a pair.

The fingerprint is the key itself, so that a contact can be added by it. The safety number is what
two people compare; it is the same on both sides.

Source: design section 4; layouts in docs/protocol.md, section 2.
"""

import hashlib
from typing import Final

from messenger.core.errors import InvalidKeyError, LinkDamagedError
from messenger.crypto.checked_base32 import CheckedBase32

KEY_LEN: Final = 32  # bytes of an X25519 public key
FINGERPRINT_LEN: Final = 56  # characters: 32 bytes of key and 3 of checksum, without stray bits
GROUP_LEN: Final = 4  # characters
SAFETY_NUMBER_VERSION: Final = b"Hum safety number 1"
SAFETY_ITERATIONS: Final = 5_200  # what a search for a look-alike pays for every try
_SAFETY_GROUPS: Final = 12
_SAFETY_GROUP_LEN: Final = 5  # digits, and bytes of hash that make them

_TEXT: Final = CheckedBase32(b"Hum fingerprint 1", 3)
_SEPARATORS: Final = str.maketrans(
    "", "", " \t\r\n\N{NO-BREAK SPACE}-\N{EN DASH}\N{NON-BREAKING HYPHEN}"
)


def fingerprint(key: bytes) -> str:
    """Write a public key of KEY_LEN bytes as 14 groups of 4 characters."""
    if len(key) != KEY_LEN:
        raise ValueError(f"a key has {KEY_LEN} bytes")
    text = _TEXT.encode(key)
    return " ".join(text[start : start + GROUP_LEN] for start in range(0, len(text), GROUP_LEN))


def parse_fingerprint(text: str) -> bytes:
    """Read what :func:`fingerprint` wrote, whatever the case, spaces, line breaks and dashes.

    Raises:
        LinkDamagedError: it is not a fingerprint; the text says which part to look at.
    """
    from messenger.crypto.noise.functions import X25519  # noqa: PLC0415  showing keys needs none

    compact = text.translate(_SEPARATORS)
    if len(compact) != FINGERPRINT_LEN:
        raise _wrong_length(len(compact))
    try:
        key = _TEXT.decode(compact)
        X25519.check_public(key)
    except ValueError:
        raise _wrong_character(compact) from None
    except InvalidKeyError as error:
        raise LinkDamagedError("This fingerprint belongs to no usable key.") from error
    return key


def _wrong_length(length: int) -> LinkDamagedError:
    if not length:
        return LinkDamagedError("There is no fingerprint here.")
    difference = length - FINGERPRINT_LEN
    if difference > 0:
        return LinkDamagedError(
            "The fingerprint has {count} characters too many; it has 14 groups of 4.",
            count=difference,
        )
    return LinkDamagedError(
        "The fingerprint lacks {count} characters; it has 14 groups of 4.", count=-difference
    )


def _wrong_character(compact: str) -> LinkDamagedError:
    place = _TEXT.mistyped(compact)
    if place is None:
        return LinkDamagedError(
            "More than one character of the fingerprint is wrong, or two groups are swapped."
        )
    group, position = divmod(place, GROUP_LEN)
    return LinkDamagedError(
        "Character {place} of group {group} of the fingerprint is wrong.",
        place=position + 1,
        group=group + 1,
    )


def safety_number(key_a: bytes, key_b: bytes) -> str:
    """Return 12 groups of 5 digits for two public keys, whichever way round they are given."""
    if len(key_a) != KEY_LEN or len(key_b) != KEY_LEN or key_a == key_b:
        raise ValueError(f"a safety number needs two different keys of {KEY_LEN} bytes")
    keys = b"".join(sorted((key_a, key_b)))
    digest = SAFETY_NUMBER_VERSION
    for _ in range(SAFETY_ITERATIONS):
        digest = hashlib.sha512(digest + keys).digest()
    return " ".join(_digits(digest, group) for group in range(_SAFETY_GROUPS))


def _digits(digest: bytes, group: int) -> str:
    """Turn five bytes into five digits; the bias of 2^40 modulo 10^5 is below 1e-7."""
    start = group * _SAFETY_GROUP_LEN
    number = int.from_bytes(digest[start : start + _SAFETY_GROUP_LEN], "big")
    return f"{number % 10**_SAFETY_GROUP_LEN:0{_SAFETY_GROUP_LEN}}"
