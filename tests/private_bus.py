"""A D-Bus of our own, and what lives on it: a real gnome-keyring or a service that hangs."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
SERVICE = "org.freedesktop.secrets"
HERE = Path(__file__).parent
WAIT_S = 60.0  # for a program to appear on the bus or to end; far above what it takes

# No service folders: nothing is started unless a test starts it.
CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def missing_programs() -> list[str]:
    return [program for program in PROGRAMS if shutil.which(program) is None]


@dataclass
class PrivateBus:
    """One bus, its home folder, and the programs that the test started on it."""

    folder: Path
    environment: dict[str, str]
    programs: list[subprocess.Popen[str]] = field(default_factory=list)

    def start_keyring(self, password: str) -> subprocess.Popen[str]:
        """Start gnome-keyring with a password for its login keyring."""
        return self._start(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"], password
        )

    def start_hanging_service(self) -> subprocess.Popen[str]:
        return self._start([sys.executable, str(HERE / "hanging_service.py")], "")

    def _start(self, command: list[str], text_in: str) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert program.stdin is not None
        program.stdin.write(text_in)
        program.stdin.close()
        self.programs.append(program)
        self._wait_for_owner(present=True)
        return program

    def kill(self, program: subprocess.Popen[str]) -> None:
        """End a program the hard way and wait until the bus knows."""
        program.kill()
        program.wait(WAIT_S)
        self.programs.remove(program)
        self._wait_for_owner(present=False)

    def _wait_for_owner(self, *, present: bool) -> None:
        with open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            bus = Proxy(message_bus, connection)
            end = time.monotonic() + WAIT_S
            while bool(bus.NameHasOwner(SERVICE)[0]) != present:
                assert time.monotonic() < end, f"{SERVICE} did not change hands"
                time.sleep(0.02)

    def run(
        self, *steps: str, first_s: float = 30.0, later_s: float = 30.0, **more: str
    ) -> list[str]:
        """Run keyring_child.py with these steps; return its lines.

        Args:
            more: environment variables on top; an empty value takes one away.
        """
        environment = {k: v for k, v in (self.environment | more).items() if v}
        child = subprocess.run(
            [
                sys.executable,
                str(HERE / "store" / "keyring_child.py"),
                str(first_s),
                str(later_s),
                *steps,
            ],
            env=environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert child.returncode == 0, child.stderr
        assert child.stderr == ""
        return child.stdout.splitlines()


@contextmanager
def private_bus(folder: Path) -> Iterator[PrivateBus]:
    """Run a bus inside ``dbus-run-session`` until the block ends."""
    environment = _environment(folder)
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(folder=folder / "run"))
    session = subprocess.Popen(
        [
            "dbus-run-session",
            f"--config-file={config}",
            "--",
            "sh",
            "-c",
            'echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat',
        ],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert session.stdin is not None
    assert session.stdout is not None
    address = session.stdout.readline().strip()
    bus = PrivateBus(folder, environment | {"DBUS_SESSION_BUS_ADDRESS": address})
    try:
        yield bus
    finally:
        for program in bus.programs:
            program.kill()
            program.wait(WAIT_S)
        session.stdin.close()  # `cat` ends, and the bus with it
        session.stdout.close()
        session.wait(WAIT_S)


def _environment(folder: Path) -> dict[str, str]:
    """A clean environment whose folders are all inside ``folder``."""
    names = {"HOME": "home", "XDG_RUNTIME_DIR": "run", "XDG_DATA_HOME": "data"}
    names |= {"XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
    for name in names.values():
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    root = str(HERE.parent)
    folders = {variable: str(folder / name) for variable, name in names.items()}
    return folders | {"PATH": os.environ["PATH"], "PYTHONPATH": root, "LC_ALL": "C.UTF-8"}
