"""One side of a Noise handshake, driven by the token table of its pattern.

Bytes in, bytes out: no I/O and no clock. A message that is refused, whether own or the peer's,
leaves the state as it was, so that a forged message costs the real one nothing.

Source: Noise revision 34, "The HandshakeState object", "Pre-shared symmetric keys"; noise_hfs.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

from messenger.core.errors import HandshakeError, LocalProtocolError
from messenger.crypto.kem import Kem, KemPrivate
from messenger.crypto.noise.cipher_state import CipherState
from messenger.crypto.noise.keys import KeyPair, PreparedKeys
from messenger.crypto.noise.patterns import Layout, Token, protocol_named
from messenger.crypto.noise.symmetric_state import SymmetricCheckpoint, SymmetricState
from messenger.crypto.noise.transport import Transport

MAX_MESSAGE_LEN: Final = 65_535  # bytes; Noise revision 34, "Message format"
PSK_LEN: Final = 32  # bytes; Noise revision 34, "Pre-shared symmetric keys"

# The members under short names: looking them up through the class costs more than the comparison.
_E: Final = Token.E
_S: Final = Token.S
_E1: Final = Token.E1
_EKEM1: Final = Token.EKEM1
_PSK: Final = Token.PSK


class Checkpoint(NamedTuple):
    """A position to which a :class:`HandshakeState` can return."""

    symmetric: SymmetricCheckpoint
    e: KeyPair | None
    re: bytes | None
    rs: bytes | None
    e1: KemPrivate | None
    re1: bytes | None
    message_index: int
    psk_index: int

    def __repr__(self) -> str:
        return f"Checkpoint(message_index={self.message_index})"


class HandshakeState:
    """The initiator's or the responder's half of one handshake.

    The names are the specification's: ``s`` own static and ``e`` own ephemeral key pair, ``rs``
    and ``re`` the peer's public keys; ``e1`` and ``re1`` are those of the KEM.
    """

    def __init__(  # noqa: PLR0913 - the inputs of the specification's Initialize, by keyword
        self,
        name: str,
        *,
        initiator: bool,
        prologue: bytes = b"",
        s: KeyPair | None = None,
        rs: bytes | None = None,
        psks: Sequence[bytes] = (),
        prepared: PreparedKeys | None = None,
        ephemeral_for_testing_only: KeyPair | None = None,
        kem_for_testing_only: Kem | None = None,
    ) -> None:
        """Begin a handshake of the protocol called ``name``.

        Args:
            name: for example ``Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256``.
            prologue: bytes both sides must agree on.
            s: own static key pair, if the pattern uses one.
            rs: the peer's static public key, if the pattern has it known beforehand.
            psks: PSK_LEN bytes for each psk token, in order.
            prepared: keys made ahead of time; taken here, for this handshake alone.

        Raises:
            ValueError: ``name`` is unknown, or keys are missing or superfluous.
            InvalidKeyError: ``rs`` has the wrong length or is a low-order point.
        """
        protocol = protocol_named(name)
        self._pattern = protocol.pattern
        self._layouts = protocol.layouts
        self._dh = protocol.dh
        self._kem = kem_for_testing_only if kem_for_testing_only is not None else protocol.kem
        self._initiator = initiator
        self._s = s
        self._rs = rs
        self._psks = tuple(psks)
        self._check_keys()
        self._e = ephemeral_for_testing_only
        self._e1: KemPrivate | None = None
        if prepared is not None:
            self._e, self._e1 = prepared.take()
        self._re: bytes | None = None
        self._re1: bytes | None = None
        self._message_index = 0
        self._psk_index = 0
        self._split_done = False
        self._symmetric = SymmetricState(name, protocol.cipher, protocol.hashing)
        self._symmetric.mix_hash(prologue)
        self._mix_known_keys()

    # -- where the handshake stands ---------------------------------------------------------

    @property
    def initiator(self) -> bool:
        """Whether this side writes the first message."""
        return self._initiator

    @property
    def complete(self) -> bool:
        """Whether the last message has been written or read."""
        return self._message_index == len(self._layouts)

    @property
    def may_write(self) -> bool:
        """Whether the next message is ours to write."""
        return not self.complete and self._initiator == (self._message_index % 2 == 0)

    @property
    def may_read(self) -> bool:
        """Whether the next message is the peer's."""
        return not self.complete and not self.may_write

    @property
    def peer_static(self) -> bytes | None:
        """The peer's static public key, once it is known; trust it only when complete."""
        return self._rs

    @property
    def handshake_hash(self) -> bytes:
        """The hash over the transcript so far (HASHLEN bytes)."""
        return self._symmetric.handshake_hash

    def overhead_len(self) -> int:
        """Return how many bytes longer the next message is than its payload.

        Raises:
            LocalProtocolError: the handshake is complete.
        """
        return self._next_layout().overhead_len

    # -- messages ---------------------------------------------------------------------------

    def write_message(self, payload: bytes = b"") -> bytes:
        """Return the next message, carrying ``payload``.

        Raises:
            LocalProtocolError: it is not our turn.
            ValueError: the message would be longer than MAX_MESSAGE_LEN.
            InvalidKeyError: the peer's key is unusable; the state is as before.
        """
        if not self.may_write:
            raise LocalProtocolError("it is not our turn to write")
        layout = self._next_layout()
        if len(payload) + layout.overhead_len > MAX_MESSAGE_LEN:
            raise ValueError(f"a Noise message has at most {MAX_MESSAGE_LEN} bytes")
        before = self.checkpoint()
        try:
            parts = [self._write_token(token) for token, _ in layout.steps]
            parts.append(self._symmetric.encrypt_and_hash(payload))
        except BaseException:
            self.restore(before)
            raise
        self._message_index += 1
        return b"".join(parts)

    def read_message(self, message: bytes) -> bytes:
        """Return the payload of the peer's next message.

        Raises:
            LocalProtocolError: it is not the peer's turn.
            HandshakeError: the message is too short or too long.
            DecryptionError: a part of it does not authenticate.
            InvalidKeyError: a key in it is unusable. Whichever is raised, the state is as before.
        """
        if not self.may_read:
            raise LocalProtocolError("it is not the peer's turn to write")
        layout = self._next_layout()
        if not layout.overhead_len <= len(message) <= MAX_MESSAGE_LEN:
            raise HandshakeError(f"a handshake message of {len(message)} bytes")
        before = self.checkpoint()
        try:
            start = 0
            for token, length in layout.steps:
                self._read_token(token, message[start : start + length])
                start += length
            payload = self._symmetric.decrypt_and_hash(message[start:])
        except BaseException:
            self.restore(before)
            raise
        self._message_index += 1
        return payload

    def split(self) -> Transport:
        """End the handshake and return the ciphers of this side, once.

        Raises:
            LocalProtocolError: the handshake is not complete, or was split before.
        """
        forth, back, exporter = self._split()
        answer = None if self._pattern.one_way else back
        send, receive = (forth, answer) if self._initiator else (answer, forth)
        return Transport(send, receive, self.handshake_hash, exporter)

    def split_for_testing_only(self) -> tuple[CipherState, CipherState]:
        """End the handshake like :meth:`split`, with the second cipher of one-way patterns too."""
        forth, back, _ = self._split()
        return forth, back

    def checkpoint(self) -> Checkpoint:
        """Remember this position."""
        return Checkpoint(
            self._symmetric.checkpoint(),
            self._e,
            self._re,
            self._rs,
            self._e1,
            self._re1,
            self._message_index,
            self._psk_index,
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Return to a position of this handshake; never after its next message has left."""
        symmetric, self._e, self._re, self._rs, self._e1, self._re1, index, psk_index = checkpoint
        self._symmetric.restore(symmetric)
        self._message_index, self._psk_index = index, psk_index

    def _split(self) -> tuple[CipherState, CipherState, bytes]:
        if not self.complete:
            raise LocalProtocolError("the handshake is not complete")
        if self._split_done:
            raise LocalProtocolError("two uses of one split would share nonces")
        self._split_done = True
        return self._symmetric.split()

    # -- tokens -----------------------------------------------------------------------------

    def _next_layout(self) -> Layout:
        if self.complete:
            raise LocalProtocolError("the handshake is complete")
        return self._layouts[self._message_index]

    def _write_token(self, token: Token) -> bytes:
        if token is _E:
            self._e = self._e or KeyPair.generate(self._dh)
            self._mix_ephemeral(self._e.public)
            return self._e.public
        if token is _S:
            return self._symmetric.encrypt_and_hash(_present(self._s).public)
        if token is _E1:
            self._e1 = self._e1 or _present(self._kem).generate()
            return self._symmetric.encrypt_and_hash(self._e1.public)
        if token is _EKEM1:
            ciphertext, secret = _present(self._kem).encapsulate(_present(self._re1))
            sealed = self._symmetric.encrypt_and_hash(ciphertext)
            self._symmetric.mix_key(secret)
            return sealed
        self._mix_secret(token)
        return b""

    def _read_token(self, token: Token, part: bytes) -> None:
        if token is _E:
            self._dh.check_public(part)
            self._re = part
            self._mix_ephemeral(part)
        elif token is _S:
            static = self._symmetric.decrypt_and_hash(part)
            self._dh.check_public(static)
            self._rs = static
        elif token is _E1:
            self._re1 = self._symmetric.decrypt_and_hash(part)
        elif token is _EKEM1:
            ciphertext = self._symmetric.decrypt_and_hash(part)
            self._symmetric.mix_key(_present(self._e1).decapsulate(ciphertext))
        else:
            self._mix_secret(token)

    def _mix_ephemeral(self, public: bytes) -> None:
        self._symmetric.mix_hash(public)
        if self._psks:
            self._symmetric.mix_key(public)

    def _mix_secret(self, token: Token) -> None:
        """Mix in what puts no bytes on the wire: a pre-shared key or a DH output."""
        if token is _PSK:
            self._symmetric.mix_key_and_hash(self._psks[self._psk_index])
            self._psk_index += 1
            return
        first, second = token[0], token[1]  # the initiator's key, the responder's key
        own, peer = (first, second) if self._initiator else (second, first)
        pair = _present(self._s if own == "s" else self._e)
        public = _present(self._rs if peer == "s" else self._re)
        self._symmetric.mix_key(self._dh.exchange(pair.private, public))

    # -- beginning --------------------------------------------------------------------------

    def _check_keys(self) -> None:
        pattern, initiator = self._pattern, self._initiator
        needs_own = pattern.needs_static(initiator=initiator)
        needs_peer = pattern.knows_static(initiator=not initiator)
        if needs_own != (self._s is not None):
            raise ValueError(f"own static key {'missing' if needs_own else 'not in the pattern'}")
        if needs_peer != (self._rs is not None):
            raise ValueError(f"peer's key {'missing' if needs_peer else 'is not known beforehand'}")
        if len(self._psks) != pattern.psk_count or any(len(psk) != PSK_LEN for psk in self._psks):
            raise ValueError(f"{pattern.psk_count} pre-shared keys of {PSK_LEN} bytes are needed")
        if self._rs is not None:
            self._dh.check_public(self._rs)

    def _mix_known_keys(self) -> None:
        """Mix the pre-messages: the initiator's key first."""
        own = self._s.public if self._s is not None else b""
        peer = self._rs or b""
        initiators, responders = (own, peer) if self._initiator else (peer, own)
        if self._pattern.initiator_known:
            self._symmetric.mix_hash(initiators)
        if self._pattern.responder_known:
            self._symmetric.mix_hash(responders)


_Value = TypeVar("_Value")


def _present(value: _Value | None) -> _Value:
    """Return a value that the token table guarantees to be there."""
    if value is None:
        raise LocalProtocolError("the token table asks for a key that was never set")
    return value
