"""Put the frozen program into a ``.deb``."""

import gzip
import os
import shutil
import subprocess
import textwrap
from email.utils import formatdate
from pathlib import Path

from system_packages import QT_LIBRARIES

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging/linux"
RENAMED = {"libglib2.0-0": "libglib2.0-0 | libglib2.0-0t64"}  # Debian 13, Ubuntu 24.04
MAINTAINER = "The Hum founders <hum@localhost.invalid>"


def build(program: Path, folder: Path, version: str, size: int) -> Path:
    """Write the package of a program of ``size`` bytes into the folder and return it."""
    tree = folder / "tree"
    shutil.copytree(program, tree / "usr/lib/hum", symlinks=True)
    for source, place in (
        (LINUX / "hum.desktop", "applications/hum.desktop"),
        (LINUX / "hum.metainfo.xml", "metainfo/hum.metainfo.xml"),
        (ROOT / "resources/icons/hum.svg", "icons/hicolor/scalable/apps/hum.svg"),
        (LINUX / "lintian-overrides", "lintian/overrides/hum"),
        (LINUX / "copyright", "doc/hum/copyright"),
    ):
        (tree / "usr/share" / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, tree / "usr/share" / place)
    _packed(tree / "usr/share/doc/hum/changelog.gz", changelog(_changes(), version, _moment()))
    _packed(tree / "usr/share/man/man1/hum.1.gz", (LINUX / "hum.1").read_text())
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/hum").symlink_to("../lib/hum/hum")
    architecture = _said_by("dpkg", "--print-architecture")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(_control(version, architecture, size))
    _level(tree)
    target = folder / f"hum_{version}_{architecture}.deb"
    # The blocks of a compression by several threads depend on how many there are.
    pack = ["dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz", "--build"]
    subprocess.run([*pack, tree, target], check=True)
    shutil.rmtree(tree)
    return target


def changelog(changes: str, version: str, moment: int) -> str:
    """Turn the newest section of our list of changes into the form that Debian reads."""
    newest = changes.split("\n## ")[1]
    points = newest.replace("\n  ", " ").splitlines()
    said = [
        textwrap.fill(line[2:], 78, initial_indent="  * ", subsequent_indent="    ")
        for line in points
        if line.startswith("- ")
    ]
    head = f"hum ({version}) unstable; urgency=medium"
    return "\n\n".join([head, "\n".join(said), f" -- {MAINTAINER}  {_date(moment)}"]) + "\n"


def _date(moment: int) -> str:
    return formatdate(moment).replace("-0000", "+0000")  # which Debian asks for


def _changes() -> str:
    return (ROOT / "CHANGELOG.md").read_text("utf-8")


def _packed(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _control(version: str, architecture: str, size: int) -> str:
    depends = ", ".join(["libc6", *(RENAMED.get(name, name) for name in QT_LIBRARIES)])
    return (
        f"Package: hum\nVersion: {version}\nArchitecture: {architecture}\nSection: net\n"
        f"Priority: optional\nInstalled-Size: {size >> 10}\nDepends: {depends}\n"
        "Recommends: fonts-dejavu-core, gnome-keyring | kwalletmanager\n"
        f"Maintainer: {MAINTAINER}\n"
        "Description: messenger whose line never goes quiet\n"
        " Two people talk over a direct, encrypted line that sends cells of one size\n"
        " all the time; who watches it does not see when a message passes.\n"
    )


def _level(tree: Path) -> None:
    """Give every file the same time and plain rights, whatever the umask was."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path == tree / "usr/lib/hum/hum"
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (_moment(), _moment()), follow_symlinks=False)


def _moment() -> int:
    return int(os.environ["SOURCE_DATE_EPOCH"])


def _said_by(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
