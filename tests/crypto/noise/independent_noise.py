"""The packages ``noiseprotocol`` and ``dissononce`` behind one face, with injected keys."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from dissononce.dh.keypair import KeyPair as DissononceKeyPair
from dissononce.dh.x25519.private import PrivateKey
from dissononce.dh.x25519.public import PublicKey
from dissononce.dh.x25519.x25519 import X25519DH
from dissononce.extras.meta.protocol.factory import NoiseProtocolFactory
from noise.connection import Keypair, NoiseConnection

from messenger.crypto.noise import HandshakeState, KeyPair, Transport, protocol_named


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything one side of a handshake starts with."""

    initiator: bool
    prologue: bytes
    static: KeyPair
    ephemeral: KeyPair
    peer_static: bytes
    psks: tuple[bytes, ...]


class Side(Protocol):
    """One side of a handshake, ours or another implementation's."""

    def write(self, payload: bytes) -> bytes: ...

    def read(self, message: bytes) -> bytes: ...

    def finish(self) -> bytes:
        """Go over to transport messages and return the handshake hash."""
        ...

    def seal(self, plaintext: bytes) -> bytes: ...

    def open(self, ciphertext: bytes) -> bytes: ...


class OurSide:
    """This repository's engine."""

    def __init__(self, name: str, keys: Keys) -> None:
        pattern = protocol_named(name).pattern
        needs_own = pattern.needs_static(initiator=keys.initiator)
        knows_peer = pattern.knows_static(initiator=not keys.initiator)
        self._state = HandshakeState(
            name,
            initiator=keys.initiator,
            prologue=keys.prologue,
            s=keys.static if needs_own else None,
            rs=keys.peer_static if knows_peer else None,
            psks=keys.psks,
            ephemeral_for_testing_only=keys.ephemeral,
        )
        self._transport: Transport | None = None

    def write(self, payload: bytes) -> bytes:
        return self._state.write_message(payload)

    def read(self, message: bytes) -> bytes:
        return self._state.read_message(message)

    def finish(self) -> bytes:
        self._transport = self._state.split()
        return self._transport.handshake_hash

    def seal(self, plaintext: bytes) -> bytes:
        assert self._transport is not None
        return self._transport.send.encrypt_with_ad(b"", plaintext)

    def open(self, ciphertext: bytes) -> bytes:
        assert self._transport is not None
        return self._transport.receive.decrypt_with_ad(b"", ciphertext)


class NoiseprotocolSide:
    """The package ``noiseprotocol``."""

    def __init__(self, name: str, keys: Keys) -> None:
        pattern = protocol_named(name).pattern
        connection = NoiseConnection.from_name(name.encode())
        connection.set_prologue(keys.prologue)
        if keys.initiator:
            connection.set_as_initiator()
        else:
            connection.set_as_responder()
        if keys.psks:
            connection.set_psks(psks=list(keys.psks))
        set_private = connection.set_keypair_from_private_bytes
        if pattern.needs_static(initiator=keys.initiator):
            set_private(Keypair.STATIC, keys.static.private)
        if pattern.knows_static(initiator=not keys.initiator):
            connection.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, keys.peer_static)
        set_private(Keypair.EPHEMERAL, keys.ephemeral.private)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns that an ephemeral key was injected
            connection.start_handshake()
        self._connection = connection

    def write(self, payload: bytes) -> bytes:
        return bytes(self._connection.write_message(payload))

    def read(self, message: bytes) -> bytes:
        return bytes(self._connection.read_message(message))

    def finish(self) -> bytes:
        assert self._connection.handshake_finished
        return bytes(self._connection.get_handshake_hash())

    def seal(self, plaintext: bytes) -> bytes:
        return bytes(self._connection.encrypt(plaintext))

    def open(self, ciphertext: bytes) -> bytes:
        return bytes(self._connection.decrypt(ciphertext))


class _FixedX25519(X25519DH):  # type: ignore[misc]  # the package has no types
    """Dissononce always draws its ephemeral key, so the drawing is replaced."""

    def __init__(self, ephemeral: KeyPair) -> None:
        super().__init__()
        self._ephemeral = ephemeral

    def generate_keypair(self, privatekey: Any = None) -> DissononceKeyPair:
        return _dissononce_pair(self._ephemeral)


class DissononceSide:
    """The package ``dissononce``."""

    def __init__(self, name: str, keys: Keys) -> None:
        protocol = NoiseProtocolFactory().get_noise_protocol(name)
        pattern = protocol_named(name).pattern
        needs_own = pattern.needs_static(initiator=keys.initiator)
        knows_peer = pattern.knows_static(initiator=not keys.initiator)
        self._state = protocol.create_handshakestate(dh=_FixedX25519(keys.ephemeral))
        self._state.initialize(
            protocol.pattern,
            keys.initiator,
            keys.prologue,
            s=_dissononce_pair(keys.static) if needs_own else None,
            rs=PublicKey(keys.peer_static) if knows_peer else None,
            psks=keys.psks or None,
        )
        self._initiator = keys.initiator
        self._ciphers: Any = None

    def write(self, payload: bytes) -> bytes:
        buffer = bytearray()
        self._ciphers = self._state.write_message(payload, buffer) or self._ciphers
        return bytes(buffer)

    def read(self, message: bytes) -> bytes:
        buffer = bytearray()
        self._ciphers = self._state.read_message(message, buffer) or self._ciphers
        return bytes(buffer)

    def finish(self) -> bytes:
        assert self._ciphers is not None
        return bytes(self._state.symmetricstate.get_handshake_hash())

    def seal(self, plaintext: bytes) -> bytes:
        cipher = self._ciphers[0 if self._initiator else 1]
        return bytes(cipher.encrypt_with_ad(b"", plaintext))

    def open(self, ciphertext: bytes) -> bytes:
        cipher = self._ciphers[1 if self._initiator else 0]
        return bytes(cipher.decrypt_with_ad(b"", ciphertext))


def _dissononce_pair(pair: KeyPair) -> DissononceKeyPair:
    return DissononceKeyPair(PublicKey(pair.public), PrivateKey(pair.private))


Maker = Callable[[str, Keys], Side]


@dataclass(frozen=True, slots=True)
class Transcript:
    """What two sides said to each other."""

    messages: tuple[tuple[bytes, bytes], ...]  # payload, what went over the wire
    handshake_hash: bytes


def keys_for(name: str) -> tuple[Keys, Keys]:
    """Return fixed keys for both sides of ``name``: home-made, with no meaning."""
    own, peer, first, second = (
        KeyPair.from_private(bytes([number]) * 31 + b"\x40") for number in (0x11, 0x22, 0x33, 0x44)
    )
    count = protocol_named(name).pattern.psk_count
    psks = tuple(bytes([0x55 + number]) * 32 for number in range(count))
    prologue = b"a prologue"
    return (
        Keys(True, prologue, own, first, peer.public, psks),
        Keys(False, prologue, peer, second, own.public, psks),
    )


def play(name: str, initiator: Side, responder: Side) -> Transcript:
    """Play a handshake and four transport messages, checking that each arrives as it was."""
    pattern = protocol_named(name).pattern
    messages = []
    for index in range(len(pattern.messages)):
        writer, reader = (initiator, responder) if index % 2 == 0 else (responder, initiator)
        payload = b"payload %d" % index
        message = writer.write(payload)
        assert reader.read(message) == payload
        messages.append((payload, message))
    handshake_hash = initiator.finish()
    assert responder.finish() == handshake_hash
    for index in range(len(pattern.messages), len(pattern.messages) + 4):
        forth = pattern.one_way or index % 2 == 0
        writer, reader = (initiator, responder) if forth else (responder, initiator)
        payload = b"transport %d" % index
        message = writer.seal(payload)
        assert reader.open(message) == payload
        messages.append((payload, message))
    return Transcript(tuple(messages), handshake_hash)
