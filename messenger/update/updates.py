"""Finding, downloading and putting in place a new version: all that blocks, for any thread.

Each call takes the newest metadata first, so that nothing is installed on the word of yesterday.
What was verified stays in the folder: the metadata, which tell a rollback, and one package.
"""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
from tuf.api.metadata import TargetFile
from tuf.ngclient import Updater, UpdaterConfig

from messenger.core.errors import (
    ProfileInUseError,
    UpdateBusyError,
    UpdateByHandError,
    UpdateDowngradeError,
    UpdateMissingError,
    UpdateSourceError,
)
from messenger.store.atomic import sync_file, sync_folder
from messenger.store.folder import prepare_folder
from messenger.store.profile_lock import ProfileLock
from messenger.update.fetcher import Fetcher
from messenger.update.installation import Installation, Kind
from messenger.update.job import Job
from messenger.update.limits import (
    MAX_ROOT_LEN,
    MAX_ROOTS,
    MAX_SNAPSHOT_LEN,
    MAX_TARGETS_LEN,
    MAX_TIMESTAMP_LEN,
    PATIENT,
    Patience,
)
from messenger.update.line import Dialler
from messenger.update.refusals import package_error, refused
from messenger.update.release import Release, read_release
from messenger.update.source import METADATA, PACKAGES, Source

_TRUSTED: Final = "trusted"  # metadata; whoever deletes it forgets what was seen
_UNFINISHED: Final = ".part"
FROM_SOURCES: Final = "This Hum runs from its sources: bring them up to date as you got them."

_CONFIG: Final = UpdaterConfig(
    max_root_rotations=MAX_ROOTS,
    max_delegations=0,  # we publish none
    root_max_length=MAX_ROOT_LEN,
    timestamp_max_length=MAX_TIMESTAMP_LEN,
    snapshot_max_length=MAX_SNAPSHOT_LEN,
    targets_max_length=MAX_TARGETS_LEN,
)


@dataclass(frozen=True, slots=True)
class Updates:
    """The updates of one installation, from one source, kept in one folder."""

    source: Source
    folder: Path
    installed: Installation
    dialler: Dialler = field(default_factory=Dialler)
    patience: Patience = PATIENT

    def check(self, job: Job) -> Release:
        """Ask for the newest release of our kind; ``newer`` tells whether it is an update.

        Raises:
            UpdateError: nobody answered, or what came is not to be believed.
            CancelledByPersonError: the job was cancelled.
            FolderNotWritableError: the folder cannot be written.
        """
        with self._locked(), self._session(job) as session:
            return session.release

    def download(self, job: Job) -> Path:
        """Fetch the package of the newest release; what is there already is not fetched again.

        Returns:
            A file with exactly the bytes that were signed.

        Raises:
            UpdateDowngradeError: it is not newer than this program.
            UpdateError, CancelledByPersonError, FolderNotWritableError: as above.
        """
        with self._locked(), self._session(job) as session:
            path = session.newer_package()
            file = session.verified(path)
            if file is None:
                session.fetch(path)
            else:
                file.close()
            self._forget_others(path)
            return path

    @contextmanager
    def opened(self, job: Job) -> Iterator[tuple[Release, Path, IO[bytes]]]:
        """Open the downloaded package, verified anew by metadata of this moment.

        Raises:
            UpdateMissingError: it was not downloaded, or is damaged.
            UpdateError, CancelledByPersonError, FolderNotWritableError: as above.
        """
        with self._locked(), self._session(job) as session:
            path = session.newer_package()
            file = session.verified(path)
            if file is None:
                raise UpdateMissingError(
                    "Version {version} is not downloaded.", version=session.release.version
                )
            with file:
                yield session.release, path, file

    # -- the folder -------------------------------------------------------------------------------

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep others out: python-tuf allows one at a time."""
        prepare_folder(self.folder)
        lock = ProfileLock(self.folder)
        try:
            lock.acquire()
        except ProfileInUseError as error:
            raise UpdateBusyError("Another Hum is looking for updates just now.") from error
        with lock:
            yield

    def _forget_others(self, kept: Path) -> None:
        for path in self.folder.glob("hum-*"):
            if path != kept:
                path.unlink(missing_ok=True)

    @contextmanager
    def _session(self, job: Job) -> Iterator["_Session"]:
        fetcher = Fetcher(self.folder, job, self.dialler, self.patience)
        trusted = self.folder / _TRUSTED
        trusted.mkdir(mode=0o700, exist_ok=True)
        try:
            updater = Updater(
                str(trusted),
                self.source.url(METADATA),
                str(self.folder),
                self.source.url(PACKAGES),
                fetcher=fetcher,
                config=_CONFIG,
                bootstrap=self.source.root,
            )
        except RepositoryError as error:
            raise UpdateSourceError("The first root makes no sense, so nobody is asked.") from error
        with refused(fetcher):
            updater.refresh()
            target = updater.get_targetinfo(self.installed.target)
        if target is None:
            raise UpdateMissingError("There is no package {name}.", name=self.installed.target)
        release = read_release(
            target.unrecognized_fields.get("custom"),
            target.length,
            system=self.installed.system,
            own_version=self.installed.version,
        )
        yield _Session(self, updater, fetcher, target, release)


@dataclass(frozen=True, slots=True)
class _Session:
    """Metadata of this moment, and what they say about our package."""

    updates: Updates
    updater: Updater
    fetcher: Fetcher
    target: TargetFile
    release: Release

    def newer_package(self) -> Path:
        """Return where the package belongs.

        Raises:
            UpdateByHandError: this program is not one that a package takes the place of.
            UpdateDowngradeError: this program is as new or newer.
        """
        if self.updates.installed.kind is Kind.SOURCES:
            raise UpdateByHandError(FROM_SOURCES)
        own = self.updates.installed.version
        if not self.release.newer:
            raise UpdateDowngradeError(
                f"The newest published version is {self.release.version}, and this is {own}."
            )
        return self.updates.folder / _file_name(self.release, self.updates.installed)

    def fetch(self, path: Path) -> None:
        """Download the package; it has its name only once every byte is there and right."""
        unfinished = path.with_name(path.name + _UNFINISHED)
        try:
            with refused(self.fetcher):
                try:
                    self.updater.download_target(self.target, str(unfinished))
                except LengthOrHashMismatchError as error:
                    raise package_error(error) from error
                sync_file(unfinished)
                unfinished.replace(path)
                sync_folder(path.parent)
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def verified(self, path: Path) -> IO[bytes] | None:
        """Open the package if it is there with the right bytes; the open file is what was read."""
        with refused(self.fetcher), contextlib.ExitStack() as stack:
            try:
                file = stack.enter_context(path.open("rb"))
                self.target.verify_length_and_hashes(file)
            except (FileNotFoundError, LengthOrHashMismatchError):
                return None
            file.seek(0, os.SEEK_SET)
            stack.pop_all()
            return file


def _file_name(release: Release, installed: Installation) -> str:
    """Name the file so that a person, and apt, know what it is."""
    return f"hum-{release.version}-{installed.system}.{installed.kind.value}"
