"""Signatures of release keys under a manifest, kept in a file of their own beside it.

The keys are those that sign updates (the role ``targets`` of the trusted root), and as many of
them must have signed as that role asks for. What is signed is the manifest in a DSSE envelope, so
that a signature under it can never pass for one under anything else.

Source: DSSE 1.0.2, https://github.com/secure-systems-lab/dsse; TUF specification 1.0.
"""

import base64
import binascii
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import ManifestSignatureError
from messenger.core.program import resource_dir

if TYPE_CHECKING:
    from securesystemslib.signer import Signer

PAYLOAD_TYPE: Final = "application/vnd.hum.manifest.1+jsonl"
MAX_SIGNATURES_LEN: Final = 64 << 10  # bytes
ROLE: Final = "targets"


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keyid: Annotated[str, Meta(max_length=128)]
    sig: Annotated[str, Meta(max_length=8192)]  # base64


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    payload_type: str
    signatures: Annotated[tuple[_Signature, ...], Meta(max_length=32)]


def trusted_root() -> bytes | None:
    """Return the root that this program was built with; None before there are release keys."""
    try:
        return (resource_dir() / "update" / "root.json").read_bytes()
    except OSError:
        return None


def add_signature(manifest: bytes, signatures: bytes | None, signer: "Signer") -> bytes:
    """Return the signatures with one more; one by the same key is replaced.

    Raises:
        ManifestSignatureError: the ones before are no signatures.
    """
    from securesystemslib.dsse import Envelope  # noqa: PLC0415  for the release tool only

    made = Envelope(manifest, PAYLOAD_TYPE, {}).sign(signer)
    before = _decode(signatures).signatures if signatures is not None else ()
    own = _Signature(made.keyid, base64.b64encode(bytes.fromhex(made.signature)).decode())
    kept = [each for each in before if each.keyid != own.keyid]
    every = tuple(sorted([*kept, own], key=lambda each: each.keyid))
    return msgspec.json.format(msgspec.json.encode(_File(PAYLOAD_TYPE, every)), indent=1) + b"\n"


def check_signatures(manifest: bytes, signatures: bytes, root: bytes) -> None:
    """Return if enough release keys of a trusted root have signed these bytes.

    Args:
        root: TUF root metadata, trusted as it is; that it may have expired does not matter here.

    Raises:
        ManifestSignatureError: they have not.
    """
    # Only who checks pays for the import, and no start of the program does.
    from securesystemslib.dsse import Envelope  # noqa: PLC0415
    from securesystemslib.exceptions import VerificationError  # noqa: PLC0415
    from securesystemslib.signer import Signature  # noqa: PLC0415
    from tuf.api.exceptions import RepositoryError  # noqa: PLC0415
    from tuf.api.metadata import Metadata, Root  # noqa: PLC0415

    try:
        trusted = Metadata[Root].from_bytes(root).signed
        role = trusted.roles[ROLE]
        keys = [trusted.keys[keyid] for keyid in role.keyids]
    except (RepositoryError, KeyError, AttributeError, TypeError) as error:
        raise ManifestSignatureError("The trusted root is damaged.") from error
    given = {
        each.keyid: Signature(each.keyid, _hex(each.sig)) for each in _decode(signatures).signatures
    }
    try:
        Envelope(manifest, PAYLOAD_TYPE, given).verify(keys, role.threshold)
    except (VerificationError, ValueError) as error:
        raise ManifestSignatureError(
            "The manifest does not carry the signatures of enough release keys."
        ) from error


def _decode(signatures: bytes) -> _File:
    if len(signatures) > MAX_SIGNATURES_LEN:
        raise ManifestSignatureError("The signatures of the manifest are too long.")
    try:
        found = msgspec.json.decode(signatures, type=_File)
    except DECODE_ERRORS as error:
        raise ManifestSignatureError("The signatures of the manifest are damaged.") from error
    if found.payload_type != PAYLOAD_TYPE:
        raise ManifestSignatureError("The signatures are not those of a manifest.")
    return found


def _hex(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).hex()
    except (binascii.Error, ValueError) as error:
        raise ManifestSignatureError("The signatures of the manifest are damaged.") from error
