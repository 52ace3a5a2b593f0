"""Make the virtual environment and put the hash-locked requirements into it.

    python3 packaging/bootstrap.py run     # what the program needs
    python3 packaging/bootstrap.py dev     # and what its tests and checks need
    python3 packaging/bootstrap.py fuzz    # and the fuzzer
    python3 packaging/bootstrap.py mutation # or mutation testing
    python3 packaging/bootstrap.py relay   # what a relay needs: no window, no Qt
    python3 packaging/bootstrap.py package # what freezes it, in build/package-venv, nothing else

Standard library only. Works where ``ensurepip`` is missing (Debian without python3-venv): the
environment is then made without pip, and the pip outside installs into it. That of a relay is made
so wherever the pip outside can do it: to unpack a pip of its own is half of the work of installing.
"""

import importlib.metadata
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ("build/package-venv" if sys.argv[1:] == ["package"] else ".venv")
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
OLDEST = (3, 11)
OLDEST_PIP_OUTSIDE = (22, 3)  # the first that installs into another environment (--python)
REQUIREMENTS = {
    "run": ["requirements/run.txt", "requirements/build.txt"],
    "dev": ["requirements/dev.txt"],
    "relay": ["requirements/relay.txt", "requirements/build.txt"],
    "fuzz": ["requirements/dev.txt", "requirements/fuzz.txt"],
    "mutation": ["requirements/dev.txt", "requirements/mutation.txt"],
    "package": ["requirements/run.txt", "requirements/build.txt", "requirements/package.txt"],
}


def main() -> int:
    """Prepare the environment named on the command line; 0 when it is ready."""
    if len(sys.argv) != 2 or sys.argv[1] not in REQUIREMENTS:
        return _sorry("usage: bootstrap.py run|dev|fuzz|mutation|relay|package", 2)
    if sys.version_info < OLDEST:
        return _sorry(f"Hum needs Python 3.11 or newer; {sys.executable} is older.")
    try:
        if not _works():
            _make_venv(bare=sys.argv[1] == "relay" and _has_pip_outside())
        _install(sys.argv[1])
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        return _sorry(f"This step failed; what it printed above says why: {command}")
    except LookupError as error:
        return _sorry(error.args[0])
    return 0


def _works() -> bool:
    """Whether there is an environment whose Python starts and is new enough."""
    if not PYTHON.exists():
        return False
    check = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    return subprocess.run([PYTHON, "-c", check], check=False).returncode == 0


def _has_pip_outside() -> bool:
    """Whether the Python that runs this has a pip that can install into the environment."""
    try:
        version = importlib.metadata.version("pip")
    except importlib.metadata.PackageNotFoundError:
        return False
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return tuple(numbers) >= OLDEST_PIP_OUTSIDE


def _make_venv(*, bare: bool = False) -> None:
    if importlib.util.find_spec("venv") is None:
        raise LookupError("Python lacks its venv module: sudo apt-get install python3-venv")
    print("Making the virtual environment .venv", flush=True)
    arguments = ["--clear", str(VENV)]
    if bare or importlib.util.find_spec("ensurepip") is None:
        arguments.insert(0, "--without-pip")
    subprocess.run([sys.executable, "-m", "venv", *arguments], check=True)


def _pip() -> list[str | Path]:
    """The command of a pip that installs into the environment."""
    inside = subprocess.run([PYTHON, "-m", "pip", "--version"], check=False, capture_output=True)
    if inside.returncode == 0:
        return [PYTHON, "-m", "pip"]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    raise LookupError("There is no pip: sudo apt-get install python3-pip")


def _install(purpose: str) -> None:
    print("Installing the locked requirements (the first time takes a minute or two)", flush=True)
    pip = [*_pip(), "--disable-pip-version-check", "install", "--quiet"]
    files = [part for name in REQUIREMENTS[purpose] for part in ("-r", ROOT / name)]
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", *files], check=True)
    own: list[str | Path] = ["--no-index", "--no-deps", "--no-build-isolation", "--editable", ROOT]
    subprocess.run([*pip, *own], check=True)


def _sorry(sentence: str, status: int = 1) -> int:
    print(sentence, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
