"""Full, failing and read-only disks: what cannot be kept is refused, and nothing is claimed.

strace makes the calls of a running node fail; a small tmpfs is a disk that is really full.
"""

import errno
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_trial import name_of
from strace import Strace, needs_strace
from trial import CONTACT, Node, Pair, play

from messenger.protocol.file_chunks import CHUNK_LEN
from messenger.rpc.client import RpcError

FAULTS = [
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EROFS"),  # what a file system that was remounted read-only says
    ("pwrite64", "EIO"),
    ("fsync", "EIO"),
]


async def send_refused(node: Node, text: str) -> str:
    """Try to send while the disk does not take it; return the kind of the refusal."""
    assert node.client is not None
    with pytest.raises(RpcError) as refusal:
        await node.client.call("message.send", contact=CONTACT, text=text)
    return refusal.value.kind


def assert_good(verdict: object) -> None:
    assert verdict.good, verdict.details()
    assert not verdict.waiting, verdict.details()


@needs_strace
@pytest.mark.parametrize(("call", "error"), FAULTS, ids=[" ".join(fault) for fault in FAULTS])
def test_while_the_disk_fails_nothing_is_claimed(tmp_path: Path, call: str, error: str) -> None:
    async def story(pair: Pair) -> None:
        await pair.meet()
        fault = f"{call}:error={error}:when=1+"
        # The receiver's disk fails: the message waits at the sender, and says so.
        tracer = await Strace.attach(pair.ben.pid, tmp_path / "ben.strace", fault)
        message = await pair.ada.write("to a disk that fails")
        assert message is not None
        assert pair.ben.client is not None
        await pair.ben.client.event("failure")
        await tracer.detach()
        await pair.ada.delivered(message["message"])
        # The sender's disk fails: the message is refused, and gone.
        tracer = await Strace.attach(pair.ada.pid, tmp_path / "ada.strace", fault)
        assert await send_refused(pair.ada, "refused") in {"folder_not_writable", "store"}
        await tracer.detach()
        await pair.say(pair.ada, "taken again")
        verdict = await pair.judge()
        assert_good(verdict)

    play(tmp_path, story)


@needs_strace
def test_one_failed_write_in_the_middle_of_a_commit_leaves_all_of_it_undone(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.meet()
        for number in range(1, 20, 4):
            log = tmp_path / f"eio-{number}"
            tracer = await Strace.attach(pair.ben.pid, log, f"pwrite64:error=EIO:when={number}")
            await pair.say(pair.ada, f"past one error at write {number}")
            await tracer.detach()
        assert_good(await pair.judge())

    play(tmp_path, story)


# -- a disk of our own ----------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 16 MiB, four times the log that SQLite lets grow, where we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip(f"only root may mount a small disk: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(path: Path) -> None:
    """Take every byte the disk still has."""
    with path.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def _remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


def test_a_full_disk_refuses_and_an_emptied_one_goes_on(tmp_path: Path, small_disk: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.ben.folder = small_disk / "ben"
        await pair.meet()
        _fill(small_disk / "filler")
        messages = [await pair.ada.write(f"to a full disk {n} {'.' * 3_000}") for n in range(100)]
        assert pair.ben.client is not None
        await pair.ben.client.event("failure")
        kind = ""
        while not kind:  # a full disk is made room on once more by folding the log in
            number = len(list(small_disk.iterdir()))
            _fill(small_disk / f"filler {number}")
            try:
                await pair.ben.write(f"{number} {'.' * 30_000}")
            except RpcError as refusal:
                kind = refusal.kind
        assert kind == "folder_not_writable"
        pair.ben.kill()  # also a start must get by with what there is
        await pair.ben.bury()
        for filler in small_disk.glob("filler*"):
            filler.unlink()
        await pair.ben.start()
        assert messages[-1] is not None
        await pair.ada.delivered(messages[-1]["message"])
        assert_good(await pair.judge())

    play(tmp_path, story)


def test_a_read_only_disk_is_named_and_left_alone(tmp_path: Path, small_disk: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.ben.folder = small_disk / "ben"
        await pair.meet()
        pair.ben.kill()
        await pair.ben.bury()
        _remount(small_disk, "ro")
        with pytest.raises(ConnectionError) as ended:
            await pair.ben.start()
        assert str(ended.value).startswith("hum: ")
        assert len(str(ended.value).splitlines()) == 1
        _remount(small_disk, "rw")
        await pair.ben.start()
        await pair.say(pair.ada, "writable again")
        assert_good(await pair.judge())

    play(tmp_path, story)


# -- in the middle of a file ----------------------------------------------------------------------


@needs_strace
@pytest.mark.parametrize(("call", "error"), [("ftruncate", "ENOSPC"), ("fsync", "EIO")])
def test_a_chunk_that_the_disk_does_not_take_comes_again(
    tmp_path: Path, call: str, error: str
) -> None:
    async def story(pair: Pair) -> None:
        await pair.meet()
        tracer = await Strace.attach(pair.ben.pid, tmp_path / "log", f"{call}:error={error}:when=1")
        await pair.ada.desk.offer(name_of(pair.ada, "past an error", 2 * CHUNK_LEN))
        await pair.settle_files()  # what the disk stopped is resumed as a person would
        await tracer.detach()
        assert any(event["type"] == "failure" for event in pair.ben.events)
        # Every thread counts its own calls, so it may also have been the saving that failed,
        # which the next start does again.
        pair.ben.kill()
        await pair.ben.bury()
        assert_good(await pair.judge())

    play(tmp_path, story)


@needs_strace
def test_a_file_that_cannot_be_saved_stays_and_is_saved_by_the_next_start(tmp_path: Path) -> None:
    async def story(pair: Pair) -> None:
        await pair.meet()
        tracer = await Strace.attach(pair.ben.pid, tmp_path / "log", "linkat:error=EIO:when=1+")
        await pair.ada.desk.offer(name_of(pair.ada, "unsaved", 2 * CHUNK_LEN))
        await pair.settle_files()
        assert pair.ben.client is not None
        await pair.ben.client.event("failure")
        await tracer.detach()
        assert list(pair.ben.desk.place.iterdir()) == []
        pair.ben.kill()
        await pair.ben.bury()
        await pair.ben.start()
        assert_good(await pair.judge())

    play(tmp_path, story)


def test_a_disk_that_fills_up_in_the_middle_of_a_file(tmp_path: Path, small_disk: Path) -> None:
    async def story(pair: Pair) -> None:
        pair.ben.folder = small_disk / "ben"
        pair.ben.liberties = ["--free-min", "0"]
        await pair.meet()
        offer = await pair.ada.desk.offer(name_of(pair.ada, "long", 6 * CHUNK_LEN))
        ben = await pair.ben.running()
        await ben.event("message.added", message=offer["message"])
        path = str(pair.ben.desk.place)
        await ben.call("file.accept", message=offer["message"], path=path)
        await ben.event("file.progress")
        _fill(small_disk / "filler")
        await ben.event("failure")
        assert list(pair.ben.desk.place.iterdir()) == []
        (small_disk / "filler").unlink()
        assert_good(await pair.judge())

    play(tmp_path, story)
