"""What Alice and Bob hold, and what Eve holds, as files and in memory.

The two share their networks and a secret from which a fresh 16-bit key is drawn for every block.
Files are msgpack with lengths checked; nothing is ever unpickled, because unpickling runs code.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self, TypeVar

import msgspec
import numpy as np

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import InputError
from messenger.lab.network import Floats
from messenger.lab.trio import BITS, EVE_NETWORK, PAIR_NETWORK, Pair

SECRET_LEN: Final = 16  # bytes
_MAX_FILE_LEN: Final = 1 << 20  # bytes


class _PairFile(msgspec.Struct, tag="hum-lab-pair-1", array_like=True, forbid_unknown_fields=True):
    alice: bytes
    bob: bytes
    secret: bytes


class _EveFile(msgspec.Struct, tag="hum-lab-eve-1", array_like=True, forbid_unknown_fields=True):
    eve: bytes


_File = TypeVar("_File", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Shared:
    """Everything Alice and Bob have in common."""

    pair: Pair
    secret: bytes = field(repr=False)  # SECRET_LEN bytes

    @classmethod
    def issue(cls, pair: Pair, random: np.random.Generator) -> Self:
        """Draw a secret for a pair. A laboratory's chance: it repeats with the seed."""
        return cls(pair, random.bytes(SECRET_LEN))

    def keys(self, label: bytes, count: int) -> Floats:
        """Draw ``count`` keys for a label that is used once, ``(count, BITS)``.

        A sound stream cipher would stop here and add these bits to the text.
        """
        stream = hashlib.shake_256(self.secret + label).digest(BITS // 8 * count)
        bits = np.unpackbits(np.frombuffer(stream, np.uint8)).reshape(count, BITS)
        return bits.astype(np.float32) * np.float32(2) - np.float32(1)

    def signing_key(self) -> Floats:
        """Return the one key of all signatures, ``(1, BITS)``."""
        return self.keys(b"signature", 1)


def save_shared(shared: Shared, path: Path) -> None:
    """Write the file both sides need, readable by its owner only."""
    pair = shared.pair
    write_file(_PairFile(pair.alice.tobytes(), pair.bob.tobytes(), shared.secret), path)


def load_shared(path: Path) -> Shared:
    """Read the file of Alice and Bob.

    Raises:
        InputError: It is not there, or is not such a file.
    """
    file = read_file(path, _PairFile)
    if len(file.secret) != SECRET_LEN:
        raise InputError(f"{path} is not a file of Alice and Bob")
    networks = (
        _parameters(file.alice, PAIR_NETWORK.size),
        _parameters(file.bob, PAIR_NETWORK.size),
    )
    return Shared(Pair(*networks), file.secret)


def save_eve(eve: Floats, path: Path) -> None:
    """Write the network of the Eve who was trained beside a pair."""
    write_file(_EveFile(eve.tobytes()), path)


def load_eve(path: Path) -> Floats:
    """Read a network of Eve.

    Raises:
        InputError: It is not there, or is not such a file.
    """
    return _parameters(read_file(path, _EveFile).eve, EVE_NETWORK.size)


def _parameters(raw: bytes, size: int) -> Floats:
    if len(raw) != 4 * size:
        raise InputError("a file of the laboratory holds a network of another size")
    parameters = np.frombuffer(raw, "<f4").astype(np.float32)
    if not np.isfinite(parameters).all():
        raise InputError("a file of the laboratory holds a network that is not made of numbers")
    return parameters


def write_file(file: msgspec.Struct, path: Path) -> None:
    """Replace a file in one piece; a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".lab-")
    with os.fdopen(handle, "wb") as new:
        new.write(msgspec.msgpack.encode(file))
    Path(name).replace(path)


def read_file(path: Path, kind: type[_File]) -> _File:
    """Read a file written by :func:`write_file`.

    Raises:
        InputError: It is not there, too large, or of another kind.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_FILE_LEN:
            raise InputError(f"{path} is too large for a file of the laboratory")
        return msgspec.msgpack.decode(raw, type=kind)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except DECODE_ERRORS as error:
        raise InputError(f"{path} is not the file of the laboratory that is needed here") from error
