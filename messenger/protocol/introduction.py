"""A first contact by mail: two envelopes that make a session between people who never met.

``Noise_IKhfs`` to the key in a card. The first envelope is flight 1 under the veil of
protocol.md, section 3, with a letter as payload: who asks, where an answer may be left, and the
offer of an epoch. The second is flight 2, and behind it one transport message with the answer to
that offer. Both have the length of a small envelope of a relay and look like any other.

The initiator's half can be made again from its secrets, because the answer may come after days.
Nothing here does I/O or reads a clock.

Source: docs/protocol.md, section 13.
"""

import contextlib
import os
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import HandshakeError, MalformedFrameError
from messenger.core.types import MAX_NAME_LEN
from messenger.crypto.kdf import hkdf_sha256
from messenger.crypto.kem import SEED_LEN, KemKeyPair, check_public
from messenger.crypto.noise.functions import KEY_LEN, TAG_LEN, X25519
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair, PreparedKeys
from messenger.crypto.noise.transport import Transport
from messenger.crypto.padding import pad, unpad
from messenger.protocol import veil
from messenger.protocol.bodies import MAX_MAILBOXES, Mailbox
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.control import (
    EpochAnswer,
    EpochOffer,
    Id,
    Places,
)
from messenger.protocol.epoch import PendingOffer
from messenger.protocol.mailbox import Size
from messenger.protocol.replay import hour_of, replay_tag
from messenger.protocol.veil import HEAD_LEN, SALT_LEN, Header, Veil

PROTOCOL_NAME: Final = "Noise_IKhfs_25519+MLKEM768_ChaChaPoly_SHA256"
PROLOGUE: Final = b"hum introduction\x01"  # and the version of what the letters hold
ENVELOPE_LEN: Final = Size.SMALL.length
MAX_AGE_HOURS: Final = 22 * 24  # of a letter: what a relay keeps, and a day for clocks
MAX_AHEAD_HOURS: Final = 48  # as for first flights of links

MAX_KEPT_LETTERS: Final = 3  # to one person, of which an answer can still be read; ours

_LETTER_CELLS: Final = ENVELOPE_LEN // CELL_LEN
_ANSWER_CELLS: Final = 3  # the smallest flight; what is left is the transport message
_ANSWER_ROOM: Final = ENVELOPE_LEN - _ANSWER_CELLS * CELL_LEN - TAG_LEN
_EXPORTER_INFO: Final = b"hum 1 introduction exporter"
_NO_SALT: Final = b""

_Name = Annotated[str, Meta(max_length=MAX_NAME_LEN)]
_X25519Key = Annotated[bytes, Meta(min_length=32, max_length=32)]


class Letter(msgspec.Struct, frozen=True, array_like=True):
    """What a stranger says who has our link."""

    name: _Name  # remote text: clean it before showing
    boxes: Annotated[tuple[Mailbox, ...], Meta(min_length=1, max_length=MAX_MAILBOXES)]
    at: Annotated[int, Meta(ge=0, le=1 << 53)]  # Unix ms; orders this list of mailboxes
    addresses: Places
    ratchet_key: _X25519Key
    kem_key: Annotated[bytes, Meta(min_length=1184, max_length=1184)]

    @property
    def offer(self) -> EpochOffer:
        """The first half of the first epoch."""
        return EpochOffer(None, self.ratchet_key, self.kem_key)


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """What the person says who accepts."""

    name: _Name
    boxes: Annotated[tuple[Mailbox, ...], Meta(max_length=MAX_MAILBOXES)]
    at: Annotated[int, Meta(ge=0, le=1 << 53)]
    addresses: Places
    epoch: Id
    ratchet_key: _X25519Key
    kem_ciphertext: Annotated[bytes, Meta(min_length=1088, max_length=1088)]

    @property
    def answer(self) -> EpochAnswer:
        """The other half of the first epoch."""
        return EpochAnswer(self.epoch, self.ratchet_key, self.kem_ciphertext)


class Secrets(msgspec.Struct, frozen=True, array_like=True):
    """All that the initiator drew: its half of the handshake follows from it. Stored form."""

    salt: Annotated[bytes, Meta(min_length=SALT_LEN, max_length=SALT_LEN)]
    hour: int
    ephemeral: _X25519Key  # private
    kem_seed: Annotated[bytes, Meta(min_length=SEED_LEN, max_length=SEED_LEN)]
    ratchet_private: _X25519Key
    epoch_kem_seed: Annotated[bytes, Meta(min_length=SEED_LEN, max_length=SEED_LEN)]
    letter: bytes

    def __repr__(self) -> str:
        return f"Secrets(hour={self.hour})"


_ENCODER: Final = msgspec.msgpack.Encoder()
_LETTERS: Final = msgspec.msgpack.Decoder(Letter)
_REPLIES: Final = msgspec.msgpack.Decoder(Reply)
_SECRETS: Final = msgspec.msgpack.Decoder(Secrets)
_SEVERAL: Final[msgspec.msgpack.Decoder[tuple[Secrets, ...]]] = msgspec.msgpack.Decoder(
    Annotated[tuple[Secrets, ...], Meta(min_length=2, max_length=MAX_KEPT_LETTERS)]
)
_Said = TypeVar("_Said", Letter, Reply)


# -- the one who asks ---------------------------------------------------------------------------


class Asking:
    """The initiator's half."""

    def __init__(self, own: KeyPair, peer_key: bytes, secrets: Secrets) -> None:
        """Take up what was begun before.

        Args:
            own: the key pair that the letter shows.
            peer_key: the key in the card.
        """
        self.secrets = secrets
        self._peer_key = peer_key
        prepared = PreparedKeys(
            KeyPair.from_private(secrets.ephemeral), KemKeyPair.from_seed(secrets.kem_seed)
        )
        self._noise = HandshakeState(
            PROTOCOL_NAME,
            initiator=True,
            prologue=PROLOGUE,
            s=own,
            rs=peer_key,
            prepared=prepared,
        )
        room = veil.message_len(_LETTER_CELLS) - self._noise.overhead_len()
        message = self._noise.write_message(pad(secrets.letter, room))
        cover = Veil(peer_key, salt=secrets.salt, number=1, previous_salt=_NO_SALT)
        self.envelope = cover.seal(Header(_LETTER_CELLS, secrets.hour), message)

    @classmethod
    def begin(
        cls,
        own: KeyPair,
        peer_key: bytes,
        *,
        name: str,
        boxes: tuple[Mailbox, ...],
        addresses: tuple[tuple[str, int], ...],
        unix_ms: int,
    ) -> "Asking":
        """Write a letter; what does not fit is left out, but never the first mailbox.

        Raises:
            ValueError: not even that fits.
        """
        pending = PendingOffer.make(None)
        whole = _letter(pending, name, boxes, addresses, unix_ms)
        return cls._write(own, peer_key, pending, whole)

    def again(
        self,
        own: KeyPair,
        *,
        name: str,
        boxes: tuple[Mailbox, ...],
        addresses: tuple[tuple[str, int], ...],
        unix_ms: int,
    ) -> "Asking":
        """Write once more to somebody who may not have got the letter; the offer is the same."""
        whole = _letter(self.pending, name, boxes, addresses, unix_ms)
        return self._write(own, self._peer_key, self.pending, whole)

    @classmethod
    def _write(
        cls, own: KeyPair, peer_key: bytes, pending: PendingOffer, whole: Letter
    ) -> "Asking":
        letters = (
            msgspec.structs.replace(whole, boxes=some, addresses=where)
            for some, where in (
                (whole.boxes, whole.addresses),
                (whole.boxes[:1], whole.addresses),
                (whole.boxes[:1], ()),
            )
        )
        room = _letter_room()
        letter = next((t for t in map(_ENCODER.encode, letters) if len(t) < room), None)
        if letter is None:
            raise ValueError("a letter that does not fit into its envelope")
        secrets = Secrets(
            os.urandom(SALT_LEN),
            hour_of(whole.at // 1000),
            KeyPair.generate().private,
            KemKeyPair.generate().seed(),
            pending.ratchet_private,
            pending.kem.seed(),
            letter,
        )
        return cls(own, peer_key, secrets)

    @property
    def pending(self) -> PendingOffer:
        """Our half of the first epoch."""
        letter = _decode(_LETTERS, self.secrets.letter)
        kem = KemKeyPair.from_seed(self.secrets.epoch_kem_seed)
        return PendingOffer(letter.offer, self.secrets.ratchet_private, kem)

    def read(self, envelope: bytes) -> tuple[Reply, bytes]:
        """Read the answer; return it and the exporter of the handshake.

        Raises:
            DecryptionError, HandshakeError, InvalidKeyError, MalformedFrameError: this is none.
        """
        if len(envelope) < ENVELOPE_LEN:
            raise HandshakeError("an answer of an impossible length")
        flight = envelope[: _ANSWER_CELLS * CELL_LEN]
        salt = flight[:SALT_LEN]
        cover = Veil(self._peer_key, salt=salt, number=2, previous_salt=self.secrets.salt)
        if cover.open_header(flight[:HEAD_LEN]) != Header(_ANSWER_CELLS):
            raise HandshakeError("an answer with another header")
        if self._noise.read_message(cover.open_message(flight)).strip(b"\0"):
            raise HandshakeError("the padding of a flight is not zero")
        transport = self._noise.split()
        sealed = envelope[len(flight) : ENVELOPE_LEN]
        reply = _decode(_REPLIES, unpad(transport.receive.decrypt_with_ad(b"", sealed)))
        return reply, _exporter(transport)


def encode_secrets(newest: Secrets, *older: Secrets) -> bytes:
    """Return what is kept until an answer comes. It holds every secret.

    Of letters that were written again only as many are kept as may be answered.
    """
    several = (newest, *older)[:MAX_KEPT_LETTERS]
    return _ENCODER.encode(several if older else newest)


def decode_secrets(data: bytes) -> tuple[Secrets, ...]:
    """Read what was kept, the newest letter first.

    Raises:
        MalformedFrameError: it is something else.
    """
    with contextlib.suppress(*DECODE_ERRORS):
        return (_SECRETS.decode(data),)
    try:
        return _SEVERAL.decode(data)
    except DECODE_ERRORS as error:
        raise MalformedFrameError("not the secrets of an introduction") from error


# -- the one who is asked -------------------------------------------------------------------------


@dataclass(slots=True)
class Asked:
    """The responder's half: a letter that only the owner of ``peer_key`` can have written."""

    peer_key: bytes = field(repr=False)
    letter: Letter = field(repr=False)
    tag: bytes = field(repr=False)  # of this letter, against its return
    hour: int  # that the sender's clock showed
    _own: KeyPair = field(repr=False)
    _noise: HandshakeState = field(repr=False)
    _salt: bytes = field(repr=False)

    @classmethod
    def read(cls, own: KeyPair, envelope: bytes) -> "Asked":
        """Read a letter to ``own``, one that can be answered.

        Raises:
            DecryptionError, HandshakeError, InvalidKeyError, MalformedFrameError: this is none.
        """
        if len(envelope) < ENVELOPE_LEN:
            raise HandshakeError("a letter of an impossible length")
        flight = envelope[:ENVELOPE_LEN]
        salt = flight[:SALT_LEN]
        cover = Veil(own.public, salt=salt, number=1, previous_salt=_NO_SALT)
        header = cover.open_header(flight[:HEAD_LEN])
        if header.cell_count != _LETTER_CELLS:
            raise HandshakeError("a letter of another length")
        noise = HandshakeState(PROTOCOL_NAME, initiator=False, prologue=PROLOGUE, s=own)
        letter = _decode(_LETTERS, unpad(noise.read_message(cover.open_message(flight))))
        peer_key = noise.peer_static
        if peer_key is None or peer_key == own.public:
            raise HandshakeError("a letter from ourselves")
        X25519.check_public(letter.ratchet_key)
        check_public(letter.kem_key)
        tag = replay_tag(header.hour, flight[:HEAD_LEN])
        return cls(peer_key, letter, tag, header.hour, own, noise, salt)

    def is_timely(self, unix_ms: int) -> bool:
        """Whether the letter may have waited since it was written."""
        now = hour_of(unix_ms // 1000)
        return now - MAX_AGE_HOURS <= self.hour <= now + MAX_AHEAD_HOURS

    def accept(self, random: Random | None = None) -> "Accepting":
        """Begin the answer, once."""
        random = random or SystemRandom()
        padding = veil.message_len(_ANSWER_CELLS) - self._noise.overhead_len()
        message = self._noise.write_message(bytes(padding))
        salt = random.randbytes(SALT_LEN)
        cover = Veil(self._own.public, salt=salt, number=2, previous_salt=self._salt)
        return Accepting(cover.seal(Header(_ANSWER_CELLS), message), self._noise.split())


@dataclass(slots=True)
class Accepting:
    """An answer of which the handshake is done; what it says follows."""

    _flight: bytes = field(repr=False)
    _transport: Transport = field(repr=False)

    @property
    def exporter(self) -> bytes:
        """32 secret bytes of the handshake, for the first epoch."""
        return _exporter(self._transport)

    def envelope(
        self,
        answer: EpochAnswer,
        *,
        name: str,
        boxes: tuple[Mailbox, ...],
        addresses: tuple[tuple[str, int], ...],
        unix_ms: int,
    ) -> bytes:
        """Return the whole answer; addresses and further mailboxes go if there is no room."""
        replies = (
            Reply(
                name,
                some,
                unix_ms,
                where,
                answer.epoch,
                answer.ratchet_key,
                answer.kem_ciphertext,
            )
            for some, where in ((boxes, addresses), (boxes[:1], addresses), (boxes[:1], ()))
        )
        reply = next(r for r in map(_ENCODER.encode, replies) if len(r) < _ANSWER_ROOM)
        padded = pad(reply, _ANSWER_ROOM)
        return self._flight + self._transport.send.encrypt_with_ad(b"", padded)


def _letter(
    pending: PendingOffer,
    name: str,
    boxes: tuple[Mailbox, ...],
    addresses: tuple[tuple[str, int], ...],
    unix_ms: int,
) -> Letter:
    offer = pending.offer
    return Letter(name, boxes, unix_ms, addresses, offer.ratchet_key, offer.kem_key)


def _letter_room() -> int:
    # IKhfs, message 1: e 32, e1 1,184 + 16, s 32 + 16, payload tag 16; protocol.md, section 1.
    return veil.message_len(_LETTER_CELLS) - 1_296


def _exporter(transport: Transport) -> bytes:
    return hkdf_sha256(salt=b"", secret=transport.exporter, info=_EXPORTER_INFO, length=KEY_LEN)


def _decode(decoder: "msgspec.msgpack.Decoder[_Said]", data: bytes) -> _Said:
    try:
        said = decoder.decode(data)
    except DECODE_ERRORS as error:
        raise MalformedFrameError("an introduction that nobody would write") from error
    if _ENCODER.encode(said) != data:
        raise MalformedFrameError("an introduction in another than its canonical encoding")
    return said
