"""Tells which sealed files are pictures that can be shown: by their headers, not their names."""

from messenger.core.errors import StoreError
from messenger.core.picture_header import HEAD_LEN, MAX_PICTURE_LEN, read_header
from messenger.protocol.file_chunks import FileCipher
from messenger.store.sealed_files import SealedFiles


def picture_size(files: SealedFiles, stored: str, cipher: FileCipher) -> tuple[int, int] | None:
    """Return the pixels each way of a whole file, as it is shown, or None; blocks for its head."""
    if cipher.size > MAX_PICTURE_LEN:
        return None
    try:
        header = read_header(files.read_plain(stored, cipher, HEAD_LEN))
    except StoreError:
        return None
    return header.shown_size if header is not None and header.fits else None
