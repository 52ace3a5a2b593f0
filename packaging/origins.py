"""Whose are the files that a build takes along: wheels, Python, what is inside them, the system.

Reads the environment that runs it, which holds the locked requirements, and asks dpkg for the rest.
"""

import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import sqlcipher3
from cryptography.hazmat.backends.openssl import backend
from PySide6.QtCore import qVersion

PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")
TEXTS: Final = re.compile(r"(^|/)(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
DOCS: Final = Path("/usr/share/doc")
HELD_TEXTS: Final = {  # of libraries whose wheel brings no licence of theirs
    "Qt": Path("/usr/share/common-licenses/LGPL-3"),
    "SQLCipher": Path(__file__).resolve().parent / "licenses/sqlcipher.txt",
}


@dataclass(frozen=True)
class Part:
    """Something shipped that has a version and a licence of its own."""

    name: str
    version: str
    licence: str
    purl: str
    texts: tuple[Path, ...] = ()  # of the licence
    inside: str = ""  # the part that holds it, where it is no file of its own


class UnknownOriginError(Exception):
    """A file is shipped and nothing says whose it is."""


def parts(requirements: Path, taken: dict[str, str]) -> list[Part]:
    """Return everything shipped but Hum itself; ``taken`` maps names in the program to files.

    Raises:
        UnknownOriginError: see there.
    """
    wheels = [wheel(each) for each in _shipped(requirements)]
    start = installed("pyinstaller")  # a part of it starts the program
    own = [python(), *([wheel(start)] if start else [])]
    return [*wheels, *own, *_within(), *_system(taken)]


def wheel(of: Distribution) -> Part:
    """The part that an installed package is."""
    name = of.name.lower().replace("_", "-")
    files = [Path(str(each.locate())) for each in of.files or () if TEXTS.search(str(each))]
    own = [each for each in files if ".dist-info" in str(each)]
    return Part(
        of.name, of.version, licence(of), f"pkg:pypi/{name}@{of.version}", tuple(sorted(own))
    )


def python() -> Part:
    """The interpreter and its library."""
    version = platform.python_version()
    text = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if not text.exists():  # Debian's own
        text = DOCS / f"python3.{sys.version_info.minor}/copyright"
    return Part("Python", version, "PSF-2.0", f"pkg:generic/python@{version}", (text,))


def licence(of: Distribution) -> str:
    """Return the licence that a package names, in its own words, on one line."""
    # Not every implementation of metadata gives None for what is missing; some raise.
    fields = (name for name in ("License-Expression", "License") if name in of.metadata)
    said = next((of.metadata[name] for name in fields if of.metadata[name]), "")
    if not said or "\n" in said:
        named = of.metadata.get_all("Classifier") or []
        said = "; ".join(
            each.rpartition(" :: ")[2] for each in named if each.startswith("License ::")
        )
    return said or "not stated by the package"


def _shipped(requirements: Path) -> list[Distribution]:
    lines = requirements.read_text().splitlines()
    names = sorted((found[1] for line in lines if (found := PINNED.match(line))), key=str.lower)
    return [there for name in names if (there := installed(name)) is not None]


def installed(name: str) -> Distribution | None:
    """The package of this name, or None where it is not here."""
    try:
        return distribution(name)
    except PackageNotFoundError:  # a requirement of another system
        return None


def _within() -> list[Part]:
    """Libraries that wheels hold, as they say themselves; libsodium does not tell its version."""
    pragma = sqlcipher3.connect(":memory:").execute
    pragma("PRAGMA key = 'any'")  # without one it tells less
    cipher = pragma("PRAGMA cipher_version").fetchone()[0].split()[0]
    provider = pragma("PRAGMA cipher_provider_version").fetchone()[0].split()[1]
    openssl = backend.openssl_version_text().split()[1]
    told = [
        ("Qt", qVersion(), "LGPL-3.0-only", "pyside6-essentials"),
        ("OpenSSL", openssl, "Apache-2.0", "cryptography"),
        ("SQLCipher", cipher, "BSD-3-Clause", "sqlcipher3"),
        ("SQLite", sqlcipher3.sqlite_version, "blessing", "sqlcipher3"),
        ("OpenSSL", provider, "Apache-2.0", "sqlcipher3"),
        ("libsodium", "unknown", "ISC", "pynacl"),
    ]
    return [_held(*each) for each in told]


def _held(name: str, version: str, said: str, inside: str) -> Part:
    purl = f"pkg:generic/{name.lower()}@{version}"
    texts = (HELD_TEXTS[name],) if name in HELD_TEXTS else ()
    return Part(name, version, said, purl, texts, inside)


def _system(taken: dict[str, str]) -> list[Part]:
    """The packages of Debian that files come from which no wheel and no Python brought."""
    known = (Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve())
    files = {Path(file).resolve() for file in taken.values() if file.startswith("/")}
    if known[1] == Path("/usr"):
        known = (known[0], Path(sysconfig.get_path("stdlib")))
    foreign = sorted(file for file in files if not any(file.is_relative_to(k) for k in known))
    return [_debian(package) for package in sorted({_owner(file) for file in foreign})]


def _owner(file: Path) -> str:
    """The package of a file; dpkg knows some by their place before /lib became /usr/lib."""
    if shutil.which("dpkg-query"):
        for name in (str(file), str(file).removeprefix("/usr")):
            found = subprocess.run(
                ["dpkg-query", "-S", name], check=False, capture_output=True, text=True
            )
            if found.returncode == 0:
                return found.stdout.split(":")[0]
    raise UnknownOriginError(f"Nothing says whose {file.name} is, which would be shipped.")


def _debian(package: str) -> Part:
    shown = ["dpkg-query", "-W", "-f", "${Version}\n", package]
    said = subprocess.run(shown, check=True, capture_output=True, text=True).stdout
    version = said.splitlines()[0]
    text = DOCS / package / "copyright"
    named = re.findall(r"^License: *(\S.*)$", text.read_text("utf-8", "replace"), re.MULTILINE)
    short = "; ".join(sorted(set(named))) or "as in the text shipped beside it"
    purl = f"pkg:deb/debian/{package}@{version.replace(':', '%3A').replace('+', '%2B')}"
    return Part(package, version, short, purl, (text,))
