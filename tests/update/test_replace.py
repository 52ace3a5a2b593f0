"""A new program takes the place of the old one: whole, tried out, and with a way back."""

import errno
import itertools
import os
import re
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from update_publisher import Publisher, copied, packed, portable, small_package

from messenger.core.errors import UpdateInstallError, UpdateMissingError
from messenger.update import replace as replacing
from messenger.update.apply import prepare
from messenger.update.installation import Installation, Kind, portable_in, this_installation
from messenger.update.job import Job
from messenger.update.manifest import MANIFEST_NAME
from messenger.update.replace import go_back, others_running, switch, unpack
from messenger.update.updates import Updates


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The old program, in a folder that a person has named."""
    return portable(tmp_path / "old", "0.1.0").rename(tmp_path / "My Hum")


@pytest.fixture
def ready(tmp_path: Path, publisher: Publisher, updates: Updates, program: Path) -> Updates:
    """Version 0.3.0 is published as a real package, and downloaded."""
    publisher.release("0.3.0", packed(portable(tmp_path / "new", "0.3.0")))
    own = replace(updates, installed=portable_in(program))
    own = replace(own, installed=replace(own.installed, system=updates.installed.system))
    own.download(Job())
    return own


def version_of(program: Path) -> str:
    told = subprocess.run([program / "hum"], capture_output=True, text=True, check=True).stdout
    return told.split()[1]


def siblings(program: Path) -> set[str]:
    return {path.name for path in program.parent.iterdir() if program.name in path.name}


def test_from_check_to_the_new_program_and_back(ready: Updates, program: Path) -> None:
    assert ready.installed.version == "0.1.0"
    prepared = prepare(ready, Job())
    assert (prepared.version, prepared.folder) == ("0.3.0", program)
    assert version_of(program) == "0.1.0", "nothing has moved yet"
    old = switch(program)
    assert version_of(program) == "0.3.0"
    assert (program / "_internal/lib.so").read_bytes() == b"0.3.0" * 5000
    assert version_of(old) == "0.1.0"
    assert siblings(program) == {"My Hum", "My Hum.previous"}
    assert go_back(program) == program
    assert version_of(program) == "0.1.0"
    assert go_back(old) == program, "also when the other one is asked"
    assert version_of(program) == "0.3.0"


def test_where_folders_cannot_be_exchanged_in_one_step(
    ready: Updates, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing.sys, "platform", "darwin")
    prepare(ready, Job())
    assert version_of(switch(program)) == "0.1.0"
    assert version_of(program) == "0.3.0"


@pytest.mark.parametrize(
    ("system", "failing"), [("linux", 1), ("linux", 2), *(("darwin", n) for n in range(1, 7))]
)
def test_an_exchange_that_fails_anywhere_leaves_both_programs_where_they_were(
    ready: Updates,
    program: Path,
    tmp_path: Path,
    system: str,
    failing: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On Linux the exchanges fail, elsewhere each rename of theirs."""
    previous = program.with_name("My Hum.previous")
    portable(tmp_path / "older", "0.0.9").rename(previous)
    prepare(ready, Job())
    owner, name = (replacing, "_exchange") if system == "linux" else (Path, "rename")
    monkeypatch.setattr(replacing.sys, "platform", system)
    monkeypatch.setattr(owner, name, fails_once(getattr(owner, name), failing))
    with pytest.raises(UpdateInstallError, match="cannot be replaced"):
        switch(program)
    assert version_of(program) == "0.1.0"
    assert version_of(previous) == "0.0.9"
    assert siblings(program) == {"My Hum", "My Hum.next", "My Hum.previous"}
    assert version_of(switch(program)) == "0.1.0", "and the next try goes through"
    assert version_of(program) == "0.3.0"
    assert siblings(program) == {"My Hum", "My Hum.previous"}


def fails_once(act: Callable[..., Any], failing: int) -> Callable[..., Any]:
    """Return what does the same, but for the call of this number, from 1."""
    calls = itertools.count(1)

    def acted(*args: Any) -> Any:
        if next(calls) == failing:
            raise OSError(errno.EIO, "the disk")
        return act(*args)

    return acted


@pytest.mark.parametrize(
    ("kept", "named"),
    [
        (["data/profiles/default/messages.db", "data/profiles/default/keys"], "data (1 in all)"),
        (["notes.txt"], "notes.txt (1 in all)"),
        (["_internal/messenger.log"], "_internal/messenger.log (1 in all)"),
        (["a", "b/x", "b/y", "c", "d"], "a, b, c (4 in all)"),
        (["a\nhum: all is well"], "a\\nhum: all is well (1 in all)"),
        (["my/__pycache__/code.pyc", "my/code.py"], "my (1 in all)"),
    ],
)
@pytest.mark.parametrize("place", ["My Hum", "My Hum.previous"])
def test_what_is_not_of_hum_is_neither_carried_off_nor_removed(
    ready: Updates, program: Path, tmp_path: Path, place: str, kept: list[str], named: str
) -> None:
    portable(tmp_path / "older", "0.0.9").rename(program.with_name("My Hum.previous"))
    folder = program.with_name(place)
    for path in kept:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("mine")
    before = everything(tmp_path)
    for refused in (
        lambda: prepare(ready, Job()),
        lambda: switch(program),
        lambda: go_back(folder),
    ):
        with pytest.raises(UpdateInstallError, match=re.escape(f": {named}. Move")) as error:
            refused()
        assert error.value.parts["folder"] == str(folder)
    assert everything(tmp_path) == before


def everything(folder: Path) -> set[Path]:
    """Return every path below a folder but those of updates themselves."""
    return {path for path in folder.rglob("*") if "profile" not in path.parts}


def test_what_python_makes_again_is_not_missed(ready: Updates, program: Path) -> None:
    compiled = program / "_internal/__pycache__/lib.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"compiled")
    prepare(ready, Job())
    switch(program)
    assert version_of(program) == "0.3.0"


@pytest.mark.parametrize("listed", [None, b"", b"{}"])
def test_a_program_without_its_list_of_files_is_left_alone(
    ready: Updates, program: Path, listed: bytes | None
) -> None:
    if listed is None:
        (program / MANIFEST_NAME).unlink()
    else:
        (program / MANIFEST_NAME).write_bytes(listed)
    with pytest.raises(UpdateInstallError, match="missing or damaged"):
        prepare(ready, Job())
    assert siblings(program) == {"My Hum"}


def test_what_was_not_downloaded_is_not_applied(ready: Updates, program: Path) -> None:
    next(ready.folder.glob("hum-*")).unlink()
    with pytest.raises(UpdateMissingError, match=r"0\.3\.0"):
        prepare(ready, Job())
    assert siblings(program) == {"My Hum"}


def test_what_was_changed_after_the_download_is_not_applied(ready: Updates, program: Path) -> None:
    package = next(ready.folder.glob("hum-*"))
    evil = packed(portable(package.parent / "evil", "0.3.0"), package.with_name("evil.tar.zst"))
    evil.replace(package)
    with pytest.raises(UpdateMissingError):
        prepare(ready, Job())
    assert siblings(program) == {"My Hum"}


def test_a_program_that_does_not_run_here_takes_nobodys_place(
    tmp_path: Path, publisher: Publisher, ready: Updates, program: Path
) -> None:
    publisher.release("0.4.0", packed(portable(tmp_path / "broken", "0.4.0", runs=False)))
    ready.download(Job())
    with pytest.raises(UpdateInstallError, match="does not run"):
        prepare(ready, Job())
    assert siblings(program) == {"My Hum"}
    assert version_of(program) == "0.1.0"


def test_the_program_of_another_version_than_was_signed(
    tmp_path: Path, publisher: Publisher, ready: Updates
) -> None:
    publisher.release("0.5.0", packed(portable(tmp_path / "lying", "0.1.0")))
    ready.download(Job())
    with pytest.raises(UpdateInstallError):
        prepare(ready, Job())


def test_a_package_that_is_no_archive(
    tmp_path: Path, publisher: Publisher, ready: Updates, program: Path
) -> None:
    publisher.release("0.6.0", small_package(tmp_path, "0.6.0"))
    ready.download(Job())
    with pytest.raises(UpdateInstallError):
        prepare(ready, Job())
    assert siblings(program) == {"My Hum"}


@pytest.mark.parametrize("inside", ["../outside", "/tmp-outside", "link", "device", "two"])
def test_an_archive_that_reaches_out(tmp_path: Path, program: Path, inside: str) -> None:
    plain = tmp_path / "evil.tar"
    with tarfile.open(plain, "w") as tar:
        member = tarfile.TarInfo(f"hum/{inside}" if inside == "link" else inside)
        if inside == "link":
            member.type, member.linkname = tarfile.SYMTYPE, "../../../etc/passwd"
        elif inside == "device":
            member.type = tarfile.CHRTYPE
        elif inside == "two":
            tar.addfile(tarfile.TarInfo("another"))
        tar.addfile(member)
    subprocess.run(["zstd", "-q", plain], check=True)
    with plain.with_name("evil.tar.zst").open("rb") as package, pytest.raises(UpdateInstallError):
        unpack(package, program, "0.3.0")
    assert siblings(program) == {"My Hum"}
    assert not (tmp_path / "outside").exists()


def test_more_files_than_a_program_has(
    tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "MAX_FILE_COUNT", 2)
    archive = packed(portable(tmp_path / "new", "0.3.0"))
    with archive.open("rb") as package, pytest.raises(UpdateInstallError, match="more than"):
        unpack(package, program, "0.3.0")


def test_without_zstd_it_says_so(
    tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = packed(portable(tmp_path / "new", "0.3.0"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with archive.open("rb") as package, pytest.raises(UpdateInstallError, match="zstd"):
        unpack(package, program, "0.3.0")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else(tmp_path: Path, program: Path) -> None:
    archive = packed(portable(tmp_path / "new", "0.3.0"))
    program.parent.chmod(0o500)
    try:
        with archive.open("rb") as package, pytest.raises(UpdateInstallError):
            unpack(package, program, "0.3.0")
    finally:
        program.parent.chmod(0o700)


def test_a_program_that_runs_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "running"
    folder.mkdir()
    sleeper = folder / "sleep"
    sleeper.write_bytes(Path("/bin/sleep").resolve().read_bytes())
    sleeper.chmod(0o755)
    assert not others_running(folder)
    with subprocess.Popen(["/bin/sh", "-c", f"'{sleeper}' 60 & echo $!; wait"], text=True,
                          stdout=subprocess.PIPE) as shell:  # fmt: skip
        assert shell.stdout is not None
        child = int(shell.stdout.readline())
        while not (Path(f"/proc/{child}/exe").exists() and others_running(folder)):
            assert shell.poll() is None
        os.kill(child, 9)
    with subprocess.Popen([sleeper, "60"]) as helper:
        while Path(f"/proc/{helper.pid}/exe").resolve() != sleeper.resolve():
            assert helper.poll() is None
        assert not others_running(folder), "our own helpers end with us"
        helper.kill()


def test_a_package_of_the_system_is_left_to_root(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    deb = small_package(tmp_path, "0.3.0").rename(tmp_path / "hum_0.3.0_amd64.deb")
    publisher.release("0.3.0", deb)
    own = replace(updates, installed=replace(updates.installed, kind=Kind.DEBIAN))
    path = own.download(Job())
    prepared = prepare(own, Job())
    assert prepared.folder is None
    assert prepared.command == f"sudo apt install {path}"


def test_this_program_comes_from_its_sources() -> None:
    assert this_installation().kind is Kind.SOURCES


@pytest.mark.parametrize(
    ("place", "kind"), [("/usr/lib/hum/hum", Kind.DEBIAN), ("/opt/hum/hum", Kind.PORTABLE)]
)
def test_a_frozen_program_knows_how_it_came(
    place: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.executable", place)
    found = this_installation()
    assert (found.kind, found.folder) == (kind, Path(place).parent)


def test_going_back_where_nothing_was_replaced(program: Path) -> None:
    with pytest.raises(UpdateInstallError, match="no former"):
        go_back(program)
    copied(program, program.with_name("My Hum.previous"))
    assert go_back(program) == program


def test_a_folder_without_a_program(tmp_path: Path) -> None:
    with pytest.raises(UpdateInstallError):
        portable_in(tmp_path)
    assert isinstance(portable_in(portable(tmp_path, "1.2.3")), Installation)
