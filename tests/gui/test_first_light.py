"""The whole way through the application, as a stranger would go: see walk.py."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WALK = Path(__file__).with_name("walk.py")


def walk(folder: Path, env: dict[str, str], *more: str) -> str:
    """Play the walk in a process of its own; return what it printed."""
    ended = subprocess.run(
        [sys.executable, str(WALK), str(folder), *more],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    return ended.stdout


def test_a_stranger_finds_the_way_offscreen(tmp_path: Path) -> None:
    assert walk(tmp_path, dict(os.environ), "fast") == "walked offscreen\n"
    assert (tmp_path / "7-chat.png").stat().st_size > 10_000


@pytest.mark.window
def test_a_stranger_finds_the_way_in_a_real_window(
    tmp_path: Path, windowed: dict[str, str]
) -> None:
    assert walk(tmp_path, windowed) == "walked xcb\n"
