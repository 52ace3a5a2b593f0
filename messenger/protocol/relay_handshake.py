"""The handshake of a client with a relay: two Noise messages, each in a flight under the veil.

``Noise_NKhfs`` to the relay's key: the client shows no key and stays anonymous. The relay says
nothing to who does not know its key, and nothing to a first flight that it answered before.

Source: docs/relay.md, "The channel"; docs/protocol.md, section 3.
"""

from collections.abc import Callable
from random import Random
from typing import Final

from messenger.core.errors import HandshakeError
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.handshake import Agreed, Introduction
from messenger.protocol.replay import ReplayCache, hour_of, replay_tag
from messenger.protocol.veil import HEAD_LEN, SALT_LEN, Veil
from messenger.protocol.veiled_noise import VeiledNoise, plain_header, present

PROTOCOL_NAME: Final = "Noise_NKhfs_25519+MLKEM768_ChaChaPoly_SHA256"
PROLOGUE: Final = b"hum relay\x01"  # and the version of what relays and clients say
NOBODY: Final = b""  # in place of the client's key


class RelayClientHandshake:
    """The client: writes flight 1, reads flight 2."""

    __slots__ = ("_conversation", "_cover", "_hour", "_relay_key")

    initiator: Final = True

    def __init__(self, relay_key: bytes, *, unix_s: int, random: Random) -> None:
        """Prepare; InvalidKeyError if ``relay_key`` is not a key."""
        noise = HandshakeState(PROTOCOL_NAME, initiator=True, prologue=PROLOGUE, rs=relay_key)
        self._conversation = VeiledNoise(noise, secret=relay_key, own_key=None, random=random)
        self._relay_key = relay_key
        self._hour = hour_of(unix_s)
        self._cover: Veil | None = None

    def first_flight(self) -> bytes:
        """Return flight 1."""
        return self._conversation.write_flight(self._hour)

    def flight_len(self, head: bytes) -> int:
        """Judge the first HEAD_LEN bytes of flight 2 and return its whole length."""
        self._cover = self._conversation.next_veil(head[:SALT_LEN])
        return plain_header(self._cover, head).flight_len

    def receive_second(self, flight: bytes) -> Agreed:
        """Take in flight 2, which only the relay can have made, and return the end."""
        self._conversation.read_flight(present(self._cover), flight)
        transport = self._conversation.split()
        return Agreed(NOBODY, self._relay_key, Introduction.KNOWN_KEY, transport)


class RelayHandshake:
    """The relay: reads flight 1, writes flight 2."""

    __slots__ = ("_conversation", "_cover", "_may_answer", "_own", "_replay", "_tag", "_unix_s")

    initiator: Final = False

    def __init__(
        self,
        own: KeyPair,
        *,
        replay: ReplayCache,
        may_answer: Callable[[], bool],
        unix_s: int,
        random: Random,
    ) -> None:
        """Prepare; ``may_answer`` is asked before anything is computed for a client."""
        noise = HandshakeState(PROTOCOL_NAME, initiator=False, prologue=PROLOGUE, s=own)
        self._conversation = VeiledNoise(noise, secret=own.public, own_key=None, random=random)
        self._own = own
        self._replay = replay
        self._may_answer = may_answer
        self._unix_s = unix_s
        self._cover: Veil | None = None
        self._tag = b""

    def flight_len(self, head: bytes) -> int:
        """Judge the first HEAD_LEN bytes of flight 1 and return its whole length.

        Raises:
            DecryptionError, HandshakeError, ReplayError: nobody we answer sent this.
        """
        self._cover = self._conversation.next_veil(head[:SALT_LEN])
        header = self._cover.open_header(head)
        self._tag = replay_tag(header.hour, head[:HEAD_LEN])
        self._replay.check(self._tag, self._unix_s)
        if not self._may_answer():
            raise HandshakeError("too many callers from one place")
        return header.flight_len

    def receive_first(self, flight: bytes) -> tuple[bytes, bytes, Agreed]:
        """Take in flight 1; return flight 2, the tag of flight 1, and the end."""
        self._conversation.read_flight(present(self._cover), flight)
        self._replay.add(self._tag, self._unix_s)
        answer = self._conversation.write_flight()
        transport = self._conversation.split()
        return (
            answer,
            self._tag,
            Agreed(self._own.public, NOBODY, Introduction.KNOWN_KEY, transport),
        )
