"""Key slots: the database key wrapped by a keyring secret, a passphrase or a recovery code.

Each box is nonce ‖ XChaCha20-Poly1305 of the database key; its associated data binds the format
version, the profile, the kind of slot and the cost of the passphrase.

Source: RFC 9106 (Argon2id); draft-irtf-cfrg-xchacha-03.
"""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

import nacl.bindings
import nacl.exceptions

from messenger.core.errors import InputError, StoreCorruptError, StoreError, WrongKeyError
from messenger.store.connection import DATABASE_KEY_LEN
from messenger.store.key_file import KEY_FILE_VERSION, KeyringSlot, PassphraseSlot, RecoverySlot
from messenger.store.recovery_code import recovery_secret

KEYRING_SECRET_LEN: Final = 32  # bytes, hexadecimal in the keyring
CHECK_LEN: Final = 16  # bytes
PASSPHRASE_MAX_LEN: Final = 4_096  # characters
SALT_LEN: Final = nacl.bindings.crypto_pwhash_SALTBYTES

_NONCE_LEN: Final = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of a passphrase costs."""

    passes: int  # of Argon2id
    memory_len: int  # bytes


# Design section 8: 256 MiB. Measured on 2 cores of a server: see docs/store.md.
DEFAULT_COST: Final = Cost(passes=4, memory_len=256 << 20)
# A key file outside these limits is damaged or made to hurt: never weaker than any release wrote,
# never more than a computer of today can do while somebody waits.
FLOOR: Final = Cost(passes=3, memory_len=256 << 20)
CEILING: Final = Cost(passes=32, memory_len=4 << 30)

CHEAP_COST_FOR_TESTING_ONLY: Final = Cost(passes=1, memory_len=8 << 10)


def key_check(key: bytes) -> bytes:
    """Return CHECK_LEN bytes that tell whether a key is the right one and nothing about it."""
    return hashlib.blake2b(key=key, digest_size=CHECK_LEN, person=b"hum key check").digest()


# -- keyring --------------------------------------------------------------------------------


def new_keyring_secret() -> str:
    """Draw what a keyring keeps."""
    return secrets.token_hex(KEYRING_SECRET_LEN)


def seal_for_keyring(
    key: bytes, profile: bytes, *, secret: str, backend: str, entry: str
) -> KeyringSlot:
    """Wrap the database key for a secret from :func:`new_keyring_secret`."""
    return KeyringSlot(
        backend, entry, _seal(key, bytes.fromhex(secret), _bound(profile, "keyring"))
    )


def open_by_keyring(slot: KeyringSlot, profile: bytes, secret: str) -> bytes:
    """Return the database key, or raise WrongKeyError."""
    try:
        wrapping_key = bytes.fromhex(secret)
    except ValueError:
        wrapping_key = b""
    if len(wrapping_key) != KEYRING_SECRET_LEN:
        raise WrongKeyError("the keyring holds something else than the secret of this profile")
    return _open(slot.box, wrapping_key, _bound(profile, "keyring"))


# -- passphrase -----------------------------------------------------------------------------


def normal_passphrase(passphrase: str) -> bytes:
    """Return the bytes that count: without outer white space, in Unicode's form NFKC.

    So the same passphrase typed on another keyboard, or read from a file with a line end, is the
    same passphrase.

    Raises:
        InputError: nothing is left, it is too long, or it is not Unicode text.
    """
    normal = unicodedata.normalize("NFKC", passphrase.strip()).strip()
    if not normal or len(normal) > PASSPHRASE_MAX_LEN:
        raise InputError("A passphrase has 1 to {most} characters.", most=PASSPHRASE_MAX_LEN)
    try:
        return normal.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("A passphrase is Unicode text.") from None


def seal_for_passphrase(key: bytes, profile: bytes, passphrase: str, cost: Cost) -> PassphraseSlot:
    """Wrap the database key for a passphrase."""
    salt = secrets.token_bytes(SALT_LEN)
    wrapping_key = stretch(normal_passphrase(passphrase), salt, cost)
    box = _seal(key, wrapping_key, _bound(profile, "passphrase", cost))
    return PassphraseSlot(cost.passes, cost.memory_len, salt, box)


def open_by_passphrase(
    slot: PassphraseSlot, profile: bytes, passphrase: str, *, allowed_cost: Cost | None = None
) -> bytes:
    """Return the database key.

    Args:
        allowed_cost: a cost below FLOOR that a test has agreed to.

    Raises:
        WrongKeyError: another passphrase.
        StoreCorruptError: the cost is outside the limits.
    """
    cost = Cost(slot.passes, slot.memory_len)
    if len(slot.salt) != SALT_LEN or not (cost == allowed_cost or within_limits(cost)):
        raise StoreCorruptError("the key file is damaged: impossible cost of the passphrase")
    wrapping_key = stretch(normal_passphrase(passphrase), slot.salt, cost)
    return _open(slot.box, wrapping_key, _bound(profile, "passphrase", cost))


def within_limits(cost: Cost) -> bool:
    """Whether a cost that was read from a file is one that may be paid."""
    return (
        FLOOR.passes <= cost.passes <= CEILING.passes
        and FLOOR.memory_len <= cost.memory_len <= CEILING.memory_len
    )


def stretch(passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    """Return 32 bytes made of a normal passphrase and SALT_LEN bytes of salt by Argon2id."""
    try:
        stretched: bytes = nacl.bindings.crypto_pwhash_alg(
            DATABASE_KEY_LEN,
            passphrase,
            salt,
            cost.passes,
            cost.memory_len,
            nacl.bindings.crypto_pwhash_ALG_ARGON2ID13,
        )
    except (nacl.exceptions.CryptoError, MemoryError) as error:
        raise StoreError("there is not enough memory to check the passphrase") from error
    return stretched


# -- recovery code --------------------------------------------------------------------------


def seal_for_recovery(key: bytes, profile: bytes, code: str) -> RecoverySlot:
    """Wrap the database key for a recovery code; its 130 bits need no stretching."""
    return RecoverySlot(_seal(key, _recovery_key(code), _bound(profile, "recovery")))


def open_by_recovery(slot: RecoverySlot, profile: bytes, code: str) -> bytes:
    """Return the database key, or raise RecoveryCodeTypoError or WrongKeyError."""
    return _open(slot.box, _recovery_key(code), _bound(profile, "recovery"))


def _recovery_key(code: str) -> bytes:
    secret = recovery_secret(code)
    return hashlib.blake2b(
        key=secret, digest_size=DATABASE_KEY_LEN, person=b"hum recovery key"
    ).digest()


# -- boxes ----------------------------------------------------------------------------------


def _bound(profile: bytes, kind: str, cost: Cost | None = None) -> bytes:
    """Return the associated data of a slot: fixed-size fields first, no two slots alike."""
    numbers = (cost.passes, cost.memory_len) if cost else (0, 0)
    fields = (KEY_FILE_VERSION.to_bytes(2, "big"), *(n.to_bytes(8, "big") for n in numbers))
    return b"hum key slot" + b"".join(fields) + profile + kind.encode("ascii")


def _seal(key: bytes, wrapping_key: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_LEN)
    sealed: bytes = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        key, bound, nonce, wrapping_key
    )
    return nonce + sealed


def _open(box: bytes, wrapping_key: bytes, bound: bytes) -> bytes:
    try:
        key: bytes = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            box[_NONCE_LEN:], bound, box[:_NONCE_LEN], wrapping_key
        )
    except (nacl.exceptions.CryptoError, nacl.exceptions.TypeError, nacl.exceptions.ValueError):
        raise WrongKeyError("this does not open the profile") from None
    return key


def fits(key: bytes, check: bytes) -> bool:
    """Whether ``check`` was made from ``key``."""
    return hmac.compare_digest(key_check(key), check)
