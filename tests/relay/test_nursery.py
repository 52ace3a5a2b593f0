"""The nursery: makes instances by fork, holds nothing, and is replaced like them."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from hosted import play, until

from bench.relay_crowd import HostedRelay, config_text
from messenger.core.types import Cover
from messenger.relay.nursery import Nursery
from messenger.relay.view import RelayView

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a fleet needs Linux")

FAST = Cover(0.02)
DRAW = """
import os, secrets
import messenger.relay.nursery_process
from messenger.crypto.noise.keys import KeyPair

read, write = os.pipe()
for _ in range(3):
    if os.fork() == 0:
        os.write(write, KeyPair.generate().public + secrets.token_bytes(32))
        os._exit(0)
    os.wait()
print(os.read(read, 3 * 64).hex())
"""


def is_whole(view: RelayView) -> bool:
    """Whether two serve and one is ready to."""
    return sorted(each.state for each in view.members) == ["serving", "serving", "spare"]


def children(pid: int) -> set[int]:
    return {each.pid for each in psutil.Process(pid).children()}


def test_a_fleet_goes_on_when_the_nursery_is_killed(tmp_path: Path) -> None:
    """Instances live on, and the next one that is needed comes out of another nursery."""

    async def story() -> None:
        config = config_text(FAST, per_core=8, min=2, max=2, hung_after_s=30)
        relay = await HostedRelay.start(tmp_path / "relay", "fleet", config=config)
        try:
            before = await until(relay, is_whole)
            (nursery,) = children(relay.process.pid)
            assert children(nursery) == {each.pid for each in before.members}
            os.kill(nursery, signal.SIGKILL)
            os.kill(before.serving[0].pid, signal.SIGKILL)
            # A request that the dying nursery took along counts as an instance that died.
            after = await until(relay, lambda view: bool(view.replaced) and is_whole(view))
            assert before.serving[1].pid in {each.pid for each in after.serving}
            (another,) = children(relay.process.pid)
            assert another != nursery
            assert len(children(another)) == 1
        finally:
            assert await relay.stop() == 0
        assert not psutil.pid_exists(another)

    play(story)


def test_who_asks_gets_a_channel_whose_end_tells_of_the_end() -> None:
    nursery = Nursery("sqlite")
    try:
        with nursery.ask() as channel:
            channel.settimeout(30)
            data, descriptors, _, _ = socket.recv_fds(channel, 4096, 1)
            assert b"Here" in data
            (process,) = descriptors
            assert len(children(nursery.pid)) == 1
            signal.pidfd_send_signal(process, signal.SIGKILL)
            assert channel.recv(4096) == b""
            os.close(process)
        first = nursery.pid
        nursery.end()
        assert nursery.pid == 0
        with nursery.ask():
            assert nursery.pid != first
    finally:
        nursery.end()
    assert not psutil.pid_exists(first)


def test_it_can_fork_because_it_has_one_thread_and_nobody_draws_the_same_numbers() -> None:
    ended = subprocess.run([sys.executable, "-c", DRAW], capture_output=True, check=True)
    drawn = bytes.fromhex(ended.stdout.decode())
    assert len({drawn[start : start + 32] for start in range(0, len(drawn), 32)}) == 6
    count = subprocess.run(
        [
            sys.executable,
            "-c",
            "import messenger.relay.nursery_process, messenger.relay.nats_store, os\n"
            "print(len(os.listdir('/proc/self/task')))",
        ],
        capture_output=True,
        check=True,
    )
    assert int(count.stdout) == 1


def test_nobody_else_starts_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "messenger", "relay-nursery"], capture_output=True, check=False
    )
    assert ended.returncode == 2
    assert b"started by Hum itself" in ended.stderr
