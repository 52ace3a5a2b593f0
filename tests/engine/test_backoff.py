"""Delays between dial attempts."""

from random import Random

from messenger.engine.backoff import (
    FIRST_DELAY_S,
    JITTER,
    MAX_DELAY_S,
    PATIENT_AFTER,
    PATIENT_DELAY_S,
    Backoff,
)


def test_delays_grow_from_short_to_capped_to_patient() -> None:
    backoff = Backoff(Random(1))
    delays = [backoff.next_delay() for _ in range(PATIENT_AFTER + 5)]
    assert delays[0] <= FIRST_DELAY_S * (1 + JITTER)
    assert max(delays[:PATIENT_AFTER]) <= MAX_DELAY_S * (1 + JITTER)
    assert min(delays[PATIENT_AFTER:]) >= PATIENT_DELAY_S * (1 - JITTER)


def test_a_path_that_heals_is_tried_within_ten_seconds() -> None:
    assert MAX_DELAY_S * (1 + JITTER) <= 10


def test_a_success_starts_over() -> None:
    backoff = Backoff(Random(2))
    for _ in range(200):  # no overflow either
        backoff.next_delay()
    backoff.reset()
    assert backoff.next_delay() <= FIRST_DELAY_S * (1 + JITTER)


def test_two_contacts_do_not_dial_in_step() -> None:
    one, other = Backoff(Random(3)), Backoff(Random(4))
    assert [one.next_delay() for _ in range(5)] != [other.next_delay() for _ in range(5)]
