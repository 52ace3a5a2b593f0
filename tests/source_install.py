"""Prove ``pip install .`` and what it leaves: ``make source-install``.

Copies HEAD, makes an environment with nothing in it, installs the copy by pip as a person would,
links the command to another folder as pipx does, removes the copy, and runs the program from an
empty folder with an empty home. The build fingerprint of what was installed must be that of the
sources: then the wheel holds every module, migration, icon, word and translation.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from clean_clone import copy_head, plain_environment


def main() -> int:
    """Play it all; 0 when everything worked."""
    with tempfile.TemporaryDirectory(prefix="hum-source-install-") as name:
        clone, home, venv, links = (Path(name) / each for each in ("clone", "home", "venv", "bin"))
        for folder in (clone, home, links):
            folder.mkdir()
        copy_head(clone)
        environment = plain_environment(home)
        sources = _told([sys.executable, "-m", "messenger"], clone, environment)
        subprocess.run([sys.executable, "-m", "venv", venv], check=True, env=environment)
        pip = [venv / "bin/python", "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        subprocess.run([*pip, clone], check=True, cwd=home, env=environment)
        subprocess.run(["rm", "-rf", clone], check=True)
        (links / "hum").symlink_to(venv / "bin/hum")
        for command in ([links / "hum"], [venv / "bin/python", "-m", "messenger"]):
            version = subprocess.run(
                [*command, "--version"], check=True, cwd=home, env=environment, capture_output=True
            )
            assert version.stdout.startswith(b"hum "), version.stdout
            installed = _told(list(map(str, command)), home, environment)
            assert installed == sources, f"the wheel differs: {installed} {sources}"
        subprocess.run([links / "hum", "demo"], check=True, cwd=home, env=environment)
    print(f"source install: {sources['files']} files are installed, and it runs.")
    return 0


def _told(command: list[str], folder: Path, environment: dict[str, str]) -> Any:
    """What the program there says about its own files; from its sources that is no success."""
    done = subprocess.run(
        [*command, "verify-install", "--json"],
        check=False,
        cwd=folder,
        env=environment | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    del told["seconds"]
    return told


if __name__ == "__main__":
    sys.exit(main())
