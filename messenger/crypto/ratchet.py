"""The Double Ratchet with header encryption, in the nouns of its specification.

``seal`` and ``open`` return a new value and leave the old one as it was, so a refused envelope has
nothing to undo and nothing is kept that was not authenticated. Two choices of ours:

* The sending half of a DH ratchet step waits until something is sealed (specification, "Deferring
  new ratchet key generation"). ``open`` therefore needs no randomness.
* Header and body are sealed with XChaCha20-Poly1305 under a 24-byte random nonce, new for each
  envelope. Should an old state come back from a backup, its keys are used again, but never with
  the same nonce.

An envelope is ``nonce 24 ‖ sealed header 56 ‖ sealed body``: see docs/protocol.md, section 7.

Source: The Double Ratchet Algorithm, "Double Ratchet with header encryption",
https://signal.org/docs/specifications/doubleratchet/
"""

import os
import struct
from typing import Final, NamedTuple

from msgspec.structs import replace

from messenger.core.errors import (
    DecryptionError,
    InvalidKeyError,
    LocalProtocolError,
    NonceExhaustedError,
    TooManySkippedError,
)
from messenger.crypto import xchacha
from messenger.crypto.noise.functions import X25519
from messenger.crypto.ratchet_chain import MAX_NUMBER, Chain, Hidden, Key, Number, kdf_ck, kdf_rk_he
from messenger.crypto.ratchet_skipped import NOTHING_SKIPPED, Skipped, SkippedKey

MAX_SKIP: Final = 1000  # message keys in one jump; specification, MAX_SKIP; design section 6

_HEADER: Final = struct.Struct(">32sII")  # ratchet public key, PN, N
_HEADER_START: Final = xchacha.NONCE_LEN
_BODY_START: Final = _HEADER_START + _HEADER.size + xchacha.TAG_LEN
OVERHEAD: Final = _BODY_START + xchacha.TAG_LEN  # bytes that an envelope adds to its plaintext
_NO_DATA: Final = b""


class Header(NamedTuple):
    """What the header says, once it is open."""

    ratchet_key: bytes  # DHs of the sender, public
    previous_chain_length: int  # PN
    number: int  # N


class Sealed(NamedTuple):
    """An envelope taken apart, and the data its body is bound to."""

    nonce: bytes
    header: bytes
    body: bytes
    bound: bytes  # CONCAT(AD, enc_header)


class KeyPair(Hidden, frozen=True):
    """DHs: a ratchet key pair."""

    private: Key
    public: Key

    @classmethod
    def of(cls, private: bytes) -> "KeyPair":
        """Compute the public key of ``private``, 32 bytes."""
        return cls(private, X25519.public_of(private))


class Ratchet(Hidden, frozen=True, kw_only=True):
    """State of one side. None stands where the specification has None; ``sending`` is also None
    while a new ratchet key of the peer waits for our answer."""

    root_key: Key  # RK
    own_key: KeyPair | None  # DHs
    peer_key: Key | None  # DHr
    sending: Chain | None  # HKs, CKs, Ns
    receiving: Chain | None  # HKr, CKr, Nr
    next_sending_header_key: Key  # NHKs
    next_receiving_header_key: Key  # NHKr
    previous_chain_length: Number  # PN
    skipped: Skipped  # MKSKIPPED

    @classmethod
    def init_alice(
        cls, *, root_key: bytes, peer_key: bytes, header_key_a: bytes, header_key_b: bytes
    ) -> "Ratchet":
        """Begin as the side that can seal first (RatchetInitAliceHE).

        Args:
            root_key: SK, 32 bytes.
            peer_key: Bob's first ratchet public key, 32 bytes.
            header_key_a: shared_hka, for Alice's first chain.
            header_key_b: shared_nhkb, for Bob's first chain.
        """
        return cls(
            root_key=root_key,
            own_key=None,
            peer_key=peer_key,
            sending=None,
            receiving=None,
            next_sending_header_key=header_key_a,
            next_receiving_header_key=header_key_b,
            previous_chain_length=0,
            skipped=NOTHING_SKIPPED,
        )

    @classmethod
    def init_bob(
        cls, *, root_key: bytes, own_private: bytes, header_key_a: bytes, header_key_b: bytes
    ) -> "Ratchet":
        """Begin as the side that seals after Alice's first envelope (RatchetInitBobHE)."""
        return cls(
            root_key=root_key,
            own_key=KeyPair.of(own_private),
            peer_key=None,
            sending=None,
            receiving=None,
            next_sending_header_key=header_key_b,
            next_receiving_header_key=header_key_a,
            previous_chain_length=0,
            skipped=NOTHING_SKIPPED,
        )

    @property
    def can_seal(self) -> bool:
        """False only for Bob before Alice's first envelope."""
        return self.peer_key is not None

    # -- sealing --------------------------------------------------------------------------------

    def seal(self, plaintext: bytes, associated_data: bytes) -> tuple["Ratchet", bytes]:
        """Return the next state and an envelope, OVERHEAD bytes longer than ``plaintext``.

        The next state must be kept before the envelope is let out (RatchetEncryptHE).

        Raises:
            LocalProtocolError: the peer's first envelope has not come yet.
            NonceExhaustedError: 2^32 messages in one chain.
        """
        nonce = os.urandom(xchacha.NONCE_LEN)
        private = None if self.sending else os.urandom(32)
        return self._seal(plaintext, associated_data, nonce, private)

    def _seal(
        self, plaintext: bytes, associated_data: bytes, nonce: bytes, private: bytes | None
    ) -> tuple["Ratchet", bytes]:
        state = self if private is None else self._turned_to_send(private)
        chain, own_key = state.sending, state.own_key
        if chain is None or own_key is None:
            raise LocalProtocolError("a ratchet that has no chain to seal with")
        if chain.number == MAX_NUMBER:
            raise NonceExhaustedError("a chain is at its end")
        chain_key, message_key = kdf_ck(chain.chain_key)
        header = _HEADER.pack(own_key.public, state.previous_chain_length, chain.number)
        sealed_header = nonce + xchacha.seal(chain.header_key, nonce, header, _NO_DATA)
        body = xchacha.seal(message_key, nonce, plaintext, associated_data + sealed_header)
        sending = Chain(chain.header_key, chain_key, chain.number + 1)
        return replace(state, sending=sending), sealed_header + body

    def seal_again(
        self, plaintext: bytes, associated_data: bytes, *, nonce: bytes, private: bytes | None
    ) -> tuple["Ratchet", bytes]:
        """Repeat a :meth:`seal` with the choices it made; only to check what was sealed before.

        Args:
            nonce: the first bytes of that envelope.
            private: the new ratchet key, if it began a chain.
        """
        return self._seal(plaintext, associated_data, nonce, private)

    def _turned_to_send(self, private: bytes) -> "Ratchet":
        """The second half of DHRatchetHE: a new key pair of ours and its sending chain."""
        if self.peer_key is None:
            raise LocalProtocolError("the peer's first envelope has not come yet")
        step = kdf_rk_he(self.root_key, X25519.exchange(private, self.peer_key))
        return replace(
            self,
            root_key=step.root_key,
            own_key=KeyPair.of(private),
            sending=Chain(self.next_sending_header_key, step.chain_key, 0),
            next_sending_header_key=step.next_header_key,
        )

    # -- opening --------------------------------------------------------------------------------

    def open(
        self, envelope: bytes, associated_data: bytes, *, stamp: int = 0
    ) -> tuple["Ratchet", bytes]:
        """Return the next state and the plaintext (RatchetDecryptHE).

        Args:
            envelope: as it came.
            associated_data: the bytes that :meth:`seal` was given.
            stamp: kept with the keys of messages found missing now; see ``Skipped``.

        Raises:
            DecryptionError: not for this state: damaged, opened before, or of another session.
            TooManySkippedError: its number is more than MAX_SKIP ahead.
        """
        sealed = _take_apart(envelope, associated_data)
        receiving = self.receiving
        if receiving and (header := _open_header(receiving.header_key, sealed)):
            if header.number < receiving.number:
                return self._open_skipped(receiving.header_key, header, sealed)
            return self._open_next(header, sealed, stamp)
        if header := _open_header(self.next_receiving_header_key, sealed):
            return self._turned_to_receive(header, stamp)._open_next(header, sealed, stamp)
        for chain in reversed(self.skipped.chains):
            if header := _open_header(chain.header_key, sealed):
                return self._open_skipped(chain.header_key, header, sealed)
        raise DecryptionError("an envelope does not open")

    def _open_skipped(
        self, header_key: bytes, header: Header, sealed: Sealed
    ) -> tuple["Ratchet", bytes]:
        """Open a message that was missing (TrySkippedMessageKeysHE)."""
        chain = self.skipped.chain(header_key)
        key = chain.find(header.number) if chain else None
        if chain is None or key is None:
            raise DecryptionError("an envelope does not open")
        plaintext = _open_body(key.message_key, sealed)
        return replace(self, skipped=self.skipped.without(chain, key)), plaintext

    def _open_next(self, header: Header, sealed: Sealed, stamp: int) -> tuple["Ratchet", bytes]:
        """Open a message of the receiving chain, this one or a later one."""
        chain, skipped = self._skip_to(header.number, stamp)
        chain_key, message_key = kdf_ck(chain.chain_key)
        plaintext = _open_body(message_key, sealed)
        receiving = Chain(chain.header_key, chain_key, chain.number + 1)
        return replace(self, receiving=receiving, skipped=skipped), plaintext

    def _skip_to(self, number: int, stamp: int) -> tuple[Chain, Skipped]:
        """Step the receiving chain, keeping the keys it passes (SkipMessageKeysHE)."""
        chain = self.receiving
        if chain is None or number >= MAX_NUMBER:
            raise DecryptionError("an envelope does not open")
        if number <= chain.number:
            return chain, self.skipped
        if number - chain.number > MAX_SKIP:
            raise TooManySkippedError(f"more than {MAX_SKIP} messages are missing")
        chain_key, passed = chain.chain_key, []
        for missing in range(chain.number, number):
            chain_key, message_key = kdf_ck(chain_key)
            passed.append(SkippedKey(missing, message_key, stamp))
        skipped = self.skipped.with_keys(chain.header_key, tuple(passed))
        return Chain(chain.header_key, chain_key, number), skipped

    def _turned_to_receive(self, header: Header, stamp: int) -> "Ratchet":
        """The first half of DHRatchetHE: the peer's new key and its receiving chain."""
        if self.own_key is None:  # Alice before she has sealed anything
            raise DecryptionError("an envelope does not open")
        skipped = self.skipped
        if self.receiving is not None:
            _, skipped = self._skip_to(header.previous_chain_length, stamp)
        try:
            dh_output = X25519.exchange(self.own_key.private, header.ratchet_key)
        except InvalidKeyError as error:
            raise DecryptionError("an envelope does not open") from error
        step = kdf_rk_he(self.root_key, dh_output)
        return replace(
            self,
            root_key=step.root_key,
            peer_key=header.ratchet_key,
            sending=None,
            receiving=Chain(self.next_receiving_header_key, step.chain_key, 0),
            next_receiving_header_key=step.next_header_key,
            previous_chain_length=self.sending.number if self.sending else 0,
            skipped=skipped,
        )

    def with_skipped(self, skipped: Skipped) -> "Ratchet":
        """Replace the keys of missing messages."""
        return replace(self, skipped=skipped)


def _take_apart(envelope: bytes, associated_data: bytes) -> Sealed:
    if len(envelope) < OVERHEAD:
        raise DecryptionError("an envelope does not open")
    return Sealed(
        envelope[:_HEADER_START],
        envelope[_HEADER_START:_BODY_START],
        envelope[_BODY_START:],
        associated_data + envelope[:_BODY_START],
    )


def _open_header(header_key: bytes, sealed: Sealed) -> Header | None:
    """HDECRYPT: the header, or None if it is not sealed with this key."""
    header = xchacha.open_or_none(header_key, sealed.nonce, sealed.header, _NO_DATA)
    return None if header is None else Header(*_HEADER.unpack(header))


def _open_body(message_key: bytes, sealed: Sealed) -> bytes:
    """DECRYPT: the plaintext."""
    plaintext = xchacha.open_or_none(message_key, sealed.nonce, sealed.body, sealed.bound)
    if plaintext is None:
        raise DecryptionError("an envelope does not open")
    return plaintext
