"""Freeze Hum and put it into a ``.deb`` and a portable ``.tar.zst``.

    build/package-venv/bin/python packaging/build.py FOLDER

Needs no root. The same commit gives the same files: every time stamp is that of the commit (or
SOURCE_DATE_EPOCH), hashes are seeded, names are sorted.
"""

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
import origins
import sbom
import schema

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 250 << 20  # bytes, of the installed program; issue 9


def main() -> int:
    """Build into the folder named on the command line, which is emptied first."""
    if len(sys.argv) != 2:
        print("usage: build.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1]).resolve()
    print(anchor.check())
    shutil.rmtree(folder, ignore_errors=True)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    os.environ |= {"SOURCE_DATE_EPOCH": _epoch(), "PYTHONHASHSEED": "0", "HUM_ROOT": str(ROOT)}
    program, taken = _freeze(folder)
    sbom.write(origins.parts(ROOT / "requirements/run.txt", taken), version, program)
    schema.check((program / "sbom.cdx.json").read_text())
    shutil.copyfile(ROOT / "LICENSE", program / "LICENSE")
    size = sum(path.lstat().st_size for path in program.rglob("*") if path.is_file())
    print(f"The program has {size / (1 << 20):.0f} MiB.")
    _archive(program, folder / f"hum-{version}.tar.zst")
    deb.build(program, folder, version, size)
    return int(size > LIMIT)


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
