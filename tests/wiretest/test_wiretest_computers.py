"""The two sides of a pair stand for two computers."""

import json
import os
import subprocess
import sys

import pytest

from messenger.wiretest.computers import on_computer, processors_of
from messenger.wiretest.packets import Way

SAY = "import json, os; print(json.dumps(sorted(os.sched_getaffinity(0))))"


def test_the_computers_share_no_processor_but_a_single_one() -> None:
    assert processors_of(Way.FROM_A, [3]) == processors_of(Way.FROM_B, [3]) == [3]
    assert (processors_of(Way.FROM_A, [0, 1]), processors_of(Way.FROM_B, [0, 1])) == ([0], [1])
    assert processors_of(Way.FROM_A, [0, 2, 4]) == [0, 2]
    assert processors_of(Way.FROM_B, [0, 2, 4]) == [4]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a program has no such choice")
def test_a_command_runs_on_its_computer_only() -> None:
    here = sorted(os.sched_getaffinity(0))
    for way in Way:
        command = on_computer(way, (sys.executable, "-c", SAY))
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert json.loads(ended.stdout) == processors_of(way, here)
