"""Write the hash-locked requirement files from pyproject.toml.

    python packaging/lock.py             # keep the versions that still fit
    python packaging/lock.py --upgrade   # take the newest that fit

One resolution for every platform and Python we run on; each file holds versions and hashes and
names no index, so pip asks wherever this computer is set up to ask. The resolver (uv) is itself
locked in ``requirements/lock.txt`` and lives in the environment of whoever runs this.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
OLDEST_PYTHON = "3.11"
UV_NEEDED = "uv>=0.9"
FUZZ_NEEDED = "atheris>=3.0,<3.1"  # 3.1 has no wheels for Python 3.11
MUTATION_NEEDED = "mutmut>=3.8\ncoverage>=7.10\nlibcst>=1.9"  # beside what dev.txt holds
BUILD_NEEDED = "hatchling>=1.27\neditables>=0.5\n"  # what [build-system] and --editable ask for
RELAY_ALONE = {"cryptography", "PyNaCl", "msgspec", "segno", "platformdirs"}  # and the extra relay
PACKAGE_NEEDED = "pyinstaller>=6.22\ncyclonedx-python-lib[json-validation]>=11\n"  # freeze, list


def main() -> int:
    """Lock everything; the arguments go to the resolver."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", FOLDER / "lock.txt"], check=True)
    flags = sys.argv[1:]
    _compile("run.txt", ["pyproject.toml"], flags)
    _compile("dev.txt", ["pyproject.toml", "--extra", "dev", "--extra", "lab"], flags)
    _compile("relay.txt", ["-"], flags, text=_relay_needed())
    _compile("fuzz.txt", ["-"], flags, text=FUZZ_NEEDED)
    _compile("mutation.txt", ["-"], flags, text=MUTATION_NEEDED)
    _compile("build.txt", ["-"], flags, text=BUILD_NEEDED)
    _compile("package.txt", ["-"], flags, text=PACKAGE_NEEDED)
    _compile("lock.txt", ["-"], flags, text=UV_NEEDED)
    return 0


def _relay_needed() -> str:
    """Return what a server needs that shows no window and keeps no history."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    shared = [line for line in project["dependencies"] if line.split(">")[0] in RELAY_ALONE]
    return "\n".join([*shared, *project["optional-dependencies"]["relay"]]) + "\n"


def _compile(name: str, source: list[str], flags: list[str], text: str | None = None) -> None:
    """Resolve ``source`` into one file, for all platforms."""
    command = [sys.executable, "-m", "uv", "--quiet", "pip", "compile", *source, *flags]
    command += ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
    command += ["--no-header", "--no-emit-index-url", "--output-file", f"requirements/{name}"]
    if name != "run.txt":
        command += ["--constraint", "requirements/run.txt"]
    if name == "mutation.txt":
        command += ["--constraint", "requirements/dev.txt"]  # both go into one environment
    subprocess.run(command, cwd=ROOT, input=text, text=True, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
