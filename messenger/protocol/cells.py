"""Cells: the one size and the one look of everything that crosses an established link.

A cell is CELL_LEN bytes on the wire, ChaCha20-Poly1305 under the key of its direction with the
count of cells as nonce. Its plaintext is a row of segments followed by zeros::

    channel u8 (1…) ‖ length u16 (1…) ‖ length bytes

A cover cell is a cell without segments. Nothing outside the encryption tells it from another.

Source: docs/protocol.md, section 4.
"""

from collections.abc import Iterator
from typing import Final

from messenger.core.errors import DecryptionError, MalformedFrameError, RemoteProtocolError
from messenger.crypto.noise.cipher_state import CipherState
from messenger.crypto.noise.functions import TAG_LEN

CELL_LEN: Final = 512  # bytes on the wire; design section 5
CELL_ROOM: Final = CELL_LEN - TAG_LEN  # bytes of plaintext
SEGMENT_HEADER_LEN: Final = 3  # bytes: channel u8, length u16
COVER_PLAINTEXT: Final = bytes(CELL_ROOM)

_SMALLEST_SEGMENT: Final = SEGMENT_HEADER_LEN + 1


class CellWriter:
    """Writes segments into the plaintext of one cell, one after the other."""

    __slots__ = ("_end", "_plaintext")

    def __init__(self) -> None:
        self._plaintext = bytearray(CELL_ROOM)
        self._end = 0

    @property
    def room(self) -> int:
        """How many bytes the next segment may carry; below 1 the cell is full."""
        return CELL_ROOM - self._end - SEGMENT_HEADER_LEN

    def add(self, channel: int, data: bytes) -> None:
        """Append a segment of 1 to ``room`` bytes."""
        start = self._end + SEGMENT_HEADER_LEN
        self._plaintext[self._end] = channel
        self._plaintext[self._end + 1 : start] = len(data).to_bytes(2, "big")
        self._end = start + len(data)
        self._plaintext[start : self._end] = data

    def plaintext(self) -> bytes:
        """Return the CELL_ROOM bytes to seal."""
        return bytes(self._plaintext)


def read_segments(plaintext: bytes) -> Iterator[tuple[int, bytes]]:
    """Take a plaintext of CELL_ROOM bytes apart into (channel, bytes).

    Raises:
        MalformedFrameError: an empty segment, one that runs past the cell, or padding that is not
            zero: a cell has exactly one meaning and a meaning exactly one padding.
    """
    if plaintext == COVER_PLAINTEXT:
        return
    position = 0
    while position + _SMALLEST_SEGMENT <= CELL_ROOM and plaintext[position]:
        start = position + SEGMENT_HEADER_LEN
        end = start + int.from_bytes(plaintext[position + 1 : start], "big")
        if not start < end <= CELL_ROOM:
            raise MalformedFrameError("a segment is empty or runs past its cell")
        yield plaintext[position], plaintext[start:end]
        position = end
    if plaintext[position:].strip(b"\0"):
        raise MalformedFrameError("the padding of a cell is not zero")


class CellSealer:
    """Seals the cells of one direction.

    A sealed cell may be sealed again with other content as long as it has not left: the same
    counter serves again, and whoever calls must throw the earlier bytes away unseen.
    """

    __slots__ = ("_cipher",)

    def __init__(self, cipher: CipherState) -> None:
        self._cipher = cipher

    def seal(self, plaintext: bytes) -> bytes:
        """Return the CELL_LEN bytes of the cell at the present count."""
        position = self._cipher.nonce
        cell = self._cipher.encrypt_with_ad(b"", plaintext)
        self._cipher.rewind(position)
        return cell

    def cell_left(self) -> None:
        """The cell sealed last is on the wire: its count is used up."""
        self._cipher.rewind(self._cipher.nonce + 1)

    def replace_key(self, cipher: CipherState) -> None:
        """Seal all following cells with another key; the old one is forgotten."""
        self._cipher = cipher

    @property
    def count(self) -> int:
        """Cells that have left under the present key."""
        return self._cipher.nonce


class CellOpener:
    """Cuts the bytes of one direction into cells, however they were split, and opens them."""

    __slots__ = ("_cipher", "_partial")

    def __init__(self, cipher: CipherState) -> None:
        self._cipher = cipher
        self._partial = bytearray()  # less than one cell, between two calls

    @property
    def count(self) -> int:
        """Cells opened under the present key."""
        return self._cipher.nonce

    def replace_key(self, cipher: CipherState) -> None:
        """Open all following cells with another key; the old one is forgotten."""
        self._cipher = cipher

    def receive_data(self, data: bytes | memoryview) -> Iterator[bytes]:
        """Yield the plaintext of each cell that ``data`` completes.

        The caller may call :meth:`replace_key` between two cells. Nothing may be received after
        an error.

        Raises:
            RemoteProtocolError: a cell does not open.
        """
        if len(self._partial) + len(data) < CELL_LEN:
            self._partial += data
            return
        view = memoryview(data)
        start = 0
        if self._partial:
            start = CELL_LEN - len(self._partial)
            self._partial += view[:start]
            whole, self._partial = bytes(self._partial), bytearray()
            yield self._open(whole)
        whole_end = start + (len(view) - start) // CELL_LEN * CELL_LEN
        for position in range(start, whole_end, CELL_LEN):
            yield self._open(bytes(view[position : position + CELL_LEN]))
        self._partial += view[whole_end:]

    def _open(self, cell: bytes) -> bytes:
        try:
            return self._cipher.decrypt_with_ad(b"", cell)
        except DecryptionError as error:
            raise RemoteProtocolError("a cell does not open") from error
