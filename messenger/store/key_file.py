"""The key file: a versioned envelope around the slots that hold the database key.

Layout: MAGIC ‖ version u16 big-endian ‖ msgpack body ‖ BLAKE2b-256 of all before. The digest finds
damage, not forgery; each slot authenticates itself.
"""

import contextlib
import hashlib
from pathlib import Path
from typing import Final

import msgspec

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import StoreCorruptError, StoreError, StoreTooNewError
from messenger.store.atomic import write_atomically
from messenger.store.files import KEY_COPY_NAME, KEY_FILE_NAME

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
    """Read the key file of a profile folder, or its second copy where it is damaged or gone.

    Unlike :func:`load_first_key_file`, which reads no copy.

    Raises:
        FileNotFoundError: there is none.
        StoreCorruptError: it is damaged, and so is the copy.
        StoreTooNewError: a later version of Hum wrote it.
        StoreError: it cannot be read.
    """
    try:
        return load_first_key_file(folder)
    except (FileNotFoundError, StoreCorruptError):
        with contextlib.suppress(FileNotFoundError, StoreError):
            return _load(folder / KEY_COPY_NAME)
        raise


def load_first_key_file(folder: Path) -> KeyFile:
    """Read the key file itself; raises as :func:`load_key_file`."""
    return _load(folder / KEY_FILE_NAME)


def save_key_file(folder: Path, key_file: KeyFile) -> None:
    """Replace the key file, then its copy; a crash leaves the old file or the new one."""
    content = encode_key_file(key_file)
    write_atomically(folder / KEY_FILE_NAME, content)
    try:
        write_atomically(folder / KEY_COPY_NAME, content)
    except StoreError:  # no copy is better than one with slots that were given up
        (folder / KEY_COPY_NAME).unlink(missing_ok=True)


def remove_key_file(folder: Path) -> None:
    """Remove the key file of a profile that never came to be."""
    (folder / KEY_FILE_NAME).unlink(missing_ok=True)
    (folder / KEY_COPY_NAME).unlink(missing_ok=True)


def mend_key_file(folder: Path, key_file: KeyFile) -> bool:
    """Make file and copy both be ``key_file``; tell whether the file itself was not.

    Raises:
        FolderNotWritableError: the file cannot be written; the copy stays.
    """
    wanted = encode_key_file(key_file)
    damaged = _content(folder / KEY_FILE_NAME) != wanted
    if damaged or _content(folder / KEY_COPY_NAME) != wanted:
        save_key_file(folder, key_file)
    return damaged


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(KEY_FILE_MAX_LEN + 1)
    except OSError:
        return None


def _load(path: Path) -> KeyFile:
    try:
        with path.open("rb") as file:
            content = file.read(KEY_FILE_MAX_LEN + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreError("the key file cannot be read") from error
    return decode_key_file(content)


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
    except DECODE_ERRORS as error:
        raise StoreCorruptError("the key file is damaged") from error
    names = [slot_name(slot) for slot in key_file.slots]
    if encode_key_file(key_file) != content or not names or len(set(names)) != len(names):
        raise StoreCorruptError("the key file is damaged")
    return key_file


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_LEN).digest()
