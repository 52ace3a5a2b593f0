"""The program starts itself again, frozen or not, and knows its own helpers."""

import subprocess
import sys

import pytest

from messenger.__main__ import main
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
    assert main(["wiretest-nothing"]) == 2
