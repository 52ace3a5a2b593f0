"""What whoever dials draws for a handshake, and nobody else can know."""

from messenger.crypto.kem import KemKeyPair
from messenger.protocol.link import Link
from messenger.protocol.transcript import Drawn


def drawn_by(dialler: Link) -> Drawn:
    """Return the ephemeral keys of a link that has been dialled and not answered yet."""
    shaking = dialler._shaking
    assert shaking is not None
    noise = shaking._conversation._noise
    assert noise._e is not None
    assert isinstance(noise._e1, KemKeyPair)
    return Drawn.of(noise._e, noise._e1)
