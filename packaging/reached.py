"""Drop the libraries that nothing shipped asks for.

PyInstaller collects what the plugins of Qt need before the specification leaves plugins out; what
only those needed would be shipped for nobody.
"""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import TypeAlias

Entry: TypeAlias = tuple[str, str, str]  # name in the program, file, kind; as PyInstaller has them
Asked: TypeAlias = Callable[[str], Iterable[str]]  # the names of the libraries that a file asks for


def reached(entries: list[Entry], asked: Asked, loaded: tuple[str, ...]) -> list[Entry]:
    """Return, in their order, the entries that something asks for.

    Extension modules, plugins and whatever else is loaded by name are there on their own account:
    everything that is not a plain library, or whose name begins with one of ``loaded``.
    """
    named: dict[str, list[Entry]] = {}
    for entry in entries:
        named.setdefault(PurePosixPath(entry[0]).name, []).append(entry)
    kept = {entry for entry in entries if not _plain_library(entry) or _name(entry, loaded)}
    waiting = list(kept)
    while waiting:
        for name in asked(waiting.pop()[1]):
            found = [entry for entry in named.get(name, ()) if entry not in kept]
            kept.update(found)
            waiting += found
    return [entry for entry in entries if entry in kept]


def _plain_library(entry: Entry) -> bool:
    name = PurePosixPath(entry[0])
    return entry[2] != "EXTENSION" and "plugins" not in name.parts and name.name.startswith("lib")


def _name(entry: Entry, beginnings: tuple[str, ...]) -> bool:
    return PurePosixPath(entry[0]).name.startswith(beginnings)
