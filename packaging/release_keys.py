"""Keys that sign releases: each in one file, sealed by a passphrase, and its public half beside.

A key is made on the computer where it stays, and only the ``.pub`` file leaves it. The seal is
Argon2id and XSalsa20-Poly1305 of libsodium.
"""

import json
import os
from pathlib import Path
from typing import Final

import msgspec
import nacl.exceptions
import nacl.pwhash.argon2id as argon
import nacl.secret
import nacl.utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, SSlibKey

FORM: Final = 1
MIN_PASSPHRASE_LEN: Final = 12  # characters; the file may be stolen, and then only this is left
MAX_MEMORY: Final = argon.MEMLIMIT_SENSITIVE  # bytes a stranger's file may make us use


class KeyFileError(Exception):
    """A key file that is none, or a passphrase that does not open it."""


class Sealed(msgspec.Struct, forbid_unknown_fields=True):
    """A key file; bytes are base64."""

    hum_release_key: int
    salt: bytes
    operations: int
    memory: int  # bytes
    sealed: bytes


def make_key(path: Path, passphrase: str, *, memory: int = MAX_MEMORY) -> SSlibKey:
    """Write a new key to ``path`` and its public half to ``path`` with ``.pub`` behind.

    Raises:
        KeyFileError: a file is there already, or the passphrase is too short.
    """
    if len(passphrase) < MIN_PASSPHRASE_LEN:
        raise KeyFileError(f"A passphrase has at least {MIN_PASSPHRASE_LEN} characters.")
    private = Ed25519PrivateKey.generate()
    salt = nacl.utils.random(argon.SALTBYTES)
    operations = argon.OPSLIMIT_MODERATE
    box = nacl.secret.SecretBox(_stretch(passphrase, salt, operations, memory))
    content = Sealed(
        FORM, salt, operations, memory, bytes(box.encrypt(private.private_bytes_raw()))
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileError(f"{path} is there already.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(content))
    public = CryptoSigner(private).public_key
    assert isinstance(public, SSlibKey)
    shown = {"keyid": public.keyid, **public.to_dict()}
    path.with_name(path.name + ".pub").write_text(json.dumps(shown, indent=1) + "\n")
    return public


def open_key(path: Path, passphrase: str) -> CryptoSigner:
    """Open a key.

    Raises:
        KeyFileError: it is none, or the passphrase does not open it.
    """
    try:
        content = msgspec.json.decode(path.read_bytes(), type=Sealed)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path} is no key for releases.") from error
    if content.hum_release_key != FORM or not 0 < content.memory <= MAX_MEMORY:
        raise KeyFileError(f"{path} is no key for releases of this form.")
    try:
        key = _stretch(passphrase, content.salt, content.operations, content.memory)
        raw = nacl.secret.SecretBox(key).decrypt(content.sealed)
        return CryptoSigner(Ed25519PrivateKey.from_private_bytes(raw))
    except (nacl.exceptions.CryptoError, ValueError) as error:
        raise KeyFileError(f"The passphrase does not open {path}.") from error


def read_public(path: Path) -> SSlibKey:
    """Read the public half of a key.

    Raises:
        KeyFileError: it is none.
    """
    try:
        shown = json.loads(path.read_bytes())
        return SSlibKey.from_dict(shown.pop("keyid"), shown)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileError(f"{path} is no public half of a key.") from error


def _stretch(passphrase: str, salt: bytes, operations: int, memory: int) -> bytes:
    size = nacl.secret.SecretBox.KEY_SIZE
    return argon.kdf(size, passphrase.encode(), salt, operations, memory)
