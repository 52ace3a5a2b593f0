"""XXhfs, XKhfs and NKhfs computed once more, step by step, from nothing but primitives."""

import hashlib
import hmac

import pytest
from conversation import INITIATOR, RESPONDER, side, suite
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from messenger.crypto.kem import KemKeyPair
from messenger.crypto.noise import HandshakeState, KeyPair, PreparedKeys

FIRST = KeyPair.from_private(bytes(range(64, 96)))
SECOND = KeyPair.from_private(bytes(range(96, 128)))
KEM_SEED = bytes(range(128, 192))


def dh(own: KeyPair, peer: bytes) -> bytes:
    private = X25519PrivateKey.from_private_bytes(own.private)
    return private.exchange(X25519PublicKey.from_public_bytes(peer))


class Reader:
    """The specification's symmetric state, written for reading only and in one piece."""

    def __init__(self, name: str) -> None:
        self.h = self.ck = hashlib.sha256(name.encode()).digest()
        self.k, self.n = b"", 0
        self.hash(b"")  # the empty prologue

    def hash(self, data: bytes) -> None:
        self.h = hashlib.sha256(self.h + data).digest()

    def key(self, secret: bytes) -> None:
        self.ck, self.k, _ = self.outputs(secret)
        self.n = 0

    def outputs(self, secret: bytes) -> tuple[bytes, bytes, bytes]:
        temp = hmac.digest(self.ck, secret, "sha256")
        first = hmac.digest(temp, b"\x01", "sha256")
        second = hmac.digest(temp, first + b"\x02", "sha256")
        return first, second, hmac.digest(temp, second + b"\x03", "sha256")

    def open(self, sealed: bytes) -> bytes:
        if not self.k:
            self.hash(sealed)
            return sealed
        nonce = bytes(4) + self.n.to_bytes(8, "little")
        opened = ChaCha20Poly1305(self.k).decrypt(nonce, sealed, self.h)
        self.n += 1
        self.hash(sealed)
        return opened


def begin(pattern: str) -> tuple[HandshakeState, HandshakeState]:
    prepared = PreparedKeys(FIRST, KemKeyPair.from_seed(KEM_SEED))
    initiator = side(pattern, initiator=True, prepared=prepared)
    return initiator, side(pattern, initiator=False, ephemeral_for_testing_only=SECOND)


def check_end(reader: Reader, initiator: HandshakeState, responder: HandshakeState) -> None:
    """Check hash, exporter and both transport keys."""
    forth, back, exporter = reader.outputs(b"")
    ours, theirs = initiator.split(), responder.split()
    assert ours.handshake_hash == theirs.handshake_hash == reader.h
    assert ours.exporter == theirs.exporter == exporter
    for key, send in ((forth, ours.send), (back, theirs.send)):
        expected = ChaCha20Poly1305(key).encrypt(bytes(12), b"text", b"")
        assert send.encrypt_with_ad(b"", b"text") == expected


@pytest.mark.parametrize("pattern", ["XXhfs", "XKhfs", "NKhfs"])
def test_every_step_is_the_one_of_the_hfs_specification(pattern: str) -> None:
    known = pattern != "XXhfs"
    kem = MLKEM768PrivateKey.from_seed_bytes(KEM_SEED)
    initiator, responder = begin(pattern)
    reader = Reader(suite(pattern))
    if known:
        reader.hash(RESPONDER.public)

    message = initiator.write_message(b"one")  # -> e, (es), e1
    assert message[:32] == FIRST.public
    reader.hash(message[:32])
    if known:
        reader.key(dh(FIRST, RESPONDER.public))
    kem_end = 32 + 1184 + (16 if known else 0)
    assert reader.open(message[32:kem_end]) == kem.public_key().public_bytes_raw()
    assert reader.open(message[kem_end:]) == b"one"
    assert responder.read_message(message) == b"one"

    message = responder.write_message(b"two")  # <- e, ee, ekem1, (s, es)
    reader.hash(message[:32])
    reader.key(dh(FIRST, SECOND.public))
    reader.key(kem.decapsulate(reader.open(message[32 : 32 + 1088 + 16])))
    rest = message[32 + 1088 + 16 :]
    if not known:
        assert reader.open(rest[:48]) == RESPONDER.public
        reader.key(dh(FIRST, RESPONDER.public))
        rest = rest[48:]
    assert reader.open(rest) == b"two"
    assert initiator.read_message(message) == b"two"

    if pattern != "NKhfs":  # whose initiator stays anonymous: a relay's client
        message = initiator.write_message(b"three")  # -> s, se
        assert reader.open(message[:48]) == INITIATOR.public
        reader.key(dh(INITIATOR, SECOND.public))
        assert reader.open(message[48:]) == b"three"
        assert responder.read_message(message) == b"three"
    check_end(reader, initiator, responder)
