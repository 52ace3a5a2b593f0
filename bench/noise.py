"""Noise handshakes and cells against ``noiseprotocol``, ``dissononce`` and the bare primitives."""

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import nacl.bindings
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from dissononce.dh.keypair import KeyPair as DissononceKeyPair
from dissononce.dh.x25519.private import PrivateKey
from dissononce.dh.x25519.public import PublicKey
from dissononce.extras.meta.protocol.factory import NoiseProtocolFactory
from nacl._sodium import ffi, lib
from noise.connection import Keypair, NoiseConnection

from bench.bars import Bar
from bench.report import Row, in_turns, timed_row
from messenger.crypto.noise import HandshakeState, KeyPair, PreparedKeys
from messenger.crypto.noise.cipher_state import CipherState
from messenger.crypto.noise.functions import CHACHAPOLY, TAG_LEN

_ROUNDS = 25
_CALLS = 20
_KEM_BATCH = _CALLS * (_ROUNDS + 1)  # one pair of prepared keys for every timed handshake
_CELLS_PER_CALL = 200

_INITIATOR = KeyPair.generate()
_RESPONDER = KeyPair.generate()


def run() -> list[Row]:
    """Measure each row, ours and the peer's in turns."""
    peer = f"noiseprotocol {version('noiseprotocol')}"
    return [
        *_handshakes("BLAKE2s", peer, 1.7),
        *_handshakes("SHA256", peer, 1.6),
        _hybrid(peer),
        *_cells(1024, 0.8),
        *_cells(16384, 2.3),
    ]


def _handshakes(hashing: str, peer: str, goal: float) -> list[Row]:
    """A handshake against two others, and against nothing but its eight scalar multiplications."""
    name = f"Noise_XX_25519_ChaChaPoly_{hashing}"
    ours, theirs, third, floor = in_turns(
        lambda: _ours(name),
        lambda: _theirs(name),
        lambda: _dissononce(name),
        _scalar_multiplications,
        rounds=_ROUNDS,
        calls=_CALLS,
    )
    work, bar = f"{name}, both sides", Bar.HANDSHAKE
    limit = "limit: its scalar multiplications in libsodium"
    return [
        timed_row(work, peer, ours, theirs, "µs", goal=goal, bar=bar),
        timed_row(work, f"dissononce {version('dissononce')}", ours, third, "µs", bar=bar),
        timed_row(work, limit, ours, floor, "µs", bar=bar),
    ]


def _hybrid(peer: str) -> Row:
    """XXhfs with the initiator's keys made ahead, against the peer's XX without any KEM."""
    classic = "Noise_XX_25519_ChaChaPoly_SHA256"
    hybrid = "Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256"
    prepared: Iterator[PreparedKeys] = iter(
        [PreparedKeys.generate(kem=True) for _ in range(_KEM_BATCH)]
    )
    ours, theirs = in_turns(
        lambda: _ours(hybrid, next(prepared)),
        lambda: _theirs(classic),
        rounds=_ROUNDS,
        calls=_CALLS,
    )
    work, against = f"{hybrid}, keys made ahead", f"{peer}, {classic}"
    return timed_row(work, against, ours, theirs, "µs", goal=0.95, bar=Bar.HYBRID)


def _cells(size: int, goal: float) -> list[Row]:
    """Seal and open ``size`` bytes, against libsodium's C functions and OpenSSL's bare cipher."""
    key, plaintext = bytes(range(32)), bytes(size)
    sealing, opening = CipherState(CHACHAPOLY, key), CipherState(CHACHAPOLY, key)

    def ours() -> None:
        opening.decrypt_with_ad(b"", sealing.encrypt_with_ad(b"", plaintext))

    sealed, sealed_len = ffi.new("unsigned char[]", size + TAG_LEN), size + TAG_LEN
    opened, nonce = ffi.new("unsigned char[]", size), bytes(12)

    def theirs() -> None:
        lib.crypto_aead_chacha20poly1305_ietf_encrypt(
            sealed, ffi.NULL, plaintext, size, ffi.NULL, 0, ffi.NULL, nonce, key
        )
        lib.crypto_aead_chacha20poly1305_ietf_decrypt(
            opened, ffi.NULL, ffi.NULL, sealed, sealed_len, ffi.NULL, 0, nonce, key
        )

    bare = ChaCha20Poly1305(key)

    def floor() -> None:
        bare.decrypt(nonce, bare.encrypt(nonce, plaintext, None), None)

    mine, other, least = in_turns(ours, theirs, floor, rounds=_ROUNDS, calls=_CELLS_PER_CALL)
    work = f"seal and open a cell of {size:,} bytes"
    against = f"libsodium of PyNaCl {version('PyNaCl')}, called directly"
    limit = f"limit: the bare cipher of cryptography {version('cryptography')}"
    return [
        timed_row(work, against, mine, other, "µs", goal=goal, bar=Bar.CELL),
        timed_row(work, limit, mine, least, "µs", bar=Bar.CELL),
    ]


def _ours(name: str, prepared: PreparedKeys | None = None) -> None:
    initiator = HandshakeState(name, initiator=True, s=_INITIATOR, prepared=prepared)
    responder = HandshakeState(name, initiator=False, s=_RESPONDER)
    responder.read_message(initiator.write_message())
    initiator.read_message(responder.write_message())
    responder.read_message(initiator.write_message())
    initiator.split()
    responder.split()


def _theirs(name: str) -> None:
    initiator, responder = _their_side(name, _INITIATOR), _their_side(name, _RESPONDER)
    initiator.set_as_initiator()
    responder.set_as_responder()
    initiator.start_handshake()
    responder.start_handshake()
    responder.read_message(initiator.write_message())
    initiator.read_message(responder.write_message())
    responder.read_message(initiator.write_message())


def _their_side(name: str, static: KeyPair) -> NoiseConnection:
    side = NoiseConnection.from_name(name.encode())
    side.set_keypair_from_private_bytes(Keypair.STATIC, static.private)
    return side


def _dissononce(name: str) -> None:
    initiator = _dissononce_side(name, _INITIATOR, initiator=True)
    responder = _dissononce_side(name, _RESPONDER, initiator=False)
    for writer, reader in (
        (initiator, responder),
        (responder, initiator),
        (initiator, responder),
    ):
        message = bytearray()
        writer.write_message(b"", message)
        reader.read_message(bytes(message), bytearray())


def _dissononce_side(name: str, static: KeyPair, *, initiator: bool) -> Any:
    protocol = NoiseProtocolFactory().get_noise_protocol(name)
    state = protocol.create_handshakestate()
    pair = DissononceKeyPair(PublicKey(static.public), PrivateKey(static.private))
    state.initialize(protocol.pattern, initiator, b"", s=pair)
    return state


def _scalar_multiplications() -> None:
    """Two ephemeral keys and three exchanges on each side."""
    base: Callable[[bytes], bytes] = nacl.bindings.crypto_scalarmult_base
    for _ in range(2):
        base(_INITIATOR.private)
    for _ in range(6):
        nacl.bindings.crypto_scalarmult(_INITIATOR.private, _RESPONDER.public)
