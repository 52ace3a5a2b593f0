"""What only a real screen can show."""

import subprocess
import sys
from pathlib import Path

import pytest

CHILD = Path(__file__).with_name("screen_child.py")
ROOT = Path(__file__).parents[2]


@pytest.mark.window
def test_a_code_on_a_real_screen_is_read_from_it(windowed: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, str(CHILD), "HUM:AEAQCAIB"],
        env=windowed | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.stdout == "HUM:AEAQCAIB\n", done.stderr
