"""What stands between an empty machine and the first start: bootstrap and system packages."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _script(name: str) -> ModuleType:
    """Load a script of the folder packaging, which shares its name with a library."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


bootstrap = _script("bootstrap")
system_packages = _script("system_packages")


# -- system packages ------------------------------------------------------------------------------


@pytest.fixture
def powerless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here may install anything."""
    monkeypatch.setattr(system_packages, "_as_root", lambda: None)
    monkeypatch.setattr(sys, "platform", "linux")


def _need(monkeypatch: pytest.MonkeyPatch, *needs: object) -> None:
    monkeypatch.setattr(system_packages, "PURPOSES", {"window": list(needs)})
    monkeypatch.setattr(sys, "argv", ["system_packages.py", "window"])


@pytest.mark.usefixtures("powerless")
def test_what_is_required_and_missing_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _need(monkeypatch, system_packages.library("libnothing7", "libhum-nothing.so.7"))
    assert system_packages.main() == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.endswith("sudo apt-get install libnothing7")


@pytest.mark.usefixtures("powerless")
def test_what_is_only_better_to_have_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _need(monkeypatch, system_packages.program("extra", "hum-no-such-program", required=False))
    assert system_packages.main() == 0
    assert "extra" in capsys.readouterr().err


@pytest.mark.usefixtures("powerless")
def test_what_is_there_is_not_talked_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _need(
        monkeypatch,
        system_packages.program("sh", "sh"),
        system_packages.font("f", "", required=True),
    )
    assert system_packages.main() == 0
    assert capsys.readouterr() == ("", "")


def test_with_the_power_to_install_only_what_is_missing_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands: list[list[str]] = []

    def quietly(command: list[str]) -> bool:
        commands.append(command)
        return True

    monkeypatch.setattr(system_packages, "_as_root", lambda: ["sudo", "-n"])
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(system_packages, "_quietly", quietly)
    present = system_packages.Need("present", lambda: True)
    absent = system_packages.Need("absent", lambda: "install" in str(commands))
    _need(monkeypatch, present, absent)
    assert system_packages.main() == 0
    installed = next(command for command in commands if "install" in command)
    assert installed[:2] == ["sudo", "-n"]
    assert "absent" in installed
    assert "present" not in installed


# -- bootstrap ------------------------------------------------------------------------------------


def test_an_old_python_is_told_so_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "run"])
    assert bootstrap.main() == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_a_failed_step_is_one_sentence_and_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(purpose: str) -> None:
        raise subprocess.CalledProcessError(1, ["pip", "install", purpose])

    monkeypatch.setattr(bootstrap, "_works", lambda: True)
    monkeypatch.setattr(bootstrap, "_install", fail)
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "dev"])
    assert bootstrap.main() == 1
    assert "pip install dev" in capsys.readouterr().err


def test_without_ensurepip_the_pip_outside_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / "venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "venv/bin/python")
    monkeypatch.setattr(
        bootstrap.importlib.util,
        "find_spec",
        lambda name: None if name == "ensurepip" else real(name),
    )
    bootstrap._make_venv()
    assert bootstrap._works()
    assert "--python" in bootstrap._pip()


@pytest.mark.parametrize(
    ("version", "can"),
    [("22.2.2", False), ("22.3", True), ("23.0.1", True), ("9.0", False), (None, False)],
)
def test_a_relay_borrows_the_pip_outside_where_that_can_install_elsewhere(
    monkeypatch: pytest.MonkeyPatch, version: str | None, can: bool
) -> None:
    def found(name: str) -> str:
        if version is None:
            raise bootstrap.importlib.metadata.PackageNotFoundError(name)
        return version

    made: list[bool] = []
    monkeypatch.setattr(bootstrap.importlib.metadata, "version", found)
    monkeypatch.setattr(bootstrap, "_works", lambda: False)
    monkeypatch.setattr(bootstrap, "_make_venv", lambda *, bare: made.append(bare))
    monkeypatch.setattr(bootstrap, "_install", lambda purpose: None)
    for purpose in ("relay", "run"):
        monkeypatch.setattr(sys, "argv", ["bootstrap.py", purpose])
        assert bootstrap.main() == 0
    assert made == [can, False]


# -- make -----------------------------------------------------------------------------------------


def test_make_help_lists_every_command_with_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text()
    declared = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert declared
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    listed = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert sorted(listed) == sorted(declared[1].split())
