"""A small program folder, listed by the code that lists the real one."""

import importlib
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "hum": b"\x7fELF the program" * 400,
    "LICENSE": b"Do as you like.\n",
    "_internal/base_library.zip": b"PK" + bytes(range(256)) * 8,
    "_internal/messenger/_resources/words.txt": b"apple pear plum",
    "_internal/messenger/store/migrations/0001.sql": b"CREATE TABLE t (a);",
    "_internal/libQt6Core.so.6": bytes(range(256)) * 4_000,
    "_internal/libempty.so": b"",
    "_internal/odd name \xc3\xa4.dat".encode("latin-1").decode(): b"odd",
}
LINKS = {
    "_internal/libQt6Core.so": "libQt6Core.so.6",
    "_internal/PySide6/libcrypto.so": "../libcrypto.so.3",
}


@contextmanager
def listing() -> Iterator[Any]:
    """The script that writes a manifest, found by its bare name as build.py finds it."""
    sys.path.insert(0, str(ROOT / "packaging"))
    before = sys.modules.pop("listing", None)
    try:
        yield importlib.import_module("listing")
    finally:
        sys.path.remove(str(ROOT / "packaging"))
        sys.modules.pop("listing", None)
        if before is not None:
            sys.modules["listing"] = before


def make(folder: Path, version: str = "0.1.0") -> Path:
    """Make a program in ``folder``/hum with its manifest, and return its folder."""
    program = folder / "hum"
    for name, content in FILES.items():
        (program / name).parent.mkdir(parents=True, exist_ok=True)
        (program / name).write_bytes(content)
    for name, target in LINKS.items():
        (program / name).parent.mkdir(parents=True, exist_ok=True)
        (program / name).symlink_to(target)
    with listing() as script:
        script.level(program)
        script.write(program, version, folder, None)
    return program


def flip(path: Path, chance: random.Random) -> None:
    """Turn one bit of a file over."""
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data) * 8)
    data[at // 8] ^= 1 << at % 8
    path.write_bytes(data)
