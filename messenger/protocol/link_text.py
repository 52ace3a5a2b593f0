"""The text of a link: a scheme, then base32 with a checksum; what is damaged is named.

Links come through mail, chat programs and paper: case, white space, line breaks and angle brackets
around them do not matter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from messenger.core.errors import InvalidKeyError, LinkDamagedError, LinkTooNewError
from messenger.crypto.checked_base32 import CheckedBase32
from messenger.crypto.noise.functions import X25519

MAX_TEXT_LEN: Final = 4_096  # characters worth looking at, spaces and line breaks included


class Keyed(Protocol):
    """What a link says; it names a key in any case."""

    @property
    def key(self) -> bytes:
        """The X25519 public key of whoever the link leads to."""
        ...


C = TypeVar("C", bound=Keyed)


@dataclass(frozen=True, slots=True)
class LinkText:
    """One kind of link. Its body begins with a byte of version."""

    scheme: str  # with its colon, in lower case
    version: int  # the latest that this program writes
    max_len: int  # bytes with checksum
    text: CheckedBase32

    def encode(self, body: bytes) -> str:
        """Return the link; in upper case it is the same link, for QR codes."""
        return self.scheme + self.text.encode(body)

    def decode(self, text: str) -> bytes:
        """Return the body of a link, whose version is ours or an earlier one.

        Raises:
            LinkDamagedError: it is not a link as it was written; the text says which part to see.
            LinkTooNewError: it was written by a later version of Hum.
        """
        payload = self._payload(text)
        try:
            body = self.text.decode(payload)
        except ValueError:
            raise self._diagnosis(payload) from None
        if body[:1] > bytes([self.version]):
            raise LinkTooNewError("This link was made by a later version of Hum.")
        return body

    def read(
        self, text: str, decode_body: Callable[[bytes], C], encode_body: Callable[[C], bytes]
    ) -> C:
        """Return what a link says, if it is what would be written again in the same way.

        Args:
            decode_body: reads a body with its version; ValueError if it cannot.
            encode_body: writes one.

        Raises:
            LinkDamagedError: it is not a link as it was written; the text says which part to see.
            LinkTooNewError: it was written by a later version of Hum.
            ValueError: its checksum is right, and it says something that nobody would write.
        """
        body = self.decode(text)
        card = decode_body(body)
        try:
            X25519.check_public(card.key)
        except InvalidKeyError as error:
            raise ValueError("not a key") from error
        if encode_body(card) != body:
            raise ValueError("not canonical")
        return card

    def _payload(self, text: str) -> str:
        """Return what follows the scheme, without anything that mail and chat programs add."""
        if len(text) > MAX_TEXT_LEN:
            raise LinkDamagedError("This text is far longer than a link.")
        compact = "".join(text.split()).removeprefix("<").removesuffix(">").lower()
        if not compact:
            raise LinkDamagedError("There is no link here.")
        if not compact.startswith(self.scheme):
            raise LinkDamagedError(
                "The beginning is missing: a link begins with {scheme}.", scheme=self.scheme
            )
        return compact.removeprefix(self.scheme)

    def _diagnosis(self, payload: str) -> LinkDamagedError:
        """Say which part of a payload whose checksum is wrong to look at."""
        too_long = len(payload) * 5 // 8 > self.max_len
        if too_long or any(self.text.fits(payload[:length]) for length in range(1, len(payload))):
            return LinkDamagedError("The end is wrong: something was added to the link.")
        place = self.text.mistyped(payload)
        if place is not None:
            return LinkDamagedError(
                "Character {place} after {scheme} is wrong.", place=place + 1, scheme=self.scheme
            )
        return LinkDamagedError("The end is missing, or more than one character is wrong.")
