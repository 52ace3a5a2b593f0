"""What others send is written where the person said, under a plain name, and over nothing."""

import os
import stat
import sys
from pathlib import Path

import pytest
from test_transfers import CONTENT, in_state, offered, written
from two_people import Person, play, until

from messenger.core.types import FileState
from messenger.engine import commands as c
from messenger.engine import transfers
from messenger.engine.events import FileSaved
from messenger.store.sealed_files import _part_name

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


async def saved(ben: Person, row: int, place: Path) -> Path:
    await ben.transfers.accept(c.AcceptFile(row, place))
    await in_state(ben, row, FileState.DONE)

    async def told() -> bool:
        return bool(ben.of(FileSaved))

    await until(told)
    (event,) = ben.of(FileSaved)
    assert isinstance(event.path, Path)
    return event.path


@posix
@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "../../../../etc/cron.d/evil",
        "/etc/passwd",
        "..\\..\\evil.exe",
        "C:\\Windows\\evil.exe",
        "..",
        ".bashrc",
        "evil\n.sh",
        "\u202egnp.exe",
        "con.png",
        "~/.ssh/authorized_keys",
        "evil.desktop",
        "file:///tmp/evil",
    ],
)
def test_a_name_leads_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The sender's program does not clean it; ours does."""
    folder = tmp_path / "deep" / "down" / "downloads"
    folder.mkdir(parents=True)
    before = os.umask(0)

    async def story(ada: Person, ben: Person) -> None:
        monkeypatch.setattr(transfers, "clean_file_name", lambda _: name)
        _, offer = await offered(ada, ben, written(tmp_path, CONTENT, "x"))
        path = await saved(ben, offer.row, folder)
        assert path.parent == folder
        assert list(folder.iterdir()) == [path]
        assert path.read_bytes() == CONTENT
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    try:
        play(tmp_path, story)
    finally:
        os.umask(before)
    assert {p.name for p in tmp_path.iterdir()} == {"ada", "ben", "deep", "x"}


@posix
@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_in_its_place_is_not_followed(tmp_path: Path, dangling: bool) -> None:
    victim = tmp_path / "victim"
    if not dangling:
        victim.write_text("mine")
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "plan.pdf").symlink_to(victim)

    async def story(ada: Person, ben: Person) -> None:
        _, offer = await offered(ada, ben, written(tmp_path))
        path = await saved(ben, offer.row, folder / "plan.pdf")
        assert path == folder / "plan (2).pdf"
        assert path.read_bytes() == CONTENT
        assert not path.is_symlink()

    play(tmp_path, story)
    assert (folder / "plan.pdf").is_symlink()
    assert victim.exists() is not dangling
    assert dangling or victim.read_text() == "mine"


@posix
def test_a_link_in_the_place_of_the_unfinished_copy_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "downloads"
    folder.mkdir()

    async def story(ada: Person, ben: Person) -> None:
        _, offer = await offered(ada, ben, written(tmp_path))
        row = offer.row
        file = await ben.store.write(lambda tx: tx.files.find(row))
        assert file is not None
        (folder / _part_name(file.secret.stored)).symlink_to(victim)
        path = await saved(ben, row, folder)
        assert path.read_bytes() == CONTENT

    play(tmp_path, story)
    assert victim.read_text() == "mine"
    assert [p.name for p in folder.iterdir()] == ["plan.pdf"]


@posix
def test_a_folder_in_its_place_gets_it_under_its_own_name(tmp_path: Path) -> None:
    folder = tmp_path / "downloads" / "plan.pdf"
    folder.mkdir(parents=True)

    async def story(ada: Person, ben: Person) -> None:
        _, offer = await offered(ada, ben, written(tmp_path))
        assert await saved(ben, offer.row, folder) == folder / "plan.pdf"

    play(tmp_path, story)
