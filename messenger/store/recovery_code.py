"""The recovery code: 130 random bits that a person can write on paper.

30 symbols in 6 groups of 5, such as ``7G2KQ-…``: 26 symbols of the secret and 4 of a checksum. The
alphabet is Crockford's base32: no I, L, O, U; reading I or L as 1 and O as 0 is forgiven, and so
are case, spaces and dashes.

Source: https://www.crockford.com/base32.html (alphabet); the checksum is our own.
"""

import hashlib
import secrets
from typing import Final

from messenger.core.errors import RecoveryCodeTypoError

SECRET_LEN: Final = 26  # symbols of 5 bits: 130 bits
CHECKSUM_LEN: Final = 4  # symbols: a typo passes once in a million
GROUP_LEN: Final = 5  # symbols

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})
_PERSON: Final = b"hum recovery"


def new_recovery_code() -> str:
    """Draw a code, grouped as people see it."""
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_LEN))
    code = secret + _checksum(secret)
    return "-".join(code[i : i + GROUP_LEN] for i in range(0, len(code), GROUP_LEN))


def recovery_secret(code: str) -> bytes:
    """Return the secret of a code that a person typed: SECRET_LEN bytes of ASCII.

    Raises:
        RecoveryCodeTypoError: it was not copied correctly.
    """
    symbols = "".join(code.split()).upper().translate(_READ_AS)
    secret, checksum = symbols[:SECRET_LEN], symbols[SECRET_LEN:]
    if len(symbols) != SECRET_LEN + CHECKSUM_LEN or not set(symbols) <= set(_ALPHABET):
        raise RecoveryCodeTypoError("a recovery code has 30 letters and digits")
    if checksum != _checksum(secret):
        raise RecoveryCodeTypoError("the recovery code has a typing mistake")
    return secret.encode("ascii")


def _checksum(secret: str) -> str:
    digest = hashlib.blake2b(secret.encode("ascii"), digest_size=CHECKSUM_LEN, person=_PERSON)
    return "".join(_ALPHABET[byte % 32] for byte in digest.digest())
