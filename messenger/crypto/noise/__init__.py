"""The Noise protocol framework, revision 34, with psk modifiers and the HFS extension.

Source: https://noiseprotocol.org/noise.html; https://github.com/noiseprotocol/noise_hfs_spec
"""

from messenger.crypto.noise.cipher_state import MAX_NONCE, CipherState
from messenger.crypto.noise.functions import X448, X25519
from messenger.crypto.noise.handshake_state import (
    MAX_MESSAGE_LEN,
    PSK_LEN,
    Checkpoint,
    HandshakeState,
)
from messenger.crypto.noise.keys import KeyPair, PreparedKeys
from messenger.crypto.noise.patterns import protocol_named
from messenger.crypto.noise.symmetric_state import SymmetricState
from messenger.crypto.noise.transport import Transport

__all__ = [
    "MAX_MESSAGE_LEN",
    "MAX_NONCE",
    "PSK_LEN",
    "X448",
    "X25519",
    "Checkpoint",
    "CipherState",
    "HandshakeState",
    "KeyPair",
    "PreparedKeys",
    "SymmetricState",
    "Transport",
    "protocol_named",
]
