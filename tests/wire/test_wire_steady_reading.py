"""No acknowledgement tells when something was read: the kernel's own counts, and virtual time."""

import asyncio
import select
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from virtual_net import FAST, FakeTransport, People, join, run, until

from messenger.core.types import Cover
from messenger.protocol.cells import CELL_LEN
from messenger.wire.messages import FrameReceived
from messenger.wire.steady_reading import ACKNOWLEDGED_S, SEGMENT_LEN, SteadyReading

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the mode is one of Linux")
# Offsets in struct tcp_info of linux/tcp.h: segments sent, and those of them with data.
SEGS_OUT, DATA_SEGS_OUT, INFO_LEN = 136, 156, 160
SOON_S = 0.02  # half of the kernel's timer: what was acknowledged within it, reading acknowledged
COUNT = 60  # more than the segments that a young connection acknowledges at once


class _Socketed(FakeTransport):
    """A transport of which only the socket is asked for."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._extra["socket"] = sock


@contextmanager
def two_ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ann = socket.create_connection(server.getsockname())
        ben, _ = server.accept()
    with ann, ben:
        for sock in (ann, ben):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield ann, ben


def pure_acks(sock: socket.socket) -> int:
    """Segments without data that this end has sent."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, INFO_LEN)
    (sent,) = struct.unpack_from("=I", info, SEGS_OUT)
    (with_data,) = struct.unpack_from("=I", info, DATA_SEGS_OUT)
    return int(sent - with_data)


def acknowledged_by_reading(*, steady: bool) -> tuple[int, int]:
    """Exchange cells by turns; return how many of Ben's reads there were, and acknowledged."""

    async def scene() -> tuple[int, int]:
        reads = acknowledged = 0
        with two_ends() as (ann, ben):
            reading = SteadyReading(_Socketed(ben))
            for _ in range(COUNT):
                ann.sendall(bytes(CELL_LEN))
                select.select([ben], [], [])
                before, start = pure_acks(ben), time.monotonic()
                if steady:
                    reading.before()
                ben.recv(SEGMENT_LEN)
                after = pure_acks(ben)
                if time.monotonic() - start < SOON_S:
                    reads += 1
                    acknowledged += after - before
                if steady:
                    ben.sendall(bytes(CELL_LEN))
                    ann.recv(CELL_LEN)
        return reads, acknowledged

    return asyncio.run(scene())


@on_linux
def test_reading_acknowledges_nothing() -> None:
    reads, acknowledged = acknowledged_by_reading(steady=True)
    assert reads
    assert acknowledged == 0


@on_linux
def test_an_ordinary_reader_shows_when_it_reads() -> None:
    _, acknowledged = acknowledged_by_reading(steady=False)
    assert acknowledged, "this kernel would need none of it, and the test above proves nothing"


@on_linux
def test_a_cell_close_behind_another_is_read_when_one_of_ours_has_left() -> None:
    async def scene() -> None:
        slow = Cover(10.0)
        ann, ben = People().ann(cover=FAST), People().ben(cover=slow)
        join(ann, ben)
        await until(lambda: ben.transport.held_len)  # the second cell, and the third …
        writes = len(ben.transport.writes)
        waited = await until(lambda: not ben.transport.held_len)
        assert len(ben.transport.writes) == writes, "it is the kernel's timer that let it go on"
        assert waited <= ACKNOWLEDGED_S + 0.001
        ann.connection.send_frame(2, b"still there", 0)
        await asyncio.sleep(1)
        assert [frame.body for frame in ben.hub.told(FrameReceived)] == [b"still there"]

    run(scene())


@on_linux
def test_our_own_cell_ends_the_wait() -> None:
    async def scene() -> None:
        ann, ben = People().ann(cover=FAST), People().ben(cover=FAST)
        join(ann, ben)
        await asyncio.sleep(0.5)
        waits = []
        for _ in range(50):
            await until(lambda: ben.transport.held_len)
            waits.append(await until(lambda: not ben.transport.held_len))
        assert max(waits) < 1.5 * FAST.interval_s + 0.001

    run(scene())


@on_linux
def test_slow_cells_are_read_at_once() -> None:
    async def scene() -> None:
        cover = Cover(0.5)
        ann, ben = People().ann(cover=cover), People().ben(cover=cover)
        join(ann, ben)
        for _ in range(2_000):
            await asyncio.sleep(0.01)
            assert not ben.transport.held_len

    run(scene())


def test_flights_are_written_two_cells_at_a_time() -> None:
    async def scene() -> None:
        people = People()
        ann, ben = people.ann(), people.ben()
        join(ann, ben)
        await asyncio.sleep(0)
        *whole, last = [len(data) for _, data in ann.transport.writes]
        assert set(whole) == {SEGMENT_LEN}
        assert last in (CELL_LEN, SEGMENT_LEN)

    run(scene())
