"""One trial: some tests against one tree of sources, in a process of their own, within limits.

The process is a fork of this one, in which pytest and the foreign libraries are loaded already:
that halves what a mutant costs. Nothing of Hum may be loaded here.
"""

import contextlib
import importlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

FOREIGN: Final = (
    "asyncio", "cryptography.hazmat.primitives.asymmetric.x25519", "hypothesis", "keyring",
    "cryptography.hazmat.primitives.ciphers.aead", "msgspec", "nacl.bindings", "sqlcipher3",
)  # fmt: skip
MEMORY_LEN: Final = 4 << 30  # bytes of one trial
WALL_S: Final = 90.0  # beyond ten times what the tests need: the machine may be busy
CPU_S: Final = 8  # beyond five times what the tests need
INI: Final = """\
[pytest]
testpaths = tests
pythonpath = .
filterwarnings = error
markers =
    keyring: as in pyproject.toml
    timeout: of a plugin that is not loaded here
"""


@dataclass(frozen=True)
class Outcome:
    """How a trial ended."""

    verdict: str  # "survived", "killed", "broken" (not even loaded), "timeout" or "unreached"
    seconds: float


class Tree:
    """A copy of the repository in which one module at a time is changed."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        listed = subprocess.run(
            ["git", "ls-files", "-z", "-co", "--exclude-standard"],
            cwd=source, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        for name in filter(None, listed.split("\0")):
            if (source / name).is_file():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / name, target)
        (folder / "pytest.ini").write_text(INI)

    @contextlib.contextmanager
    def changed(self, path: str, source: str) -> Iterator[None]:
        """Hold another source in the place of a module, and no compiled copy of it."""
        place = self.folder / path
        before = place.read_text()
        self._write(place, source)
        try:
            yield
        finally:
            self._write(place, before)

    def _write(self, place: Path, source: str) -> None:
        place.write_text(source)
        for compiled in (place.parent / "__pycache__").glob(f"{place.stem}.*.pyc"):
            compiled.unlink()


class Only:
    """A pytest plugin that runs the named tests, in the order of the names."""

    def __init__(self, names: list[str]) -> None:
        self._order = {name: number for number, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._order),
            key=lambda item: self._order[item.nodeid],
        )


def load_foreign() -> None:
    """Load what every trial needs and no mutant changes; end in order when asked to."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    for name in FOREIGN:
        importlib.import_module(name)


def run_tests(tree: Tree, names: list[str], *, expected_s: float) -> "Trial":
    """Begin to run tests, given by node id."""
    files = list(dict.fromkeys(name.split("::")[0] for name in names))
    return Trial(tree, lambda: pytest_here(files, [Only(names)], "-x"), expected_s)


def pytest_here(files: list[str], plugins: list[object], *options: str) -> int:
    """Run pytest in this very process."""
    quiet = ["-q", "--tb=line", "-p", "no:cacheprovider", "-p", "no:pastebin", "-p", "no:junitxml"]
    return pytest.main([*quiet, *options, *files], plugins)


class Trial:
    """A forked process that is on its way; ``outcome`` asks for its end without waiting."""

    def __init__(self, tree: Tree, work: Callable[[], int], expected_s: float) -> None:
        self.started = time.monotonic()
        self._ended = False
        self.log = tree.folder.with_suffix(".log")
        self._until = self.started + WALL_S + 10 * expected_s
        self._temporary = tempfile.mkdtemp(prefix="hum-mutant-")
        sys.stdout.flush()
        self._pid = os.fork()
        if not self._pid:
            os.setsid()
            _become_the_trial(tree, work, self.log, self._temporary, int(CPU_S + 5 * expected_s))

    def outcome(self) -> Outcome | None:
        """Return how it ended, or None while it runs."""
        pid, status = os.waitpid(self._pid, os.WNOHANG)
        if not pid and time.monotonic() < self._until:
            return None
        if pid:
            self._ended = True
            self._kill_group()
        else:
            status = self.end()
        shutil.rmtree(self._temporary, ignore_errors=True)
        return Outcome(_verdict(status), round(time.monotonic() - self.started, 2))

    def end(self) -> int:
        """End it now, if it has not ended; returns its status."""
        if self._ended:
            return 0
        self._ended = True
        self._kill_group()
        shutil.rmtree(self._temporary, ignore_errors=True)
        return os.waitpid(self._pid, 0)[1]

    def _kill_group(self) -> None:
        """Kill the group that our own fork leads, with whatever it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)


def _verdict(status: int) -> str:
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL} else "broken"
    match os.WEXITSTATUS(status):
        case pytest.ExitCode.OK:
            return "survived"
        case pytest.ExitCode.TESTS_FAILED:
            return "killed"
        case pytest.ExitCode.NO_TESTS_COLLECTED:
            raise LookupError("the chosen tests are not there")
        case _:
            return "broken"


def _become_the_trial(
    tree: Tree, work: Callable[[], int], log: Path, temporary: str, cpu_s: int
) -> None:
    status = 70
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LEN, MEMORY_LEN))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.chdir(tree.folder)
        os.environ |= {
            "PYTHONPATH": str(tree.folder), "TMPDIR": temporary, "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }  # fmt: skip
        tempfile.tempdir = None
        sys.dont_write_bytecode = True
        sys.path[:0] = [str(tree.folder)]
        status = int(work())
    finally:
        os._exit(status)
