"""Base32 text with a checksum that can say where it was mistyped.

People read these texts aloud, type them and copy them incompletely. The checksum tells that
something is wrong; trying every other character at every place tells what, if it was only one.
It is never corrected silently.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from messenger.core.ids import base32_decode, base32_encode

ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648, section 6, in lower case
_BITS: Final = 5  # of one character
_EITHER_CASE: Final = frozenset(ALPHABET + ALPHABET.upper())


@dataclass(frozen=True, slots=True)
class CheckedBase32:
    """One kind of text: base32 of a body followed by its checksum."""

    label: bytes  # says what the text is, so that no text of one kind passes for another
    checksum_len: int  # bytes

    def checksum(self, body: bytes) -> bytes:
        """Return ``checksum_len`` bytes over label and body."""
        return hashlib.sha256(self.label + body).digest()[: self.checksum_len]

    def encode(self, body: bytes) -> str:
        """Return lower-case text without padding."""
        return base32_encode(body + self.checksum(body))

    def decode(self, text: str) -> bytes:
        """Return the body of ``text``, in either case.

        Raises:
            ValueError: the text is not exactly what :meth:`encode` makes.
        """
        if not text.isascii():  # a few other letters become ASCII ones in upper case
            raise ValueError("not base32")
        data = base32_decode(text)
        body, checksum = data[: -self.checksum_len], data[-self.checksum_len :]
        if checksum != self.checksum(body):
            raise ValueError("the checksum does not match")
        return body

    def mistyped(self, text: str) -> int | None:
        """Return the place of the one character that is wrong; None if that is not the matter."""
        for place, character in enumerate(text):
            if character not in _EITHER_CASE:
                return place
        length, stray = divmod(len(text) * _BITS, 8)
        if stray >= _BITS or length <= self.checksum_len:
            return None  # characters are missing or too many
        values = [ALPHABET.index(character) for character in text.lower()]
        whole = int("".join(f"{value:05b}" for value in values), 2)
        for place, value in enumerate(values):
            shift = (len(text) - 1 - place) * _BITS
            rest = whole - (value << shift)
            for other in range(1 << _BITS):
                number, unused = divmod(rest + (other << shift), 1 << stray)
                if not unused and self._matches(number.to_bytes(length, "big")):
                    return place
        return None

    def _matches(self, data: bytes) -> bool:
        split = len(data) - self.checksum_len
        return self.checksum(data[:split]) == data[split:]

    def fits(self, text: str) -> bool:
        """Whether :meth:`decode` would accept ``text``."""
        try:
            self.decode(text)
        except ValueError:
            return False
        return True
