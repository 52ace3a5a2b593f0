"""The key file: a versioned envelope around the slots that hold the database key.

Layout: MAGIC ‖ version u16 big-endian ‖ msgpack body ‖ BLAKE2b-256 of all before. The digest finds
damage, not forgery; each slot authenticates itself.
"""

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from messenger.core.errors import StoreCorruptError, StoreError, StoreTooNewError
from messenger.store.atomic import write_atomically
from messenger.store.files import KEY_FILE_NAME

KEY_FILE_VERSION: Final = 1
KEY_FILE_MAX_LEN: Final = 65_536  # bytes; ours are under 1 KiB

_MAGIC: Final = b"HUMKEYS\n"
_DIGEST_LEN: Final = 32  # bytes, in every version
_HEAD_LEN: Final = len(_MAGIC) + 2


class KeyringSlot(msgspec.Struct, frozen=True, array_like=True, tag="keyring"):
    """Opened by a random 32-byte secret in a keyring of the operating system."""

    backend: str  # keyring.Allowed.name
    entry: str  # under which the keyring has the secret
    box: bytes


class PassphraseSlot(msgspec.Struct, frozen=True, array_like=True, tag="passphrase"):
    """Opened by a passphrase through Argon2id."""

    passes: int
    memory_len: int  # bytes
    salt: bytes
    box: bytes


class RecoverySlot(msgspec.Struct, frozen=True, array_like=True, tag="recovery"):
    """Opened by the recovery code."""

    box: bytes


Slot = KeyringSlot | PassphraseSlot | RecoverySlot
SLOT_NAMES: Final = ("keyring", "passphrase", "recovery")


class KeyFile(msgspec.Struct, frozen=True, array_like=True):
    """What the file holds; a new value for each change."""

    profile: bytes  # random id of the profile, PROFILE_ID_LEN bytes
    check: bytes  # tells the right database key from a wrong one
    complete: bool  # a database was made for it
    slots: list[Slot]  # at most one of each kind


PROFILE_ID_LEN: Final = 16  # bytes


def slot_name(slot: Slot) -> str:
    """Return the name of a slot's kind."""
    return str(slot.__struct_config__.tag)


def load_key_file(folder: Path) -> KeyFile:
    """Read the key file of a profile folder.

    Raises:
        FileNotFoundError: there is none.
        StoreCorruptError: it is damaged.
        StoreTooNewError: a later version of Hum wrote it.
        StoreError: it cannot be read.
    """
    try:
        with (folder / KEY_FILE_NAME).open("rb") as file:
            content = file.read(KEY_FILE_MAX_LEN + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreError("the key file cannot be read") from error
    return decode_key_file(content)


def save_key_file(folder: Path, key_file: KeyFile) -> None:
    """Replace the key file; a crash leaves the old one or the new one."""
    write_atomically(folder / KEY_FILE_NAME, encode_key_file(key_file))


def encode_key_file(key_file: KeyFile) -> bytes:
    """Return the bytes of the file."""
    body = msgspec.msgpack.encode(key_file)
    content = _MAGIC + KEY_FILE_VERSION.to_bytes(2, "big") + body
    return content + _digest(content)


def decode_key_file(content: bytes) -> KeyFile:
    """Read what :func:`encode_key_file` wrote, and nothing else."""
    inner, digest = content[:-_DIGEST_LEN], content[-_DIGEST_LEN:]
    if not inner.startswith(_MAGIC) or len(content) > KEY_FILE_MAX_LEN or digest != _digest(inner):
        raise StoreCorruptError("the key file is damaged")
    version = int.from_bytes(inner[len(_MAGIC) : _HEAD_LEN], "big")
    if version > KEY_FILE_VERSION:
        raise StoreTooNewError("the key file was written by a later version of Hum")
    try:
        key_file = msgspec.msgpack.decode(inner[_HEAD_LEN:], type=KeyFile)
    except msgspec.MsgspecError as error:
        raise StoreCorruptError("the key file is damaged") from error
    names = [slot_name(slot) for slot in key_file.slots]
    if encode_key_file(key_file) != content or not names or len(set(names)) != len(names):
        raise StoreCorruptError("the key file is damaged")
    return key_file


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_LEN).digest()
