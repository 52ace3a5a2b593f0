"""Random ids and the base32 alphabet in which people see keys."""

import base64
import binascii
import secrets
from typing import Final

from messenger.core.types import MESSAGE_ID_LEN, MessageId


def new_message_id() -> MessageId:
    """Draw MESSAGE_ID_LEN random bytes."""
    return MessageId(secrets.token_bytes(MESSAGE_ID_LEN))


RUN_LEN: Final = 16  # bytes


def new_run() -> bytes:
    """Draw the id of one start of the program, RUN_LEN random bytes."""
    return secrets.token_bytes(RUN_LEN)


def base32_encode(data: bytes) -> str:
    """Encode in lower-case RFC 4648 base32 without padding."""
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def base32_decode(text: str) -> bytes:
    """Decode what :func:`base32_encode` wrote, in either case.

    Raises:
        ValueError: a character outside the alphabet, an impossible length, or stray bits, so
            that two different texts never decode to the same bytes (but for their case).
    """
    if not text.isascii():  # "ı".upper() is "I"
        raise ValueError("not base32")
    upper = text.upper()
    try:
        data = base64.b32decode(upper + "=" * (-len(upper) % 8))
    except binascii.Error as error:
        raise ValueError("not base32") from error
    if base32_encode(data).upper() != upper:
        raise ValueError("stray bits at the end of base32")
    return data
