"""Make the Noise vectors of this folder anew: ``python tests/crypto/vectors/generate.py``.

The classic ones are spoken by ``noiseprotocol`` and ``dissononce`` to each other, so that nothing
of this repository's engine is in their bytes. The hybrid ones are home-made: they only show that
the engine still says what it said when they were made.
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "noise"), str(HERE.parents[2])]

from independent_noise import (  # noqa: E402 - the two lines above make these importable
    DissononceSide,
    Keys,
    NoiseprotocolSide,
    Transcript,
    keys_for,
    play,
)

from messenger.crypto.kem import KemKeyPair, KemPrivate, MlKem768  # noqa: E402
from messenger.crypto.noise import HandshakeState, protocol_named  # noqa: E402

INTERACTIVE = [own + peer for own in "NXKI" for peer in "NKX"]
PSK = [
    "NNpsk0",
    "NKpsk2",
    "XNpsk3",
    "XXpsk3",
    "XKpsk3",
    "KNpsk0",
    "IKpsk1",
    "IXpsk2",
    "Npsk0",
    "Kpsk0",
    "Xpsk1",
]
PATTERNS = ["N", "K", "X", *INTERACTIVE, *PSK]
HASHES = ["SHA256", "SHA512", "BLAKE2s", "BLAKE2b"]
HYBRID = ["XXhfs", "XKhfs", "IKhfs", "NKhfs", "XXhfs+psk3"]
KEM_SEED = bytes(range(64))


def classic(name: str) -> tuple[tuple[Keys, Keys], Transcript]:
    """Let the two packages speak ``name`` to each other."""
    initiator, responder = keys_for(name)
    said = play(name, NoiseprotocolSide(name, initiator), DissononceSide(name, responder))
    return (initiator, responder), said


def as_json(name: str, keys: tuple[Keys, Keys], said: Transcript) -> dict[str, Any]:
    """Write one vector in the fields of the JSON format."""
    pattern = protocol_named(name).pattern
    vector: dict[str, Any] = {"protocol_name": name}
    for side, own in zip(("init", "resp"), keys, strict=True):
        vector[f"{side}_prologue"] = own.prologue.hex()
        vector[f"{side}_ephemeral"] = own.ephemeral.private.hex()
        if pattern.needs_static(initiator=own.initiator):
            vector[f"{side}_static"] = own.static.private.hex()
        if pattern.knows_static(initiator=not own.initiator):
            vector[f"{side}_remote_static"] = own.peer_static.hex()
        if own.psks:
            vector[f"{side}_psks"] = [psk.hex() for psk in own.psks]
    vector["handshake_hash"] = said.handshake_hash.hex()
    vector["messages"] = [
        {"payload": payload.hex(), "ciphertext": message.hex()}
        for payload, message in said.messages
    ]
    return vector


def as_lines(name: str, keys: tuple[Keys, Keys], said: Transcript) -> str:
    """Write one vector as flynn's lines; only the handshake, whose order all formats share."""
    pattern = protocol_named(name).pattern
    initiator, responder = keys
    lines = [f"handshake={name}"]
    for side, own in (("init", initiator), ("resp", responder)):
        if pattern.needs_static(initiator=own.initiator):
            lines.append(f"{side}_static={own.static.private.hex()}")
    lines += [
        f"gen_init_ephemeral={initiator.ephemeral.private.hex()}",
        f"gen_resp_ephemeral={responder.ephemeral.private.hex()}",
        f"prologue={initiator.prologue.hex()}",
    ]
    if initiator.psks:
        lines.append(f"preshared_key={initiator.psks[0].hex()}")
    for index, (payload, message) in enumerate(said.messages[: len(pattern.messages)]):
        lines += [f"msg_{index}_payload={payload.hex()}", f"msg_{index}_ciphertext={message.hex()}"]
    return "\n".join(lines) + "\n"


class SeededKem(MlKem768):
    """ML-KEM-768 with the key pair of KEM_SEED; the answer to it stays random."""

    def generate(self) -> KemPrivate:
        return KemKeyPair.from_seed(KEM_SEED)


class OurHybridSide:
    """Our engine with an injected KEM."""

    def __init__(self, name: str, keys: Keys) -> None:
        pattern = protocol_named(name).pattern
        self._state = HandshakeState(
            name,
            initiator=keys.initiator,
            prologue=keys.prologue,
            s=keys.static if pattern.needs_static(initiator=keys.initiator) else None,
            rs=keys.peer_static if pattern.knows_static(initiator=not keys.initiator) else None,
            psks=keys.psks,
            ephemeral_for_testing_only=keys.ephemeral,
            kem_for_testing_only=SeededKem(),
        )
        self.write, self.read = self._state.write_message, self._state.read_message

    def finish(self) -> bytes:
        transport = self._state.split()
        self.seal = lambda plaintext: transport.send.encrypt_with_ad(b"", plaintext)
        self.open = lambda ciphertext: transport.receive.decrypt_with_ad(b"", ciphertext)
        return transport.handshake_hash


def hybrid(name: str) -> dict[str, Any]:
    """Let our engine speak a hybrid pattern to itself."""
    initiator, responder = keys_for(name)
    said = play(name, OurHybridSide(name, initiator), OurHybridSide(name, responder))
    return as_json(name, (initiator, responder), said) | {"init_kem_seed": KEM_SEED.hex()}


def main() -> None:
    """Write the three files."""
    names = [
        f"Noise_{pattern}_25519_{'ChaChaPoly' if index % 3 else 'AESGCM'}_{HASHES[index % 4]}"
        for index, pattern in enumerate(PATTERNS)
    ]
    made = [(name, *classic(name)) for name in names]
    write_json("independent.json", [as_json(*parts) for parts in made])
    blocks = [as_lines(*parts) for parts in made]
    (HERE / "independent_flynn.txt").write_text("\n".join(blocks), "utf-8")
    hybrids = [hybrid(f"Noise_{name}_25519+MLKEM768_ChaChaPoly_SHA256") for name in HYBRID]
    write_json("homemade_hfs.json", hybrids)


def write_json(name: str, vectors: list[dict[str, Any]]) -> None:
    """Write one file of vectors."""
    (HERE / name).write_text(json.dumps({"vectors": vectors}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
