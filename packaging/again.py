"""Build once more where everything that should not matter is different: ``make package-repro``.

    build/package-venv/bin/python packaging/again.py FOLDER

The sources are those of the last commit, copied to a folder of another depth, with other times;
umask, home, time zone, language, terminal and temporary folder are others too. The tools are the
same: which ones, requirements/*.txt says by hash, and the system's own are named in the build.
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ODD_TIME = 1_234_567_890  # of every file of the sources, Unix s
MATTERS = ("messenger", "packaging", "requirements", "resources", "pyproject.toml", "LICENSE")


def main() -> int:
    """Build into the folder named on the command line."""
    if len(sys.argv) != 2:
        print("usage: again.py FOLDER", file=sys.stderr)
        return 2
    target = Path(sys.argv[1]).resolve()
    if _git("status", "--porcelain", "--", *MATTERS, "CHANGELOG.md"):
        print("Commit first: the second build is made of the last commit.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="hum again ") as name:
        tree = Path(name) / "a deeper" / "folder"
        _copy_head(tree)
        os.umask(0o077)
        build: list[str | Path] = [sys.executable, tree / "packaging/build.py", target]
        begun = time.monotonic()
        done = subprocess.run(build, cwd=name, env=_environment(Path(name), tree), check=False)
        print(f"The second build took {time.monotonic() - begun:.0f} s.")
    return done.returncode


def _copy_head(tree: Path) -> None:
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    tree.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(tree, filter="data")
    for path in tree.rglob("*"):
        os.utime(path, (ODD_TIME, ODD_TIME), follow_symlinks=False)


def _environment(folder: Path, tree: Path) -> dict[str, str]:
    (folder / "home").mkdir()
    (folder / "temporary").mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "temporary"),
        "PYTHONPATH": str(tree),  # or the tools would take the package they were installed with
        "SOURCE_DATE_EPOCH": _git("log", "-1", "--format=%ct"),
        "TZ": "Pacific/Chatham",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
        "TERM": "dumb",
        "USER": "somebody-else",
    }


def _git(*words: str) -> str:
    command = ["git", "-C", str(ROOT), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
