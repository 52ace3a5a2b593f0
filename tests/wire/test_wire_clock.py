"""The selector that waits to the microsecond, and what it learns."""

import asyncio
import socket
import sys

import pytest

from messenger.wire import clock
from messenger.wire.clock import LEAD_MAX_S, LEAD_MIN_S, Lead, new_event_loop


def test_no_timer_ends_before_its_time() -> None:
    async def scene() -> None:
        loop = asyncio.get_running_loop()
        for delay in (0.0, 0.0001, 0.001, 0.003, 0.01):
            due = loop.time() + delay
            await asyncio.sleep(delay)
            assert loop.time() >= due

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(scene())


def test_timers_run_in_order_and_sockets_are_heard_between_them() -> None:
    async def scene() -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            happened: list[str] = []
            done = loop.create_future()

            def on_readable() -> None:
                happened.append(ours.recv(10).decode())
                if len(happened) == 1:
                    loop.call_later(0.002, happened.append, "between")
                    loop.call_later(0.008, theirs.send, b"second")
                else:
                    done.set_result(None)

            loop.add_reader(ours, on_readable)
            loop.call_later(0.007, theirs.send, b"first")
            await done
            loop.remove_reader(ours)
        assert happened == ["first", "between", "second"]

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(scene())


def test_a_lead_settles_where_four_of_five_waits_end_in_time() -> None:
    lead = Lead(LEAD_MIN_S)
    lateness = [50e-6, 60e-6, 70e-6, 80e-6, 200e-6]
    for turn in range(2_000):
        lead.learn(lateness[turn % 5])
    assert 75e-6 < lead.seconds < 200e-6


def test_a_lead_stays_within_its_bounds() -> None:
    lead = Lead(100e-6)
    for _ in range(1_000):
        lead.learn(1.0)
    assert lead.seconds == LEAD_MAX_S
    for _ in range(1_000):
        lead.learn(0.0)
    assert lead.seconds == LEAD_MIN_S


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the fine selector")
def test_linux_gets_the_fine_selector() -> None:
    loop = new_event_loop()
    try:
        assert isinstance(loop._selector, clock.FineSelector)  # type: ignore[attr-defined]
    finally:
        loop.close()
