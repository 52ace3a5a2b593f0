"""New keys for a link that stands: a fresh X25519 and ML-KEM-768 exchange inside it.

Three frames on the LINK channel; only the side that dialled begins, so two exchanges never cross::

    initiator → OFFER   0x01 ‖ X25519 key 32 ‖ ML-KEM-768 key 1184
    responder → ANSWER  0x02 ‖ X25519 key 32 ‖ ML-KEM-768 ciphertext 1088
    initiator → SWITCH  0x03

Cut-over, for each direction by itself: the cell that carries the last byte of ANSWER is the last
one of responder → initiator under the old key; the cell that carries SWITCH is the last one of
initiator → responder under the old key. The streams are ordered, so nobody has to guess.

Source: docs/protocol.md, section 4.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, Self

from messenger.core.errors import (
    CryptoError,
    LocalProtocolError,
    MalformedFrameError,
    RemoteProtocolError,
)
from messenger.crypto.kdf import SHA256, hkdf_sha256
from messenger.crypto.kem import CIPHERTEXT_LEN, PUBLIC_KEY_LEN, KemKeyPair, encapsulate
from messenger.crypto.noise.cipher_state import CipherState
from messenger.crypto.noise.functions import CHACHAPOLY, KEY_LEN, X25519
from messenger.crypto.noise.keys import KeyPair

OFFER: Final = b"\x01"
ANSWER: Final = b"\x02"
SWITCH: Final = b"\x03"

_ROOT_INFO: Final = b"hum 1 link root"
_SESSION_INFO: Final = b"hum 1 session exporter"
_REKEY_INFO: Final = b"hum 1 link rekey"


@dataclass(frozen=True, slots=True)
class RekeyLimits:
    """When the initiator begins an exchange, and when a key may not be used at all any more."""

    after_s: float = 600.0  # seconds since the last one; design section 5
    after_cells: int = 1 << 16  # cells of either direction under one key; design section 5

    @property
    def most_cells(self) -> int:
        """Cells after which a link whose peer does not rekey ends; ours."""
        return 4 * self.after_cells


DEFAULT_LIMITS: Final = RekeyLimits()


@dataclass(frozen=True, slots=True)
class LinkRoot:
    """The secret every key exchange of a link is chained to."""

    secret: bytes = field(repr=False)  # KEY_LEN bytes

    @classmethod
    def derive(cls, exporter: bytes) -> tuple[Self, bytes]:
        """Split the exporter of the handshake into the link's root and the session's exporter."""
        root = hkdf_sha256(salt=b"", secret=exporter, info=_ROOT_INFO)
        return cls(root), hkdf_sha256(salt=b"", secret=exporter, info=_SESSION_INFO)

    def step(self, shared: bytes, transcript: bytes) -> tuple[Self, bytes, bytes]:
        """Mix in a new exchange.

        Args:
            shared: X25519 result ‖ ML-KEM secret, 64 bytes.
            transcript: OFFER ‖ ANSWER as they crossed.

        Returns:
            The next root, the key initiator → responder and the key responder → initiator.
        """
        info = _REKEY_INFO + SHA256.hash(transcript)
        keys = hkdf_sha256(salt=self.secret, secret=shared, info=info, length=3 * KEY_LEN)
        return type(self)(keys[:KEY_LEN]), keys[KEY_LEN : 2 * KEY_LEN], keys[2 * KEY_LEN :]


def draw_keys() -> tuple[KeyPair, KemKeyPair]:
    """Draw the keys of an OFFER."""
    return KeyPair.generate(), KemKeyPair.generate()


class RekeyState(Enum):
    """Where the exchange stands."""

    IDLE = auto()
    OFFERED = auto()  # initiator: waits for ANSWER
    SWITCHING = auto()  # initiator: SWITCH has not left; responder: it has not come


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from a frame of the exchange."""

    reply: bytes = b""  # frame to queue; empty: none
    receive_cipher: CipherState | None = None  # opens the cells after the present one


class Rekey:
    """One side of the exchanges of one link, one after the other.

    Args:
        draw: makes the keys of an OFFER.
    """

    __slots__ = ("_draw", "_initiator", "_offer", "_own", "_receive", "_root", "_send", "state")

    def __init__(
        self,
        root: LinkRoot,
        *,
        initiator: bool,
        draw: Callable[[], tuple[KeyPair, KemKeyPair]] = draw_keys,
    ) -> None:
        self._root = root
        self._draw = draw
        self._initiator = initiator
        self._own: tuple[KeyPair, KemKeyPair] | None = None  # between OFFER and ANSWER
        self._offer = b""
        self._send: CipherState | None = None  # new, until our last frame has left
        self._receive: CipherState | None = None  # new, until SWITCH has come
        self.state = RekeyState.IDLE

    @property
    def may_begin(self) -> bool:
        """Whether an exchange may begin here and now."""
        return self._initiator and self.state is RekeyState.IDLE

    def begin(self) -> bytes:
        """Begin an exchange and return OFFER; only while ``may_begin``."""
        if not self.may_begin:
            raise LocalProtocolError("a key exchange of the link may not begin now")
        x25519, kem = self._draw()
        self._own = x25519, kem
        self._offer = OFFER + x25519.public + kem.public
        self.state = RekeyState.OFFERED
        return self._offer

    def receive(self, frame: bytes) -> Step:
        """Take in a frame of the LINK channel.

        Raises:
            RemoteProtocolError: not a frame whose turn it is, or unusable keys in it.
        """
        try:
            return self._receive_frame(frame)
        except CryptoError as error:
            raise RemoteProtocolError("the key exchange of the link failed") from error

    def last_frame_left(self) -> CipherState:
        """ANSWER or SWITCH is on the wire: return what seals the cells after it."""
        cipher, self._send = self._send, None
        if cipher is None:
            raise LocalProtocolError("no new key waits for a frame to leave")
        if self._initiator:
            self.state = RekeyState.IDLE
        return cipher

    def _receive_frame(self, frame: bytes) -> Step:
        kind, content = frame[:1], frame[1:]
        if kind == OFFER and not self._initiator and self.state is RekeyState.IDLE:
            return self._answer(content)
        if kind == ANSWER and self.state is RekeyState.OFFERED:
            return self._finish(content)
        if frame == SWITCH and not self._initiator and self.state is RekeyState.SWITCHING:
            return self._switch()
        raise RemoteProtocolError("a frame of the key exchange out of turn")

    def _answer(self, content: bytes) -> Step:
        x25519_public, kem_public = _split(content, PUBLIC_KEY_LEN)
        pair = KeyPair.generate()
        ciphertext, kem_secret = encapsulate(kem_public)
        answer = ANSWER + pair.public + ciphertext
        shared = X25519.exchange(pair.private, x25519_public) + kem_secret
        self._receive, self._send = self._step(shared, OFFER + content + answer)
        self.state = RekeyState.SWITCHING
        return Step(reply=answer)

    def _finish(self, content: bytes) -> Step:
        if self._own is None:
            raise LocalProtocolError("an answer needs an offer")
        x25519_public, ciphertext = _split(content, CIPHERTEXT_LEN)
        x25519, kem = self._own
        shared = X25519.exchange(x25519.private, x25519_public) + kem.decapsulate(ciphertext)
        self._send, receive = self._step(shared, self._offer + ANSWER + content)
        self._own = None
        self.state = RekeyState.SWITCHING
        return Step(reply=SWITCH, receive_cipher=receive)

    def _switch(self) -> Step:
        if self._send is not None:
            raise RemoteProtocolError("a switch before the answer has left")
        cipher, self._receive = self._receive, None
        self.state = RekeyState.IDLE
        return Step(receive_cipher=cipher)

    def _step(self, shared: bytes, transcript: bytes) -> tuple[CipherState, CipherState]:
        """Replace the root; return the ciphers initiator → responder and back."""
        self._root, forth, back = self._root.step(shared, transcript)
        return CipherState(CHACHAPOLY, forth), CipherState(CHACHAPOLY, back)


def _split(content: bytes, kem_part_len: int) -> tuple[bytes, bytes]:
    """Take OFFER or ANSWER apart into the X25519 key and the ML-KEM part."""
    if len(content) != X25519.key_len + kem_part_len:
        raise MalformedFrameError("a frame of the key exchange has the wrong length")
    return content[: X25519.key_len], content[X25519.key_len :]
