"""The operating system's keyring: the only module that touches it.

The classes of the ``keyring`` package are constructed one by one from the list below. Its own
choice (``keyring.get_keyring``) obeys an environment variable and configuration files, either of
which can name a backend that keeps secrets in the clear or nowhere; nothing of it is used here,
nor are the KEYRING_PROPERTY_* and KEYCHAIN_PATH variables its classes read.

The package itself is imported when a keyring is asked for the first time: it brings a tenth of what
the start of a node imports, and a profile that a passphrase opens needs none of it.

Every call runs in a thread of its own with a deadline, because a hung service blocks for ever.
The thread is a daemon: it cannot keep the program from ending.
"""

import importlib
import logging
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from messenger.core.errors import KeyringUnavailableError

if TYPE_CHECKING:
    import keyring.backend

log = logging.getLogger(__name__)

SERVICE: Final = "Hum"  # under which a keyring lists our entries

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a keyring may take: the first call may wait for a person who unlocks it."""

    first_s: float = 15.0  # for the first answer; design section 8
    later_s: float = 3.0  # for each one after it


class KeyringBackend(Protocol):
    """A place for the secrets of profiles, by entry name."""

    @property
    def name(self) -> str:
        """The stable name that the key file remembers."""
        ...

    def get(self, entry: str) -> str | None:
        """Return a secret, or None if the keyring has no such entry."""
        ...

    def set(self, entry: str, secret: str) -> None:
        """Store a secret."""
        ...

    def delete(self, entry: str) -> None:
        """Forget a secret, if it is there."""
        ...


@dataclass(frozen=True, slots=True)
class _Allowed:
    """A class of the ``keyring`` package that we trust with a secret."""

    name: str  # shown to people and kept in the key file
    module: str
    class_name: str
    platform: str  # prefix of sys.platform


# In order of preference. Everything else is refused: null, fail, chainer, keyrings.alt, plug-ins.
ALLOWED: Final = (
    _Allowed("Secret Service", "keyring.backends.SecretService", "Keyring", "linux"),
    _Allowed("KWallet", "keyring.backends.kwallet", "DBusKeyring", "linux"),
    _Allowed("macOS Keychain", "keyring.backends.macOS", "Keyring", "darwin"),
    _Allowed("Windows Credential Manager", "keyring.backends.Windows", "WinVaultKeyring", "win32"),
)


class SystemKeyring:
    """One keyring of the operating system, asked with deadlines.

    Every method raises KeyringUnavailableError when the keyring does not answer in time, is
    locked and stays so, or fails in any way of its own.
    """

    def __init__(self, allowed: _Allowed, deadlines: Deadlines) -> None:
        self.name = allowed.name
        self._allowed = allowed
        self._deadlines = deadlines
        self._answered = False

    def get(self, entry: str) -> str | None:
        return self._ask(lambda: self._backend().get_password(SERVICE, entry))

    def set(self, entry: str, secret: str) -> None:
        self._ask(lambda: self._backend().set_password(SERVICE, entry, secret))

    def delete(self, entry: str) -> None:
        def forget() -> None:
            backend = self._backend()
            if backend.get_password(SERVICE, entry) is not None:
                backend.delete_password(SERVICE, entry)

        self._ask(forget)

    def probe(self) -> None:
        """Ask the keyring for something that needs no unlocking, to know that it answers."""
        self._ask(self._prove_presence)

    def _backend(self) -> "keyring.backend.KeyringBackend":
        return _construct(_class_of(self._allowed))

    def _prove_presence(self) -> None:
        backend_class = _class_of(self._allowed)
        float(backend_class.priority)  # raises unless platform, libraries and service are there
        if self._allowed.module == "keyring.backends.SecretService":
            _prove_secret_service()

    def _ask(self, call: Callable[[], T]) -> T:
        """Run one call within its deadline and translate whatever it throws."""
        first = not self._answered
        deadline_s = self._deadlines.first_s if first else self._deadlines.later_s
        try:
            answer = _within(deadline_s, call)
        except TimeoutError as error:
            raise KeyringUnavailableError(
                "{keyring} did not answer within {count} seconds.",
                keyring=self.name,
                count=round(deadline_s),
            ) from error
        except KeyringUnavailableError:
            raise
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # the libraries below raise whatever they like
            if _says_locked(error):
                raise KeyringUnavailableError("{keyring} is locked.", keyring=self.name) from error
            log.info("%s does not work here: %s", self.name, type(error).__name__)
            raise KeyringUnavailableError(
                "{keyring} does not work on this computer.", keyring=self.name
            ) from error
        self._answered = True
        return answer


def find_backend(deadlines: Deadlines = Deadlines()) -> SystemKeyring:
    """Return the first allowed keyring of this platform that answers.

    Raises:
        KeyringUnavailableError: with one sentence that says why there is none.
    """
    first_problem: KeyringUnavailableError | None = None
    for allowed in ALLOWED:
        if sys.platform.startswith(allowed.platform):
            backend = SystemKeyring(allowed, deadlines)
            try:
                backend.probe()
            except KeyringUnavailableError as error:
                first_problem = first_problem or error
            else:
                return backend
    raise first_problem or KeyringUnavailableError("This system has no keyring that Hum trusts.")


def backend_named(name: str, deadlines: Deadlines = Deadlines()) -> SystemKeyring:
    """Return the allowed keyring that a key file names; nothing is asked yet.

    Raises:
        KeyringUnavailableError: this platform has no such keyring, or we do not trust it.
    """
    for allowed in ALLOWED:
        if allowed.name == name and sys.platform.startswith(allowed.platform):
            return SystemKeyring(allowed, deadlines)
    raise KeyringUnavailableError(
        "The key was stored in {keyring}, which Hum cannot use here.", keyring=name
    )


def _says_locked(error: BaseException) -> bool:
    import keyring.errors  # noqa: PLC0415  the module's docstring says why

    return isinstance(error, keyring.errors.KeyringLocked)


def _class_of(allowed: _Allowed) -> "type[keyring.backend.KeyringBackend]":
    module = importlib.import_module(allowed.module)
    backend_class: type[keyring.backend.KeyringBackend] = getattr(module, allowed.class_name)
    return backend_class


def _construct(
    backend_class: "type[keyring.backend.KeyringBackend]",
) -> "keyring.backend.KeyringBackend":
    """Construct a backend that is deaf to the environment."""
    overrides = {"set_properties_from_env": lambda self: None, "keychain": None}
    deaf: type[keyring.backend.KeyringBackend] = type(
        backend_class.__name__, (backend_class,), overrides
    )
    return deaf()


def _prove_secret_service() -> None:
    """Make the service itself answer, without a prompt; refuse one that forgets at log-out."""
    # Linux only, and there it comes with ``keyring``.
    import secretstorage  # noqa: PLC0415

    connection = secretstorage.dbus_init()
    try:
        list(secretstorage.get_all_collections(connection))
        default = secretstorage.get_collection_by_alias(connection, "default")
    except secretstorage.ItemNotFoundException:
        return  # no keyring yet: the service will ask the person to make one
    finally:
        connection.close()
    if default.collection_path.endswith("/session"):
        raise KeyringUnavailableError("The default keyring forgets everything at log-out.")


def _within(deadline_s: float, call: Callable[[], T]) -> T:
    """Return what ``call`` returns or raise what it raises, or TimeoutError at the deadline."""
    answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put((call(), None))
        except BaseException as error:  # handed to the caller
            answers.put((None, error))

    threading.Thread(target=work, name="keyring", daemon=True).start()
    try:
        answer, error = answers.get(timeout=deadline_s)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]  # without an error it is a T
