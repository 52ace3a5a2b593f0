"""ML-KEM-768, the post-quantum half of every key agreement of Hum.

Source: FIPS 203.
"""

from dataclasses import dataclass, field
from typing import Final, Protocol, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey

from messenger.core.errors import DecryptionError, InvalidKeyError

SEED_LEN: Final = 64  # bytes, d and z of FIPS 203, "ML-KEM.KeyGen"
PUBLIC_KEY_LEN: Final = 1184  # bytes; FIPS 203, "Parameter sets", ML-KEM-768
CIPHERTEXT_LEN: Final = 1088  # bytes; same table
SECRET_LEN: Final = 32  # bytes; same table


@dataclass(frozen=True, slots=True)
class KemKeyPair:
    """A decapsulation key and its public encapsulation key."""

    public: bytes  # PUBLIC_KEY_LEN bytes
    _private: MLKEM768PrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Draw a new key pair; about 0.1 ms, so make it ahead of time where that counts."""
        return cls._of(MLKEM768PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Restore the key pair of SEED_LEN seed bytes."""
        if len(seed) != SEED_LEN:
            raise InvalidKeyError(f"an ML-KEM seed has {SEED_LEN} bytes")
        return cls._of(MLKEM768PrivateKey.from_seed_bytes(seed))

    @classmethod
    def _of(cls, private: MLKEM768PrivateKey) -> Self:
        return cls(private.public_key().public_bytes_raw(), private)

    def seed(self) -> bytes:
        """Return the SEED_LEN secret bytes from which :meth:`from_seed` restores this pair."""
        return self._private.private_bytes_raw()

    def decapsulate(self, ciphertext: bytes) -> bytes:
        """Return the SECRET_LEN shared bytes of ``ciphertext``.

        A ciphertext of the right length that was not made for this key yields an unrelated secret
        (implicit rejection); only the message keyed by it will not open.

        Raises:
            DecryptionError: ``ciphertext`` has the wrong length.
        """
        if len(ciphertext) != CIPHERTEXT_LEN:
            raise DecryptionError(f"an ML-KEM ciphertext has {CIPHERTEXT_LEN} bytes")
        return self._private.decapsulate(ciphertext)


def encapsulate(public: bytes) -> tuple[bytes, bytes]:
    """Make a secret for the owner of ``public``: (CIPHERTEXT_LEN bytes, SECRET_LEN bytes).

    Raises:
        InvalidKeyError: not a canonical encapsulation key (FIPS 203, "encapsulation key check").
    """
    secret, ciphertext = _public_key(public).encapsulate()
    return ciphertext, secret


def check_public(public: bytes) -> None:
    """Refuse what :func:`encapsulate` would refuse, without making a secret.

    Raises:
        InvalidKeyError: as there.
    """
    _public_key(public)


def _public_key(public: bytes) -> MLKEM768PublicKey:
    try:
        return MLKEM768PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise InvalidKeyError("not an ML-KEM-768 encapsulation key") from error


def ml_kem_available() -> bool:
    """Tell whether the cryptography library has ML-KEM; builds on an old OpenSSL lack it."""
    try:
        KemKeyPair.generate()
    except UnsupportedAlgorithm:
        return False
    return True


class KemPrivate(Protocol):
    """What the Noise engine needs of a KEM key pair."""

    @property
    def public(self) -> bytes: ...

    def decapsulate(self, ciphertext: bytes) -> bytes: ...


class Kem(Protocol):
    """A key encapsulation mechanism as the Noise engine uses it."""

    @property
    def name(self) -> str: ...
    @property
    def public_len(self) -> int: ...
    @property
    def ciphertext_len(self) -> int: ...

    def generate(self) -> KemPrivate: ...

    def encapsulate(self, public: bytes) -> tuple[bytes, bytes]: ...


@dataclass(frozen=True, slots=True)
class MlKem768:
    """ML-KEM-768 behind the :class:`Kem` interface."""

    name: str = "MLKEM768"  # as in a Noise protocol name
    public_len: int = PUBLIC_KEY_LEN
    ciphertext_len: int = CIPHERTEXT_LEN

    def generate(self) -> KemPrivate:
        return KemKeyPair.generate()

    def encapsulate(self, public: bytes) -> tuple[bytes, bytes]:
        return encapsulate(public)


ML_KEM_768: Final = MlKem768()
