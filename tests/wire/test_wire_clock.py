"""The wait before a departure, and what it learns."""

from messenger.wire.clock import LEAD_MAX_S, LEAD_MIN_S, FineWait, Lead


class SleepyClock:
    """A clock that each look moves by a microsecond, and sleeps that end late."""

    def __init__(self, *, late: float) -> None:
        self.now = 100.0
        self.late = late
        self.looks = 0
        self.slept: list[float] = []

    def time(self) -> float:
        self.looks += 1
        self.now += 1e-6
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds + self.late


def nothing() -> None:
    """A cell whose way is always warm."""


def test_a_wait_ends_at_its_deadline_and_sleeps_most_of_the_way() -> None:
    clock = SleepyClock(late=50e-6)
    wait = FineWait(clock.time, clock.sleep, is_fine=True)
    for _ in range(500):  # learns how late the sleeps are
        wait.until(clock.now + 0.002, nothing)
    deadline = clock.now + 0.002
    clock.looks = 0
    wait.until(deadline, nothing)
    assert 0 <= clock.now - deadline < 3e-6
    assert clock.looks < 20
    assert 0.0019 < clock.slept[-1] < 0.00195


def test_what_warms_up_is_done_after_the_sleep_and_before_the_deadline() -> None:
    clock = SleepyClock(late=50e-6)
    wait = FineWait(clock.time, clock.sleep, is_fine=True)
    deadlines = [100.0 + 0.01 * number for number in range(1, 6)]
    warmed: list[tuple[int, float]] = []
    for deadline in deadlines:
        wait.until(deadline, lambda: warmed.append((len(clock.slept), clock.now)))
    for number, (deadline, (sleeps, at)) in enumerate(zip(deadlines, warmed, strict=True), start=1):
        assert sleeps == number
        assert deadline - LEAD_MAX_S < at < deadline


def test_a_deadline_that_is_over_is_not_waited_for() -> None:
    clock = SleepyClock(late=0.0)
    FineWait(clock.time, clock.sleep, is_fine=True).until(clock.now - 1, nothing)
    assert clock.slept == []
    assert clock.looks == 2


def test_a_coarse_clock_is_not_looked_at_in_a_circle() -> None:
    clock = SleepyClock(late=0.0)
    FineWait(clock.time, clock.sleep, is_fine=False).until(clock.now + 0.01, nothing)
    assert 0.0099 < clock.slept[0] <= 0.01
    assert clock.looks == 2


def test_a_lead_settles_where_half_of_the_waits_end_in_time() -> None:
    lead = Lead(LEAD_MIN_S)
    lateness = [50e-6, 60e-6, 70e-6, 80e-6, 200e-6]
    for turn in range(2_000):
        lead.learn(lateness[turn % 5])
    assert 65e-6 < lead.seconds < 80e-6


def test_a_lead_stays_within_its_bounds() -> None:
    lead = Lead(100e-6)
    for _ in range(1_000):
        lead.learn(1.0)
    assert lead.seconds == LEAD_MAX_S
    for _ in range(1_000):
        lead.learn(0.0)
    assert lead.seconds == LEAD_MIN_S
