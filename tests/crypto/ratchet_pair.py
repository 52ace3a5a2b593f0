"""Two ratchets that face each other, for tests."""

import os
from dataclasses import dataclass

from messenger.crypto.ratchet import KeyPair, Ratchet

AD = b"both identity keys, in one order" * 2


def make_pair() -> tuple[Ratchet, Ratchet]:
    """Alice, who can seal, and Bob, who waits for her."""
    root_key, header_key_a, header_key_b, private = (os.urandom(32) for _ in range(4))
    alice = Ratchet.init_alice(
        root_key=root_key,
        peer_key=KeyPair.of(private).public,
        header_key_a=header_key_a,
        header_key_b=header_key_b,
    )
    bob = Ratchet.init_bob(
        root_key=root_key,
        own_private=private,
        header_key_a=header_key_a,
        header_key_b=header_key_b,
    )
    return alice, bob


@dataclass
class Side:
    """A ratchet in a variable, the way the engine keeps it."""

    state: Ratchet

    def seal(self, text: bytes = b"text") -> bytes:
        self.state, envelope = self.state.seal(text, AD)
        return envelope

    def open(self, envelope: bytes) -> bytes:
        self.state, text = self.state.open(envelope, AD)
        return text


def make_sides() -> tuple[Side, Side]:
    """Alice and Bob after one message each way."""
    alice, bob = map(Side, make_pair())
    assert bob.open(alice.seal(b"first")) == b"first"
    assert alice.open(bob.seal(b"second")) == b"second"
    return alice, bob
