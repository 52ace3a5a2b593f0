"""A Noise handshake whose messages travel as flights under the veil; every role uses it.

Payloads are nothing but padding, so that a flight has a random whole number of cells.

Source: docs/protocol.md, section 3.
"""

from random import Random
from typing import TypeVar

from messenger.core.errors import HandshakeError, LocalProtocolError
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.transport import Transport
from messenger.protocol import veil
from messenger.protocol.veil import SALT_LEN, Header, Veil


class VeiledNoise:
    """One side of a handshake, flight by flight.

    Args:
        noise: the side's Noise handshake, at its beginning.
        secret: what the veils are derived from.
        own_key: our public key, which no peer may show; None if we have none.
        random: source of salts and of the numbers of cells.
    """

    __slots__ = ("_noise", "_number", "_own_key", "_previous_salt", "_random", "_secret")

    def __init__(
        self, noise: HandshakeState, *, secret: bytes, own_key: bytes | None, random: Random
    ) -> None:
        self._noise = noise
        self._own_key = own_key
        self._secret = secret
        self._random = random
        self._number = 1  # of the next flight
        self._previous_salt = b""

    @property
    def peer_key(self) -> bytes | None:
        """The peer's static key, once it was shown or if it was known."""
        return self._noise.peer_static

    def next_veil(self, salt: bytes) -> Veil:
        """Return the veil of the next flight, whoever sends it."""
        return Veil(self._secret, salt=salt, number=self._number, previous_salt=self._previous_salt)

    def write_flight(self, hour: int = 0) -> bytes:
        """Return our next flight, of a random number of cells."""
        cell_count = self._random.randint(veil.MIN_CELL_COUNT, veil.MAX_CELL_COUNT)
        return self.write_again(Header(cell_count, hour), self._random.randbytes(SALT_LEN))

    def write_again(self, header: Header, salt: bytes) -> bytes:
        """Repeat a :meth:`write_flight` with the choices it made; only to check what was sent."""
        padding = bytes(veil.message_len(header.cell_count) - self._noise.overhead_len())
        message = self._noise.write_message(padding)
        cover = self.next_veil(salt)
        self._flight_done(cover)
        return cover.seal(header, message)

    def read_flight(self, cover: Veil, flight: bytes) -> None:
        """Take in the peer's whole flight.

        Raises:
            DecryptionError, InvalidKeyError, HandshakeError: it is not what the peer may send.
        """
        padding = self._noise.read_message(cover.open_message(flight))
        if padding.strip(b"\0"):
            raise HandshakeError("the padding of a flight is not zero")
        if self._own_key is not None and self._noise.peer_static == self._own_key:
            raise HandshakeError("our own key answers")
        self._flight_done(cover)

    def split(self) -> Transport:
        """End the handshake; LocalProtocolError if it is not complete."""
        return self._noise.split()

    def _flight_done(self, cover: Veil) -> None:
        self._number += 1
        self._previous_salt = cover.salt


def plain_header(cover: Veil, head: bytes) -> Header:
    """Open the header of a flight other than the first, which states no time."""
    header = cover.open_header(head)
    if header.hour:
        raise HandshakeError("only first flights state a time")
    return header


_Value = TypeVar("_Value")


def present(value: _Value | None) -> _Value:
    """Return what an earlier step of the handshake has set."""
    if value is None:
        raise LocalProtocolError("the steps of a handshake are out of order")
    return value
