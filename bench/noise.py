"""Noise handshakes and cells against the ``noiseprotocol`` package and the bare primitives."""

from collections.abc import Callable, Iterator
from importlib.metadata import version

import nacl.bindings
from nacl._sodium import ffi, lib
from noise.connection import Keypair, NoiseConnection

from bench.report import Row, interleaved
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
        _handshakes("BLAKE2s", peer, 1.7),
        _handshakes("SHA256", peer, 1.6),
        _floor(),
        _hybrid(peer),
        *(_cells(size, goal) for size, goal in ((512, None), (1024, 0.8), (16384, 2.3))),
    ]


def _handshakes(hashing: str, peer: str, goal: float) -> Row:
    name = f"Noise_XX_25519_ChaChaPoly_{hashing}"
    ours, theirs = interleaved(
        lambda: _ours(name), lambda: _theirs(name), rounds=_ROUNDS, calls=_CALLS
    )
    return Row(f"{name}, both sides", peer, ours * 1e6, theirs * 1e6, "µs", goal)


def _floor() -> Row:
    """Hold a whole handshake against nothing but its eight scalar multiplications."""
    name = "Noise_XX_25519_ChaChaPoly_BLAKE2s"
    ours, floor = interleaved(
        lambda: _ours(name), _scalar_multiplications, rounds=_ROUNDS, calls=_CALLS
    )
    work = "the same, held against its scalar multiplications"
    return Row(work, "libsodium", ours * 1e6, floor * 1e6, "µs")


def _hybrid(peer: str) -> Row:
    """XXhfs with the initiator's keys made ahead, against the peer's XX without any KEM."""
    classic = "Noise_XX_25519_ChaChaPoly_SHA256"
    hybrid = "Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256"
    prepared: Iterator[PreparedKeys] = iter(
        [PreparedKeys.generate(kem=True) for _ in range(_KEM_BATCH)]
    )
    ours, theirs = interleaved(
        lambda: _ours(hybrid, next(prepared)),
        lambda: _theirs(classic),
        rounds=_ROUNDS,
        calls=_CALLS,
    )
    work = f"{hybrid}, keys made ahead"
    return Row(work, f"{peer}, {classic}", ours * 1e6, theirs * 1e6, "µs", 0.95)


def _cells(size: int, goal: float | None) -> Row:
    """Seal and open ``size`` bytes, against bare calls of libsodium's C functions."""
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

    times = interleaved(ours, theirs, rounds=_ROUNDS, calls=_CELLS_PER_CALL)
    work = f"seal and open a cell of {size:,} bytes"
    against = f"libsodium of PyNaCl {version('PyNaCl')}, called directly"
    return Row(work, against, times[0] * 1e6, times[1] * 1e6, "µs", goal)


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


def _scalar_multiplications() -> None:
    """Two ephemeral keys and three exchanges on each side."""
    base: Callable[[bytes], bytes] = nacl.bindings.crypto_scalarmult_base
    for _ in range(2):
        base(_INITIATOR.private)
    for _ in range(6):
        nacl.bindings.crypto_scalarmult(_INITIATOR.private, _RESPONDER.public)


if __name__ == "__main__":
    from bench.report import machine, table

    print(table(run()))
    print(machine())
