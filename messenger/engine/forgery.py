"""Forged transcripts as files: made, read, checked.

The file is JSON and holds the forger's private key, as a real one would: it is a demonstration.
Source: docs/deniability.md.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from messenger.core.clock import SystemClock
from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import CryptoError, InputError, ProtocolError
from messenger.crypto.fingerprint import fingerprint, parse_fingerprint
from messenger.crypto.noise import KeyPair
from messenger.engine.forged_talk import forge
from messenger.protocol.card import decode_link
from messenger.protocol.transcript import Line, Passed, Secrets, Step, Transcript, check

FORMAT: Final = "hum transcript 2"
GAP_MS: Final = 20_000  # between two made-up messages


def forge_file(peer: str | None, lines: Sequence[tuple[bool, str]], path: Path) -> str:
    """Make up a conversation and write it to ``path``; return the fingerprint of the other side.

    Args:
        peer: link or fingerprint of somebody, or None for somebody made up.
        lines: (whether we say it, what is said), in order.

    Raises:
        InputError: a link that is none, or a file that cannot be written.
    """
    key = KeyPair.generate().public if peer is None else read_key(peer)
    now = SystemClock().unix_ms() - GAP_MS * len(lines)
    said = [Line(mine, now + GAP_MS * at, text) for at, (mine, text) in enumerate(lines)]
    try:
        transcript = forge(KeyPair.generate(), key, said)
    except (ValueError, CryptoError) as error:
        raise InputError("This cannot be said: a line is too long, or the key is none.") from error
    try:
        path.write_text(_to_json(transcript), encoding="ascii")
    except OSError as error:
        raise InputError(
            "The file cannot be written ({reason}).", reason=error.strerror or ""
        ) from error
    return fingerprint(key)


def check_file(path: Path) -> tuple[str, str, tuple[Line, ...]]:
    """Check a transcript; return both fingerprints and what was said.

    Raises:
        InputError: it is no transcript, or does not hold together.
    """
    try:
        transcript = _from_json(path.read_bytes())
        lines = check(transcript)
        own = fingerprint(KeyPair.from_private(transcript.secrets.identity).public)
        return own, fingerprint(transcript.peer), lines
    except OSError as error:
        raise InputError(
            "The file cannot be read ({reason}).", reason=error.strerror or ""
        ) from error
    except (ProtocolError, CryptoError, ValueError, *DECODE_ERRORS) as error:
        raise InputError("This transcript does not verify.") from error


def read_key(text: str) -> bytes:
    """Read the public key of a link or fingerprint.

    Raises:
        InputError: it is neither.
    """
    return decode_link(text).key if text.lower().startswith("hum:") else parse_fingerprint(text)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """The file; bytes stand there in base64."""

    format: str
    peer: bytes
    secrets: Secrets
    flights: tuple[bytes, bytes, bytes]
    cells: tuple[Passed, ...]
    steps: tuple[Step, ...]


def _to_json(transcript: Transcript) -> str:
    file = _File(
        FORMAT,
        transcript.peer,
        transcript.secrets,
        transcript.flights,
        transcript.cells,
        transcript.steps,
    )
    return json.dumps(msgspec.to_builtins(file), indent=1) + "\n"


def _from_json(data: bytes) -> Transcript:
    file = msgspec.json.decode(data, type=_File)
    if file.format != FORMAT:
        raise ValueError("not a transcript of this version")
    return Transcript(file.peer, file.secrets, file.flights, file.cells, file.steps)
