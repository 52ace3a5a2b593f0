"""How a script opens its profile: by the keyring or by a passphrase from a file."""

from dataclasses import dataclass, field
from pathlib import Path

from messenger.core.errors import InputError
from messenger.engine.commands import CreateProfile, RestoreBackup, Unlock


@dataclass(frozen=True, slots=True)
class Opening:
    """What the command line says about keys and, on the first start, about the name."""

    name: str
    use_keyring: bool
    passphrase: str | None = field(default=None, repr=False)
    restore: Path | None = None  # a backup, to be the profile where there is none
    backup_passphrase: str = field(default="", repr=False)

    def create(self) -> CreateProfile:
        """The command that makes an empty profile."""
        return CreateProfile(self.name, self.use_keyring, self.passphrase)

    def first(self) -> CreateProfile | RestoreBackup:
        """The command that makes the profile, of a backup if there is one."""
        if self.restore is not None:
            return RestoreBackup(
                self.restore, self.backup_passphrase, self.use_keyring, self.passphrase
            )
        return self.create()

    def unlock(self) -> Unlock:
        """The command that opens it."""
        return Unlock(passphrase=self.passphrase)


def read_passphrase(path: Path) -> str:
    """Read a passphrase: the file's text without the end of its last line.

    Raises:
        InputError: the file cannot be read, is empty, or is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"The passphrase file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError("The passphrase file is not UTF-8 text.") from error
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise InputError("The passphrase file is empty.")
    return text
