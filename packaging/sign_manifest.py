"""Sign the manifest of a build, on the computer where a release key is kept.

    sign_manifest.py MANIFEST KEY SIGNATURES [--published FILE]

MANIFEST is of a build that the holder of KEY has made; with ``--published`` it must be, byte for
byte, the one that others made. SIGNATURES is made, or gets one more signature, and goes to the next
holder; ``build.py --signatures`` puts it into the packages. docs/releasing.md tells the whole way.
"""

import argparse
import getpass
import sys
from pathlib import Path

from release_keys import KeyFileError, open_key

from messenger.core.errors import BuildError
from messenger.update.manifest import decode
from messenger.update.manifest_signature import add_signature
from messenger.update.spoken_print import digits, words


def main(arguments: list[str] | None = None) -> int:
    """Sign; 0 good, 1 with one line on stderr, 2 wrong usage."""
    parser = argparse.ArgumentParser(description="Sign the manifest of a build.")
    for name in ("manifest", "key", "signatures"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--published", type=Path, help="the manifest that others built")
    parser.add_argument("--passphrase-file", type=Path, help="else it is asked for")
    options = parser.parse_args(arguments)
    try:
        _sign(options)
    except (BuildError, KeyFileError, OSError) as error:
        print(f"sign_manifest: {error}", file=sys.stderr)
        return 1
    return 0


def _sign(options: argparse.Namespace) -> None:
    data = options.manifest.read_bytes()
    if options.published is not None and options.published.read_bytes() != data:
        raise KeyFileError("The two manifests differ: one of the two builds is not to trust.")
    manifest = decode(data)
    print(f"Hum {manifest.version}, {manifest.system}, {len(manifest.entries)} files")
    print(f"{words(manifest.fingerprint)}\n{digits(manifest.fingerprint)}")
    if options.passphrase_file is not None:
        passphrase = options.passphrase_file.read_text("utf-8").rstrip("\r\n")
    else:
        passphrase = getpass.getpass("Passphrase: ")
    signer = open_key(options.key, passphrase)
    before = options.signatures.read_bytes() if options.signatures.exists() else None
    options.signatures.write_bytes(add_signature(data, before, signer))
    print(f"Signed in {options.signatures}.")


if __name__ == "__main__":
    sys.exit(main())
