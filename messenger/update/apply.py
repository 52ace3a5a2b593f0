"""What becomes of a verified package, depending on how this Hum came onto the computer.

A portable folder is ours: the new one is made ready beside it, and takes its place once this
process has nothing more to load from the old one. A package of the system is root's: Hum never
asks for root's password, it says the one command that installs the verified file.
"""

import shlex

from messenger.core.errors import UpdateInstallError
from messenger.update.installation import Kind
from messenger.update.job import Job
from messenger.update.prepared import Prepared
from messenger.update.replace import others_running, refuse_loss, unpack
from messenger.update.updates import Updates


def prepare(updates: Updates, job: Job) -> Prepared:
    """Verify the downloaded package once more and make it ready.

    Raises:
        UpdateMissingError: it was not downloaded.
        UpdateInstallError: it cannot be put in place; the program is as it was.
        UpdateError, CancelledByPersonError, FolderNotWritableError: as of ``Updates.check``.
    """
    with updates.opened(job) as (release, path, package):
        if updates.installed.kind is Kind.DEBIAN:
            return Prepared(release.version, None, f"sudo apt install {shlex.quote(str(path))}")
        folder = updates.installed.folder
        if others_running(folder):
            raise UpdateInstallError(
                "Another Hum runs from {folder}. Quit it first.", folder=str(folder)
            )
        refuse_loss(folder)
        unpack(package, folder, release.version)
        return Prepared(release.version, folder)
