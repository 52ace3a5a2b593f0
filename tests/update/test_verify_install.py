"""A program folder is compared with its manifest: nothing is missed, and nothing is made up."""

import json
import os
import random
import sys
from pathlib import Path

import install_tree
import pytest

from messenger.__main__ import main
from messenger.core.builds import BuildKind, Damage, FileFinding
from messenger.core.errors import ManifestError
from messenger.update import own_files as module
from messenger.update.manifest import MANIFEST_NAME, File, decode, describe
from messenger.update.own_files import OwnFiles, source_manifest
from messenger.update.spoken_print import digits, words

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the tree has symbolic links")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return install_tree.make(tmp_path)


def found(program: Path) -> list[tuple[str, str]]:
    return [(each.path, each.damage.value) for each in OwnFiles(program).check().findings]


def test_an_untouched_program_is_as_it_was_built(program: Path) -> None:
    check = OwnFiles(program).check()
    assert check.findings == ()
    assert check.kind is BuildKind.UNSIGNED
    assert check.file_count == len(install_tree.FILES) + len(install_tree.LINKS)
    assert check.build is not None
    manifest = (program / MANIFEST_NAME).read_bytes()
    assert check.build.fingerprint == decode(manifest).fingerprint
    assert OwnFiles(program).glance() == ()


def test_the_same_files_give_the_same_manifest_wherever_they_lie(tmp_path: Path) -> None:
    one, other = install_tree.make(tmp_path / "one"), install_tree.make(tmp_path / "two/deeper")
    for path in other.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)
    (other / "_internal/libQt6Core.so.6").chmod(0o600)  # stricter is no difference
    assert describe(other, "0.1.0", "x").encode() == describe(one, "0.1.0", "x").encode()
    assert (one / MANIFEST_NAME).read_bytes() == (other / MANIFEST_NAME).read_bytes()


def test_a_hundred_bit_flips_are_a_hundred_findings(program: Path) -> None:
    chance = random.Random(9)
    files = [name for name, content in install_tree.FILES.items() if content]
    before = OwnFiles(program).check().build
    for _ in range(100):
        name = chance.choice(files)
        kept = (program / name).read_bytes()
        install_tree.flip(program / name, chance)
        check = OwnFiles(program).check()
        assert check.findings == (FileFinding(name, Damage.CONTENT),)
        assert check.build is not None
        assert before is not None
        assert check.build.fingerprint != before.fingerprint
        (program / name).write_bytes(kept)
    assert found(program) == []


def test_every_kind_of_change_has_its_name(program: Path) -> None:
    (program / "LICENSE").unlink()
    (program / "_internal/evil.so").write_bytes(b"")
    (program / "_internal/libempty.so").chmod(0o666)
    (program / "hum").chmod(0o644)
    (program / "_internal/base_library.zip").unlink()
    (program / "_internal/base_library.zip").symlink_to("/etc/hostname")
    (program / "_internal/libQt6Core.so").unlink()
    (program / "_internal/libQt6Core.so").symlink_to("libempty.so")
    (program / "_internal/PySide6/libcrypto.so").unlink()
    (program / "_internal/PySide6/libcrypto.so").write_bytes(b"a file now")
    os.mkfifo(program / "_internal/pipe")  # opening it would wait for ever
    assert found(program) == [
        ("LICENSE", "missing"),
        ("_internal/PySide6/libcrypto.so", "kind"),
        ("_internal/base_library.zip", "kind"),
        ("_internal/evil.so", "extra"),
        ("_internal/libQt6Core.so", "target"),
        ("_internal/libempty.so", "mode"),
        ("_internal/pipe", "extra"),
        ("hum", "mode"),
    ]


def test_a_folder_in_the_place_of_a_link_to_it_hides_nothing(program: Path, tmp_path: Path) -> None:
    (program / "_internal").rename(tmp_path / "elsewhere")
    (program / "_internal").symlink_to(tmp_path / "elsewhere")
    names = dict(found(program))
    assert names["_internal"] == "extra"
    assert names["_internal/libQt6Core.so.6"] == "missing"


def test_a_changed_manifest_is_a_finding_or_another_fingerprint(program: Path) -> None:
    place = program / MANIFEST_NAME
    whole, chance = place.read_bytes(), random.Random(3)
    before = OwnFiles(program).check().build
    for _ in range(100):
        install_tree.flip(place, chance)
        check = OwnFiles(program).check()
        assert check.findings or check.build != before
        place.write_bytes(whole)
    place.unlink()
    assert found(program) == [(MANIFEST_NAME, "missing")]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"path":"hum"', '"path":"../hum"'),
        lambda text: text.replace('"path":"hum"', '"path":"/hum"'),
        lambda text: text.replace('"path":"hum"', '"path":"a//hum"'),
        lambda text: text.replace('"path":"hum"', f'"path":"{MANIFEST_NAME}"'),
        lambda text: text.replace('"mode":"755"', '"mode":"4755"'),
        lambda text: text.replace(":", ": ", 1),
        lambda text: text + text.splitlines()[-1] + "\n",
        lambda text: "\n".join([*text.splitlines()[:1], *text.splitlines()[:0:-1], ""]),
        lambda text: text.replace("hum manifest 1", "hum manifest 2"),
        lambda text: text[:-1],
        lambda text: "",
        lambda text: text.replace('"size":0', '"size":0,"note":"x"'),
    ],
)
def test_only_what_a_build_writes_is_read(program: Path, change: object) -> None:
    text = (program / MANIFEST_NAME).read_text("utf-8")
    changed = change(text)  # type: ignore[operator]  # a lambda
    assert changed != text
    with pytest.raises(ManifestError):
        decode(changed.encode())


def test_the_quick_look_sees_names_sizes_modes_links_and_our_own_files(program: Path) -> None:
    (program / "LICENSE").unlink()
    (program / "_internal/libQt6Core.so.6").write_bytes(b"longer or shorter")
    install_tree.flip(program / "hum", random.Random(1))
    install_tree.flip(program / "_internal/messenger/_resources/words.txt", random.Random(1))
    assert [(each.path, each.damage) for each in OwnFiles(program).glance()] == [
        ("LICENSE", Damage.MISSING),
        ("_internal/libQt6Core.so.6", Damage.CONTENT),
        ("_internal/messenger/_resources/words.txt", Damage.CONTENT),
        ("hum", Damage.CONTENT),
    ]


def test_the_quick_look_reads_other_files_by_turns(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAMPLE_LEN", 17)
    listed = decode((program / MANIFEST_NAME).read_bytes())
    others = {"LICENSE", "_internal/odd name ä.dat"}  # together too much for one look
    seen: set[str] = set()
    for _ in range(200):
        chosen = module._sample(listed)
        read = {e.path for e in listed.entries if isinstance(e, File) and chosen(e)}
        assert {"hum", "_internal/base_library.zip"} <= read
        assert "_internal/libQt6Core.so.6" not in read
        seen |= read
    assert others <= seen


def test_the_sources_have_a_fingerprint_that_says_so(tmp_path: Path) -> None:
    package, resources = tmp_path / "package", tmp_path / "resources"
    for folder in (package, resources):
        folder.mkdir()
        (folder / "one.py").write_text("1")
    first = source_manifest(package, resources)
    assert first.system == "source"
    assert [entry.path for entry in first.entries] == ["messenger/one.py", "resources/one.py"]
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "one.pyc").write_text("compiled")
    (package / "_resources").mkdir()  # where a wheel has them
    (package / "_resources" / "one.py").write_text("1")
    assert source_manifest(package, package / "_resources") == first
    (package / "one.py").write_text("2")
    assert source_manifest(package, resources).fingerprint != first.fingerprint


def test_words_and_digits_are_made_of_different_bits() -> None:
    one = bytes(range(32))
    assert len(words(one).split()) == 8
    assert [len(group) for group in digits(one).split()] == [5] * 8
    first, last = bytes([one[0] ^ 1]) + one[1:], one[:-1] + bytes([one[-1] ^ 1])
    assert words(first) == words(one)
    assert digits(first) != digits(one)
    assert words(last) != words(one)
    assert digits(last) == digits(one)


# -- the command ------------------------------------------------------------------------------


def test_the_command_names_what_differs(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify-install", "--folder", str(program)]) == 0
    said = capsys.readouterr().out
    assert "Every file is as the list says." in said
    assert "Nobody has signed" in said
    assert main(["verify-install", "--folder", str(program), "--signed"]) == 1
    install_tree.flip(program / "LICENSE", random.Random(2))
    (program / "extra").write_text("x")
    capsys.readouterr()
    assert main(["verify-install", "--folder", str(program), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == [
        {"path": "LICENSE", "what": "content"},
        {"path": "extra", "what": "extra"},
    ]


def test_a_name_of_a_file_steers_no_terminal(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (program / "\x1b[8m\nEvery file is as the list says.").write_text("x")
    assert main(["verify-install", "--folder", str(program)]) == 1
    said = capsys.readouterr().out
    assert "\\x1b[8m\\nEvery file is as the list says.: extra" in said.splitlines()


def test_the_command_takes_a_manifest_from_elsewhere(
    program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = tmp_path / "published"
    published.write_bytes((program / MANIFEST_NAME).read_bytes())
    install_tree.flip(program / "hum", random.Random(2))
    (program / MANIFEST_NAME).write_bytes(describe(program, "0.1.0", "x").encode())
    assert main(["verify-install", "--folder", str(program)]) == 0  # it was made to fit
    arguments = ["verify-install", "--folder", str(program), "--manifest", str(published)]
    assert main(arguments) == 1
    assert "hum: changed" in capsys.readouterr().out


def test_from_the_sources_nothing_can_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify-install"]) == 1
    said = capsys.readouterr()
    assert "from its sources" in said.out
    assert "not verified" in said.err


def test_a_folder_that_is_none_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify-install", "--folder", str(tmp_path / "nowhere")]) == 1
    assert "is no folder" in capsys.readouterr().err
