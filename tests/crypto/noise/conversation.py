"""Pairs of handshake states for tests, and driving them message by message."""

from dataclasses import dataclass

from messenger.crypto.noise import HandshakeState, KeyPair, protocol_named

INITIATOR = KeyPair.from_private(bytes(range(32)))
RESPONDER = KeyPair.from_private(bytes(range(32, 64)))


def suite(pattern: str) -> str:
    """Name ``pattern`` with the primitives Hum uses."""
    dh = "25519+MLKEM768" if "hfs" in pattern else "25519"
    return f"Noise_{pattern}_{dh}_ChaChaPoly_SHA256"


@dataclass
class Pair:
    """Both sides of one handshake."""

    initiator: HandshakeState
    responder: HandshakeState

    @property
    def writer(self) -> HandshakeState:
        return self.initiator if self.initiator.may_write else self.responder

    @property
    def reader(self) -> HandshakeState:
        return self.initiator if self.initiator.may_read else self.responder

    def exchange(self, payload: bytes = b"") -> bytes:
        """Carry one message over and return it."""
        writer, reader = self.writer, self.reader
        message = writer.write_message(payload)
        assert reader.read_message(message) == payload
        return message

    def finish(self) -> None:
        """Carry over all that are left."""
        while not (self.initiator.complete and self.responder.complete):
            self.exchange()


def side(pattern: str, *, initiator: bool, **inputs: object) -> HandshakeState:
    """Begin one side of ``pattern`` with the keys it needs; ``inputs`` override them."""
    table = protocol_named(suite(pattern)).pattern
    own, peer = (INITIATOR, RESPONDER) if initiator else (RESPONDER, INITIATOR)
    chosen: dict[str, object] = {
        "s": own if table.needs_static(initiator=initiator) else None,
        "rs": peer.public if table.knows_static(initiator=not initiator) else None,
        "psks": tuple(bytes([7 + number]) * 32 for number in range(table.psk_count)),
    }
    return HandshakeState(suite(pattern), initiator=initiator, **(chosen | inputs))  # type: ignore[arg-type]


def pair(pattern: str, **inputs: object) -> Pair:
    """Begin both sides."""
    return Pair(side(pattern, initiator=True, **inputs), side(pattern, initiator=False, **inputs))
