"""Key pairs for Noise, and key pairs made ahead of time.

Source: Noise revision 34, "DH functions"; noise_hfs, "KEM functions".
"""

from dataclasses import dataclass, field
from typing import Self

from messenger.core.errors import LocalProtocolError
from messenger.crypto.kem import ML_KEM_768, KemPrivate
from messenger.crypto.noise.functions import X25519, DhFunction


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A static or ephemeral key pair of one DH function (32 bytes each for X25519)."""

    private: bytes = field(repr=False)
    public: bytes

    @classmethod
    def generate(cls, dh: DhFunction = X25519) -> Self:
        """Draw a new key pair."""
        return cls(*dh.generate())

    @classmethod
    def from_private(cls, private: bytes, dh: DhFunction = X25519) -> Self:
        """Compute the pair of ``private``; InvalidKeyError if its length is wrong."""
        return cls(private, dh.public_of(private))


class PreparedKeys:
    """An ephemeral key pair, and a KEM key pair, made in idle time for exactly one handshake."""

    __slots__ = ("_ephemeral", "_kem")

    def __init__(self, ephemeral: KeyPair, kem: KemPrivate | None = None) -> None:
        self._ephemeral: KeyPair | None = ephemeral
        self._kem = kem

    @classmethod
    def generate(cls, *, kem: bool, dh: DhFunction = X25519) -> Self:
        """Draw them; ``kem`` only helps an initiator of an hfs pattern."""
        return cls(KeyPair.generate(dh), ML_KEM_768.generate() if kem else None)

    def take(self) -> tuple[KeyPair, KemPrivate | None]:
        """Hand the keys over, once.

        Raises:
            LocalProtocolError: they were taken before; an ephemeral key serves one handshake.
        """
        ephemeral, kem = self._ephemeral, self._kem
        if ephemeral is None:
            raise LocalProtocolError("prepared keys serve one handshake")
        self._ephemeral = self._kem = None
        return ephemeral, kem
