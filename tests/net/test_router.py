"""What a router may answer, in the words of the library; the real thing is in the NAT test."""

from typing import Any

import pytest

from messenger.core.errors import PortMappingError
from messenger.net import router
from messenger.net.router import Opened, Router


class Library:
    """Stands for miniupnpc.UPnP: answers that a router at hand does not give."""

    lanaddr = "192.168.77.2"

    def __init__(self, outside: str = "9.9.9.1", refusals: tuple[str, ...] = ()) -> None:
        self.outside = outside
        self.refusals = list(refusals)
        self.asked: list[tuple[int, int]] = []  # outside port, seconds
        self.deleted: list[int] = []

    def discover(self) -> int:
        return 1

    def selectigd(self) -> str:
        return "http://192.168.77.1/"

    def externalipaddress(self) -> str:
        return self.outside

    def addportmapping(self, *arguments: Any) -> bool:
        self.asked.append((arguments[0], arguments[6]))
        if self.refusals:
            raise Exception(self.refusals.pop(0))  # as the library does
        return True

    def deleteportmapping(self, port: int, protocol: str) -> bool:
        self.deleted.append(port)
        return True


def routed(monkeypatch: pytest.MonkeyPatch, library: Library) -> Router:
    monkeypatch.setattr(router.miniupnpc, "UPnP", lambda: library)
    return Router(4567, 3600)


def test_a_lease_is_renewed_at_the_same_port_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    ours = routed(monkeypatch, library)
    assert ours.open() == ours.open() == Opened("9.9.9.1", 4567, 3600)
    ours.close()
    ours.close()
    assert library.asked == [(4567, 3600), (4567, 3600)]
    assert library.deleted == [4567]


def test_another_router_is_looked_for_when_the_known_one_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = Library(), Library(outside="8.8.4.4")
    ours = routed(monkeypatch, old)
    ours.open()
    old.outside = ""  # it does not answer any more
    monkeypatch.setattr(router.miniupnpc, "UPnP", lambda: new)
    assert ours.open() == Opened("8.8.4.4", 4567, 3600)
    ours.close()
    assert (old.deleted, new.deleted) == ([], [4567])


def test_who_is_asked_again_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = Library(), Library()
    ours = routed(monkeypatch, old)
    ours.open()
    monkeypatch.setattr(router.miniupnpc, "UPnP", lambda: new)
    ours.forget()
    assert ours.open().port == 4567
    assert len(old.asked) == len(new.asked) == 1


def test_a_port_that_somebody_has_is_left_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(refusals=("ConflictInMappingEntry",))
    opened = routed(monkeypatch, library).open()
    assert opened.port == library.asked[1][0] != 4567
    assert opened.port >= router.PORT_MIN


def test_a_router_without_leases_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(refusals=("OnlyPermanentLeasesSupported",))
    assert routed(monkeypatch, library).open() == Opened("9.9.9.1", 4567, 0)
    assert library.asked == [(4567, 3600), (4567, 0)]


@pytest.mark.parametrize(
    ("library", "reason"),
    [
        (Library(outside="100.64.3.2"), "behind_another"),
        (Library(outside="192.168.1.20"), "behind_another"),
        (Library(outside=""), "no_address"),
        (Library(refusals=("Action Failed",)), "refused"),
        (Library(refusals=("ConflictInMappingEntry",) * 9), "refused"),
    ],
    ids=["carrier", "second router", "no address", "failed", "all taken"],
)
def test_why_no_port_is_opened_is_said(
    monkeypatch: pytest.MonkeyPatch, library: Library, reason: str
) -> None:
    with pytest.raises(PortMappingError) as refused:
        routed(monkeypatch, library).open()
    assert refused.value.reason == reason
