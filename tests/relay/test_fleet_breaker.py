"""The breakers of many instances are one to the host: told once for each change."""

from messenger.relay.fleet_breaker import FleetBreaker

STALLED, LOOK, WELL = "5 calls failed", "a look at the store decides", "the store answers"


def breaker() -> tuple[FleetBreaker, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    return FleetBreaker(lambda state, reason: told.append((state, reason))), told


def test_four_instances_that_lose_the_store_are_one_transition_each() -> None:
    fleet, told = breaker()
    for state, reason in (("opened", STALLED), ("half-opened", LOOK), ("closed", WELL)):
        for number in range(4):
            fleet.on_transition(number, state, reason)
    assert told == [("opened", STALLED), ("half-opened", LOOK), ("closed", WELL)]


def test_a_look_of_one_changes_nothing_while_another_has_left_the_store_alone() -> None:
    fleet, told = breaker()
    fleet.on_transition(1, "opened", STALLED)
    fleet.on_transition(2, "opened", STALLED)
    fleet.on_transition(1, "half-opened", LOOK)
    fleet.on_transition(1, "opened", "the probe failed")
    fleet.on_transition(1, "half-opened", LOOK)
    fleet.on_transition(1, "closed", WELL)
    assert (told, fleet.state) == ([("opened", STALLED)], "opened")
    fleet.on_transition(2, "half-opened", LOOK)
    fleet.on_transition(2, "closed", WELL)
    assert told[1:] == [("half-opened", LOOK), ("closed", WELL)]


def test_an_instance_that_ends_takes_its_breaker_along() -> None:
    fleet, told = breaker()
    fleet.on_transition(1, "opened", STALLED)
    fleet.forget(2)
    fleet.forget(1)
    assert [state for state, _ in told] == ["opened", "closed"]
    assert told[-1][1] == "the instance that had left the store alone has ended"
