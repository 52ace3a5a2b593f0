"""The keyring against real and bad services, each in a process and on a bus of its own."""

import ast
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import keyring.backend
import keyring.errors
import pytest

from messenger.core.errors import KeyringUnavailableError
from messenger.store import keyring as our_keyring
from messenger.store.keyring import ALLOWED, Deadlines, SystemKeyring, backend_named, find_backend

if sys.platform.startswith("linux"):
    from private_bus import PrivateBus, missing_programs, private_bus

on_a_bus = pytest.mark.skipif(
    not sys.platform.startswith("linux") or bool(missing_programs()),
    reason="needs dbus-run-session and gnome-keyring-daemon",
)
PASSWORD = "of the login keyring"
ROUND_TRIP = ["backend.set('e', 's3cret')", "backend.get('e')", "backend.get('other')"]


@pytest.fixture
def bus() -> Iterator["PrivateBus"]:
    # Not tmp_path: a socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="hum-bus-"))
    try:
        with private_bus(folder) as bus:
            yield bus
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def one_sentence(line: str) -> bool:
    """Whether a line of keyring_child.py is our error with one short sentence."""
    kind, _, text = line.partition(": ")
    return kind == "KeyringUnavailableError" and 10 < len(text) < 120 and "\n" not in text


# -- with a real Secret Service ------------------------------------------------------------------


@on_a_bus
@pytest.mark.keyring
def test_an_unlocked_keyring_keeps_and_forgets(bus: "PrivateBus") -> None:
    bus.start_keyring(PASSWORD)
    assert bus.run("find()", *ROUND_TRIP) == ["'Secret Service'", "None", "'s3cret'", "None"]
    assert bus.run("backend.delete('e')", "backend.get('e')", "backend.delete('e')") == ["None"] * 3


@on_a_bus
@pytest.mark.keyring
def test_a_profile_lives_through_a_restart_of_the_keyring(bus: "PrivateBus") -> None:
    folder = str(bus.folder / "profile")
    daemon = bus.start_keyring(PASSWORD)
    (key,) = bus.run(f"make({folder!r})")
    assert bus.run(f"unlock({folder!r})") == [key]

    bus.kill(daemon)
    (gone,) = bus.run(f"unlock({folder!r})")
    assert one_sentence(gone)

    daemon = bus.start_keyring(PASSWORD)
    assert bus.run(f"unlock({folder!r})") == [key]

    bus.kill(daemon)
    shutil.rmtree(bus.folder / "data" / "keyrings")
    bus.start_keyring(PASSWORD)
    (missing,) = bus.run(f"unlock({folder!r})")
    assert missing == "KeyringEntryMissingError: Secret Service has no key of this profile."


@on_a_bus
@pytest.mark.keyring
def test_a_locked_keyring_does_not_wait_for_ever(bus: "PrivateBus") -> None:
    folder = str(bus.folder / "profile")
    daemon = bus.start_keyring(PASSWORD)
    (key,) = bus.run(f"make({folder!r})")
    bus.kill(daemon)
    daemon = bus.start_keyring("not the password")

    for line in bus.run(f"unlock({folder!r})", "backend.set('x', 'y')", first_s=2, later_s=1):
        assert one_sentence(line)

    bus.kill(daemon)
    bus.start_keyring(PASSWORD)
    assert bus.run(f"unlock({folder!r})") == [key]


@on_a_bus
@pytest.mark.keyring
def test_a_keyring_that_was_killed_is_unavailable(bus: "PrivateBus") -> None:
    daemon = bus.start_keyring(PASSWORD)
    bus.run(*ROUND_TRIP)
    bus.kill(daemon)
    lines = bus.run("find()", *ROUND_TRIP, first_s=5, later_s=5)
    assert len(lines) == 4
    assert all(map(one_sentence, lines))


@on_a_bus
@pytest.mark.keyring
@pytest.mark.parametrize("step", ["find()", "backend.get('e')", "backend.set('e', 's')"])
def test_a_service_that_never_answers_costs_a_deadline_and_no_more(
    bus: "PrivateBus", step: str
) -> None:
    bus.start_hanging_service()
    lines = bus.run(step, step, first_s=1.0, later_s=0.2)
    assert all(map(one_sentence, lines))
    assert "within 1 seconds" in lines[0]


@on_a_bus
@pytest.mark.keyring
@pytest.mark.parametrize("address", ["", "unix:path=/nowhere", "garbage", "tcp:host=127.0.0.1"])
def test_without_a_bus(bus: "PrivateBus", address: str) -> None:
    lines = bus.run("find()", "backend.get('e')", DBUS_SESSION_BUS_ADDRESS=address)
    assert len(lines) == 2
    assert all(map(one_sentence, lines))


PLAINTEXT_BACKEND = """
from pathlib import Path
from keyring.backend import KeyringBackend
class PlaintextKeyring(KeyringBackend):
    priority = 100
    def get_password(self, service, username):
        return (Path(__file__).parent / "caught").read_text()
    def set_password(self, service, username, password):
        (Path(__file__).parent / "caught").write_text(password)
"""


@on_a_bus
@pytest.mark.keyring
@pytest.mark.parametrize(
    "offered",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyring.backends.chainer.ChainerBackend",
        "plain.PlaintextKeyring",
    ],
)
def test_what_environment_and_configuration_offer_is_refused(
    bus: "PrivateBus", offered: str
) -> None:
    trap = bus.folder / "trap"
    trap.mkdir()
    (trap / "plain.py").write_text(PLAINTEXT_BACKEND)
    configuration = bus.folder / "config" / "python_keyring" / "keyringrc.cfg"
    configuration.parent.mkdir()
    configuration.write_text(f"[backend]\ndefault-keyring={offered}\nkeyring-path={trap}\n")
    offers = {
        "PYTHON_KEYRING_BACKEND": offered,
        "PYTHONPATH": f"{bus.environment['PYTHONPATH']}:{trap}",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/session",
        "KEYRING_PROPERTY_SCHEME": "KeePassXC",
    }

    for line in bus.run("find()", *ROUND_TRIP, **offers):
        assert one_sentence(line)
    daemon = bus.start_keyring(PASSWORD)
    assert bus.run("find()", *ROUND_TRIP, **offers)[0] == "'Secret Service'"
    bus.kill(daemon)
    bus.start_keyring(PASSWORD)
    # It went into the login keyring, not into the session's, which forgets.
    assert bus.run("backend.get('e')") == ["'s3cret'"]
    assert not (trap / "caught").exists()


@on_a_bus
@pytest.mark.keyring
def test_a_default_keyring_that_forgets_is_refused(bus: "PrivateBus") -> None:
    import secretstorage
    from jeepney.io.blocking import open_dbus_connection

    bus.start_keyring(PASSWORD)
    with open_dbus_connection(bus.environment["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        service = secretstorage.util.DBusAddressWrapper(
            "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", connection
        )
        session = "/org/freedesktop/secrets/collection/session"
        service.call("SetAlias", "so", "default", session)
    (line,) = bus.run("find()")
    assert line == "KeyringUnavailableError: The default keyring forgets everything at log-out."


@on_a_bus
@pytest.mark.keyring
def test_a_keyring_of_another_desktop_is_asked_by_its_name(bus: "PrivateBus") -> None:
    bus.start_keyring(PASSWORD)
    (line,) = bus.run(
        "__import__('messenger.store.keyring').store.keyring.backend_named('KWallet').get('e')"
    )
    assert one_sentence(line)
    assert "KWallet" in line


# -- the rules themselves -------------------------------------------------------------------------


def test_only_this_module_knows_the_keyring_package() -> None:
    package = Path(our_keyring.__file__).parent.parent
    users = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.split(".")[0] in ("keyring", "secretstorage") for name in names):
                users.add(path.name)
    assert users == {"keyring.py"}


def test_the_list_of_allowed_classes() -> None:
    assert [(a.name, a.module, a.class_name, a.platform) for a in ALLOWED] == [
        ("Secret Service", "keyring.backends.SecretService", "Keyring", "linux"),
        ("KWallet", "keyring.backends.kwallet", "DBusKeyring", "linux"),
        ("macOS Keychain", "keyring.backends.macOS", "Keyring", "darwin"),
        ("Windows Credential Manager", "keyring.backends.Windows", "WinVaultKeyring", "win32"),
    ]


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda allowed: allowed.name)
def test_each_is_named_on_its_platform_alone(monkeypatch: pytest.MonkeyPatch, allowed: Any) -> None:
    monkeypatch.setattr(our_keyring.sys, "platform", allowed.platform)
    backend = backend_named(allowed.name, Deadlines(1, 2))
    assert (backend.name, backend._allowed, backend._deadlines) == (
        *(allowed.name, allowed, Deadlines(1, 2)),
    )
    for other in {one.platform for one in ALLOWED} - {allowed.platform}:
        monkeypatch.setattr(our_keyring.sys, "platform", other)
        with pytest.raises(KeyringUnavailableError, match=allowed.name):
            backend_named(allowed.name)


@pytest.mark.parametrize("name", ["null", "keyrings.alt.file.PlaintextKeyring", "", "Keyring"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(KeyringUnavailableError):
        backend_named(name)


@pytest.mark.parametrize("platform", ["emscripten", "freebsd14"])
def test_a_platform_without_keyring(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(our_keyring.sys, "platform", platform)
    with pytest.raises(KeyringUnavailableError, match="no keyring"):
        find_backend()
    with pytest.raises(KeyringUnavailableError):
        backend_named("Secret Service")


class _Faulty(keyring.backend.KeyringBackend):
    """A backend that raises what it is told to."""

    error: BaseException = RuntimeError()
    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


class _Quiet(keyring.backend.KeyringBackend):
    """A backend that reports the environment it listened to."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        return repr(sorted(vars(self)))

    def set_password(self, service: str, username: str, password: str) -> None:
        return None


def _with_class(
    monkeypatch: pytest.MonkeyPatch, backend_class: type[keyring.backend.KeyringBackend]
) -> SystemKeyring:
    monkeypatch.setattr(our_keyring, "_class_of", lambda _: backend_class)
    return SystemKeyring(ALLOWED[0], Deadlines(10, 10))


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("secret path"),
        keyring.errors.KeyringLocked("secret path"),
        OSError(5, "secret path"),
        SystemExit(3),
        GeneratorExit(),
        type("OddError", (BaseException,), {})("secret path"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_backend_throws_is_translated(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(_Faulty, "error", error)
    backend = _with_class(monkeypatch, _Faulty)
    for call in (
        lambda: backend.get("e"),
        lambda: backend.set("e", "s"),
        lambda: backend.delete("e"),
    ):
        with pytest.raises(KeyringUnavailableError) as caught:
            call()
        assert "secret path" not in str(caught.value)


class _Recording(_Quiet):
    """A backend that keeps what it is given, and who asked for what."""

    asked: ClassVar[list[tuple[str, ...]]] = []
    kept: ClassVar[dict[tuple[str, str], str]] = {}

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.append(("get", service, username))
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.asked.append(("set", service, username, password))
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.asked.append(("delete", service, username))
        del self.kept[service, username]


def test_a_backend_is_asked_for_our_service_and_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Recording, "asked", [])
    monkeypatch.setattr(_Recording, "kept", {})
    backend = _with_class(monkeypatch, _Recording)
    assert backend.get("e") is None
    backend.set("e", "s3cret")
    assert backend.get("e") == "s3cret"
    backend.delete("other")
    backend.delete("e")
    assert backend.get("e") is None
    get = ("get", "Hum", "e")
    other = ("get", "Hum", "other")
    assert _Recording.asked == [
        *(get, ("set", "Hum", "e", "s3cret"), get, other, get, ("delete", "Hum", "e"), get)
    ]


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda allowed: allowed.name)
def test_the_class_is_that_of_the_list(allowed: Any) -> None:
    found = our_keyring._class_of(allowed)
    assert (found.__module__, found.__name__) == (allowed.module, allowed.class_name)


def test_properties_from_the_environment_do_not_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYRING_PROPERTY_GET_PASSWORD", "mine")
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", "mine")
    assert _with_class(monkeypatch, _Quiet).get("e") == "[]"


def test_a_call_that_hangs_leaves_only_a_daemon_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    class Hanging(_Quiet):
        def get_password(self, service: str, username: str) -> str | None:
            go_on.wait()
            return None

    monkeypatch.setattr(our_keyring, "_class_of", lambda _: Hanging)
    backend = SystemKeyring(ALLOWED[0], Deadlines(0.01, 0.01))
    with pytest.raises(KeyringUnavailableError, match="did not answer"):
        backend.get("e")
    left = [thread for thread in threading.enumerate() if thread.name == "keyring"]
    assert left
    assert all(thread.daemon for thread in left)
    go_on.set()
    for thread in left:
        thread.join()


def test_the_first_call_has_more_time_than_the_later_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[float] = []

    def record(deadline_s: float, call: object) -> str:
        given.append(deadline_s)
        return "answer"

    monkeypatch.setattr(our_keyring, "_within", record)
    backend = SystemKeyring(ALLOWED[0], Deadlines())
    for _ in range(3):
        backend.get("e")
    assert given == [15.0, 3.0, 3.0]


def test_nothing_in_this_process_asked_a_real_keyring() -> None:
    assert "DBUS_SESSION_BUS_ADDRESS" not in os.environ
