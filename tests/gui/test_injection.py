"""What a hostile contact writes stays text: see injection.py."""

import subprocess
import sys
from pathlib import Path

import pytest

BOT = Path(__file__).with_name("injection.py")


@pytest.mark.skipif(sys.platform != "linux", reason="inotify tells whether a file was opened")
def test_what_a_hostile_contact_writes_stays_text(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, str(BOT), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    assert ended.stdout == "stayed text\n"
