"""Where a file is saved when its name is taken, also if a contact chose the longest name."""

import io
from pathlib import Path

import pytest

from messenger.core.types import MAX_FILE_NAME_LEN
from messenger.protocol.file_chunks import FileCipher
from messenger.store.sealed_files import SealedFiles, new_name

CONTENT = b"what is in it"
CIPHER = FileCipher(bytes(32), bytes(16), len(CONTENT))


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "n" * (MAX_FILE_NAME_LEN - 4) + ".txt",
        "n" * MAX_FILE_NAME_LEN,
        "ü" * 125 + "n.txt",
        "n." + "s" * (MAX_FILE_NAME_LEN - 2),
    ],
)
def test_a_taken_name_gets_a_number_and_replaces_nothing(tmp_path: Path, name: str) -> None:
    files, stored, folder = SealedFiles(tmp_path / "files"), new_name(), tmp_path / "saved"
    folder.mkdir()
    files.seal(io.BytesIO(CONTENT), stored, CIPHER)
    (folder / name).write_bytes(b"was here before")
    places = {files.save(stored, CIPHER, folder / name) for _ in range(2)}
    assert len(places) == 2
    assert {place.read_bytes() for place in places} == {CONTENT}
    assert (folder / name).read_bytes() == b"was here before"
    assert len(list(folder.iterdir())) == 3
