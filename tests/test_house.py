"""The rules of the house that no other tool watches.

Works on the files of the folder, not on git, so that it also holds in an unpacked archive.
"""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from PySide6.QtCore import QObject

import messenger

ROOT = Path(__file__).resolve().parent.parent
OURS = [".ci", "Makefile", "bench", "docs", "messenger", "packaging", "requirements", "resources"]
OURS += ["tests", "pyproject.toml", ".gitignore", "LICENSE", *(p.name for p in ROOT.glob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = ["core", "crypto", "protocol", "wire", "net", "store", "engine", "gui", "rpc", "update"]

# Written in pieces so that this file does not break its own rule.
FORBIDDEN = {
    "a package host": "|".join(["py" + r"pi\.org", "python" + "hosted", "registry" + r"\.npmjs"]),
    "a distribution's host": r"deb\." + "debian|archive" + r"\.ubuntu",
    "a path of one machine": r"(?:^|[^.\w])/(?:wo" + "rk|fa" + r"rm|ro" + r"ot|op" + r"t/py)\b",
    "somebody's home": r"/ho" + r"me/[a-z]",
    "a tool of one machine": r"\.lib" + r"rary/",
    "a postponed promise": r"\b(?:TO" + "DO|FIX" + r"ME)\b|NotImpl" + "ementedError",
}
BESIDE_THE_PROJECT = re.compile(
    r"\.\./sha" + "red"
)  # only tests may look there, and must do without


def _files(*suffixes: str) -> list[Path]:
    """Every file of ours, by suffix or all, without what tools left behind."""
    found = []
    for name in OURS:
        path = ROOT / name
        below = path.rglob("*") if path.is_dir() else [path]
        found += [p for p in below if p.is_file() and "__pycache__" not in p.parts]
    return [p for p in found if not suffixes or p.suffix in suffixes]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _text(path: Path) -> str:
    """The text of a file; empty for pictures and databases."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


PYTHON_FILES = _files(".py")
DOCUMENTS = _files(".md")
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def _locked(path: Path) -> dict[str, list[str]]:
    """Requirement → its hashes, of one locked file."""
    requirements: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=\S)", path.read_text()):
        requirement, *rest = re.split(r"\s*\\\n\s*", entry)
        requirements[requirement] = [h for part in rest for h in re.findall(r"--hash=(\S+)", part)]
    return requirements


def _versions(path: Path) -> dict[str, str]:
    found = [re.match(r"([\w.-]+)==(\S+)", line) for line in _locked(path)]
    return {match[1]: match[2] for match in found if match}


def _declared() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    lines = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    return [Requirement(line) for line in lines]


# -- what may stand in the tree -------------------------------------------------------------------


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what], re.MULTILINE)
    assert [_name(path) for path in _files() if pattern.search(_text(path))] == []


def test_only_tests_look_beside_the_project() -> None:
    named = [_name(path) for path in _files() if BESIDE_THE_PROJECT.search(_text(path))]
    assert [name for name in named if not name.startswith("tests/")] == []


@pytest.mark.parametrize("path", PYTHON_FILES, ids=_name)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_test_modules_have_names_of_their_own() -> None:
    names = [p.name for p in (ROOT / "tests").rglob("*.py") if p.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))


# -- rooms and layers -----------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_there_and_says_what_it_is(room: str) -> None:
    init = ROOT / "messenger" / room / "__init__.py"
    assert ast.get_docstring(ast.parse(init.read_text()))


def test_every_room_stands_in_the_order_of_layers() -> None:
    contract = PROJECT["tool"]["importlinter"]["contracts"][0]
    layers = {name.strip("()") for layer in contract["layers"] for name in layer.split(" | ")}
    rooms = {path.parent.name for path in (ROOT / "messenger").glob("*/__init__.py")}
    assert rooms <= layers


def test_imports_point_down() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


# -- requirements ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LOCKS, ids=_name)
def test_every_requirement_is_pinned_and_hashed(path: Path) -> None:
    locked = _locked(path)
    assert locked
    assert all("==" in requirement for requirement in locked)
    assert all(hashes for hashes in locked.values())
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", h) for all_h in locked.values() for h in all_h)


@pytest.mark.parametrize("path", LOCKS, ids=_name)
def test_no_requirement_file_names_an_index(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(--(extra-)?index-url|--find-links|-[if]) ", text, re.MULTILINE)


def test_what_runs_is_what_is_tested() -> None:
    tested = _versions(ROOT / "requirements/dev.txt")
    for name in ("run.txt", "build.txt"):
        assert _versions(ROOT / "requirements" / name).items() <= tested.items()


def test_the_locked_versions_fit_what_the_project_declares() -> None:
    locked = _versions(ROOT / "requirements/dev.txt")
    for requirement in _declared():
        version = locked.get(requirement.name.lower())
        assert version is None or requirement.specifier.contains(version), requirement


def test_qt_stays_below_the_release_that_aborts_the_interpreter() -> None:
    qt = [one for one in _declared() if one.name.lower().startswith("pyside6")]
    assert qt
    assert not any(one.specifier.contains("6.12.0") for one in qt)
    assert importlib.metadata.version("PySide6_Essentials").startswith("6.11.")


def test_a_void_qt_call_keeps_the_references_of_none() -> None:
    """PySide6 6.12.0 on Python 3.11 drops one at each such call, until the interpreter aborts."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(2000):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 100


# -- documents ------------------------------------------------------------------------------------


def test_the_versions_agree() -> None:
    version = PROJECT["project"]["version"]
    assert messenger.__version__ == version
    newest = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == version


def test_every_make_command_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        command
        for path in DOCUMENTS
        for command in re.findall(r"(?:`|^ {4})make ([a-z-]+)", _text(path), re.MULTILINE)
    }
    assert {"run", "test"} <= named
    assert named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=_name)
def test_every_local_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s#]+)", _text(path)) + re.findall(r'src="([^"]+)"', _text(path))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (path.parent / link).exists()] == []


def test_ci_runs_exactly_what_a_person_runs() -> None:
    commands = [line for line in (ROOT / ".ci/run").read_text().splitlines() if "make" in line]
    assert commands == ["exec make test"]
