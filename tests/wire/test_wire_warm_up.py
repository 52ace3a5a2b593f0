"""Going a cell's way to the network without the cell."""

import socket
import sys
from collections.abc import Iterator

import pytest

from messenger.wire.warm_up import warm_up

TCP_INFO_LEN = 232
SEGMENTS_OUT_AT = 136  # tcpi_segs_out, 4 bytes: linux/tcp.h


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = socket.create_connection(server.getsockname())
        there, _ = server.accept()
        with here, there:
            here.setblocking(False)
            there.setblocking(False)
            yield here, there


def segments_out(sock: socket.socket) -> int:
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_LEN)
    return int.from_bytes(info[SEGMENTS_OUT_AT : SEGMENTS_OUT_AT + 4], sys.byteorder)


def test_nothing_comes_between_two_cells(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    there.settimeout(5)
    for _ in range(3):
        warm_up(here)
        here.send(b"cell")
        assert there.recv(100) == b"cell"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the segments for us")
def test_no_packet_leaves(ends: tuple[socket.socket, socket.socket]) -> None:
    here, _there = ends
    here.send(b"cell")
    before = segments_out(here)
    assert before >= 2  # of the greeting and this one: the count is where we look for it
    warm_up(here)
    assert segments_out(here) == before


def test_a_connection_that_is_gone_is_for_the_cell_to_notice(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    here, there = ends
    there.close()
    here.send(b"cell")  # answered with a reset
    warm_up(here)
    with pytest.raises(ConnectionError):
        here.send(b"cell")
    here.close()
    warm_up(here)
