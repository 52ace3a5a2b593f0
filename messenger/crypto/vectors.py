"""Run published Noise vectors through the engine: ``python -m messenger.crypto.vectors FILE``.

Each vector is played in both roles and compared byte for byte. Prints how many passed, failed and
were skipped, and why; exits with 0 (all that ran passed, and something ran), 1 (a failure, or
nothing ran) or 2 (the file is unusable).
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from messenger.core.errors import MessengerError
from messenger.crypto.kem import ML_KEM_768, KemKeyPair, KemPrivate
from messenger.crypto.noise import CipherState, HandshakeState, KeyPair
from messenger.crypto.noise.patterns import Protocol, protocol_named
from messenger.crypto.vector_files import (
    UnusableFileError,
    Vector,
    VectorFailedError,
    parse_vector,
    read_vectors,
)


class SkipVector(Exception):  # noqa: N818 - not an error: it says why a vector was left out
    """A vector that asks for something this engine does not have."""


class _VectorKem:
    """A KEM that answers with what the vector recorded.

    An encapsulation draws randomness that vectors do not agree on how to name. So the initiator,
    whose seed is known, opens the recorded answer first, and the responder then gives that answer.
    """

    name = ML_KEM_768.name
    public_len = ML_KEM_768.public_len
    ciphertext_len = ML_KEM_768.ciphertext_len

    def __init__(self, seed: bytes) -> None:
        self._pair = KemKeyPair.from_seed(seed)
        self._answer: tuple[bytes, bytes] | None = None

    @property
    def public(self) -> bytes:
        return self._pair.public

    def generate(self) -> KemPrivate:
        return self

    def decapsulate(self, ciphertext: bytes) -> bytes:
        secret = self._pair.decapsulate(ciphertext)
        self._answer = ciphertext, secret
        return secret

    def encapsulate(self, public: bytes) -> tuple[bytes, bytes]:
        if public != self.public or self._answer is None:
            raise VectorFailedError("the KEM key did not arrive")
        return self._answer


def run_vector(vector: Vector) -> None:
    """Play ``vector`` in both roles.

    Raises:
        SkipVector: it needs something this engine does not have.
        VectorFailedError: something differs.
    """
    if vector.fallback:
        raise SkipVector("fallback patterns are not implemented")
    try:
        protocol = protocol_named(vector.name)
    except ValueError as error:
        raise SkipVector(str(error)) from error
    if not vector.messages:
        raise VectorFailedError("it has no messages")
    kem = _kem_of(vector, protocol)
    try:
        initiator = _handshake(vector, protocol, kem, initiator=True)
        responder = _handshake(vector, protocol, kem, initiator=False)
        _play(vector, protocol, initiator, responder)
    except (MessengerError, ValueError) as error:
        raise VectorFailedError(f"{type(error).__name__}: {error}") from error


def _kem_of(vector: Vector, protocol: Protocol) -> _VectorKem | None:
    if protocol.kem is None:
        return None
    if vector.initiator.kem_seed is None:
        raise SkipVector("an hfs vector without init_kem_seed cannot be reproduced")
    try:
        return _VectorKem(vector.initiator.kem_seed)
    except MessengerError as error:
        raise VectorFailedError(str(error)) from error


def _handshake(
    vector: Vector, protocol: Protocol, kem: _VectorKem | None, *, initiator: bool
) -> HandshakeState:
    """Begin one side with the keys its pattern has; vectors often list more."""
    own, peer = vector.initiator, vector.responder
    if not initiator:
        own, peer = peer, own
    pattern = protocol.pattern
    static = own.static if pattern.needs_static(initiator=initiator) else None
    remote = own.remote_static
    if remote is None and peer.static is not None:
        remote = protocol.dh.public_of(peer.static)
    psks = own.psks * pattern.psk_count if len(own.psks) == 1 else own.psks
    return HandshakeState(
        vector.name,
        initiator=initiator,
        prologue=own.prologue,
        s=KeyPair.from_private(static, protocol.dh) if static else None,
        rs=remote if pattern.knows_static(initiator=not initiator) else None,
        psks=psks,
        ephemeral_for_testing_only=(
            KeyPair.from_private(own.ephemeral, protocol.dh) if own.ephemeral else None
        ),
        kem_for_testing_only=kem,
    )


def _play(
    vector: Vector, protocol: Protocol, initiator: HandshakeState, responder: HandshakeState
) -> None:
    length = len(protocol.pattern.messages)
    for index, (payload, ciphertext) in enumerate(vector.messages[:length]):
        writer, reader = (initiator, responder) if index % 2 == 0 else (responder, initiator)
        where = f"handshake message {index}"
        _compare(f"{where}, read", reader.read_message(ciphertext), payload)
        _compare(f"{where}, written", writer.write_message(payload), ciphertext)
    if not initiator.complete:
        return
    if vector.handshake_hash is not None:
        for side in (initiator, responder):
            _compare("handshake hash", side.handshake_hash, vector.handshake_hash)
    seal, open_ = initiator.split_for_testing_only(), responder.split_for_testing_only()
    for index, (payload, ciphertext) in enumerate(vector.messages[length:]):
        direction = _direction(vector, protocol, index)
        _transport(seal[direction], open_[direction], payload, ciphertext)


def _direction(vector: Vector, protocol: Protocol, index: int) -> int:
    """Return which cipher of the split carries transport message ``index``: 0 is initiator's."""
    if vector.initiator_speaks_first:
        return index % 2
    return 0 if protocol.pattern.one_way else (len(protocol.pattern.messages) + index) % 2


def _transport(
    sealing: CipherState, opening: CipherState, payload: bytes, ciphertext: bytes
) -> None:
    _compare("transport message, sealed", sealing.encrypt_with_ad(b"", payload), ciphertext)
    _compare("transport message, opened", opening.decrypt_with_ad(b"", ciphertext), payload)


def _compare(what: str, ours: bytes, expected: bytes) -> None:
    if ours != expected:
        raise VectorFailedError(f"{what} differs")


# -- the command ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """How a file of vectors fared."""

    passed: int
    failures: tuple[str, ...]
    skips: Mapping[str, int]  # reason → how many

    @property
    def good(self) -> bool:
        """Whether something ran and nothing failed."""
        return self.passed > 0 and not self.failures


def run_file(path: Path) -> Report:
    """Run every vector of a file.

    Raises:
        UnusableFileError: it cannot be read, or holds no vectors in a form we know.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise UnusableFileError(str(error)) from error
    passed, failures, skips = 0, [], Counter[str]()
    for number, raw in enumerate(read_vectors(text), start=1):
        try:
            run_vector(parse_vector(raw))
            passed += 1
        except SkipVector as reason:
            skips[str(reason)] += 1
        except VectorFailedError as error:
            name = raw.get("protocol_name") or raw.get("name")
            failures.append(f"vector {number} ({name}): {error}")
    return Report(passed, tuple(failures), skips)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m messenger.crypto.vectors",
        description="Run a file of Noise test vectors through the engine.",
    )
    parser.add_argument("file", type=Path, help="cacophony, snow or noise-c JSON, or flynn lines")
    path: Path = parser.parse_args(arguments).file
    try:
        report = run_file(path)
    except UnusableFileError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    for failure in report.failures:
        print(f"FAILED {failure}")
    for reason, count in report.skips.items():
        print(f"skipped {count}: {reason}")
    skipped = sum(report.skips.values())
    print(f"passed {report.passed}, failed {len(report.failures)}, skipped {skipped}")
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
