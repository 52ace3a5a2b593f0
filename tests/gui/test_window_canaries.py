"""Fifty things that were typed, shown, searched for and saved in the real window, on the disk.

The real application in a real window, with homes of its own; its files are searched while it runs
The real application in a real window with homes of its own; its files are searched while it runs
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from walk import PASSPHRASE

WALK = Path(__file__).with_name("canary_walk.py")
CANARIES = [f"canary{number:02d}qzx" for number in range(50)]
FOLDERS = {
    "HOME": "",
    "XDG_DATA_HOME": ".local/share",
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": "run",
    "TMPDIR": "temp",
}


def traces(home: Path) -> set[str]:
    """Return the files, and names of files, in which a canary stands."""
    words = (*CANARIES, PASSPHRASE)
    wanted = [word.encode(code) for word in words for code in ("utf-8", "utf-16-le", "utf-16-be")]
    found = set()
    for path in home.rglob("*"):
        name = str(path.relative_to(home))
        content = path.read_bytes() if path.is_file() else b""
        if any(one in content or one in name.encode() for one in wanted):
            found.add(name)
    return found


@pytest.mark.window
def test_nothing_of_fifty_canaries_is_left_by_the_window(
    tmp_path: Path, windowed: dict[str, str]
) -> None:
    home, own = tmp_path / "home", tmp_path / "own files"
    own.mkdir()
    env = dict(windowed)
    for variable, name in FOLDERS.items():
        (home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        env[variable] = str(home / name)
    log = tmp_path / "log"
    with log.open("wb") as stderr:
        window = subprocess.Popen(
            [sys.executable, str(WALK), str(own)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    assert window.stdin is not None
    assert window.stdout is not None
    try:
        window.stdin.write("\n".join([str(len(CANARIES)), *CANARIES, ""]))
        window.stdin.flush()
        told = window.stdout.readline()
        assert told.startswith("planted 0 left"), told + log.read_text()[-4000:]
        assert list(home.rglob("hum.db"))
        assert traces(home) == set()
        window.stdin.close()
        assert window.wait(60) == 0
    finally:
        if window.poll() is None:
            os.killpg(window.pid, signal.SIGKILL)
            window.wait()
        window.stdout.close()
        if not window.stdin.closed:
            window.stdin.close()
    assert traces(home) == set()
    assert not any(word in log.read_text() for word in (*CANARIES, PASSPHRASE))
    (home / "temp" / "leak").write_text(CANARIES[7], encoding="utf-16-le")
    assert traces(home) == {"temp/leak"}  # the search can find one
