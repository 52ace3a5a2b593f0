"""A file that was being saved when the program was killed is there once, and nothing beside it."""

import errno
import io
import os
from pathlib import Path

import pytest

from messenger.protocol.file_chunks import CHUNK_LEN, FileCipher
from messenger.store.sealed_files import SealedFiles, new_name, open_regular

CONTENT = os.urandom(2 * CHUNK_LEN + 5)
CIPHER = FileCipher(bytes(32), bytes(16), len(CONTENT))


class Killed(BaseException):
    """The program ends here: nothing behind it is done."""


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[SealedFiles, str]:
    files, stored = SealedFiles(tmp_path / "files"), new_name()
    files.seal(io.BytesIO(CONTENT), stored, CIPHER)
    return files, stored


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "saved").mkdir()
    return tmp_path / "saved"


def kill_in(monkeypatch: pytest.MonkeyPatch, call: str, *, after: bool) -> None:
    """Stop at one call of ``os``, and at every removal from then on."""
    real = getattr(os, call)

    def struck(*arguments: object, **options: object) -> None:
        if after:
            real(*arguments, **options)
        monkeypatch.setattr(Path, "unlink", dead)
        raise Killed

    def dead(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(os, call, struck)


@pytest.mark.parametrize(("call", "after"), [("fsync", False), ("link", False), ("link", True)])
def test_what_a_kill_left_is_finished_once(
    sealed: tuple[SealedFiles, str], folder: Path, call: str, after: bool
) -> None:
    files, stored = sealed
    with pytest.MonkeyPatch.context() as patch:
        kill_in(patch, call, after=after)
        with pytest.raises(Killed):
            files.save(stored, CIPHER, folder / "a.bin")
    assert list(folder.iterdir()), "nothing was interrupted"
    assert files.save(stored, CIPHER, folder / "a.bin", after_a_crash=True) == folder / "a.bin"
    assert list(folder.iterdir()) == [folder / "a.bin"]
    assert (folder / "a.bin").read_bytes() == CONTENT


def test_what_was_there_before_is_not_taken_for_ours(
    sealed: tuple[SealedFiles, str], folder: Path
) -> None:
    files, stored = sealed
    (folder / "a.bin").write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    os.mkfifo(folder / "a (2).bin")
    (folder / "a (3).bin").mkdir()
    (folder / "elsewhere").write_bytes(CONTENT)
    (folder / "a (4).bin").symlink_to(folder / "elsewhere")
    place = files.save(stored, CIPHER, folder / "a.bin", after_a_crash=True)
    assert place.name == "a (5).bin"
    assert files.save(stored, CIPHER, folder / "a.bin", after_a_crash=True) == place


def test_without_hard_links_no_half_file_ever_has_the_name(
    sealed: tuple[SealedFiles, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    files, stored = sealed
    monkeypatch.setattr(os, "link", no_links)
    first = files.save(stored, CIPHER, folder / "a.bin")
    second = files.save(stored, CIPHER, folder / "a.bin")
    assert [first.name, second.name] == ["a.bin", "a (2).bin"]
    assert first.read_bytes() == second.read_bytes() == CONTENT
    assert len(list(folder.iterdir())) == 2


def test_a_pipe_where_a_file_was_does_not_hold_the_reader_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", tmp_path, Path("/dev/null")):
        with pytest.raises(OSError, match="not a file"):
            open_regular(place)
