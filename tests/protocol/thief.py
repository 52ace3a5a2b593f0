"""The thief of the healing tests: he copied one side's whole state, and goes on listening.

He has every envelope of both directions and follows the ratchet as far as his knowledge goes. A
quantum thief is also handed the private half of every X25519 key that either side makes.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from messenger.core.errors import DecryptionError
from messenger.crypto import xchacha
from messenger.crypto.noise import functions
from messenger.crypto.padding import unpad
from messenger.crypto.ratchet import _HEADER, Ratchet
from messenger.crypto.ratchet_chain import KEY_LEN
from messenger.protocol.session import Session

AD = b"both identity keys, in one order" * 2


@dataclass
class Oracle:
    """What a quantum computer tells: the private key of a public one."""

    privates: dict[bytes, bytes] = field(default_factory=dict)

    def break_key(self, public: bytes) -> bytes:
        """Return the private key."""
        return self.privates[public]


def watch_keys(patch: Callable[[object, str, object], None]) -> Oracle:
    """Record every X25519 private key from now on; ``patch`` is monkeypatch.setattr."""
    oracle = Oracle()
    original = functions._Curve25519.public_of
    generate = functions._Curve25519.generate

    def public_of(self: functions._Curve25519, private: bytes) -> bytes:
        public = original(self, private)
        oracle.privates[public] = private
        return public

    def watched_generate(self: functions._Curve25519) -> tuple[bytes, bytes]:
        private, public = generate(self)
        oracle.privates[public] = private
        return private, public

    patch(functions._Curve25519, "public_of", public_of)
    patch(functions._Curve25519, "generate", watched_generate)
    return oracle


@dataclass
class Thief:
    """He holds a victim's session of time T."""

    session: Session
    oracle: Oracle | None = None  # with a quantum computer

    def hears_to_victim(self, envelope: bytes) -> bytes | None:
        """Try an envelope that the victim received."""
        for at, epoch in enumerate(self.session.held):
            try:
                opened, body = epoch.open(envelope, AD, 0)
            except DecryptionError:
                continue
            self._replace(at, opened.ratchet)
            return body
        return None

    def hears_from_victim(self, envelope: bytes) -> bytes | None:
        """Try an envelope that the victim sealed after the theft."""
        for at, epoch in enumerate(self.session.held):
            for ratchet in self._sending_states(epoch.ratchet, envelope):
                try:
                    mirrored, padded = _mirror(ratchet).open(envelope, AD)
                except DecryptionError:
                    continue
                self._replace(at, replace(ratchet, sending=mirrored.receiving))
                return unpad(padded)
        return None

    def _sending_states(self, ratchet: Ratchet, envelope: bytes) -> list[Ratchet]:
        """The victim's possible states: before a turn, and after it if the key can be broken."""
        states = [ratchet] if ratchet.sending else []
        nonce, sealed = envelope[:24], envelope[24:80]
        header = xchacha.open_or_none(ratchet.next_sending_header_key, nonce, sealed, b"")
        if header is not None and ratchet.peer_key is not None:
            public = _HEADER.unpack(header)[0]  # the header key was in the loot
            private = self.oracle.break_key(public) if self.oracle else os.urandom(KEY_LEN)
            states.append(ratchet._turned_to_send(private))
        return states

    def _replace(self, at: int, ratchet: Ratchet) -> None:
        held = list(self.session.held)
        held[at] = replace(held[at], ratchet=ratchet)
        self.session = Session(tuple(held))


def _mirror(ratchet: Ratchet) -> Ratchet:
    """A receiver of the victim's own sending chain."""
    return replace(
        ratchet,
        receiving=ratchet.sending,
        next_receiving_header_key=os.urandom(KEY_LEN),
    )
