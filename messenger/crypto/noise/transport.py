"""What a finished handshake leaves behind.

Source: Noise revision 34, "Message format", "Channel binding", "One-way handshake patterns".
"""

from dataclasses import dataclass, field

from messenger.core.errors import LocalProtocolError
from messenger.crypto.noise.cipher_state import CipherState


@dataclass(frozen=True, slots=True)
class Transport:
    """The two ciphers of a link, seen from one side."""

    _send: CipherState | None = field(repr=False)  # None: the other side of a one-way pattern
    _receive: CipherState | None = field(repr=False)
    handshake_hash: bytes = field(repr=False)  # HASHLEN bytes, unique to this handshake
    exporter: bytes = field(repr=False)  # 32 secret bytes for keys bound to this handshake

    @property
    def send(self) -> CipherState:
        """The cipher of own messages."""
        if self._send is None:
            raise LocalProtocolError("the responder of a one-way pattern may not send")
        return self._send

    @property
    def receive(self) -> CipherState:
        """The cipher of the peer's messages."""
        if self._receive is None:
            raise LocalProtocolError("the initiator of a one-way pattern receives nothing")
        return self._receive
