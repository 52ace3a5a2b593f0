"""The connection doctor's steps, each on a node in a state of its own."""

import asyncio
import ctypes
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from messenger.core.clock import ManualClock
from messenger.core.types import (
    Address,
    Contact,
    ContactId,
    Finding,
    NetworkSettings,
    OwnRelay,
    PinOrigin,
    PortMapping,
    Proxy,
    Relation,
    RelayId,
    RelayOverview,
    RelayState,
    Verdict,
)
from messenger.engine import doctor
from messenger.engine.commands import RunDoctor
from messenger.engine.doctor import EARLIEST_MS, STEPS, Doctor
from messenger.rpc.doctor_words import TITLES, WORDS

DAY_MS = 24 * 3600 * 1000


def hearing(count: int, *, is_wanted: bool = True, is_running: bool = True) -> Any:
    """A look into the local network that has heard so many contacts."""
    return SimpleNamespace(is_wanted=is_wanted, is_running=is_running, heard_count=count)


@dataclass
class State:
    """What the steps ask of a node, without one."""

    settings: NetworkSettings = field(default_factory=NetworkSettings)
    listen: Address | None = None
    addresses: tuple[Address, ...] = ()
    mapping: PortMapping = field(default_factory=PortMapping)
    mapping_again: PortMapping | None = None  # when the router is asked once more
    proxy_problem: str = ""
    lan: Any = field(default_factory=lambda: hearing(0))
    people: tuple[Contact, ...] = ()
    online: bool = False
    relays: tuple[RelayState, ...] = ()
    refusals: Counter[str] = field(default_factory=Counter)
    now: int = EARLIEST_MS + DAY_MS

    async def read(self, _: object) -> tuple[Contact, ...]:
        return self.people

    async def ask_router(self) -> PortMapping:
        return self.mapping_again or self.mapping

    async def check_proxy(self) -> str:
        return self.proxy_problem

    @property
    def patient(self) -> Any:
        context = SimpleNamespace(
            clock=ManualClock(epoch_ms=self.now),
            store=SimpleNamespace(read=self.read),
            network=self.settings,
            listen=self.listen,
            addresses=self.addresses,
        )
        network = SimpleNamespace(
            mapping=self.mapping, ask_router=self.ask_router, check_proxy=self.check_proxy
        )
        contacts = SimpleNamespace(
            wanted=lambda: self.people,
            is_online=lambda _: self.online,
            links=SimpleNamespace(refusals=self.refusals),
        )
        relays = SimpleNamespace(overview=self.overview)
        return SimpleNamespace(
            context=context, network=network, lan=self.lan, contacts=contacts, relays=relays
        )

    async def overview(self) -> RelayOverview:
        own = [OwnRelay(RelayId(1), LAN, bytes(32), state) for state in self.relays]
        return RelayOverview(tuple(own), ())


def person(pinned_at: int = 1) -> Contact:
    return Contact(
        ContactId(1), bytes(32), "Mara", None, Relation.ACCEPTED, PinOrigin.LINK, pinned_at
    )


TOR = NetworkSettings(Proxy("127.0.0.1", 9050))
CLOSED = NetworkSettings(direct=False)
LAN, PUBLIC, PUBLIC6 = Address("192.168.1.2", 9), Address("9.9.9.9", 9), Address("2600::1", 9)
UP, DOWN = RelayState.CONNECTED, RelayState.UNREACHABLE
OPEN = PortMapping("open", PUBLIC)


@pytest.mark.parametrize(
    ("step", "state", "verdict", "reason"),
    [
        ("clock", State(now=EARLIEST_MS - 1), Verdict.FAIL, "behind"),
        ("clock", State(people=(person(EARLIEST_MS + 2 * DAY_MS),)), Verdict.FAIL, "behind"),
        ("port", State(), Verdict.FAIL, "none"),
        ("mapping", State(mapping=OPEN), Verdict.GOOD, "open"),
        ("mapping", State(addresses=(PUBLIC,)), Verdict.NOTE, "not_needed"),
        ("mapping", State(addresses=(PUBLIC6,)), Verdict.NOTE, "off"),
        ("mapping", State(), Verdict.NOTE, "off"),
        ("mapping", State(mapping=PortMapping("asking")), Verdict.NOTE, "asking"),
        (
            "mapping",
            State(mapping=PortMapping("failed", reason="no_router")),
            Verdict.FAIL,
            "no_router",
        ),
        (
            "mapping",
            State(mapping=PortMapping("failed", reason="no_router"), mapping_again=OPEN),
            Verdict.GOOD,
            "open",
        ),
        ("address", State(addresses=(LAN,)), Verdict.FAIL, "private"),
        ("address", State(addresses=(LAN, PUBLIC)), Verdict.GOOD, "public"),
        ("address", State(addresses=(LAN, PUBLIC6)), Verdict.GOOD, "public6"),
        ("address", State(addresses=(PUBLIC, LAN), mapping=OPEN), Verdict.GOOD, "mapped"),
        ("address", State(CLOSED), Verdict.NOTE, "none_by_choice"),
        ("address", State(NetworkSettings(announced=(LAN,))), Verdict.NOTE, "announced"),
        ("lan", State(lan=hearing(0, is_wanted=False)), Verdict.NOTE, "off"),
        ("lan", State(lan=hearing(0, is_running=False)), Verdict.FAIL, "deaf"),
        ("lan", State(lan=hearing(0)), Verdict.NOTE, "nobody"),
        ("lan", State(lan=hearing(2)), Verdict.GOOD, "heard"),
        ("proxy", State(), Verdict.NOTE, "none"),
        ("proxy", State(TOR), Verdict.GOOD, "works"),
        ("proxy", State(TOR, proxy_problem="proxy_down"), Verdict.FAIL, "proxy_down"),
        ("address", State(addresses=(LAN,), relays=(UP,)), Verdict.NOTE, "relayed"),
        ("relay", State(), Verdict.NOTE, "none"),
        ("relay", State(relays=(DOWN, UP)), Verdict.GOOD, "connected"),
        ("relay", State(relays=(RelayState.CONNECTING, DOWN)), Verdict.NOTE, "connecting"),
        ("relay", State(relays=(DOWN,)), Verdict.FAIL, "unreachable"),
        ("relay", State(relays=(RelayState.SILENT,)), Verdict.FAIL, "silent"),
        ("relay", State(relays=(RelayState.FAILING,)), Verdict.FAIL, "failing"),
        ("contact", State(), Verdict.NOTE, "nobody"),
        ("contact", State(people=(person(),)), Verdict.NOTE, "waiting"),
        ("contact", State(people=(person(),), online=True), Verdict.GOOD, "connected"),
        (
            "contact",
            State(people=(person(),), refusals=Counter(silent=1, refused=3)),
            Verdict.FAIL,
            "refused",
        ),
    ],
)
def test_a_state_has_its_finding(step: str, state: State, verdict: Verdict, reason: str) -> None:
    async def look() -> Finding:
        return await STEPS[step](state.patient)

    found = asyncio.run(look())
    assert (found.step, found.verdict, found.reason) == (step, verdict, reason)
    assert (step, reason) in WORDS


def test_the_port_is_called_and_a_deaf_one_is_found() -> None:
    async def look() -> None:
        server = await asyncio.start_server(lambda _, w: w.close(), "127.0.0.1", 0)
        listen = Address(*server.sockets[0].getsockname())
        found = await doctor.port(State(listen=listen).patient)
        assert (found.verdict, found.reason) == (Verdict.NOTE, "loopback")
        everywhere = State(listen=Address("0.0.0.0", listen.port))
        found = await doctor.port(everywhere.patient)
        assert (found.verdict, found.reason, found.detail) == (
            Verdict.GOOD,
            "open",
            str(listen.port),
        )
        server.close()
        await server.wait_closed()
        found = await doctor.port(everywhere.patient)
        assert (found.verdict, found.reason) == (Verdict.FAIL, "deaf")

    asyncio.run(look())


@pytest.mark.parametrize(("answer", "reason"), [(5, "unsynchronised"), (0, "right")])
def test_the_system_is_asked_whether_it_keeps_the_clock(
    monkeypatch: pytest.MonkeyPatch, answer: int, reason: str
) -> None:
    library = SimpleNamespace(adjtimex=lambda _: answer)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    assert asyncio.run(_clock(State())).reason == reason


async def _clock(state: State) -> Finding:
    return await doctor.clock(state.patient)


def test_a_step_that_hangs_is_a_finding_and_the_others_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang(_: object) -> Finding:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(doctor, "STEP_S", 0.01)
    monkeypatch.setitem(STEPS, "proxy", hang)
    found = asyncio.run(Doctor(State().patient).run(RunDoctor()))
    assert [each.step for each in found] == list(STEPS)
    assert Finding("proxy", Verdict.FAIL, "late") in found


def test_every_step_has_words() -> None:
    assert set(TITLES) == {step for step, _ in WORDS} == set(STEPS)
