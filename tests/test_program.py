"""The program starts itself again, frozen or not, and knows its own helpers."""

import inspect
import subprocess
import sys
from importlib import import_module

import pytest

from messenger.__main__ import DUMPED_MEMORY, GROUPS, INNER, _parser, main
from messenger.core.program import own_command
from messenger.engine import wire_client
from messenger.wiretest.witness import use_witness


def test_a_frozen_program_is_its_own_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_command("rpc", "--name", "x") == (
        sys.executable, "-m", "messenger", "rpc", "--name", "x",
    )  # fmt: skip
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command("rpc", "--name", "x") == (sys.executable, "rpc", "--name", "x")


def test_the_witness_takes_the_place_of_the_wire_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_client, "wire_command", wire_client.wire_command)
    use_witness()
    assert wire_client.wire_command() == own_command("wiretest-witness")


@pytest.mark.parametrize("part", ["controls", "window"])
def test_helpers_of_the_self_test_are_commands_of_the_program(part: str) -> None:
    command = own_command(f"wiretest-{part}", "--help")
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "--help" in ended.stdout


def test_a_helper_that_is_not_there_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["wiretest-nothing"])
    assert ended.value.code == 2


@pytest.mark.parametrize("module", INNER.values())
def test_every_helper_takes_the_arguments_that_follow_its_name(module: str) -> None:
    inspect.signature(import_module(module).main).bind([])


@pytest.mark.parametrize("name", ["update", *(name for name, *_ in GROUPS)])
def test_every_group_of_commands_declares_its_options(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"hum {name}" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="Linux hands dumps to other programs")
def test_no_memory_is_in_what_is_told_of_a_crash() -> None:
    """Neither in a file nor in what a program gets that collects crashes; children inherit it."""
    code = (
        "import resource, contextlib, subprocess, messenger.__main__ as program\n"
        "with contextlib.suppress(SystemExit):\n    program.main(['--version'])\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)\n"
        f"subprocess.run(['cat', {str(DUMPED_MEMORY)!r}])\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-2:] == ["(0, 0)", "00000000"]


COMMANDS = ("rpc", "doctor", "backup", "restore", "salvage", "search-rebuild", "forge")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_finds_its_work(name: str) -> None:
    given = {"salvage": ["x", "--backup-passphrase-file", "x"]}
    given["backup"] = given["salvage"]
    run = _parser().parse_args([name, *given.get(name, [])]).run
    module, function = run.args
    inspect.signature(getattr(import_module(module), function)).bind(object())
