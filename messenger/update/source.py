"""Who publishes updates: a place to fetch from, and the first root that everything rests on.

A release carries both in ``resources/update``: ``root.json``, the metadata of the keys, and
``repository``, one line with the address. The root is what makes an update believable; the
address may be any, so another one can be named on the command line. Without both files, as in
the sources before the first release, nobody is asked, and whoever looks for updates is told so.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from messenger.core.errors import UpdateSourceError
from messenger.update.limits import MAX_ROOT_LEN
from messenger.update.line import Place

ROOT_NAME: Final = "root.json"
ADDRESS_NAME: Final = "repository"
METADATA: Final = "metadata"  # the two folders of a repository
PACKAGES: Final = "targets"
MAX_ADDRESS_LEN: Final = 2048  # characters
NOBODY: Final = "This Hum was built without a place that publishes updates."

_PACKAGE: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Source:
    """Where updates come from and whom we believe."""

    address: str  # http://…, https://…, or the absolute path of a folder
    root: bytes = field(repr=False)  # trusted as it is

    @property
    def local(self) -> bool:
        """Whether it is a folder of this computer, so that looking there tells nobody."""
        return not self.address.startswith(("http://", "https://"))

    def url(self, folder: str) -> str:
        """Return the address of METADATA or PACKAGES, as the fetcher reads it."""
        base = Path(self.address).as_uri() if self.local else self.address.rstrip("/")
        return f"{base}/{folder}/"


def shipped_folder() -> Path:
    """Return the folder in which a release has its root and its address."""
    installed = _PACKAGE / "_resources"
    resources = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return resources / "update"


def find_source(
    address: str | None = None, root: Path | None = None, shipped: Path | None = None
) -> Source:
    """Put together what the program carries and what was named instead.

    Args:
        address: a URL or the path of a folder, instead of the address that is shipped.
        root: a file with the first root, instead of the one that is shipped.
        shipped: a folder as of :func:`shipped_folder`, which is the default.

    Raises:
        UpdateSourceError: one of the two is missing or makes no sense.
    """
    folder = shipped or shipped_folder()
    trusted = _read(root or folder / ROOT_NAME, MAX_ROOT_LEN)
    if address is None:
        address = _read(folder / ADDRESS_NAME, MAX_ADDRESS_LEN).decode("utf-8", "replace")
    return Source(read_address(address), trusted)


def read_address(text: str) -> str:
    """Return a URL as it is, and of a folder its absolute path.

    Raises:
        UpdateSourceError: it is neither.
    """
    text = text.strip()
    if text.startswith(("http://", "https://")):
        Place.of(text)
        return text
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    folder = Path(text)
    if not text or not folder.is_dir():
        raise UpdateSourceError(
            "{text} is neither an address nor a folder.", text=text or "Nothing"
        )
    return str(folder.resolve())


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError as error:
        raise UpdateSourceError(NOBODY) from error
    except OSError as error:
        raise UpdateSourceError("The file {path} cannot be read.", path=str(path)) from error
    if len(content) > limit:
        raise UpdateSourceError(
            "The file {path} is too large to be what it should be.", path=str(path)
        )
    return content
