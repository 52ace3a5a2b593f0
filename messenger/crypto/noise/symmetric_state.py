"""The chaining key, the handshake hash and the cipher of a running handshake.

Source: Noise revision 34, "The SymmetricState object".
"""

from typing import NamedTuple

from messenger.crypto.kdf import HashFunction
from messenger.crypto.noise.cipher_state import CipherState
from messenger.crypto.noise.functions import KEY_LEN, CipherFunction


class SymmetricCheckpoint(NamedTuple):
    """A position to which a :class:`SymmetricState` can return."""

    chaining_key: bytes
    handshake_hash: bytes
    cipher: CipherState | None
    nonce: int

    def __repr__(self) -> str:
        return "SymmetricCheckpoint(…)"


class SymmetricState:
    """Mixes keys and bytes into ``ck`` and ``h``, and encrypts once there is a key."""

    __slots__ = ("_chaining_key", "_cipher", "_cipher_function", "_h", "_hash_function")

    def __init__(self, protocol_name: str, cipher: CipherFunction, hashing: HashFunction) -> None:
        name = protocol_name.encode("ascii")
        fits = len(name) <= hashing.hash_len
        self._h = name.ljust(hashing.hash_len, b"\0") if fits else hashing.hash(name)
        self._chaining_key = self._h
        self._cipher: CipherState | None = None
        self._cipher_function = cipher
        self._hash_function = hashing

    @property
    def has_key(self) -> bool:
        """Whether encryption has begun."""
        return self._cipher is not None

    @property
    def handshake_hash(self) -> bytes:
        """The hash h over everything mixed in so far (HASHLEN bytes)."""
        return self._h

    def mix_key(self, input_key: bytes) -> None:
        """Mix secret bytes into the chaining key and start a new cipher key."""
        self._chaining_key, key = self._hash_function.hkdf_pair(self._chaining_key, input_key)
        self._cipher = CipherState(self._cipher_function, key[:KEY_LEN])

    def mix_hash(self, data: bytes) -> None:
        """Bind public bytes to the handshake."""
        self._h = self._hash_function.hash(self._h + data)

    def mix_key_and_hash(self, input_key: bytes) -> None:
        """Mix a pre-shared key into chaining key, hash and cipher key."""
        hkdf = self._hash_function.hkdf_triple
        self._chaining_key, bound, key = hkdf(self._chaining_key, input_key)
        self.mix_hash(bound)
        self._cipher = CipherState(self._cipher_function, key[:KEY_LEN])

    def encrypt_and_hash(self, plaintext: bytes) -> bytes:
        """Seal ``plaintext`` if there is a key, bind what leaves, and return it."""
        cipher = self._cipher
        sealed = plaintext if cipher is None else cipher.encrypt_with_ad(self._h, plaintext)
        self.mix_hash(sealed)
        return sealed

    def decrypt_and_hash(self, ciphertext: bytes) -> bytes:
        """Open ``ciphertext`` if there is a key and bind what arrived.

        Raises:
            DecryptionError: the tag does not match; nothing has changed.
        """
        cipher = self._cipher
        opened = ciphertext if cipher is None else cipher.decrypt_with_ad(self._h, ciphertext)
        self.mix_hash(ciphertext)
        return opened

    def split(self) -> tuple[CipherState, CipherState, bytes]:
        """Return the ciphers initiator → responder and back, and an exporter of KEY_LEN bytes.

        The exporter is the third output of the HKDF that makes the two transport keys.
        """
        first, second, third = self._hash_function.hkdf_triple(self._chaining_key, b"")
        new, function = CipherState, self._cipher_function
        return new(function, first[:KEY_LEN]), new(function, second[:KEY_LEN]), third[:KEY_LEN]

    def checkpoint(self) -> SymmetricCheckpoint:
        """Remember this position."""
        cipher = self._cipher
        nonce = 0 if cipher is None else cipher.nonce
        return SymmetricCheckpoint(self._chaining_key, self._h, cipher, nonce)

    def restore(self, checkpoint: SymmetricCheckpoint) -> None:
        """Return to a position of this state."""
        self._chaining_key, self._h, self._cipher, nonce = checkpoint
        if self._cipher is not None:
            self._cipher.rewind(nonce)
