"""What python-tuf found wrong, in our own errors: which rule was broken, and by which file.

python-tuf tells the rule by the class of its exception and the file only in its text. The file is
that which was asked for last, so the fetcher is asked instead of the text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tuf.api import exceptions as tuf

from messenger.core.errors import (
    FolderNotWritableError,
    UpdateEndlessError,
    UpdateError,
    UpdateExpiredError,
    UpdateFrozenError,
    UpdateKeysError,
    UpdateMixedError,
    UpdatePackageError,
    UpdateRollbackError,
    UpdateSizeError,
    UpdateUnreachableError,
    UpdateUnreadableError,
    UpdateUnsignedError,
)
from messenger.update.fetcher import Fetcher

TIMESTAMP: Final = "timestamp.json"


@contextmanager
def refused(fetcher: Fetcher) -> Iterator[None]:
    """Run python-tuf and turn its exceptions into UpdateError.

    Raises:
        UpdateError: one of its branches.
        FolderNotWritableError: the folder for metadata and packages cannot be written.
    """
    try:
        yield
    except tuf.RepositoryError as error:
        raise _distrust(error, fetcher.last) from error
    except tuf.DownloadError as error:
        raise _failed(error, fetcher.last) from error
    except OSError as error:
        raise FolderNotWritableError("the folder for updates cannot be written") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UpdateUnreadableError(f"{fetcher.last} makes no sense.") from error


def _failed(error: tuf.DownloadError, name: str) -> UpdateError:
    if isinstance(error, tuf.DownloadLengthMismatchError):
        return UpdateEndlessError(f"The server sends more of {name} than there can be.")
    return UpdateUnreachableError(f"The server does not have {name}.")


def _distrust(error: Exception, name: str) -> UpdateError:
    match error:
        case tuf.UnsignedMetadataError() if name.endswith(".root.json"):
            return UpdateKeysError(
                "New keys are announced, and not enough holders of old and new keys signed that."
            )
        case tuf.UnsignedMetadataError():
            return UpdateUnsignedError(f"{name} is not signed by enough of those who must sign it.")
        case tuf.ExpiredMetadataError() if name == TIMESTAMP and "root" not in str(error):
            return UpdateFrozenError(
                "The server shows a state that has expired: it may hide newer ones. "
                "Is the clock of this computer right?"
            )
        case tuf.ExpiredMetadataError():
            return UpdateExpiredError(f"What was signed has expired, as of {name}.")
        case tuf.BadVersionNumberError():
            return _of_versions(name)
        case tuf.LengthOrHashMismatchError() if name.endswith(".json"):
            return UpdateMixedError(f"{name} is not the one that belongs to the rest.")
        case _:
            return UpdateUnreadableError(f"{name} makes no sense.")


def _of_versions(name: str) -> UpdateError:
    """Older than seen, or another than was announced.

    A snapshot is held against the hash of the timestamp before its versions are looked at, so
    those can only be older than the ones that were seen here; a root must be the very next one.
    """
    if name == TIMESTAMP or name.endswith(".snapshot.json"):
        return UpdateRollbackError("The server offers a state older than one that was seen here.")
    return UpdateMixedError(f"{name} is not the version that belongs to the rest.")


def package_error(error: Exception) -> UpdateError:
    """Tell what a package differs in: its size, or its bytes."""
    if "length" in str(error):
        return UpdateSizeError("The package has not the size that was signed.")
    return UpdatePackageError("The package has not the bytes that were signed.")
