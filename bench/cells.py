"""Cells of a link: what composing, sealing, opening and taking apart cost above the bare cipher.

The bare cipher is the floor: the same 496 bytes sealed and opened by the library that does it for
us. libsodium is timed through PyNaCl, which is how a Python program meets it. The last row holds
what 500 links at the default profile cost in this layer against the limit of design section 11
for the whole wire process.
"""

import os
from collections.abc import Callable
from importlib.metadata import version
from typing import Final

import nacl.bindings
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bench.report import Row, interleaved
from messenger.core.types import COVER_PROFILES, DEFAULT_COVER
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.cells import CELL_ROOM
from messenger.protocol.channels import Channel
from messenger.protocol.handshake import Introduction
from messenger.protocol.link import Link
from messenger.protocol.rekey import RekeyLimits
from messenger.protocol.replay import ReplayCache
from messenger.protocol.schedule import Schedule

Work = Callable[[], object]

_ROUNDS: Final = 100
_CALLS: Final = 100
_UNIX_S: Final = 1_780_000_000
_OWN: Final = KeyPair.generate()
_PEER: Final = KeyPair.generate()
_NEVER: Final = RekeyLimits(after_s=1e9, after_cells=1 << 40)  # so that no round has a key exchange
_LINKS: Final = 500
_CORE_PERCENT: Final = 12.0  # design section 11, sockets and clock included


def run() -> list[Row]:
    """Measure cells, a long queue, a handshake and many links."""
    sodium, pyca = f"PyNaCl {version('pynacl')}", f"cryptography {version('cryptography')}, bare"
    return [
        _row("cover cell of 512 bytes, both sides", sodium, _cell(0), _bare_sodium(), goal=0.8),
        _row("cover cell of 512 bytes, both sides", pyca, _cell(0), _bare_pyca()),
        _row("cell with a message of 300 bytes", pyca, _cell(300), _bare_pyca()),
        _row("cell from a queue of 15 MiB", "queue of 1", _backlog(180), _backlog(1), goal=0.8),
        _row("handshake under the veil", "bare XKhfs", _link_handshake, _noise_handshake, goal=0.5),
        _many_links(),
    ]


def _row(work: str, against: str, ours: Work, theirs: Work, goal: float | None = None) -> Row:
    mine, other = interleaved(ours, theirs, rounds=_ROUNDS, calls=_CALLS)
    return Row(work, against, mine * 1e6, other * 1e6, "µs", goal)


def _many_links() -> Row:
    """One second of _LINKS links at the default profile: cells out, cells in, instants drawn."""
    cover = COVER_PROFILES[DEFAULT_COVER]
    schedule, cell = Schedule(cover, 0.0), _cell(0)

    def work() -> None:
        cell()  # seals one and opens one, as a link does in each interval
        schedule.advance(schedule.next_at)

    seconds, _ = interleaved(work, work, rounds=_ROUNDS, calls=_CALLS)
    percent = 100 * seconds * _LINKS / cover.interval_s
    return Row(f"{_LINKS} links at {DEFAULT_COVER}", "limit", percent, _CORE_PERCENT, "% core", 1.0)


def _cell(body_len: int) -> Work:
    """Seal and open one cell after the other, each with a frame of ``body_len`` bytes if any."""
    initiator, responder = _open_pair()
    body = os.urandom(body_len)

    def work() -> None:
        if body:
            initiator.enqueue(Channel.MESSAGE, body)
        cell = initiator.next_cell()
        initiator.cell_left()
        responder.receive_data(cell, 0.0)
        responder.next_event()

    return work


def _backlog(frames: int) -> Work:
    """Compose cells from a queue of ``frames`` full frames that never gets shorter."""
    initiator, _ = _open_pair()
    for _ in range(frames):
        initiator.enqueue(Channel.BULK, os.urandom(80 * 1024))
    return initiator.next_cell


def _open_pair() -> tuple[Link, Link]:
    initiator = Link.dial(_OWN, _PEER.public, now=0.0, unix_s=_UNIX_S, limits=_NEVER)
    responder = Link.accept(
        _PEER,
        now=0.0,
        unix_s=_UNIX_S,
        admits_strangers=lambda: False,
        replay=ReplayCache(),
        limits=_NEVER,
    )
    responder.receive_data(initiator.data_to_send(), 0.0)
    initiator.receive_data(responder.data_to_send(), 0.0)
    responder.receive_data(initiator.data_to_send(), 0.0)
    for link in (initiator, responder):
        while link.next_event() is not None:
            pass
    return initiator, responder


def _link_handshake() -> None:
    _open_pair()


def _noise_handshake() -> None:
    name = Introduction.KNOWN_KEY.protocol_name
    initiator = HandshakeState(name, initiator=True, s=_OWN, rs=_PEER.public)
    responder = HandshakeState(name, initiator=False, s=_PEER)
    responder.read_message(initiator.write_message())
    initiator.read_message(responder.write_message())
    responder.read_message(initiator.write_message())
    initiator.split()
    responder.split()


def _bare_pyca() -> Work:
    aead, nonce, plaintext = ChaCha20Poly1305(os.urandom(32)), bytes(12), bytes(CELL_ROOM)
    return lambda: aead.decrypt(nonce, aead.encrypt(nonce, plaintext, None), None)


def _bare_sodium() -> Work:
    key, nonce, plaintext = os.urandom(32), bytes(12), bytes(CELL_ROOM)
    seal = nacl.bindings.crypto_aead_chacha20poly1305_ietf_encrypt
    unseal = nacl.bindings.crypto_aead_chacha20poly1305_ietf_decrypt
    return lambda: unseal(seal(plaintext, b"", nonce, key), b"", nonce, key)
