"""Ratchet and session: seal and open a text of 100 bytes, against the package ``doubleratchet``.

The package gets the KDFs we use and the AEAD its documentation recommends; it has no header
encryption. Ours is timed with it, and once more with its two AEAD calls taken off.
"""

import os
from collections.abc import Coroutine
from importlib.metadata import version
from typing import Any, Final, TypeVar

from doubleratchet import DoubleRatchet as OtherRatchet
from doubleratchet import EncryptedMessage, Header
from doubleratchet.recommended import aead_aes_hmac, kdf_hkdf, kdf_separate_hmacs
from doubleratchet.recommended import diffie_hellman_ratchet_curve25519 as curve
from doubleratchet.recommended.crypto_provider import HashFunction

from bench.bars import Bar
from bench.report import Row, Work, in_turns, timed_row
from messenger.crypto import xchacha
from messenger.crypto.ratchet import KeyPair, Ratchet
from messenger.protocol.session import Session

T = TypeVar("T")
_ROUNDS: Final = 40
_CALLS: Final = 100
_TEXT: Final = bytes(100)
_AD: Final = bytes(64)
_PACKAGE: Final = f"doubleratchet {version('doubleratchet')}"


def run() -> list[Row]:
    """Measure one direction, both in turn, and the session around them."""
    header = _header_cost()
    return [
        *_rows("ratchet, one way", _one_way(), _other_one_way(), header, goal=8.0),
        *_rows("ratchet, ping-pong", _ping_pong(), _other_ping_pong(), header, goal=2.3),
        _session_row(),
    ]


def _rows(work: str, ours: Work, theirs: Work, header: Work, *, goal: float) -> list[Row]:
    mine, other, headers = in_turns(ours, theirs, header, rounds=_ROUNDS, calls=_CALLS)
    apart = [whole - part for whole, part in zip(mine, headers, strict=True)]
    bar = Bar.RATCHET
    return [
        timed_row(f"{work}, with header encryption", _PACKAGE, mine, other, "µs", bar=bar),
        timed_row(f"{work}, headers apart", _PACKAGE, apart, other, "µs", goal=goal, bar=bar),
    ]


def _session_row() -> Row:
    """What the epochs, the padding and the counters cost on top of the ratchet, one way."""
    mine, other = in_turns(_session_one_way(), _one_way(), rounds=_ROUNDS, calls=_CALLS)
    return timed_row("session, one way", "its ratchet alone", mine, other, "µs")


# -- ours -----------------------------------------------------------------------------------------


def _ratchets() -> list[Ratchet]:
    root_key, key_a, key_b, private = (os.urandom(32) for _ in range(4))
    keys = {"root_key": root_key, "header_key_a": key_a, "header_key_b": key_b}
    alice = Ratchet.init_alice(peer_key=KeyPair.of(private).public, **keys)
    return [alice, Ratchet.init_bob(own_private=private, **keys)]


def _one_way() -> Work:
    sender, receiver = _ratchets()

    def work() -> None:
        nonlocal sender, receiver
        sender, envelope = sender.seal(_TEXT, _AD)
        receiver, _ = receiver.open(envelope, _AD)

    return work


def _ping_pong() -> Work:
    sender, receiver = _ratchets()

    def work() -> None:
        nonlocal sender, receiver
        sender, envelope = sender.seal(_TEXT, _AD)
        receiver, _ = receiver.open(envelope, _AD)
        sender, receiver = receiver, sender

    return work


def _header_cost() -> Work:
    key, nonce, header = os.urandom(32), os.urandom(24), bytes(40)

    def work() -> None:
        xchacha.open_or_none(key, nonce, xchacha.seal(key, nonce, header, b""), b"")

    return work


def _session_one_way() -> Work:
    pending, offer = Session.empty().offer(None)
    receiver, answer = Session.empty().answer(offer, bytes(32))
    sender = Session.empty().accept(pending, answer, bytes(32))

    def work() -> None:
        nonlocal sender, receiver
        sender, envelope = sender.seal(_TEXT, _AD)
        receiver, _ = receiver.open(envelope, _AD)

    return work


# -- theirs --------------------------------------------------------------------------------------


class _RootKdf(kdf_hkdf.KDF):
    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256

    @staticmethod
    def _get_info() -> bytes:
        return b"root"


class _ChainKdf(kdf_separate_hmacs.KDF):
    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256


class _Aead(aead_aes_hmac.AEAD):
    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256

    @staticmethod
    def _get_info() -> bytes:
        return b"body"


class _Other(OtherRatchet):
    @staticmethod
    def _build_associated_data(associated_data: bytes, header: Header) -> bytes:
        numbers = header.previous_sending_chain_length, header.sending_chain_length
        return associated_data + header.ratchet_pub + b"%08x%08x" % numbers


_CHOICES: Final[dict[str, Any]] = {
    "diffie_hellman_ratchet_class": curve.DiffieHellmanRatchet,
    "root_chain_kdf": _RootKdf,
    "message_chain_kdf": _ChainKdf,
    "message_chain_constant": b"\x02\x01",
    "dos_protection_threshold": 1000,
    "max_num_skipped_message_keys": 2000,
    "aead": _Aead,
    "associated_data": _AD,
}


def _run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits; cheaper than an event loop, so in the peer's favour."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise RuntimeError("it waited")


def _others() -> tuple[_Other, _Other]:
    secret, private = os.urandom(32), os.urandom(32)
    public = KeyPair.of(private).public
    sender, message = _run(
        _Other.encrypt_initial_message(
            shared_secret=secret, recipient_ratchet_pub=public, message=_TEXT, **_CHOICES
        )
    )
    receiver, _ = _run(
        _Other.decrypt_initial_message(
            shared_secret=secret, own_ratchet_priv=private, message=message, **_CHOICES
        )
    )
    return sender, receiver


def _other_one_way() -> Work:
    sender, receiver = _others()

    def work() -> None:
        message: EncryptedMessage = _run(sender.encrypt_message(_TEXT, _AD))
        _run(receiver.decrypt_message(message, _AD))

    return work


def _other_ping_pong() -> Work:
    sender, receiver = _others()

    def work() -> None:
        nonlocal sender, receiver
        message: EncryptedMessage = _run(sender.encrypt_message(_TEXT, _AD))
        _run(receiver.decrypt_message(message, _AD))
        sender, receiver = receiver, sender

    return work
