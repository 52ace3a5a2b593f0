"""Files of published Noise vectors, read into one form.

Two formats: the JSON of cacophony, snow and noise-c, and the ``key=value`` lines of flynn. The
fields are described in ``docs/protocol.md``, section 1.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_SIDES: Final = ("init", "resp")
_FLYNN_FIRST_KEY: Final = "handshake"


class UnusableFileError(Exception):
    """The file holds no vectors in a form we know."""


class VectorFailedError(Exception):
    """The engine and the vector disagree."""


@dataclass(frozen=True, slots=True)
class Side:
    """What a vector injects into one side."""

    prologue: bytes
    static: bytes | None
    ephemeral: bytes | None
    remote_static: bytes | None
    psks: tuple[bytes, ...]
    kem_seed: bytes | None


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector, whatever file it came from."""

    name: str
    initiator: Side
    responder: Side
    messages: tuple[tuple[bytes, bytes], ...]  # payload and what goes over the wire
    handshake_hash: bytes | None
    initiator_speaks_first: bool  # after the handshake; else the sides just keep taking turns
    fallback: bool


def read_vectors(text: str) -> list[Mapping[str, Any]]:
    """Split a file into raw vectors with the field names of the JSON format.

    Raises:
        UnusableFileError: it is neither of the two formats, or holds no vector.
    """
    stripped = text.lstrip()
    raw = _read_json(stripped) if stripped.startswith(("{", "[")) else list(_read_lines(text))
    if not raw:
        raise UnusableFileError("no vectors in it")
    return raw


def _read_json(text: str) -> list[Mapping[str, Any]]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnusableFileError(f"not JSON: {error}") from error
    vectors = document.get("vectors") if isinstance(document, dict) else document
    if not isinstance(vectors, list) or not all(isinstance(item, dict) for item in vectors):
        raise UnusableFileError('no list of vectors under "vectors"')
    return vectors


def _read_lines(text: str) -> Iterator[Mapping[str, Any]]:
    """Read flynn's blocks of ``key=value``; each begins with ``handshake=``."""
    block: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals or (not block and key != _FLYNN_FIRST_KEY):
            raise UnusableFileError(f"line {number} is not part of a vector")
        if key == _FLYNN_FIRST_KEY and block:
            yield _from_flynn(block)
            block = {}
        block[key.strip()] = value.strip()
    if block:
        yield _from_flynn(block)


def _from_flynn(block: Mapping[str, str]) -> Mapping[str, Any]:
    """Rename the fields of a flynn block to those of the JSON format."""
    raw: dict[str, Any] = {"protocol_name": block[_FLYNN_FIRST_KEY], "flynn": True}
    for side in _SIDES:
        raw[f"{side}_prologue"] = block.get("prologue", "")
        raw[f"{side}_ephemeral"] = block.get(f"gen_{side}_ephemeral")
        for field in (f"{side}_static", f"{side}_kem_seed"):
            raw[field] = block.get(field)
        raw[f"{side}_psk"] = block.get("preshared_key")
    count = sum(key.startswith("msg_") and key.endswith("_ciphertext") for key in block)
    raw["messages"] = [
        {field: block.get(f"msg_{index}_{field}") for field in ("payload", "ciphertext")}
        for index in range(count)
    ]
    raw["handshake_hash"] = block.get("handshake_hash")
    return raw


def parse_vector(raw: Mapping[str, Any]) -> Vector:
    """Decode one raw vector.

    Raises:
        VectorFailedError: a field is missing or not hexadecimal.
    """
    try:
        return Vector(
            name=str(raw.get("protocol_name") or raw["name"]),
            initiator=_side(raw, "init"),
            responder=_side(raw, "resp"),
            messages=tuple(
                (bytes.fromhex(item["payload"] or ""), bytes.fromhex(item["ciphertext"]))
                for item in raw["messages"]
            ),
            handshake_hash=_hex(raw, "handshake_hash"),
            initiator_speaks_first=bool(raw.get("flynn")),
            fallback=bool(raw.get("fallback")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise VectorFailedError(f"unreadable: {error}") from error


def _side(raw: Mapping[str, Any], side: str) -> Side:
    psks = raw.get(f"{side}_psks") or [raw.get(f"{side}_psk")]
    return Side(
        prologue=_hex(raw, f"{side}_prologue") or b"",
        static=_hex(raw, f"{side}_static"),
        ephemeral=_hex(raw, f"{side}_ephemeral"),
        remote_static=_hex(raw, f"{side}_remote_static"),
        psks=tuple(bytes.fromhex(psk) for psk in psks if psk),
        kem_seed=_hex(raw, f"{side}_kem_seed"),
    )


def _hex(raw: Mapping[str, Any], field: str) -> bytes | None:
    value = raw.get(field)
    return bytes.fromhex(value) if value else None
