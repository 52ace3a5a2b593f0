"""What somebody would have to show to prove what another said, and why it proves nothing.

A transcript is everything the side that dialled can show of a conversation: its own secrets and
every byte of both sides, from the handshake over the epoch exchange to the envelopes. ``check``
runs the protocol over it again, as strictly as Hum itself, and returns what was said. ``forge``
makes one from the keys of that one side and the mere public key of the other, and ``check``
cannot tell it from a real one, because whoever can check a message could also have made it.

Source: docs/deniability.md.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from messenger.core.errors import HandshakeError, RemoteProtocolError
from messenger.core.ids import new_message_id
from messenger.crypto.kem import KemKeyPair
from messenger.crypto.noise.functions import X25519
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair, PreparedKeys
from messenger.crypto.noise.patterns import Token
from messenger.crypto.padding import pad, unpad
from messenger.crypto.ratchet import Ratchet
from messenger.crypto.xchacha import NONCE_LEN
from messenger.protocol.bodies import Text, decode_body, encode_body
from messenger.protocol.control import EpochAnswer, EpochOffer
from messenger.protocol.epoch import PendingOffer
from messenger.protocol.handshake import Introduction
from messenger.protocol.session import Session

_LINK: Final = Introduction.KNOWN_KEY


class Line(NamedTuple):
    """One message: who wrote it, when, and what."""

    mine: bool  # of the side that shows the transcript
    sent_at: int  # Unix ms
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One envelope; of our own also what it was sealed from."""

    envelope: bytes
    body: bytes | None = field(default=None, repr=False)  # None: theirs
    private: bytes | None = field(default=None, repr=False)  # a new ratchet key, if there was one


@dataclass(frozen=True, slots=True)
class Secrets:
    """Everything secret that the side that dialled has put in."""

    identity: bytes = field(repr=False)  # X25519, 32 bytes
    ephemeral: bytes = field(repr=False)  # X25519, 32 bytes
    kem_seed: bytes = field(repr=False)  # of the handshake, 64 bytes
    epoch_private: bytes = field(repr=False)  # X25519, 32 bytes
    epoch_kem_seed: bytes = field(repr=False)  # of the epoch, 64 bytes


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation with all evidence."""

    peer: bytes  # identity key of the other side, 32 bytes
    secrets: Secrets = field(repr=False)
    handshake: tuple[bytes, ...]  # three Noise messages, without veil
    answer: EpochAnswer
    spoken: tuple[Spoken, ...]


# -- the judge -------------------------------------------------------------------------------------


def check(transcript: Transcript) -> tuple[Line, ...]:
    """Run the protocol again over a transcript and return what was said.

    Raises:
        RemoteProtocolError, CryptoError: some byte of it does not follow from the rest.
    """
    own = KeyPair.from_private(transcript.secrets.identity)
    exporter = _handshake_again(transcript, own)
    pending = _offer(transcript.secrets)
    session = Session.empty().accept(pending, transcript.answer, exporter)
    ratchet = session.held[0].ratchet
    both_keys = b"".join(sorted((own.public, transcript.peer)))
    lines = []
    for spoken in transcript.spoken:
        ratchet, body = _check_spoken(ratchet, spoken, both_keys)
        text = decode_body(body)
        if isinstance(text, Text):
            lines.append(Line(spoken.body is not None, text.sent_at, text.text))
    return tuple(lines)


def _handshake_again(transcript: Transcript, own: KeyPair) -> bytes:
    """Check that both sides shook hands with these identities; return the link's exporter."""
    first, second, third = transcript.handshake
    noise = _dialling(own, transcript.peer, transcript.secrets)
    same = noise.write_message() == first
    noise.read_message(second)
    if not (same and noise.write_message() == third):
        raise HandshakeError("these handshake messages do not come of these keys")
    return noise.split().exporter


def _check_spoken(ratchet: Ratchet, spoken: Spoken, both_keys: bytes) -> tuple[Ratchet, bytes]:
    if spoken.body is None:
        opened, padded = ratchet.open(spoken.envelope, both_keys)
        return opened, unpad(padded)
    sealed, envelope = ratchet.seal_again(
        pad(spoken.body),
        both_keys,
        nonce=spoken.envelope[:NONCE_LEN],
        private=spoken.private,
    )
    if envelope != spoken.envelope:
        raise RemoteProtocolError("an envelope does not hold what is claimed")
    return sealed, spoken.body


# -- two people, and one who plays both ------------------------------------------------------------


class Answering(Protocol):
    """The Noise half of the side that was dialled."""

    def read_message(self, message: bytes) -> bytes: ...

    def write_message(self, payload: bytes = b"") -> bytes: ...

    @property
    def exporter(self) -> bytes: ...


class _Genuine(HandshakeState):
    """The other side with its own private key."""

    def __init__(self, own: KeyPair) -> None:
        super().__init__(_LINK.protocol_name, initiator=False, prologue=_LINK.prologue, s=own)

    @property
    def exporter(self) -> bytes:
        return self.split().exporter


class _Impersonated(_Genuine):
    """The other side without its private key.

    That key is used in one token only, ``es``, with the ephemeral key of whoever dialled. The
    forger made that one, so the same secret comes from the other ends of both keys.
    """

    def __init__(self, public: bytes, ephemeral_of_forger: bytes) -> None:
        super().__init__(KeyPair(b"", public))
        self._ephemeral_of_forger = ephemeral_of_forger
        self._public = public

    def _mix_secret(self, token: Token) -> None:
        if token is Token.ES:
            self._symmetric.mix_key(X25519.exchange(self._ephemeral_of_forger, self._public))
        else:
            super()._mix_secret(token)


def converse(own: KeyPair, peer: KeyPair, lines: Sequence[Line]) -> Transcript:
    """Hold a real conversation between two people and keep what the first could show of it."""
    return _record(own, peer.public, _new_secrets(own), _Genuine(peer), lines)


def forge(own: KeyPair, peer: bytes, lines: Sequence[Line]) -> Transcript:
    """Make up a conversation with the owner of the public key ``peer``, who knows nothing of it.

    Raises:
        InvalidKeyError: ``peer`` is not a key.
        ValueError: a line is longer than a message can be.
    """
    secrets = _new_secrets(own)
    return _record(own, peer, secrets, _Impersonated(peer, secrets.ephemeral), lines)


def _record(
    own: KeyPair, peer: bytes, secrets: Secrets, other: Answering, lines: Sequence[Line]
) -> Transcript:
    noise = _dialling(own, peer, secrets)
    first = noise.write_message()
    other.read_message(first)
    second = other.write_message()
    noise.read_message(second)
    third = noise.write_message()
    other.read_message(third)
    pending = _offer(secrets)
    theirs, answer = Session.empty().answer(pending.offer, other.exporter)
    ours = Session.empty().accept(pending, answer, noise.split().exporter)
    both = (ours.held[0].ratchet, theirs.held[0].ratchet)
    spoken = _speak(both, b"".join(sorted((own.public, peer))), lines)
    return Transcript(peer, secrets, (first, second, third), answer, spoken)


def _speak(
    both: tuple[Ratchet, Ratchet], both_keys: bytes, lines: Sequence[Line]
) -> tuple[Spoken, ...]:
    """Pass the lines through the ratchets of both sides; a heartbeat of ours comes first."""
    ours, theirs = both
    spoken = []
    for mine, body in [(True, b"\x91\x00"), *((line.mine, _body(line)) for line in lines)]:
        sender, receiver = (ours, theirs) if mine else (theirs, ours)
        private = None if sender.sending else os.urandom(32)
        nonce = os.urandom(NONCE_LEN)
        sender, envelope = sender.seal_again(pad(body), both_keys, nonce=nonce, private=private)
        receiver, _ = receiver.open(envelope, both_keys)
        ours, theirs = (sender, receiver) if mine else (receiver, sender)
        spoken.append(Spoken(envelope, body, private) if mine else Spoken(envelope))
    return tuple(spoken)


def _body(line: Line) -> bytes:
    return encode_body(Text(new_message_id(), line.text, line.sent_at))


def _new_secrets(own: KeyPair) -> Secrets:
    return Secrets(
        identity=own.private,
        ephemeral=X25519.generate()[0],
        kem_seed=KemKeyPair.generate().seed(),
        epoch_private=X25519.generate()[0],
        epoch_kem_seed=KemKeyPair.generate().seed(),
    )


def _dialling(own: KeyPair, peer: bytes, secrets: Secrets) -> HandshakeState:
    ephemeral = KeyPair.from_private(secrets.ephemeral)
    return HandshakeState(
        _LINK.protocol_name,
        initiator=True,
        prologue=_LINK.prologue,
        s=own,
        rs=peer,
        prepared=PreparedKeys(ephemeral, KemKeyPair.from_seed(secrets.kem_seed)),
    )


def _offer(secrets: Secrets) -> PendingOffer:
    kem = KemKeyPair.from_seed(secrets.epoch_kem_seed)
    public = X25519.public_of(secrets.epoch_private)
    return PendingOffer(EpochOffer(None, public, kem.public), secrets.epoch_private, kem)
