"""What a build knows about updates: the first root and an address, as the commit has them.

Both lie in ``resources/update`` and are put there by ``release.py anchor`` (docs/releasing.md).
"""

import sys
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

FOLDER = Path(__file__).resolve().parent.parent / "resources/update"


def check(folder: Path = FOLDER) -> str:
    """Return a sentence about what is there; end the build if it would not work.

    Raises:
        SystemExit: one file without the other, or a root that nobody could build on.
    """
    root, address = folder / "root.json", folder / "repository"
    if not root.exists() and not address.exists():
        return "This build knows nobody to ask for updates, and says so."
    if not (root.exists() and address.exists()):
        sys.exit(f"{folder} holds only one of root.json and repository.")
    try:
        metadata = Metadata[Root].from_file(str(root))
        if not isinstance(metadata.signed, Root):
            sys.exit(f"{root} is no root.")
        metadata.signed.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
    except RepositoryError as error:
        sys.exit(f"{root} is no root that is signed by its own keys: {error}")
    ends = metadata.signed.expires
    return f"Updates: root {metadata.signed.version}, good until {ends:%Y-%m-%d}."
