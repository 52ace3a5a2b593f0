"""The KDF chains of the Double Ratchet: root chain, sending chain, receiving chain.

Pure functions over bytes: no I/O, no clock, no randomness. Values are frozen msgspec structs,
because every message makes new ones: that costs a tenth of a frozen dataclass here, and the same
definition is the stored layout.

Source: The Double Ratchet Algorithm, "KDF chains", "Double Ratchet with header
encryption" and "Recommended cryptographic algorithms".
"""

import hashlib
from typing import Annotated, Final, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from messenger.crypto.kdf import hkdf_sha256

KEY_LEN: Final = 32  # bytes of every key of the ratchet
MAX_NUMBER: Final = 0xFFFF_FFFF  # of a message in its chain; u32 in the header

Key: TypeAlias = Annotated[bytes, Meta(min_length=KEY_LEN, max_length=KEY_LEN)]
Number: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_NUMBER)]

_ROOT_INFO: Final = b"hum v1 ratchet root"
_MESSAGE_KEY_CONSTANT: Final = b"\x01"  # spec, "Recommended cryptographic algorithms", KDF_CK
_CHAIN_KEY_CONSTANT: Final = b"\x02"  # same place
_INNER_PAD: Final = bytes(byte ^ 0x36 for byte in range(256))  # RFC 2104, section 2
_OUTER_PAD: Final = bytes(byte ^ 0x5C for byte in range(256))
_INNER_REST: Final = b"\x36" * (64 - KEY_LEN)  # a key of 32 bytes fills half a block of SHA-256
_OUTER_REST: Final = b"\x5c" * (64 - KEY_LEN)
_sha256: Final = hashlib.sha256


class Hidden(msgspec.Struct, frozen=True, array_like=True):
    """Base of values that hold secrets: no field is ever shown."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class RootStep(NamedTuple):
    """What one step of the root chain yields."""

    root_key: bytes
    chain_key: bytes
    next_header_key: bytes

    def __repr__(self) -> str:
        return "RootStep(…)"


def kdf_rk_he(root_key: bytes, dh_output: bytes) -> RootStep:
    """Step the root chain: KDF_RK_HE(rk, dh_out) -> new root key, chain key, next header key."""
    keys = hkdf_sha256(salt=root_key, secret=dh_output, info=_ROOT_INFO, length=3 * KEY_LEN)
    return RootStep(keys[:KEY_LEN], keys[KEY_LEN : 2 * KEY_LEN], keys[2 * KEY_LEN :])


def kdf_ck(chain_key: bytes) -> tuple[bytes, bytes]:
    """Step a sending or receiving chain: KDF_CK(ck) -> next chain key, message key.

    Both are HMAC-SHA-256 under the chain key, written out so that they share its two key blocks.
    """
    inner = _sha256(chain_key.translate(_INNER_PAD) + _INNER_REST)
    outer = _sha256(chain_key.translate(_OUTER_PAD) + _OUTER_REST)
    next_inner, next_outer = inner.copy(), outer.copy()
    inner.update(_MESSAGE_KEY_CONSTANT)
    outer.update(inner.digest())
    next_inner.update(_CHAIN_KEY_CONSTANT)
    next_outer.update(next_inner.digest())
    return next_outer.digest(), outer.digest()


class Chain(Hidden, frozen=True):
    """A sending chain (HKs, CKs, Ns) or a receiving chain (HKr, CKr, Nr)."""

    header_key: Key
    chain_key: Key
    number: Number  # of the next message, from 0
