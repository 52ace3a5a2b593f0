"""Onion addresses of version 3: a public key with a checksum, as a host name.

Source: Tor specifications, rend-spec-v3, "Encoding onion addresses"; RFC 7686.
"""

import base64
import hashlib
from typing import Final

SUFFIX: Final = ".onion"
VERSION: Final = b"\x03"
_KEY_LEN: Final = 32  # bytes
_CHECKSUM_LEN: Final = 2  # bytes
_LABEL_LEN: Final = 56  # characters of base32: key, checksum and version


def is_onion(host: str) -> bool:
    """Whether a host is one of Tor's, well-formed or not: no resolver may be asked for it."""
    return host.lower().rstrip(".").endswith(SUFFIX)


def check_onion(host: str) -> None:
    """Check a host for which :func:`is_onion` is true.

    Raises:
        ValueError: letters are wrong or missing, or it is of a version that Tor has given up.
    """
    label = host.lower().removesuffix(SUFFIX)
    try:
        raw = base64.b32decode(label.upper()) if len(label) == _LABEL_LEN else b""
    except ValueError:
        raw = b""
    key, checksum = raw[:_KEY_LEN], raw[_KEY_LEN : _KEY_LEN + _CHECKSUM_LEN]
    if raw != key + checksum + VERSION or checksum != _checksum(key):
        raise ValueError("an onion address has 56 letters and digits, and one of these is wrong")


def onion_of(key: bytes) -> str:
    """Return the address of an onion service's Ed25519 public key, 32 bytes."""
    label = base64.b32encode(key + _checksum(key) + VERSION).decode("ascii")
    return label.lower() + SUFFIX


def _checksum(key: bytes) -> bytes:
    return hashlib.sha3_256(b".onion checksum" + key + VERSION).digest()[:_CHECKSUM_LEN]
