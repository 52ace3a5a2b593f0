"""Prove the README's two commands where nothing has been prepared.

    make clean-clone

Copies HEAD to an empty folder, gives it an empty home and an environment of almost nothing, and
there runs `make run` without a display, `make run` on a display, and `make test`.
"""

import io
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from x_server import window_titles, x_server

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("PATH", "LANG")  # and how pip reaches its packages
KEPT_PREFIXES = ("PIP_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
WINDOW_WAIT_S = 60.0  # for the first start, which compiles every module


def main() -> int:
    """Run everything; 0 when all of it worked."""
    with tempfile.TemporaryDirectory(prefix="hum-clean-clone-") as name:
        clone, home = Path(name) / "clone", Path(name) / "home"
        clone.mkdir()
        home.mkdir()
        copy_head(clone)
        environment = plain_environment(home)
        for step in (_run_without_display, _run_with_window, _test):
            problem = step(clone, environment)
            if problem:
                print(f"clean clone: {problem}", file=sys.stderr)
                return 1
    print("clean clone: both commands work from nothing")
    return 0


def copy_head(clone: Path) -> None:
    """Put the files of the last commit into a folder."""
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(clone, filter="data")


def plain_environment(home: Path) -> dict[str, str]:
    """Almost nothing: a home, a path without our environment, and how pip reaches its packages."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or name.upper().startswith(KEPT_PREFIXES)
    }
    own = str(ROOT / ".venv")
    path = os.pathsep.join(p for p in kept["PATH"].split(os.pathsep) if not p.startswith(own))
    return kept | {"HOME": str(home), "PATH": path}


def _run_without_display(clone: Path, environment: dict[str, str]) -> str | None:
    print("clean clone: make run, no display", flush=True)
    done = subprocess.run(
        ["make", "run"], cwd=clone, env=environment, check=False, capture_output=True, text=True
    )
    print(done.stdout)
    if done.returncode != 0:
        return f"`make run` without a display ended with {done.returncode}: {done.stderr}"
    if "no display" not in done.stdout:
        return "`make run` without a display did not say so"
    return None


def _run_with_window(clone: Path, environment: dict[str, str]) -> str | None:
    print("clean clone: make run, with a display", flush=True)
    with x_server() as display, _started(clone, environment | {"DISPLAY": display}) as app:
        deadline = time.monotonic() + WINDOW_WAIT_S
        while time.monotonic() < deadline and app.poll() is None:
            if any("Hum" in title for title in window_titles(display)):
                return None
            time.sleep(0.2)
        return f"no window came up in {WINDOW_WAIT_S:.0f} s; exit status {app.poll()}"


@contextmanager
def _started(clone: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`make run` in a process group of its own, which is ended afterwards."""
    with subprocess.Popen(
        ["make", "run"], cwd=clone, env=environment, start_new_session=True
    ) as app:
        try:
            yield app
        finally:
            if app.poll() is None:
                os.killpg(app.pid, signal.SIGTERM)


def _test(clone: Path, environment: dict[str, str]) -> str | None:
    print("clean clone: make test", flush=True)
    done = subprocess.run(["make", "test"], cwd=clone, env=environment, check=False)
    return f"`make test` ended with {done.returncode}" if done.returncode else None


if __name__ == "__main__":
    sys.exit(main())
