"""Freeze Hum and put it into a ``.deb`` and a portable ``.tar.zst``.

    build/package-venv/bin/python packaging/build.py FOLDER

Needs no root. The same commit gives the same files: every time stamp is that of the commit (or
SOURCE_DATE_EPOCH), hashes are seeded, names are sorted.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import sbom
from system_packages import QT_LIBRARIES

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging/linux"
RENAMED = {"libglib2.0-0": "libglib2.0-0 | libglib2.0-0t64"}  # Debian 13, Ubuntu 24.04
LIMIT = 250 << 20  # bytes, of the installed program; issue 9


def main() -> int:
    """Build into the folder named on the command line, which is emptied first."""
    if len(sys.argv) != 2:
        print("usage: build.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1]).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    os.environ |= {"SOURCE_DATE_EPOCH": _epoch(), "PYTHONHASHSEED": "0", "HUM_ROOT": str(ROOT)}
    program = _freeze(folder)
    sbom.write(ROOT / "requirements/run.txt", version, program)
    shutil.copyfile(ROOT / "LICENSE", program / "LICENSE")
    size = sum(path.lstat().st_size for path in program.rglob("*") if path.is_file())
    print(f"The program has {size / (1 << 20):.0f} MiB.")
    _archive(program, folder / f"hum-{version}.tar.zst")
    _deb(program, folder, version, size)
    return int(size > LIMIT)


def _epoch() -> str:
    last = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return given or subprocess.run(last, check=True, capture_output=True, text=True).stdout.strip()


def _freeze(folder: Path) -> Path:
    freeze = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    places: list[str | Path] = ["--distpath", folder / "frozen", "--workpath", folder / "work"]
    subprocess.run([*freeze, *places, ROOT / "packaging/hum.spec"], check=True)
    shutil.rmtree(folder / "work")
    return folder / "frozen/hum"


def _archive(program: Path, target: Path) -> None:
    """One tar in the order of the names, owned by nobody in particular."""
    plain = target.with_suffix("")
    with tarfile.open(plain, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(program.rglob("*")):
            name = Path(target.name.removesuffix(".tar.zst")) / path.relative_to(program)
            tar.add(path, name.as_posix(), recursive=False, filter=_nobody)
    subprocess.run(["zstd", "-q", "-12", "-T1", "--rm", "-f", plain, "-o", target], check=True)


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = int(os.environ["SOURCE_DATE_EPOCH"])
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


def _deb(program: Path, folder: Path, version: str, size: int) -> None:
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
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/hum").symlink_to("../lib/hum/hum")
    architecture = _said_by("dpkg", "--print-architecture")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(_control(version, architecture, size))
    _level(tree)
    target = folder / f"hum_{version}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, target], check=True)
    shutil.rmtree(tree)


def _control(version: str, architecture: str, size: int) -> str:
    depends = ", ".join(["libc6", *(RENAMED.get(name, name) for name in QT_LIBRARIES)])
    return (
        f"Package: hum\nVersion: {version}\nArchitecture: {architecture}\nSection: net\n"
        f"Priority: optional\nInstalled-Size: {size >> 10}\nDepends: {depends}\n"
        "Recommends: fonts-dejavu-core, gnome-keyring | kwalletmanager\n"
        "Maintainer: The Hum founders <hum@localhost.invalid>\n"
        "Description: messenger whose line never goes quiet\n"
        " Two people talk over a direct, encrypted line that sends cells of one size\n"
        " all the time; who watches it does not see when a message passes.\n"
    )


def _level(tree: Path) -> None:
    """Give every file the same time and plain rights, whatever the umask was."""
    moment = int(os.environ["SOURCE_DATE_EPOCH"])
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path == tree / "usr/lib/hum/hum"
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def _said_by(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
