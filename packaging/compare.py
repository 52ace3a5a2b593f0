"""Compare two builds file by file: python3 packaging/compare.py ONE OTHER."""

import hashlib
import sys
from pathlib import Path


def main() -> int:
    """Print every file that differs; 0 when none does."""
    if len(sys.argv) != 3:
        print("usage: compare.py ONE OTHER", file=sys.stderr)
        return 2
    one, other = (hashes(Path(each)) for each in sys.argv[1:])
    differing = sorted(
        name for name in one.keys() | other.keys() if one.get(name) != other.get(name)
    )
    for name in differing:
        print(f"differs: {name}: {one.get(name, 'missing')} {other.get(name, 'missing')}")
    print(f"{len(one)} files compared, {len(differing)} differ.")
    return int(bool(differing) or not one)


def hashes(folder: Path) -> dict[str, str]:
    """Return SHA-256 and rights of every file below a folder, and where links lead, by path."""
    return {
        path.relative_to(folder).as_posix(): _content(path)
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{digest} {path.stat().st_mode & 0o777:o}"


if __name__ == "__main__":
    sys.exit(main())
