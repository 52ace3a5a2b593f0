"""Our ratchet talks with an independent one, the package ``doubleratchet``, header keys aside.

The package knows no header encryption and uses other ciphers, but takes its KDFs from the caller.
A bridge carries headers and message keys across: ours opens only if both derived the same key.
"""

import os
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from doubleratchet import DoubleRatchet as OtherRatchet
from doubleratchet import EncryptedMessage, Header
from doubleratchet.aead import AEAD
from doubleratchet.recommended import diffie_hellman_ratchet_curve25519 as curve
from doubleratchet.recommended import kdf_hkdf, kdf_separate_hmacs
from doubleratchet.recommended.crypto_provider import HashFunction
from hypothesis import given, settings
from hypothesis import strategies as st
from ratchet_pair import AD

from messenger.crypto import xchacha
from messenger.crypto.noise.functions import X25519
from messenger.crypto.ratchet import _HEADER, KeyPair, Ratchet
from messenger.crypto.ratchet_chain import kdf_ck, kdf_rk_he

T = TypeVar("T")
NONCE = bytes(24)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waited")


class RootKdf(kdf_hkdf.KDF):
    """Its HKDF with our label; it asks for 64 of our 96 bytes, the same first ones."""

    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256

    @staticmethod
    def _get_info() -> bytes:
        return b"hum v1 ratchet root"


class ChainKdf(kdf_separate_hmacs.KDF):
    """Its KDF_CK; the constant below puts the next chain key first."""

    @staticmethod
    def _get_hash_function() -> HashFunction:
        return HashFunction.SHA_256


class ShownKey(AEAD):
    """No cipher at all: shows the message key in front of the text, for the bridge."""

    @staticmethod
    async def encrypt(plaintext: bytes, key: bytes, associated_data: bytes) -> bytes:
        return key + plaintext

    @staticmethod
    async def decrypt(ciphertext: bytes, key: bytes, associated_data: bytes) -> bytes:
        assert ciphertext[:32] == key, "the two ratchets derived different message keys"
        return ciphertext[32:]


class Other(OtherRatchet):
    @staticmethod
    def _build_associated_data(associated_data: bytes, header: Header) -> bytes:
        return associated_data


CHOICES: dict[str, Any] = {
    "diffie_hellman_ratchet_class": curve.DiffieHellmanRatchet,
    "root_chain_kdf": RootKdf,
    "message_chain_kdf": ChainKdf,
    "message_chain_constant": b"\x02\x01",
    "dos_protection_threshold": 1000,
    "max_num_skipped_message_keys": 2000,
    "aead": ShownKey,
    "associated_data": AD,
}


@dataclass
class Bridge:
    """Our ratchet on one side, the package's on the other, and what lies between."""

    ours: Ratchet
    other: Other | None
    private: bytes  # the package's first ratchet key, when it plays Bob
    root_key: bytes
    header_keys: dict[bytes, bytes] = field(default_factory=dict)  # by the peer's ratchet key
    to_other: list[tuple[EncryptedMessage, bytes]] = field(default_factory=list)
    to_ours: list[tuple[EncryptedMessage, bytes]] = field(default_factory=list)

    def seal_ours(self, text: bytes) -> None:
        """Seal with ours; open the envelope with our own keys to carry it across."""
        before = self.ours
        self.ours, envelope = before.seal(text, AD)
        chain = self.ours.sending
        assert chain is not None
        header = xchacha.open_or_none(chain.header_key, envelope[:24], envelope[24:80], b"")
        assert header is not None
        key, previous, number = _HEADER.unpack(header)
        message_key = self._message_key_of(before, envelope, text)
        message = EncryptedMessage(Header(key, previous, number), message_key + text)
        self.to_other.append((message, text))

    def _message_key_of(self, before: Ratchet, envelope: bytes, text: bytes) -> bytes:
        """Derive the key of the step just made, and prove that it opens the envelope."""

        if before.sending is not None:
            chain_key = before.sending.chain_key
        else:
            assert self.ours.own_key is not None
            assert before.peer_key is not None
            shared = X25519.exchange(self.ours.own_key.private, before.peer_key)
            chain_key = kdf_rk_he(before.root_key, shared).chain_key
        message_key = kdf_ck(chain_key)[1]
        opened = xchacha.open_or_none(message_key, envelope[:24], envelope[80:], AD + envelope[:80])
        assert opened == text
        return message_key

    def seal_other(self, text: bytes) -> None:
        """Seal with the package."""
        assert self.other is not None
        self.to_ours.append((run(self.other.encrypt_message(text, AD)), text))

    def deliver_to_other(self, at: int) -> None:
        """Let the package open an envelope of ours."""
        message, text = self.to_other.pop(at)
        if self.other is None:
            self.other, opened = run(
                Other.decrypt_initial_message(
                    shared_secret=self.root_key,
                    own_ratchet_priv=self.private,
                    message=message,
                    **CHOICES,
                )
            )
        else:
            opened = run(self.other.decrypt_message(message, AD))
        assert opened == text

    def deliver_to_ours(self, at: int) -> None:
        """Put the package's message into an envelope, under the header key ours expects."""
        message, text = self.to_ours.pop(at)
        header_key = self.header_keys.get(
            message.header.ratchet_pub, self.ours.next_receiving_header_key
        )
        header = NONCE + xchacha.seal(header_key, NONCE, _HEADER.pack(*message.header), b"")
        body = xchacha.seal(message.ciphertext[:32], NONCE, message.ciphertext[32:], AD + header)
        self.ours, opened = self.ours.open(header + body, AD)
        self.header_keys[message.header.ratchet_pub] = header_key
        assert opened == text


def ours_is_alice() -> Bridge:
    root_key, key_a, key_b, private = (os.urandom(32) for _ in range(4))
    ours = Ratchet.init_alice(
        root_key=root_key,
        peer_key=KeyPair.of(private).public,
        header_key_a=key_a,
        header_key_b=key_b,
    )
    bridge = Bridge(ours, None, private, root_key)
    bridge.seal_ours(b"first")
    bridge.deliver_to_other(0)
    return bridge


def ours_is_bob() -> Bridge:
    root_key, key_a, key_b, private = (os.urandom(32) for _ in range(4))
    ours = Ratchet.init_bob(
        root_key=root_key, own_private=private, header_key_a=key_a, header_key_b=key_b
    )
    assert ours.own_key is not None
    other, message = run(
        Other.encrypt_initial_message(
            shared_secret=root_key,
            recipient_ratchet_pub=ours.own_key.public,
            message=b"first",
            **CHOICES,
        )
    )
    bridge = Bridge(ours, other, b"", root_key)
    bridge.to_ours.append((message, b"first"))
    bridge.deliver_to_ours(0)
    return bridge


steps = st.lists(
    st.tuples(
        st.sampled_from(["seal_ours", "seal_other", "to_other", "to_ours", "lose"]),
        st.integers(min_value=0, max_value=10_000),
    ),
    max_size=40,
)


@settings(max_examples=max(150, settings.default.max_examples))
@given(st.booleans(), steps)
def test_any_schedule_yields_the_same_keys_on_both(
    alice: bool, schedule: list[tuple[str, int]]
) -> None:
    bridge = ours_is_alice() if alice else ours_is_bob()
    for step, number in schedule:
        match step:
            case "seal_ours":
                bridge.seal_ours(b"ours %d" % number)
            case "seal_other":
                bridge.seal_other(b"other %d" % number)
            case "to_other" if bridge.to_other:
                bridge.deliver_to_other(number % len(bridge.to_other))
            case "to_ours" if bridge.to_ours:
                bridge.deliver_to_ours(number % len(bridge.to_ours))
            case "lose" if bridge.to_ours:
                bridge.to_ours.pop(number % len(bridge.to_ours))
            case _:
                pass
    while bridge.to_other:
        bridge.deliver_to_other(-1)
    while bridge.to_ours:
        bridge.deliver_to_ours(-1)


def test_long_gaps_and_many_turns() -> None:
    bridge = ours_is_alice()
    for turn in range(30):
        for number in range(40):
            bridge.seal_ours(b"%d %d" % (turn, number))
            bridge.seal_other(b"%d %d" % (turn, number))
        bridge.deliver_to_other(-1)
        bridge.deliver_to_ours(-1)
    while bridge.to_other:
        bridge.deliver_to_other(0)
    while bridge.to_ours:
        bridge.deliver_to_ours(0)
    assert bridge.ours.skipped.count == 0
