"""A cipher key and the counter that numbers its messages.

Source: Noise revision 34, "The CipherState object" and "Rekey".
"""

from typing import Final

from cryptography.exceptions import InvalidTag

from messenger.core.errors import DecryptionError, NonceExhaustedError
from messenger.crypto.noise.functions import KEY_LEN, Aead, CipherFunction

MAX_NONCE: Final = 2**64 - 1  # reserved for rekey; Noise revision 34, "Cipher functions"
_ZEROS: Final = bytes(KEY_LEN)


class CipherState:
    """Seals or opens the messages of one direction, in order.

    The keyed cipher object is kept: making one per message costs more than sealing a small one.
    """

    __slots__ = ("_aead", "_function", "_key", "_nonce")

    def __init__(self, function: CipherFunction, key: bytes) -> None:
        """Start at nonce 0 with a ``key`` of KEY_LEN bytes that is used nowhere else."""
        self._function = function
        self._key = key
        self._aead: Aead | None = None  # made at the first use: some handshake keys have none
        self._nonce = 0

    def __repr__(self) -> str:
        return f"CipherState({self._function.name}, nonce={self._nonce})"

    @property
    def nonce(self) -> int:
        """How many messages this key has sealed or opened since it was set."""
        return self._nonce

    def encrypt_with_ad(self, ad: bytes, plaintext: bytes) -> bytes:
        """Seal ``plaintext`` (TAG_LEN bytes longer) and authenticate ``ad`` with it.

        Raises:
            NonceExhaustedError: the counter is at its end; nothing was sealed.
        """
        nonce = self._nonce
        if nonce >= MAX_NONCE:
            raise NonceExhaustedError("this cipher key has sealed all it may")
        sealed = (self._aead or self._keyed()).encrypt(self._function.nonce(nonce), plaintext, ad)
        self._nonce = nonce + 1
        return sealed

    def decrypt_with_ad(self, ad: bytes, ciphertext: bytes) -> bytes:
        """Open what the peer sealed with the same key, counter and ``ad``.

        Raises:
            DecryptionError: it was not sealed so; the counter stays where it was.
            NonceExhaustedError: the counter is at its end.
        """
        nonce = self._nonce
        if nonce >= MAX_NONCE:
            raise NonceExhaustedError("this cipher key has opened all it may")
        aead = self._aead or self._keyed()
        try:
            opened = aead.decrypt(self._function.nonce(nonce), ciphertext, ad)
        except InvalidTag as error:
            raise DecryptionError("the authentication tag does not match") from error
        self._nonce = nonce + 1
        return opened

    def rekey(self) -> None:
        """Replace the key by one from which the old cannot be computed; the counter goes on."""
        sealed = self._keyed().encrypt(self._function.nonce(MAX_NONCE), _ZEROS, b"")
        self._key = sealed[:KEY_LEN]
        self._aead = None

    def rewind(self, nonce: int) -> None:
        """Return to an earlier counter, for a handshake message that failed half way.

        Never for a message that has left: the same nonce would seal two plaintexts.
        """
        self._nonce = nonce

    def _keyed(self) -> Aead:
        if self._aead is None:
            self._aead = self._function.new(self._key)
        return self._aead
