"""What a relay shows of itself: readings, metrics, health over HTTP, and the table."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench.relay_crowd import until
from messenger.core.clock import ManualClock
from messenger.core.errors import AddressInUseError, RelayNotRunningError
from messenger.core.types import Address
from messenger.protocol.mailbox import Operation, Status
from messenger.relay import status
from messenger.relay.meter import PUT_BOUNDS_S, RECENT_S, Meter, Reading, total
from messenger.relay.metrics import exposition
from messenger.relay.monitor import MAX_QUESTIONS, Monitor
from messenger.relay.view import MachineView, MemberView, RelayView, State

READING = Reading(
    connections=7,
    half_open=1,
    requests={"put ok": 3, "get auth": 1},
    put_counts=[0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    put_sum_s=9.5,
    put_p95_ms=12.0,
    lag_ms=4.0,
    breaker="closed",
)
VIEW = RelayView(
    status="ok",
    members=[
        MemberView(4, 111, State.SERVING, 4000.0, 0.1, 90 * 2**20, 0.25, READING, 12),
        MemberView(5, 112, State.SPARE, 2.0, 0.0, 60 * 2**20, 0.0, Reading()),
    ],
    wanted=1,
    because="connections",
    allowed=4,
    machine=MachineView(2.0, 0.375, 8 * 2**30, 3 * 2**30),
    store_len=5 * 2**20,
    store_max_len=2 * 2**30,
    replaced={"died": 2},
    counts=READING,
    load=0.5,
)


def samples(text: bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    found = {}
    for family in text_string_to_metric_families(text.decode()):
        for each in family.samples:
            found[each.name, frozenset(each.labels.items())] = each.value
    return found


def labels(**pairs: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairs.items())


def test_a_meter_counts_and_forgets_what_is_not_recent() -> None:
    clock = ManualClock()
    meter = Meter(clock)
    for milliseconds in range(1, 101):
        meter.on_request(Operation.PUT, Status.OK, milliseconds / 1000)
    meter.on_request(Operation.GET, Status.AUTH, 9.0)
    meter.on_lag(0.02)
    meter.on_lag(0.01)
    reading = meter.reading(connections=3, half_open=2)
    assert reading.requests == {"put ok": 100, "get auth": 1}
    assert (reading.connections, reading.half_open) == (3, 2)
    assert (reading.put_p95_ms, reading.lag_ms) == (pytest.approx(95), pytest.approx(20))
    assert sum(reading.put_counts) == 100
    assert reading.put_counts[0] == 1
    assert reading.put_counts[-1] == 0
    assert reading.put_sum_s == pytest.approx(5.05)
    clock.advance(RECENT_S + 1)
    reading = meter.reading(connections=0, half_open=0)
    assert (reading.put_p95_ms, reading.lag_ms) == (None, 0.0)
    assert sum(reading.put_counts) == 100


def test_the_lateness_of_a_loop_is_seen() -> None:
    async def story() -> float:
        clock = ManualClock()
        meter = Meter(clock)
        watching = asyncio.create_task(meter.watch_loop())
        await asyncio.sleep(0)
        clock.advance(1.05)  # while the loop slept for 0.05
        await until(lambda: bool(meter._lags))
        watching.cancel()
        return meter.reading(connections=0, half_open=0).lag_ms

    assert asyncio.run(story()) == pytest.approx(1000)


def test_several_instances_add_up() -> None:
    both = total([READING, READING, Reading()])
    assert both.connections == 14
    assert both.requests == {"put ok": 6, "get auth": 2}
    assert both.put_counts[1] == 4
    assert both.put_sum_s == 19.0
    assert (both.put_p95_ms, both.lag_ms) == (12.0, 4.0)
    assert total([]) == Reading()


def test_prometheus_reads_everything() -> None:
    found = samples(exposition(VIEW))
    assert found["hum_relay_up", labels()] == 1.0
    assert found["hum_relay_load", labels()] == 0.5
    assert found["hum_relay_connections", labels(instance="4")] == 7
    assert found["hum_relay_requests_total", labels(operation="put", status="ok")] == 3
    assert found["hum_relay_put_seconds_bucket", labels(le="0.0025")] == 2
    assert found["hum_relay_put_seconds_bucket", labels(le=str(PUT_BOUNDS_S[-1]))] == 2
    assert found["hum_relay_put_seconds_bucket", labels(le="+Inf")] == 3
    assert found["hum_relay_put_seconds_sum", labels()] == 9.5
    assert found["hum_relay_loop_lag_seconds", labels(instance="4")] == 0.004
    assert found["hum_relay_store_bytes", labels()] == 5 * 2**20
    assert found["hum_relay_machine_cpu_ratio", labels()] == 0.375
    assert found["hum_relay_machine_available_bytes", labels()] == 3 * 2**30
    assert found["hum_relay_instances", labels(state="serving")] == 1
    assert found["hum_relay_instances", labels(state="spare")] == 1
    assert found["hum_relay_replaced_total", labels(reason="died")] == 2
    assert found["hum_relay_breaker", labels(instance="4", state="closed")] == 1
    assert found["hum_relay_breaker", labels(instance="4", state="opened")] == 0
    assert ("hum_relay_breaker", labels(instance="5", state="closed")) not in found


def test_nothing_counted_yet_can_be_read() -> None:
    empty = msgspec.structs.replace(VIEW, members=[], counts=Reading(), replaced={})
    found = samples(exposition(empty))
    assert found["hum_relay_up", labels()] == 0.0
    assert found["hum_relay_put_seconds_count", labels()] == 0


# -- over HTTP ------------------------------------------------------------------------------------


def with_monitor(view: RelayView, story: Callable[[Address], Awaitable[None]]) -> None:
    async def run() -> None:
        monitor = Monitor(lambda: view)
        at = await monitor.listen(Address("127.0.0.1", 0))
        try:
            await story(at)
        finally:
            await monitor.close()

    asyncio.run(run())


async def ask(at: Address, question: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(at.host, at.port)
    writer.write(question)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def test_health_and_metrics_over_http() -> None:
    async def story(at: Address) -> None:
        health = await ask(at, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert health.startswith(b"HTTP/1.1 200 OK\r\n")
        assert status.read(health.partition(b"\r\n\r\n")[2]) == VIEW
        metrics = await ask(at, b"GET /metrics HTTP/1.1\r\n\r\n")
        assert b"\r\nContent-Type: text/plain" in metrics
        assert samples(metrics.partition(b"\r\n\r\n")[2]) == samples(exposition(VIEW))
        assert await asyncio.to_thread(status.ask, str(at)) == health.partition(b"\r\n\r\n")[2]

    with_monitor(VIEW, story)


@pytest.mark.parametrize("word", ["starting", "down", "stopping"])
def test_a_relay_that_answers_nobody_is_not_healthy(word: str) -> None:
    async def story(at: Address) -> None:
        assert b" 503 " in await ask(at, b"GET /healthz HTTP/1.1\r\n\r\n")

    with_monitor(msgspec.structs.replace(VIEW, status=word), story)


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 404 "),
        (b"POST /healthz HTTP/1.1\r\n\r\n", b"HTTP/1.1 405 "),
        (b"nonsense\r\n\r\n", b"HTTP/1.1 405 "),
        (b"\r\n\r\n", b"HTTP/1.1 405 "),
        (b"GET /healthz", b""),
        (b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 10_000 + b"\r\n\r\n", b""),
    ],
)
def test_other_questions(question: bytes, begins: bytes) -> None:
    async def story(at: Address) -> None:
        try:
            answer = await ask(at, question)
        except ConnectionError:  # closed before all was read
            answer = b""
        assert answer.startswith(begins)
        assert bool(answer) == bool(begins)

    with_monitor(VIEW, story)


def test_too_many_questions_at_once_are_not_answered() -> None:
    async def story(at: Address) -> None:
        waiting = [await asyncio.open_connection(at.host, at.port) for _ in range(MAX_QUESTIONS)]
        with contextlib.suppress(ConnectionError):  # closed before it was read
            assert await ask(at, b"GET /healthz HTTP/1.1\r\n\r\n") == b""
        for _, writer in waiting[1:]:
            writer.close()
            await writer.wait_closed()
        await ask(at, b"GET /healthz HTTP/1.1\r\n\r\n")  # there is room again
        waiting[0][1].close()  # who stays is sent away at the end

    with_monitor(VIEW, story)


def test_an_address_that_cannot_be_had() -> None:
    async def story(at: Address) -> None:
        with pytest.raises(AddressInUseError):
            await Monitor(lambda: VIEW).listen(at)

    with_monitor(VIEW, story)


# -- the table ------------------------------------------------------------------------------------


def test_the_table() -> None:
    lines = status.table(VIEW).splitlines()
    assert lines[0] == f"Hum relay {VIEW.version}: ok"
    assert lines[1] == "instances  1 serve, 1 wanted (connections), 4 allowed by the machine"
    assert "machine    38% of 2 cores, 3.0 of 8.0 GiB free" in lines
    assert "store      5.0 of 2048 MiB" in lines
    assert "replaced   2 died" in lines
    assert "requests   get auth 1, put ok 3" in lines
    head, serving, spare = lines[-3:]
    names = "no state pid clients lag ms put ms memory cpu silent age"
    assert head.split() == names.split()
    values = "4 serving 111 7 4 12 90 MiB 25% 0.1 s 1.1 h"
    assert serving.split() == values.split()
    assert spare.split()[:6] == ["5", "spare", "112", "0", "0", "-"]
    assert len(head) == len(serving) == len(spare)


def test_nobody_to_ask() -> None:
    with pytest.raises(RelayNotRunningError, match="empty"):
        status.ask("")
    with pytest.raises(RelayNotRunningError, match="does not answer"):
        status.ask("127.0.0.1:1")
    with pytest.raises(RelayNotRunningError, match="no relay"):
        status.read(b"{}")
