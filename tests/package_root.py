"""Make the smallest Debian, and in it what the ``.deb`` says it needs, for ``make package-test``.

    python3 tests/package_root.py ROOT DEB

Needs root, debootstrap and the network; asks the mirror that this computer's apt asks. A root that
is there already and has what the package needs is used again. Exit status 3: it cannot be made
here, and one line says why.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CANNOT = 3
TARGET = "$(TARGET_OF)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)"
DONE = ".hum-depends"  # holds what was installed


def main() -> int:
    """Make or complete the root named on the command line."""
    if len(sys.argv) != 3:
        print("usage: package_root.py ROOT DEB", file=sys.stderr)
        return 2
    root, package = (Path(each).resolve() for each in sys.argv[1:])
    needs = _said("dpkg-deb", "--field", str(package), "Depends")
    mark = root / DONE
    if mark.is_file() and mark.read_text() == needs:
        return 0
    if shutil.which("debootstrap") is None or os.geteuid() != 0:
        return _cannot("debootstrap is not here, or this is not root")
    mirror = _mirror()
    if mirror is None:
        return _cannot("apt names no mirror of this Debian")
    try:
        _make(root, *mirror, needs)
    except subprocess.CalledProcessError as error:
        print(error.stdout or "", file=sys.stderr)
        return _cannot(f"{Path(error.cmd[0]).name} failed")
    mark.write_text(needs)
    return 0


def _make(root: Path, suite: str, address: str, needs: str) -> None:
    shutil.rmtree(root, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    print(f"Making a fresh {suite} in {root}", flush=True)
    _run("debootstrap", "--variant=minbase", suite, str(root), address)
    (root / "etc/apt/sources.list").write_text(f"deb {address} {suite} main\n")
    for name in ("resolv.conf", "hosts"):
        shutil.copyfile(f"/etc/{name}", root / "etc" / name)
    for each in Path("/etc/apt/apt.conf.d").iterdir():
        if "Acquire::" in each.read_text():  # how this computer reaches its mirror
            shutil.copyfile(each, root / "etc/apt/apt.conf.d" / each.name)
    apt = ["chroot", str(root), "apt-get", "-qq", "-y", "--no-install-recommends"]
    _run(*apt, "update")
    _run(*apt, "satisfy", needs)
    _run(*apt, "clean")


def _mirror() -> tuple[str, str] | None:
    """The release of this system and where apt gets its main part from."""
    release = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)
    if release is None:
        return None
    for line in _said("apt-get", "indextargets", "--format", TARGET).splitlines():
        kind, suite, component, address = line.split("|")
        if (kind, suite, component) == ("deb", release[1], "main"):
            return suite, address
    return None


def _run(*command: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    subprocess.run(
        command,
        check=True,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _cannot(why: str) -> int:
    print(f"No fresh root: {why}.", file=sys.stderr)
    return CANNOT


if __name__ == "__main__":
    sys.exit(main())
