"""Two engines' wire clients with real wire processes on the loopback network."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from wire_nodes import FAST_S, WireNode, linked, wire_nodes

from messenger.core.errors import TransportError
from messenger.engine import wire_client
from messenger.protocol.cells import CELL_LEN
from messenger.wire.half_open import HALF_OPEN_MAX_OWN_HOST
from messenger.wire.messages import (
    AdmitStrangers,
    CloseLink,
    Dial,
    DialFailed,
    FlightSeen,
    FrameReceived,
    Left,
    LinkDown,
    LinkUp,
    Listen,
    ListenFailed,
    Listening,
    SendFrame,
    Snapshot,
    StopListening,
    Watch,
)
from messenger.wire.statistics import RECENT_COUNT

MESSAGE = 2  # channel


def test_a_known_key_links_and_frames_go_both_ways_in_order() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            up, their_up = await linked(ann, ben)
            assert (up.outgoing, their_up.outgoing) == (True, False)
            assert (up.first_use, their_up.first_use) == (False, False)
            assert (up.peer_key, their_up.peer_key) == (ben.key.public, ann.key.public)
            assert up.exporter == their_up.exporter
            assert their_up.link % 2 == 0
            assert up.port == ben.port
            bodies = [bytes([n]) * (n * 131) for n in range(1, 20)] + [os.urandom(65_536)]
            for number, body in enumerate(bodies, start=1):
                ann.send(SendFrame(up.link, number, MESSAGE, body))
                ben.send(SendFrame(their_up.link, number, MESSAGE, body[::-1]))
            await ann.until(lambda: len(ann.told(Left)) == len(bodies))
            await ben.until(lambda: len(ben.told(FrameReceived)) == len(bodies))
            await ann.until(lambda: len(ann.told(FrameReceived)) == len(bodies))
            assert [frame.body for frame in ben.told(FrameReceived)] == bodies
            assert [frame.body for frame in ann.told(FrameReceived)] == [b[::-1] for b in bodies]
            assert [left.frame for left in ann.told(Left)] == list(range(1, len(bodies) + 1))

    asyncio.run(scene())


def test_first_use_links_while_strangers_are_admitted() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            ben.send(AdmitStrangers(60))
            ann.dial(ben, 1, knows_key=False)
            up, their_up = await ann.next(LinkUp), await ben.next(LinkUp)
            assert up.first_use
            assert their_up.first_use
            assert up.peer_key == ben.key.public

    asyncio.run(scene())


def test_another_key_than_the_expected_one_is_told() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            ben.send(AdmitStrangers(60))
            ann.send(Dial(5, "127.0.0.1", ben.port, None, FAST_S, "frames", expect=ann.key.public))
            assert await ann.next(DialFailed) == DialFailed(5, "other_key", ben.key.public)

    asyncio.run(scene())


def test_why_a_dial_failed_is_named() -> None:
    """Dials that come to nothing, side by side: some of them take the handshake's 10 s."""

    async def scene() -> None:
        async with (
            wire_nodes(2) as (ann, ben),
            babbler(b"") as silent,
            babbler(bytes(5120)) as chatty,
        ):
            await ben.listen()
            with socket.create_server(("127.0.0.1", 0)) as taken:
                closed_port = taken.getsockname()[1]
            ports = {
                1: closed_port,
                3: silent,
                5: chatty,
            }
            for link, port in ports.items():
                ann.dial(ben, link, port=port)
            ann.dial(ann, 7, port=ben.port)  # Ben answers, but Ann asks for herself
            ann.send(Dial(9, "127.0.0.1", ben.port, bytes(31), FAST_S, "frames"))
            ben.send(AdmitStrangers(60))
            ben.send(AdmitStrangers(0))
            await _snapshot(ben)  # it has taken that in
            ann.dial(ben, 11, knows_key=False)
            await ann.until(lambda: len(ann.told(DialFailed)) == 6)
            assert {failed.link: failed.reason for failed in ann.told(DialFailed)} == {
                1: "refused",
                3: "silent",
                5: "handshake",
                7: "silent",
                9: "handshake",
                11: "silent",
            }
            assert ben.told(LinkUp) == []

    asyncio.run(scene())


@contextlib.asynccontextmanager
async def babbler(opening: bytes) -> AsyncIterator[int]:
    """A server that says ``opening`` to whoever comes and then nothing more; gives its port."""
    writers: list[asyncio.StreamWriter] = []

    def on_caller(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(opening)

    server = await asyncio.start_server(on_caller, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


def test_host_names_are_looked_up_and_their_addresses_tried_in_turn() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            ann.send(Dial(1, "localhost", ben.port, ben.key.public, FAST_S, "frames"))
            assert (await ann.next(LinkUp)).link == 1
            ann.send(Dial(3, "no such host", ben.port, ben.key.public, FAST_S, "frames"))
            assert await ann.next(DialFailed) == DialFailed(3, "unreachable")
            ann.send(Listen("localhost", 0, FAST_S, "frames"))
            assert (await ann.next(Listening)).host in {"127.0.0.1", "::1"}
            ann.send(Listen("no such host", 0, FAST_S, "frames"))
            assert await ann.next(ListenFailed) == ListenFailed("not_ours")

    asyncio.run(scene())


def test_a_port_in_use_is_told_and_a_closed_listener_refuses() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            ann.send(Listen("127.0.0.1", ben.port, FAST_S, "frames"))
            assert await ann.next(ListenFailed) == ListenFailed("in_use")
            ben.send(StopListening())
            ben.send(Watch(0.05))
            await ben.next(Snapshot)
            ann.dial(ben)
            assert (await ann.next(DialFailed)).reason == "refused"

    asyncio.run(scene())


def test_a_closed_link_is_down_on_both_sides() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            up, their_up = await linked(ann, ben)
            ann.send(CloseLink(up.link))
            assert await ann.next(LinkDown) == LinkDown(up.link, "closed")
            assert await ben.next(LinkDown) == LinkDown(their_up.link, "lost")
            ann.send(SendFrame(up.link, 1, MESSAGE, b"too late"))
            up, _ = await linked(ann, ben)
            assert up.link == 1

    asyncio.run(scene())


def test_snapshots_count_what_flows() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            up, _ = await linked(ann, ben)
            ann.send(Watch(0.02))
            await ann.until(lambda: ann.told(Snapshot) and ann.told(Snapshot)[-1].cells_in > 30)
            snapshot = ann.told(Snapshot)[-1]
            (counters,) = snapshot.links
            assert counters.link == up.link
            assert counters.cells_out == snapshot.cells_out > 20
            assert counters.cells_in == snapshot.cells_in
            assert snapshot.bytes_out % CELL_LEN == 0
            assert snapshot.bytes_out >= (snapshot.cells_out + 6) * CELL_LEN
            assert len(snapshot.recent_out) == min(snapshot.cells_out, RECENT_COUNT)
            assert sorted(snapshot.recent_out) == snapshot.recent_out
            assert snapshot.recent_out[-1] <= snapshot.at
            assert 0 <= snapshot.lateness_p50_ms <= snapshot.lateness_p99_ms

    asyncio.run(scene())


def test_a_killed_process_is_started_anew_and_told_everything_again() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            _, their_up = await linked(ann, ben)
            ben.send(AdmitStrangers(60))
            ben.send(Watch(0.05))
            await ben.next(Snapshot)
            port, first_pid = ben.port, ben.client.pid
            assert first_pid is not None
            os.kill(first_pid, signal.SIGKILL)
            await ben.until(lambda: ben.restarts)
            assert await ben.next(LinkDown) == LinkDown(their_up.link, "lost")
            assert ben.client.pid not in {None, first_pid}
            assert (await ben.next(Listening)).port == port
            assert (await ann.next(LinkDown)).reason == "lost"
            ann.dial(ben, 3, knows_key=False)  # strangers are still admitted
            assert (await ann.next(LinkUp)).link == 3
            assert (await ben.next(LinkUp)).link == their_up.link + 2  # a number of its own
            await ben.until(lambda: ben.told(Snapshot) and ben.told(Snapshot)[-1].cells_out)

    asyncio.run(scene())


def test_dials_made_while_there_is_no_process_are_kept() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            ann.send(Dial(1, "192.0.2.1", 9, ben.key.public, FAST_S, "frames"))
            assert ann.client.pid is not None
            os.kill(ann.client.pid, signal.SIGKILL)
            await ann.next(DialFailed)  # told when it died
            assert ann.client.pid is None
            ann.dial(ben, 3)
            assert (await ann.next(LinkUp)).link == 3

    asyncio.run(scene())


def test_a_first_flight_seen_before_a_death_is_refused_after_it() -> None:
    """A recorded first flight, replayed to the process that took the dead one's place."""

    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            proxy = Recorder(ben.port)
            await proxy.start()
            ann.dial(ben, 1, port=proxy.port)
            await ann.next(LinkUp)
            await ben.next(FlightSeen)
            first_flight = proxy.payloads["out"][0]
            assert ben.client.pid is not None
            os.kill(ben.client.pid, signal.SIGKILL)
            await ben.until(lambda: ben.restarts)
            await ben.next(Listening)
            reader, writer = await asyncio.open_connection("127.0.0.1", ben.port)
            writer.write(first_flight)
            with pytest.raises(TimeoutError):  # an answer would come within a millisecond
                async with asyncio.timeout(0.5):
                    await reader.read(1)
            assert ben.told(FlightSeen) == []
            writer.close()
            await writer.wait_closed()
            await proxy.stop()

    asyncio.run(scene())


class Recorder:
    """A TCP proxy in the middle that keeps every payload it reads, by direction."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self.payloads: dict[str, list[bytes]] = {"out": [], "in": []}
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._on_caller, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _on_caller(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._writers += [writer, onward[1]]
        for name, source, sink in (("out", reader, onward[1]), ("in", onward[0], writer)):
            task = asyncio.create_task(self._pass_on(name, source, sink))
            self._tasks.add(task)

    async def _pass_on(
        self, name: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        while data := await source.read(65_536):
            self.payloads[name].append(data)
            sink.write(data)
        sink.write_eof()

    def cell_count(self, name: str) -> int:
        return sum(map(len, self.payloads[name])) // CELL_LEN

    def has_seen(self, name: str, cell_count: int) -> bool:
        return self.cell_count(name) >= cell_count


def test_what_crosses_is_whole_cells_by_the_clock_whether_idle_or_busy() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            proxy = Recorder(ben.port)
            await proxy.start()
            ann.dial(ben, 1, port=proxy.port)
            up, their_up = await ann.next(LinkUp), await ben.next(LinkUp)
            for busy in (False, True):
                before = {name: proxy.cell_count(name) for name in proxy.payloads}
                started = (await _snapshot(ann)), (await _snapshot(ben))
                for number in range(200 if busy else 0):
                    ann.send(SendFrame(up.link, 0, MESSAGE, bytes(number + 1)))
                    ben.send(SendFrame(their_up.link, 0, MESSAGE, bytes(400 - number)))
                    await asyncio.sleep(0.005)
                if not busy:
                    await asyncio.sleep(1.0)
                ended = (await _snapshot(ann)), (await _snapshot(ben))
                for name, start, end in zip(("out", "in"), started, ended, strict=True):
                    due = (end.at - start.at) / FAST_S
                    left = end.cells_out - start.cells_out
                    skipped = end.links[0].skipped - start.links[0].skipped
                    # Each frame of T seconds has exactly one instant; a stall that is still
                    # going on when a snapshot is made has not been counted yet.
                    assert abs(left + skipped - due) <= 0.1 * due
                    ann.send(Watch(0.02))  # news, so that the condition is looked at
                    await ann.until(partial(proxy.has_seen, name, before[name] + left))
            for payloads in proxy.payloads.values():
                assert {len(payload) % CELL_LEN for payload in payloads} == {0}
                assert Counter(map(len, payloads)).most_common(1)[0][0] == CELL_LEN
            await proxy.stop()

    asyncio.run(scene())


async def _snapshot(node: WireNode) -> Snapshot:
    node.messages = [m for m in node.messages if not isinstance(m, Snapshot)]
    node.send(Watch(10))  # tells one at once
    return await node.next(Snapshot)


def test_a_prober_gets_nothing_and_half_open_callers_are_capped() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            cap = HALF_OPEN_MAX_OWN_HOST
            streams = [await asyncio.open_connection("127.0.0.1", ben.port) for _ in range(cap + 4)]
            for _, writer in streams:
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + bytes(2000))
            ends = [asyncio.create_task(_read_end(reader)) for reader, _ in streams]
            # So many are kept and read in silence, the others are hung up on.
            await asyncio.wait(ends[cap:], timeout=10)
            assert [end.done() for end in ends] == [False] * cap + [True] * 4
            assert {end.result() for end in ends[cap:]} == {b""}
            assert (await _snapshot(ben)).half_open == cap
            ann.dial(ben)
            assert (await ann.next(DialFailed)).reason == "silent"  # whoever comes from here
            for _, writer in streams:
                writer.transport.abort()
            await asyncio.gather(*ends)

    asyncio.run(scene())


async def _read_end(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


def test_it_runs_in_a_thread_that_is_not_the_main_one() -> None:
    failures: list[BaseException] = []

    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await linked(ann, ben)
            assert ben.client.pid is not None
            os.kill(ben.client.pid, signal.SIGKILL)
            await ben.until(lambda: ben.restarts)

    def work() -> None:
        try:
            asyncio.run(scene())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failures == []


def test_frozen_programs_run_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wire_client.wire_command() == (sys.executable, "-m", "messenger.wire")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert wire_client.wire_command() == (sys.executable, "wire-process")


def test_a_program_that_cannot_be_started_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(wire_client, "wire_command", lambda: (str(tmp_path / "missing"),))

    async def scene() -> None:
        node = WireNode()
        with pytest.raises(TransportError):
            await node.client.start(node.key.private, [])
        await node.client.stop()

    asyncio.run(scene())


def test_a_process_that_dies_at_once_is_tried_again_until_it_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts: list[int] = []
    healthy = wire_client.wire_command()

    def command() -> tuple[str, ...]:
        attempts.append(1)
        return (sys.executable, "-c", "raise SystemExit(3)") if len(attempts) < 4 else healthy

    monkeypatch.setattr(wire_client, "wire_command", command)

    async def scene() -> None:
        async with wire_nodes(1) as (ann,):
            ann.send(Listen("127.0.0.1", 0, FAST_S, "frames"))
            await ann.next(Listening)
            assert len(attempts) == 4
            assert ann.restarts >= 1

    asyncio.run(scene())


def test_a_process_that_babbles_is_replaced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    healthy = wire_client.wire_command()
    babbler = (sys.executable, "-c", "print('hello' * 99, flush=True); input()")
    commands = [babbler]
    monkeypatch.setattr(
        wire_client, "wire_command", lambda: commands.pop() if commands else healthy
    )

    async def scene() -> None:
        async with wire_nodes(1) as (ann,):
            await ann.until(lambda: ann.restarts)
            await ann.listen()

    asyncio.run(scene())
    assert "pipe is broken" in caplog.text


def test_a_process_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = (sys.executable, "-c", "import time; time.sleep(600)")
    monkeypatch.setattr(wire_client, "wire_command", lambda: deaf)
    monkeypatch.setattr(wire_client, "STOP_S", 0.1)

    async def scene() -> None:
        node = WireNode()
        await node.client.start(node.key.private, [])
        await node.client.stop()
        assert node.client.pid is None

    asyncio.run(scene())


def test_a_message_too_long_for_the_pipe_closes_its_link() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            up, _ = await linked(ann, ben)
            ann.send(SendFrame(up.link, 1, MESSAGE, bytes(1 << 20)))
            assert await ann.next(LinkDown) == LinkDown(up.link, "closed")

    asyncio.run(scene())
