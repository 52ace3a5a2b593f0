"""The handshake of a link: three Noise messages, each in a flight under the veil.

``Noise_XKhfs`` when the responder's key is known, ``Noise_XXhfs`` on first use. There is no
classical variant to fall back to. Payloads are nothing but padding.

Source: docs/protocol.md, section 3; Noise revision 34; noise_hfs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Final

from messenger.core.errors import DecryptionError, HandshakeError, LocalProtocolError
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.crypto.noise.transport import Transport
from messenger.protocol.replay import ReplayCache, hour_of, replay_tag
from messenger.protocol.veil import FIRST_USE_SECRET, HEAD_LEN, SALT_LEN, Header, Veil
from messenger.protocol.veiled_noise import VeiledNoise, plain_header, present

PROTOCOL_VERSION: Final = 1


class Introduction(Enum):
    """How the initiator knows the responder; both sides bind it into the prologue."""

    KNOWN_KEY = 1
    FIRST_USE = 2

    @property
    def protocol_name(self) -> str:
        """The Noise protocol of this introduction."""
        pattern = "XKhfs" if self is Introduction.KNOWN_KEY else "XXhfs"
        return f"Noise_{pattern}_25519+MLKEM768_ChaChaPoly_SHA256"

    @property
    def prologue(self) -> bytes:
        """Protocol version and introduction, as both sides must see them."""
        return b"hum link" + bytes((PROTOCOL_VERSION, self.value))


@dataclass(frozen=True, slots=True)
class Agreed:
    """The end of a handshake."""

    own_key: bytes  # the key of ours that the peer was shown
    peer_key: bytes
    introduction: Introduction
    transport: Transport = field(repr=False)


class InitiatorHandshake:
    """The side that dialled: writes flights 1 and 3, reads flight 2."""

    __slots__ = ("_conversation", "_cover", "_hour", "_introduction", "_own")

    initiator: Final = True

    def __init__(
        self, own: KeyPair, peer_key: bytes | None, *, unix_s: int, random: Random
    ) -> None:
        """Prepare; ``peer_key`` None means first use. InvalidKeyError if it is not a key."""
        introduction = Introduction.FIRST_USE if peer_key is None else Introduction.KNOWN_KEY
        self._own = own
        self._introduction = introduction
        self._conversation = _veiled_noise(
            introduction, own, initiator=True, responder_key=peer_key, random=random
        )
        self._hour = hour_of(unix_s)
        self._cover: Veil | None = None

    def first_flight(self) -> bytes:
        """Return flight 1."""
        return self._conversation.write_flight(self._hour)

    def flight_len(self, head: bytes) -> int:
        """Judge the first HEAD_LEN bytes of flight 2 and return its whole length."""
        self._cover = self._conversation.next_veil(head[:SALT_LEN])
        return plain_header(self._cover, head).flight_len

    def receive_second(self, flight: bytes) -> bytes:
        """Take in flight 2 and return the key that made it."""
        self._conversation.read_flight(present(self._cover), flight)
        peer_key = self._conversation.peer_key
        if peer_key is None:
            raise LocalProtocolError("flight 2 proves a key")
        return peer_key

    def last_flight(self) -> tuple[bytes, Agreed]:
        """Return flight 3, which shows the responder who we are, and the end."""
        flight = self._conversation.write_flight()
        return flight, _agreed(self._conversation, self._own, self._introduction)


class ResponderHandshake:
    """The side that was dialled: reads flights 1 and 3, writes flight 2.

    A caller is tried as one who knows our key or one that it replaced, and only while strangers
    are admitted as one on first use. Nothing is said before flight 1 is whole, authentic and new.
    """

    __slots__ = (
        "_admits_strangers",
        "_conversation",
        "_cover",
        "_former",
        "_introduction",
        "_may_answer",
        "_own",
        "_random",
        "_replay",
        "_tag",
        "_unix_s",
    )

    initiator: Final = False

    def __init__(  # noqa: PLR0913 - all by keyword but the key
        self,
        own: KeyPair,
        *,
        admits_strangers: Callable[[], bool],
        replay: ReplayCache,
        may_answer: Callable[[], bool] = lambda: True,
        unix_s: int,
        random: Random,
        former: Sequence[KeyPair] = (),
    ) -> None:
        """Prepare; ``former`` are keys of ours that somebody may still believe in.

        ``may_answer`` is asked before anything is computed for a caller who knows us.
        """
        self._own = own
        self._former = former
        self._admits_strangers = admits_strangers
        self._replay = replay
        self._may_answer = may_answer
        self._unix_s = unix_s
        self._random = random
        self._introduction = Introduction.KNOWN_KEY
        self._conversation: VeiledNoise | None = None
        self._cover: Veil | None = None
        self._tag = b""

    def flight_len(self, head: bytes) -> int:
        """Judge the first HEAD_LEN bytes of flight 1 or 3 and return its whole length.

        Raises:
            DecryptionError, HandshakeError, ReplayError: nobody we answer sent this.
        """
        if self._conversation is not None:
            self._cover = self._conversation.next_veil(head[:SALT_LEN])
            return plain_header(self._cover, head).flight_len
        self._introduction, self._own, self._cover, header = self._recognise(head)
        self._tag = replay_tag(header.hour, head[:HEAD_LEN])
        self._replay.check(self._tag, self._unix_s)
        if not self._may_answer():
            raise HandshakeError("too many callers from one place")
        self._conversation = _veiled_noise(
            self._introduction,
            self._own,
            initiator=False,
            responder_key=self._own.public,
            random=self._random,
        )
        return header.flight_len

    def receive_first(self, flight: bytes) -> tuple[bytes, bytes]:
        """Take in flight 1; return flight 2 and the tag by which flight 1 is remembered."""
        conversation = present(self._conversation)
        conversation.read_flight(present(self._cover), flight)
        self._replay.add(self._tag, self._unix_s)
        return conversation.write_flight(), self._tag

    def receive_third(self, flight: bytes) -> Agreed:
        """Take in flight 3 and return the end."""
        conversation = present(self._conversation)
        conversation.read_flight(present(self._cover), flight)
        return _agreed(conversation, self._own, self._introduction)

    def _recognise(self, head: bytes) -> tuple[Introduction, KeyPair, Veil, Header]:
        """Find the veil of a first flight, and which key of ours it is meant for."""
        for introduction, own in self._introductions():
            secret = veil_secret(introduction, own.public)
            cover = Veil(secret, salt=head[:SALT_LEN], number=1, previous_salt=b"")
            try:
                return introduction, own, cover, cover.open_header(head)
            except DecryptionError:
                continue
        raise HandshakeError("nobody we know how to answer")

    def _introductions(self) -> Iterator[tuple[Introduction, KeyPair]]:
        """What a caller may know, the likeliest first; strangers are asked about last."""
        for own in (self._own, *self._former):
            yield Introduction.KNOWN_KEY, own
        if self._admits_strangers():
            yield Introduction.FIRST_USE, self._own


def veil_secret(introduction: Introduction, responder_key: bytes | None) -> bytes:
    """Return what a veil is derived from."""
    if introduction is Introduction.FIRST_USE:
        return FIRST_USE_SECRET
    if responder_key is None:
        raise LocalProtocolError("a known key is needed")
    return responder_key


def _veiled_noise(
    introduction: Introduction,
    own: KeyPair,
    *,
    initiator: bool,
    responder_key: bytes | None,
    random: Random,
) -> VeiledNoise:
    known = introduction is Introduction.KNOWN_KEY
    noise = HandshakeState(
        introduction.protocol_name,
        initiator=initiator,
        prologue=introduction.prologue,
        s=own,
        rs=responder_key if known and initiator else None,
    )
    secret = veil_secret(introduction, responder_key)
    return VeiledNoise(noise, secret=secret, own_key=own.public, random=random)


def _agreed(conversation: VeiledNoise, own: KeyPair, introduction: Introduction) -> Agreed:
    """End a handshake; LocalProtocolError if it is not complete."""
    transport = conversation.split()
    if conversation.peer_key is None:
        raise LocalProtocolError("a link needs the peer's key")
    return Agreed(own.public, conversation.peer_key, introduction, transport)
