"""The tool that makes releases, as three people on three computers use it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from update_publisher import DEB, PACKAGE, SYSTEM, Publisher, desk_tool, small_package, tool

from messenger.core.errors import UpdateUnsignedError
from messenger.update.installation import Installation, Kind
from messenger.update.job import Job
from messenger.update.source import Source
from messenger.update.updates import Updates

release = tool("release")
keys = tool("release_keys")
LEAST = 8 << 10  # bytes of memory for Argon2id, so that a test does not take a gigabyte
PASSPHRASE = "twelve letters and more"


@pytest.fixture
def passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file with it; keys are made cheaply."""
    monkeypatch.setattr(keys.argon, "OPSLIMIT_MODERATE", keys.argon.OPSLIMIT_MIN)
    monkeypatch.setattr(keys, "MAX_MEMORY", LEAST)
    monkeypatch.setitem(keys.make_key.__kwdefaults__, "memory", LEAST)
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return str(path)


def run(*arguments: object) -> None:
    assert release.main([str(each) for each in arguments]) == 0


def test_a_release_by_three_people(
    tmp_path: Path, passphrase: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_passphrase = ("--passphrase-file", passphrase)
    for name in ("ada", "ben", "cleo", "online", "dora"):
        run("key", tmp_path / name, *with_passphrase)
    public = {name: tmp_path / f"{name}.pub" for name in ("ada", "ben", "cleo", "online", "dora")}
    desk, served = tmp_path / "desk", tmp_path / "served"
    root = ("--root", public["ada"], public["ben"], public["cleo"])
    run("init", desk, *root, "--online", public["online"])
    package, deb = small_package(tmp_path, "0.2.0"), tmp_path / "hum_0.2.0_amd64.deb"
    deb.write_bytes(b"deb" * 100)
    notes = tmp_path / "notes.txt"
    notes.write_text("What is new.\n")
    described = ("--version", "0.2.0", "--platform", SYSTEM, "--notes", notes)
    run("add", desk, *described, package, deb)

    stick = tmp_path / "stick"  # the desk goes from one computer to the next
    shutil.copytree(desk, stick)
    run("sign", stick, tmp_path / "ada", "--built", package, *with_passphrase)
    told = capsys.readouterr().out
    assert PACKAGE in told
    assert "0.2.0" in told
    assert "root: 1 more" in told
    publish = ("publish", stick, served, "--online", tmp_path / "online", *with_passphrase)
    assert release.main([str(each) for each in publish]) == 1
    assert "missing: root 1 more, targets 1 more" in capsys.readouterr().err
    assert not served.exists()
    run("sign", stick, tmp_path / "cleo", *with_passphrase)
    run(*publish)

    first_root = (served / "metadata/1.root.json").read_bytes()
    own = Installation(Kind.DEBIAN, tmp_path, "0.1.0", SYSTEM)
    updates = Updates(Source(str(served), first_root), tmp_path / "updates", own)
    assert updates.check(Job()).notes == "What is new."
    assert updates.download(Job()).read_bytes() == deb.read_bytes()
    assert list(served.glob(f"targets/*.{DEB}"))

    rotate = ("--old", public["ben"], "--new", public["dora"])
    run("rotate", stick, "root", *rotate)
    run("rotate", stick, "targets", *rotate)
    run("sign", stick, tmp_path / "ada", *with_passphrase)
    run("sign", stick, tmp_path / "dora", *with_passphrase)
    capsys.readouterr()
    run("status", stick)
    assert "root: 1 more" in capsys.readouterr().out, "dora is new: one of the old ones is missing"
    run("sign", stick, tmp_path / "cleo", *with_passphrase)
    run(*publish)
    assert updates.check(Job()).version == "0.2.0"
    run("status", stick)
    assert "root 2 is published, for 36" in capsys.readouterr().out


def test_who_built_something_else_does_not_sign(
    tmp_path: Path, passphrase: str, publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    publisher.add("0.3.0", small_package(tmp_path, "0.3.0"))
    other = small_package(tmp_path, "0.3.1")
    arguments = ("sign", publisher.desk.folder, tmp_path / "no-key", "--built", other)
    assert release.main([str(each) for each in arguments]) == 1
    assert "not what is staged" in capsys.readouterr().err


def test_a_key_opens_by_its_passphrase_alone(tmp_path: Path, passphrase: str) -> None:
    path = tmp_path / "key"
    public = keys.make_key(path, PASSPHRASE)
    assert path.stat().st_mode & 0o077 == 0
    assert keys.open_key(path, PASSPHRASE).public_key == public
    assert keys.read_public(tmp_path / "key.pub") == public
    with pytest.raises(keys.KeyFileError, match="does not open"):
        keys.open_key(path, PASSPHRASE + "!")
    with pytest.raises(keys.KeyFileError, match="already"):
        keys.make_key(path, PASSPHRASE)
    with pytest.raises(keys.KeyFileError, match="at least"):
        keys.make_key(tmp_path / "other", "short")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"keyid": "x"}', b"[1]"])
def test_what_is_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(keys.KeyFileError):
        keys.open_key(path, PASSPHRASE)
    with pytest.raises(keys.KeyFileError):
        keys.read_public(path)


def test_a_key_that_is_asked_for_in_a_terminal(
    tmp_path: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([PASSPHRASE, "something else"])
    monkeypatch.setattr(release.getpass, "getpass", lambda _: next(typed))
    assert release.main(["key", str(tmp_path / "key")]) == 1
    assert not (tmp_path / "key").exists()


def test_the_desk_refuses_what_does_not_fit(tmp_path: Path, publisher: Publisher) -> None:
    desk, stranger = publisher.desk, CryptoSigner.generate_ed25519()
    for refused in (
        lambda: desk.begin({}, 2),
        lambda: desk.add(tmp_path / "x.zip", version="1.0", system=SYSTEM, notes=""),
        lambda: desk.remove("nothing"),
        lambda: desk.rotate("root", old=stranger.public_key, new=publisher.online.public_key),
        lambda: desk.sign(stranger),
        lambda: desk.publish(stranger),
        lambda: desk_tool.Desk(tmp_path / "empty").renew("root"),
        lambda: desk_tool.Desk(tmp_path / "empty").publish(stranger),
    ):
        with pytest.raises(desk_tool.DeskError):
            refused()
    few = {role: [publisher.online.public_key] for role in ("root", "targets", "snapshot")}
    with pytest.raises(desk_tool.DeskError, match="needs 2"):
        desk_tool.Desk(tmp_path / "few").begin(few | {"timestamp": few["root"]}, 2)


def test_signatures_end_with_what_they_were_given_for(tmp_path: Path, publisher: Publisher) -> None:
    publisher.add("0.3.0", small_package(tmp_path, "0.3.0"))
    publisher.sign()
    assert publisher.desk.missing() == {"targets": 0}
    publisher.add("0.3.1", small_package(tmp_path, "0.3.1"))
    assert publisher.desk.missing() == {"targets": 2}


def test_a_package_can_be_called_back(publisher: Publisher, updates: Updates) -> None:
    publisher.desk.remove(PACKAGE)
    publisher.sign()
    publisher.publish()
    with pytest.raises(Exception, match="no package"):
        updates.check(Job())


def test_what_the_folder_shows_is_whole_at_every_moment(
    tmp_path: Path, publisher: Publisher, updates: Updates
) -> None:
    """A client that asks after each single file of a publication gets the old state or the new."""
    publisher.add("0.3.0", small_package(tmp_path, "0.3.0"))
    publisher.sign()
    publisher.desk.publish(publisher.online)
    source = publisher.desk.folder / "repository"
    seen = []
    for path in desk_tool._in_order(source):
        place = publisher.public / path.relative_to(source)
        if not place.exists() or path.name == "timestamp.json":
            shutil.copyfile(path, place)
            seen.append(updates.check(Job()).version)
    assert seen == ["0.2.0"] * (len(seen) - 1) + ["0.3.0"]


def test_the_first_root_of_a_build(
    tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch, updates: Updates
) -> None:
    monkeypatch.setattr(release, "ANCHOR", tmp_path / "anchor")
    run("anchor", publisher.desk.folder, "--address", "https://updates.example/hum")
    assert (tmp_path / "anchor/repository").read_text() == "https://updates.example/hum\n"
    root = (tmp_path / "anchor/root.json").read_bytes()
    assert replace(updates, source=replace(updates.source, root=root)).check(Job()).newer
    others = Publisher(tmp_path / "others")
    others.release("0.2.0", small_package(tmp_path, "0.2.0"))
    with pytest.raises(UpdateUnsignedError):
        replace(updates, source=replace(updates.source, root=others.root)).check(Job())
