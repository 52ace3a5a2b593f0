"""Why there is no link to a contact: which of several reasons is told."""

import asyncio
import errno

import pytest

from messenger.core.errors import ConnectFailedError, NoWayError, ProxyDownError
from messenger.core.types import Address, Obstacle
from messenger.engine.dialer import obstacle_in
from messenger.engine.links import (
    REASON_TEXTS,
    WAY_TEXTS,
    DialRefusedError,
    OtherKeyAnsweredError,
    refusal,
)
from messenger.wire import ways
from messenger.wire.ways import Direct, WayFailedError


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        ([], None),
        ([DialRefusedError("lost")], None),  # the wire process was started again
        ([DialRefusedError("unreachable"), DialRefusedError("refused")], Obstacle.REFUSED),
        ([DialRefusedError("no_network"), DialRefusedError("unreachable")], Obstacle.UNREACHABLE),
        ([NoWayError(), DialRefusedError("unreachable")], Obstacle.UNREACHABLE),
        ([ProxyDownError(), NoWayError()], Obstacle.PROXY_DOWN),
        ([DialRefusedError("refused"), OtherKeyAnsweredError(b"k" * 32)], Obstacle.OTHER_KEY),
    ],
)
def test_what_got_furthest_is_told(
    failures: list[ConnectFailedError], told: Obstacle | None
) -> None:
    assert obstacle_in(failures) is told
    assert obstacle_in(failures[::-1]) is told


@pytest.mark.parametrize("reason", [*REASON_TEXTS, *WAY_TEXTS])
def test_no_word_of_the_wire_is_lost(reason: str) -> None:
    assert obstacle_in([refusal(reason)]) is Obstacle(reason)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ECONNREFUSED, "refused"),
        (errno.ENETUNREACH, "no_network"),
        (errno.EHOSTUNREACH, "unreachable"),
        (None, "unreachable"),
    ],
)
def test_what_the_system_says_of_a_place_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, number: int | None, reason: str
) -> None:
    async def fail(_address: Address) -> None:
        raise OSError(number, "no") if number else TimeoutError

    monkeypatch.setattr(ways, "_connect", fail)
    with pytest.raises(WayFailedError) as caught:
        asyncio.run(Direct().reach(Address("192.0.2.7", 9), b""))
    assert caught.value.reason == reason
