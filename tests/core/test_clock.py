"""The system's clocks, and the one a test turns by hand."""

import time

from messenger.core.clock import Clock, ManualClock, SystemClock


def test_the_system_clock_reads_monotonic_seconds_and_unix_milliseconds() -> None:
    clock: Clock = SystemClock()
    before, before_ms = time.monotonic(), time.time_ns() // 1_000_000
    assert before <= clock.now() <= time.monotonic()
    assert before_ms <= clock.unix_ms() <= time.time_ns() // 1_000_000


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    clock = ManualClock()
    first, first_ms = clock.now(), clock.unix_ms()
    assert (clock.now(), clock.unix_ms()) == (first, first_ms)
    clock.advance(1.5)
    assert clock.now() == first + 1.5
    assert clock.unix_ms() == first_ms + 1500
