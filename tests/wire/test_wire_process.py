"""The wire process itself: how it starts, what it gives up, when it ends."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import messenger
from messenger.wire.messages import (
    AdmitStrangers,
    CloseLink,
    Configure,
    FromWire,
    Listen,
    Listening,
    PipeMessage,
    Snapshot,
    Stop,
    Watch,
)
from messenger.wire.pipe import encode, reader_from_wire

ROOT = Path(messenger.__file__).parents[1]
COMMAND = [sys.executable, "-m", "messenger.wire"]
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class RawWire:
    """The process with nothing but its pipe."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        self._reader = reader_from_wire()
        self._messages: list[FromWire] = []

    def send(self, *messages: PipeMessage) -> None:
        self.write(b"".join(map(encode, messages)))

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def next(self) -> FromWire:
        assert self.process.stdout is not None
        while not self._messages:
            data = self.process.stdout.read(65_536)
            assert data, "the process ended"
            self._messages += self._reader.feed(data)
        return self._messages.pop(0)

    def end(self) -> tuple[int, str]:
        """Close its stdin and return exit code and log."""
        _, log = self.process.communicate()
        return self.process.returncode, log.decode()


@contextlib.contextmanager
def raw_wire(command: list[str] = COMMAND) -> Iterator[RawWire]:
    wire = RawWire(command)
    try:
        yield wire
    finally:
        wire.process.kill()
        wire.process.communicate()


CONFIGURE = Configure(bytes(range(32)), [])
ANYWHERE = Listen("127.0.0.1", 0, 0.01, "frames")


def test_it_ends_when_its_engine_is_gone() -> None:
    with raw_wire() as wire:
        wire.send(CONFIGURE, ANYWHERE)
        assert isinstance(wire.next(), Listening)
        assert wire.end() == (0, "")


def test_it_ends_when_told_to() -> None:
    with raw_wire() as wire:
        wire.send(CONFIGURE, Stop())
        assert wire.process.wait() == 0


@pytest.mark.parametrize("noise", [b"\xff" * 8, b"\x00\x00\x00\x01\xc1"])
def test_a_broken_pipe_ends_it_with_a_word_in_the_log(noise: bytes) -> None:
    with raw_wire() as wire:
        wire.write(noise)
        assert wire.process.wait() == 0
        assert "pipe is broken" in wire.end()[1]


def test_a_message_before_configure_is_logged_and_the_next_one_done() -> None:
    with raw_wire() as wire:
        wire.send(ANYWHERE, AdmitStrangers(1), CloseLink(1), CONFIGURE, ANYWHERE)
        assert isinstance(wire.next(), Listening)
        code, log = wire.end()
        assert code == 0
        assert "LocalProtocolError" in log
        assert log.count("\n") == 2


def test_an_interrupt_from_the_terminal_is_for_the_engine() -> None:
    with raw_wire() as wire:
        wire.send(CONFIGURE, ANYWHERE)
        assert isinstance(wire.next(), Listening)
        wire.process.send_signal(signal.SIGINT)
        wire.send(Watch(1))
        assert isinstance(wire.next(), Snapshot)
        assert wire.end() == (0, "")


def test_started_by_hand_it_says_what_it_is() -> None:
    pty = pytest.importorskip("pty")
    leader, terminal = pty.openpty()
    try:
        done = subprocess.run(COMMAND, cwd=ROOT, stdin=terminal, capture_output=True, check=False)
    finally:
        os.close(leader)
        os.close(terminal)
    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1


@ON_LINUX
def test_it_keeps_nothing_it_does_not_need() -> None:
    with raw_wire() as wire:
        wire.send(CONFIGURE, ANYWHERE)
        assert isinstance(wire.next(), Listening)
        process = Path("/proc") / str(wire.process.pid)
        limits = {
            line[:26].strip(): line[26:].split()[0]
            for line in (process / "limits").read_text().splitlines()
        }
        assert limits["Max core file size"] == "0"
        assert limits["Max file size"] == "0"
        assert limits["Max processes"] == "0"
        assert int(limits["Max open files"]) <= 4096
        assert "NoNewPrivs:\t1" in (process / "status").read_text()
        assert len(list((process / "task").iterdir())) == 1, "one thread"
        with contextlib.suppress(PermissionError):  # it refuses to be looked into, but for root
            assert (process / "cwd").readlink() == Path("/")
            opened = [str(entry.readlink()) for entry in (process / "fd").iterdir()]
            kinds = {name.split(":")[0] for name in opened}
            assert kinds <= {"pipe", "socket", "anon_inode"}, opened


@ON_LINUX
def test_descriptors_left_open_by_a_careless_parent_are_closed() -> None:
    read_end, write_end = os.pipe()
    script = (
        f"import os, sys; os.set_inheritable({write_end}, True);"
        f"os.execv(sys.executable, {COMMAND!r})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=(write_end,),
    )
    os.close(write_end)
    try:
        assert os.read(read_end, 1) == b"", "closed although the process lives"
        assert process.poll() is None
    finally:
        os.close(read_end)
        process.communicate()
    assert process.returncode == 0


def test_it_does_not_import_what_it_must_not_know() -> None:
    check = (
        "import sys, messenger.wire.process;"
        "print([n for n in ('PySide6', 'sqlcipher3', 'keyring', 'sqlite3', 'messenger.store',"
        "'messenger.engine') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


THREADED = """
import sys
from unittest.mock import patch
from messenger.wire import process, stdio
from messenger.wire.stdio_threads import ThreadOutput, read_in_thread
import os
async def open_output():
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return ThreadOutput(output)
async def open_input(inbox):
    read_in_thread(os.fdopen(os.dup(0), "rb", buffering=0), inbox.feed, inbox.end)
with patch.object(process, "open_output", open_output), \
        patch.object(process, "open_input", open_input), \
        patch.object(process, "confine", lambda: None):
    sys.exit(process.main())
"""


def test_the_pipe_works_with_threads_as_it_does_on_windows() -> None:
    with raw_wire([sys.executable, "-c", THREADED]) as wire:
        wire.send(CONFIGURE, ANYWHERE)
        assert isinstance(wire.next(), Listening)
        wire.send(Watch(0.02))
        for _ in range(3):
            assert isinstance(wire.next(), Snapshot)
        wire.send(Stop())
        assert wire.process.wait() == 0
