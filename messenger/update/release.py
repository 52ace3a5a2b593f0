"""What is signed about a package beside its size and hashes: its version and what is new."""

import re
from typing import Annotated, Any, Final

import msgspec

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import UpdateMissingError, UpdateUnreadableError
from messenger.core.frozen import frozen
from messenger.update.limits import MAX_NOTES_LEN, MAX_PACKAGE_LEN
from messenger.update.version import is_newer, read_version

_UNSEEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Custom(msgspec.Struct, frozen=True):
    """The field ``custom`` of a package in the targets metadata; docs/updates.md."""

    version: Annotated[str, msgspec.Meta(max_length=32)]
    platform: Annotated[str, msgspec.Meta(max_length=64)]
    notes: Annotated[str, msgspec.Meta(max_length=MAX_NOTES_LEN)] = ""


@frozen
class Release:
    """The newest published package for this installation."""

    version: str
    notes: str  # plain text for a person; lines end in \\n, no other control characters
    size: int  # bytes
    newer: bool  # than the program that asks


def read_release(custom: Any, size: int, *, system: str, own_version: str) -> Release:
    """Read what was signed about a package.

    Raises:
        UpdateUnreadableError: a field is missing or makes no sense.
        UpdateMissingError: the package is for another system than its name says.
    """
    try:
        read = msgspec.convert(custom, Custom)
    except DECODE_ERRORS as error:
        raise UpdateUnreadableError("What is said about the package makes no sense.") from error
    if read.platform != system:
        raise UpdateMissingError(
            "The package is for {other}, and this is {system}.",
            other=ascii(read.platform),
            system=system,
        )
    if not 0 < size <= MAX_PACKAGE_LEN:
        raise UpdateUnreadableError("The package has a size that no package has.")
    read_version(read.version)
    notes = _UNSEEN.sub("", read.notes).strip()
    return Release(read.version, notes, size, is_newer(read.version, own_version))
