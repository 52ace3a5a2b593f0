"""Write the manifest of a frozen program into its folder, with the signatures that it has.

The build has no key. Whoever holds a release key builds the same on their own computer, looks at
the manifest and signs it there; the package is then built once more with ``--signatures FILE``.
"""

import shutil
from pathlib import Path

from messenger.core.errors import ManifestSignatureError
from messenger.update.manifest import MANIFEST_NAME, SIGNATURES_NAME, describe
from messenger.update.manifest_signature import check_signatures, trusted_root
from messenger.update.own_files import system_name
from messenger.update.spoken_print import digits, words

RUNS = frozenset({"hum", "hum.exe"})


def level(program: Path) -> None:
    """Give everything plain rights, whatever the umask was: the program may be run, no file else.

    Windows has no such rights.
    """
    for path in [program, *program.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.name in RUNS else 0o644)


def write(program: Path, version: str, beside: Path, signatures: Path | None) -> None:
    """Write the manifest, last of all files, and a copy of it to be signed and published.

    Raises:
        ManifestSignatureError: the signatures that were given are not under this manifest.
    """
    system = system_name()
    manifest = describe(program, version, system)
    data = manifest.encode()
    for place in (program / MANIFEST_NAME, beside / f"hum-{version}-{system}.{MANIFEST_NAME}"):
        place.write_bytes(data)
    print(f"Build fingerprint: {words(manifest.fingerprint)}")
    print(f"                   {digits(manifest.fingerprint)}")
    if signatures is None:
        print("Nobody has signed it: this is your own build, not a release.")
        return
    root = trusted_root()
    if root is None:
        raise ManifestSignatureError("There is no trusted root in resources/update to check with.")
    check_signatures(data, signatures.read_bytes(), root)
    shutil.copyfile(signatures, program / SIGNATURES_NAME)
