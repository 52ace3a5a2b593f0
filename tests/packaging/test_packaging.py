"""The parts of ``make package`` that decide something, without building a package."""

import hashlib
import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from update_publisher import Publisher

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("anchor", "build", "compare", "deb", "origins", "reached", "sbom", "system_packages")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The scripts of the folder packaging, which find each other by their bare names."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    before = {name: sys.modules.pop(name, None) for name in NAMES}
    names = [name for name in NAMES if name != "build"]  # which needs the schema of CycloneDX
    yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    for name, module in before.items():
        sys.modules.pop(name, None)
        if module is not None:
            sys.modules[name] = module


def test_a_library_that_only_left_out_plugins_asked_for_is_not_shipped(made: Any) -> None:
    asks = {"/q/qxcb": ["libX.so"], "/l/libX.so": ["libXau.so"], "/l/libgio.so": ["libmount.so"]}
    entries = [
        ("Qt/plugins/libqxcb.so", "/q/qxcb", "BINARY"),
        ("libX.so", "/l/libX.so", "BINARY"),
        ("libXau.so", "Qt/lib/libXau.so", "SYMLINK"),
        ("Qt/lib/libXau.so", "/l/libXau.so", "BINARY"),
        ("libgio.so", "/l/libgio.so", "BINARY"),
        ("libmount.so", "/l/libmount.so", "BINARY"),
        ("libpython3.so", "/l/libpython3.so", "BINARY"),
        ("_json.so", "/l/_json.so", "EXTENSION"),
    ]
    kept = made.reached.reached(entries, lambda file: asks.get(file, ()), ("libpython",))
    assert [name for name, _, _ in entries if (name not in {k[0] for k in kept})] == [
        "libgio.so",
        "libmount.so",
    ]


def test_every_locked_package_that_is_here_is_named_with_version_and_licence(made: Any) -> None:
    parts = made.origins.parts(ROOT / "requirements/run.txt", {})
    named = {part.name.lower() for part in parts}
    assert {"cryptography", "pynacl", "pyside6_essentials", "sqlcipher3", "python"} <= named
    assert {"qt", "openssl", "sqlcipher", "sqlite", "libsodium"} <= named
    assert all(part.version and part.licence and "\n" not in part.licence for part in parts)


def test_a_file_that_nothing_owns_ends_the_build(made: Any, tmp_path: Path) -> None:
    stray = tmp_path / "libstray.so.1"
    stray.touch()
    with pytest.raises(made.origins.UnknownOriginError, match="libstray"):
        made.origins.parts(ROOT / "requirements/run.txt", {"libstray.so.1": str(stray)})


def test_the_lists_and_the_licence_texts_are_the_same_for_the_same_parts(
    made: Any, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    text = tmp_path / "LICENSE"
    text.write_text("Do as you like.\n")
    part = made.origins.Part
    parts = [
        part("Plum", "1.0", "MIT", "pkg:pypi/plum@1.0", (text, text)),
        part("Stone", "2", "ISC", "pkg:generic/stone@2", (), "plum"),
    ]
    for folder in (one, other):
        folder.mkdir()
        made.sbom.write(parts, "0.1.0", folder)
    assert made.compare.hashes(one) == made.compare.hashes(other)
    assert (one / "shipped.txt").read_text() == "Plum 1.0: MIT\nStone 2 (in plum): ISC\n"
    assert sorted(path.name for path in (one / "licenses/plum").iterdir()) == [
        "1-LICENSE",
        "LICENSE",
    ]
    listed = json.loads((one / "sbom.cdx.json").read_text())
    assert listed["specVersion"] == "1.6"
    refs = [each["bom-ref"] for each in listed["components"]]
    assert refs == ["pkg:pypi/plum@1.0", "plum/pkg:generic/stone@2"]


def test_the_comparison_names_what_differs_and_what_is_missing(
    made: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, files in (("one", {"a": "1", "b": "2"}), ("other", {"a": "1", "b": "3", "c": "4"})):
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / file).write_text(content)
    monkeypatch.setattr(sys, "argv", ["compare", str(tmp_path / "one"), str(tmp_path / "other")])
    assert made.compare.main() == 1
    said = capsys.readouterr().out
    assert f"differs: b: {hashlib.sha256(b'2').hexdigest()}" in said
    assert "differs: c: missing" in said
    assert "2 differ" in said
    monkeypatch.setattr(sys, "argv", ["compare", str(tmp_path / "one"), str(tmp_path / "one")])
    assert made.compare.main() == 0


def test_the_changelog_of_the_package_is_the_newest_section_of_ours(made: Any) -> None:
    changes = "# Changelog\n\n## [0.2] - x\n### Added\n- New\n  thing.\n\n## [0.1]\n- Old.\n"
    said = made.deb.changelog(changes, "0.2", 0)
    assert said.startswith("hum (0.2) unstable; urgency=medium\n\n  * New thing.\n\n -- The Hum")
    assert said.endswith("  Thu, 01 Jan 1970 00:00:00 +0000\n")
    assert "Old" not in said


def test_a_build_takes_the_first_root_and_the_address_of_the_commit(
    made: Any, tmp_path: Path
) -> None:
    assert "nobody" in made.anchor.check(tmp_path)
    people = Publisher(tmp_path / "people")
    people.sign()
    people.publish()
    (tmp_path / "root.json").write_bytes(people.root)
    with pytest.raises(SystemExit, match="only one"):
        made.anchor.check(tmp_path)
    (tmp_path / "repository").write_text("https://updates.example/hum\n")
    assert made.anchor.check(tmp_path).startswith("Updates: root 1, good until 2")


@pytest.mark.parametrize("signed_by", [0, 1])
def test_a_build_refuses_a_root_without_its_signatures(
    made: Any, tmp_path: Path, signed_by: int
) -> None:
    people = Publisher(tmp_path / "people")
    for holder in people.holders[:signed_by]:
        people.sign(holder)
    shutil.copyfile(people.desk.staged / "root.json", tmp_path / "root.json")
    (tmp_path / "repository").write_text("https://updates.example/hum\n")
    with pytest.raises(SystemExit, match="no root"):
        made.anchor.check(tmp_path)


def test_no_secret_key_lies_in_the_repository() -> None:
    found = {path.name for path in (ROOT / "resources/update").glob("*")}
    assert found <= {"root.json", "repository"}
