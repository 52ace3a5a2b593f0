"""Freeze Hum and put it into a ``.deb`` and a portable ``.tar.zst``.

    build/package-venv/bin/python packaging/build.py FOLDER [--signatures FILE]

Needs no root. The same commit gives the same files: every time stamp is that of the commit (or
SOURCE_DATE_EPOCH), hashes are seeded, names are sorted, rights are plain. The signatures are those
of the manifest that the same build had before, on the computers of the people with the keys.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import anchor
import deb
import listing
import origins
import sbom
import schema

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 250 << 20  # bytes, of the installed program; issue 9


def main() -> int:
    """Build into the folder named on the command line, which is emptied first."""
    options = _options()
    folder = options.folder.resolve()
    print(anchor.check())
    shutil.rmtree(folder, ignore_errors=True)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    os.environ |= {"SOURCE_DATE_EPOCH": _epoch(), "PYTHONHASHSEED": "0"}
    os.environ |= {"HUM_ROOT": str(ROOT), "HUM_VERSION": version}  # for the specification
    program, taken = _freeze(folder)
    sbom.write(origins.parts(ROOT / "requirements/run.txt", taken), version, program)
    schema.check((program / "sbom.cdx.json").read_text())
    shutil.copyfile(ROOT / "LICENSE", program / "LICENSE")
    listing.level(program)
    listing.write(program, version, folder, options.signatures)
    listing.level(program)
    size = sum(path.lstat().st_size for path in program.rglob("*") if path.is_file())
    print(f"The program has {size / (1 << 20):.0f} MiB.")
    if sys.platform == "linux":  # elsewhere an installer takes the folder
        _archive(program, folder / f"hum-{version}.tar.zst")
        deb.build(program, folder, version, size)
    for made in folder.iterdir():
        made.chmod(0o755 if made.is_dir() else 0o644)  # whatever the umask was
    return int(size > LIMIT)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Freeze Hum and pack it.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--signatures", type=Path, metavar="FILE", help="of this very manifest")
    return parser.parse_args()


def _epoch() -> str:
    last = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return given or subprocess.run(last, check=True, capture_output=True, text=True).stdout.strip()


def _freeze(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return the program and where each of its libraries came from."""
    taken = folder / "work/taken.json"
    os.environ["HUM_TAKEN"] = str(taken)
    freeze = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    places: list[str | Path] = ["--distpath", folder / "frozen", "--workpath", folder / "work"]
    subprocess.run([*freeze, *places, ROOT / "packaging/hum.spec"], check=True)
    came_from: dict[str, str] = json.loads(taken.read_text())
    shutil.rmtree(folder / "work")
    return folder / "frozen/hum", came_from


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


if __name__ == "__main__":
    sys.exit(main())
