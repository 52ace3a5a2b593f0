"""Epochs: hybrid key exchanges, each of which begins a Double Ratchet of its own.

An epoch secret mixes an X25519 and an ML-KEM-768 secret, the exporter of the link that carried
the exchange, and what is left of the epoch before. Whoever lacks any one of these is outside.

Source: docs/protocol.md, section 7, "Key schedule".
"""

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Final, NamedTuple

from msgspec import Meta
from msgspec.structs import replace

from messenger.core.errors import CryptoError, HandshakeError
from messenger.crypto.kdf import hkdf_sha256
from messenger.crypto.kem import KemKeyPair, encapsulate
from messenger.crypto.noise.functions import X25519
from messenger.crypto.ratchet import Ratchet
from messenger.crypto.ratchet_chain import KEY_LEN, Hidden, Key
from messenger.crypto.ratchet_skipped import Skipped
from messenger.protocol.control import EpochAnswer, EpochOffer, Id
from messenger.protocol.envelope import open_envelope, seal_envelope

EPOCH_ID_LEN: Final = 16  # bytes

_Count = Annotated[int, Meta(ge=0)]
_EPOCH_INFO: Final = b"hum v1 epoch"
_EXTRA_INFO: Final = b"hum v1 extra secret"
_NO_BASE: Final = bytes(KEY_LEN)


class EpochKeys(NamedTuple):
    """What an epoch secret is spent on; the secret itself is not kept."""

    id: bytes
    chain_secret: bytes  # enters the next epoch
    root_key: bytes  # SK of the ratchet
    header_key_a: bytes  # shared_hka
    header_key_b: bytes  # shared_nhkb

    def __repr__(self) -> str:
        return "EpochKeys(…)"


class Epoch(Hidden, frozen=True, kw_only=True):
    """One epoch as one side holds it."""

    id: Id
    base: Id | None  # the epoch it was built on; None: the first of a session; itself: `beside`
    number: Annotated[int, Meta(ge=1)]  # epochs since the first contact, as this side counts
    offered: bool  # we made the offer, so we are the ratchet's Alice
    confirmed: bool  # an envelope of the peer opened, so the peer holds it too
    started_at: _Count  # Unix ms, as the caller gave it
    sent_count: _Count
    received_count: _Count
    chain_secret: Key
    ratchet: Ratchet

    @property
    def can_seal(self) -> bool:
        """False only on the answering side, before the first envelope of the offerer."""
        return self.ratchet.can_seal

    @property
    def skipped_count(self) -> int:
        """How many message keys are kept for late envelopes."""
        return self.ratchet.skipped.count

    @property
    def beside(self) -> bool:
        """Whether what was there before goes on working until this one does, and ends then."""
        return self.base == self.id

    def put_beside(self) -> "Epoch":
        """Begin a session that may never come about, beside one that works."""
        return replace(self, base=self.id)

    def with_skipped(self, skipped: Skipped) -> "Epoch":
        """Replace the message keys kept for late envelopes."""
        return replace(self, ratchet=self.ratchet.with_skipped(skipped))

    def seal(
        self, body: bytes, associated_data: bytes, length: int | None
    ) -> tuple["Epoch", bytes]:
        """Seal a body; see :func:`seal_envelope`."""
        ratchet, envelope = seal_envelope(self.ratchet, body, associated_data, length=length)
        return replace(self, ratchet=ratchet, sent_count=self.sent_count + 1), envelope

    def open(self, envelope: bytes, associated_data: bytes, stamp: int) -> tuple["Epoch", bytes]:
        """Open an envelope; see :func:`open_envelope`."""
        ratchet, body = open_envelope(self.ratchet, envelope, associated_data, stamp=stamp)
        count = self.received_count + 1
        return replace(self, ratchet=ratchet, received_count=count, confirmed=True), body


@dataclass(frozen=True, slots=True)
class PendingOffer:
    """The secret half of an offer. It lives in memory only: an offer ends with its link."""

    offer: EpochOffer = field(repr=False)
    ratchet_private: bytes = field(repr=False)  # X25519, 32 bytes
    kem: KemKeyPair = field(repr=False)

    @classmethod
    def make(cls, base: bytes | None) -> "PendingOffer":
        """Draw the keys of an offer."""
        private, public = X25519.generate()
        kem = KemKeyPair.generate()
        return cls(EpochOffer(base, public, kem.public), private, kem)

    @property
    def base(self) -> bytes | None:
        """The epoch it builds on; None: a fresh session."""
        return self.offer.base


class Lineage(NamedTuple):
    """Where a new epoch comes from, on this side."""

    base: Epoch | None
    number: int
    exporter: bytes  # 32 secret bytes of the link
    started_at: int  # Unix ms

    def __repr__(self) -> str:
        return f"Lineage(number={self.number})"


def answer_offer(offer: EpochOffer, lineage: Lineage) -> tuple[Epoch, EpochAnswer]:
    """Complete the exchange on the answering side, the ratchet's Bob.

    Raises:
        HandshakeError: a key of the offer is not one.
    """
    private, public = X25519.generate()
    try:
        x25519_secret = X25519.exchange(private, offer.ratchet_key)
        ciphertext, kem_secret = encapsulate(offer.kem_key)
    except CryptoError as error:
        raise HandshakeError("an epoch offer with a bad key") from error
    keys = _derive(lineage, x25519_secret + kem_secret, _transcript(offer, public, ciphertext))
    ratchet = Ratchet.init_bob(
        root_key=keys.root_key,
        own_private=private,
        header_key_a=keys.header_key_a,
        header_key_b=keys.header_key_b,
    )
    return _epoch(keys, lineage, ratchet, offered=False), EpochAnswer(keys.id, public, ciphertext)


def accept_answer(pending: PendingOffer, answer: EpochAnswer, lineage: Lineage) -> Epoch:
    """Complete the exchange on the offering side, the ratchet's Alice.

    Raises:
        HandshakeError: the peer does not share the secret: a bad key, another base or exporter.
    """
    try:
        x25519_secret = X25519.exchange(pending.ratchet_private, answer.ratchet_key)
        kem_secret = pending.kem.decapsulate(answer.kem_ciphertext)
    except CryptoError as error:
        raise HandshakeError("an epoch answer with a bad key") from error
    transcript = _transcript(pending.offer, answer.ratchet_key, answer.kem_ciphertext)
    keys = _derive(lineage, x25519_secret + kem_secret, transcript)
    if keys.id != answer.epoch:
        raise HandshakeError("an epoch answer for another secret")
    ratchet = Ratchet.init_alice(
        root_key=keys.root_key,
        peer_key=answer.ratchet_key,
        header_key_a=keys.header_key_a,
        header_key_b=keys.header_key_b,
    )
    return _epoch(keys, lineage, ratchet, offered=True)


def with_extra_secret(exporter: bytes, extra: bytes) -> bytes:
    """Mix a secret from elsewhere into what a link gives to an epoch.

    Both sides must mix alike. It can only add: the result is a pseudorandom function of either
    input under the other as its key, and the hybrid secret and the base enter the epoch as before.

    Args:
        exporter: 32 secret bytes of the link.
        extra: of any length and quality; 32 bytes or more are of use.

    Returns:
        32 bytes that take the place of the exporter.

    Source: docs/protocol.md, section 7, "A secret from elsewhere".
    """
    return hkdf_sha256(salt=exporter, secret=extra, info=_EXTRA_INFO, length=KEY_LEN)


def _derive(lineage: Lineage, hybrid_secret: bytes, transcript: bytes) -> EpochKeys:
    base_secret = lineage.base.chain_secret if lineage.base else _NO_BASE
    output = hkdf_sha256(
        salt=base_secret,
        secret=hybrid_secret + lineage.exporter,
        info=_EPOCH_INFO + transcript,
        length=EPOCH_ID_LEN + 4 * KEY_LEN,
    )
    keys = [output[at : at + KEY_LEN] for at in range(EPOCH_ID_LEN, len(output), KEY_LEN)]
    return EpochKeys(output[:EPOCH_ID_LEN], *keys)


def _transcript(offer: EpochOffer, answer_key: bytes, ciphertext: bytes) -> bytes:
    """Hash everything public about the exchange; every part has a fixed length."""
    base = bytes(1 + EPOCH_ID_LEN) if offer.base is None else b"\x01" + offer.base
    parts = (base, offer.ratchet_key, offer.kem_key, answer_key, ciphertext)
    return hashlib.sha256(b"".join(parts)).digest()


def _epoch(keys: EpochKeys, lineage: Lineage, ratchet: Ratchet, *, offered: bool) -> Epoch:
    return Epoch(
        id=keys.id,
        base=lineage.base.id if lineage.base else None,
        number=lineage.number,
        offered=offered,
        confirmed=False,
        started_at=lineage.started_at,
        sent_count=0,
        received_count=0,
        chain_secret=keys.chain_secret,
        ratchet=ratchet,
    )
