"""The connection doctor: looks at each step of the way to others, on the running node.

Each step is one function in STEPS; it really tries what it judges, and what it finds names nobody.
"""

import asyncio
import contextlib
import ctypes
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from messenger.core.types import Address, Contact, Finding, RelayState, Verdict
from messenger.engine.commands import RunDoctor
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.lan import Lan
from messenger.engine.network import LOOPBACK, Network
from messenger.engine.relays import Relays

log = logging.getLogger(__name__)

EARLIEST_MS: Final = 1_793_491_200_000  # 2026-11-01: there was no Hum before
AHEAD_MS: Final = 300_000  # milliseconds that what we kept may be dated after now
CALL_S: Final = 5.0  # seconds to call ourselves
STEP_S: Final = 20.0  # seconds for one step; the proxy takes at most fifteen
ADJTIMEX_LEN: Final = 512  # bytes, more than struct timex of any Linux
TIME_ERROR: Final = 5  # adjtimex(2): nobody keeps the clock right


@dataclass(frozen=True, slots=True)
class Patient:
    """What the steps look at."""

    context: Context
    network: Network
    lan: Lan
    contacts: Contacts
    relays: Relays


Step = Callable[[Patient], Awaitable[Finding]]


class Doctor:
    """Runs every step, one after the other. Owner: the engine's loop thread."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    async def run(self, _: RunDoctor) -> tuple[Finding, ...]:
        """Return what was found, in the order of STEPS."""
        return tuple([await self._look(name, step) for name, step in STEPS.items()])

    async def _look(self, name: str, step: Step) -> Finding:
        try:
            async with asyncio.timeout(STEP_S):
                return await step(self._patient)
        except TimeoutError:
            log.warning("the doctor does not get through with: %s", name)
            return Finding(name, Verdict.FAIL, "late")


async def clock(patient: Patient) -> Finding:
    """Handshakes carry the time: two days off, and nobody answers."""
    now = patient.context.clock.unix_ms()
    contacts = await patient.context.store.read(lambda reader: reader.contacts())
    newest = max((_newest(contact) for contact in contacts), default=0)
    if now < max(EARLIEST_MS, newest - AHEAD_MS):
        return Finding("clock", Verdict.FAIL, "behind")
    if _unsynchronised():
        return Finding("clock", Verdict.NOTE, "unsynchronised")
    return Finding("clock", Verdict.GOOD, "right")


async def port(patient: Patient) -> Finding:
    """Call our own port, as somebody on this computer would."""
    listen = patient.context.listen
    if listen is None:
        return Finding("port", Verdict.FAIL, "none")
    place = ip_address(listen.host)
    host = LOOPBACK if place.is_unspecified else listen.host
    try:
        async with asyncio.timeout(CALL_S):
            _, writer = await asyncio.open_connection(host, listen.port)
    except OSError:  # TimeoutError is one
        return Finding("port", Verdict.FAIL, "deaf")
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    if place.is_loopback:
        return Finding("port", Verdict.NOTE, "loopback")
    return Finding("port", Verdict.GOOD, "open", str(listen.port))


async def mapping(patient: Patient) -> Finding:
    """What the router says; one that refused is asked again."""
    state = patient.network.mapping
    if state.state == "failed":
        state = await patient.network.ask_router()
    if state.state == "open":
        return Finding("mapping", Verdict.GOOD, "open")
    if any(":" not in each.host for each in _public(patient.context.addresses)):
        return Finding("mapping", Verdict.NOTE, "not_needed")  # routers are asked for IPv4 alone
    if state.state == "failed":
        return Finding("mapping", Verdict.FAIL, state.reason or "refused")
    return Finding("mapping", Verdict.NOTE, state.state)


async def address(patient: Patient) -> Finding:
    """Whether somebody outside could find the way in that our link says."""
    context = patient.context
    if context.network.announced:
        return Finding("address", Verdict.NOTE, "announced")
    if patient.network.mapping.outside is not None:
        return Finding("address", Verdict.GOOD, "mapped")
    public = _public(context.addresses)
    if any(":" not in each.host for each in public):
        return Finding("address", Verdict.GOOD, "public")
    if public:
        return Finding("address", Verdict.GOOD, "public6")
    if not context.network.direct:
        return Finding("address", Verdict.NOTE, "none_by_choice")
    if (await relay(patient)).verdict is Verdict.GOOD:
        return Finding("address", Verdict.NOTE, "relayed")
    return Finding("address", Verdict.FAIL, "private")


async def lan(patient: Patient) -> Finding:
    """Whether contacts can be heard in the local network, and how many were."""
    if not patient.lan.is_wanted:
        return Finding("lan", Verdict.NOTE, "off")
    if not patient.lan.is_running:
        return Finding("lan", Verdict.FAIL, "deaf")
    if count := patient.lan.heard_count:
        return Finding("lan", Verdict.GOOD, "heard", str(count))
    return Finding("lan", Verdict.NOTE, "nobody")


async def proxy(patient: Patient) -> Finding:
    """Greet the proxy."""
    if patient.context.network.proxy is None:
        return Finding("proxy", Verdict.NOTE, "none")
    reason = await patient.network.check_proxy()
    if reason:
        return Finding("proxy", Verdict.FAIL, reason)
    return Finding("proxy", Verdict.GOOD, "works")


async def relay(patient: Patient) -> Finding:
    """How our own relays stand."""
    states = [each.state for each in (await patient.relays.overview()).own]
    connected = states.count(RelayState.CONNECTED)
    if not states:
        return Finding("relay", Verdict.NOTE, "none")
    if connected:
        return Finding("relay", Verdict.GOOD, "connected", f"{connected}/{len(states)}")
    if RelayState.CONNECTING in states:
        return Finding("relay", Verdict.NOTE, "connecting")
    return Finding("relay", Verdict.FAIL, states[0].value)


async def contact(patient: Patient) -> Finding:
    """Who is connected; if nobody is, what dials came to, the most frequent reason."""
    wanted = patient.contacts.wanted()
    online = sum(patient.contacts.is_online(each.id) for each in wanted)
    if online:
        return Finding("contact", Verdict.GOOD, "connected", f"{online}/{len(wanted)}")
    if not wanted:
        return Finding("contact", Verdict.NOTE, "nobody")
    for reason, count in patient.contacts.links.refusals.most_common(1):
        return Finding("contact", Verdict.FAIL, reason, str(count))
    return Finding("contact", Verdict.NOTE, "waiting")


# A subsystem that has something to look at adds its step; the order is that of the report.
STEPS: Final[dict[str, Step]] = {
    "clock": clock,
    "port": port,
    "mapping": mapping,
    "address": address,
    "lan": lan,
    "proxy": proxy,
    "relay": relay,
    "contact": contact,
}


def _newest(contact: Contact) -> int:
    """When something of a contact was committed last (Unix ms, as far as the list knows)."""
    last = contact.last_message
    return max(contact.pinned_at, last.arrived_at if last else 0)


def _public(addresses: tuple[Address, ...]) -> list[Address]:
    return [each for each in addresses if _is_public(each.host)]


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return False


def _unsynchronised() -> bool:
    """Whether the system says that nothing keeps its clock right; False where it says nothing."""
    if sys.platform != "linux":
        return False
    asked = ctypes.create_string_buffer(ADJTIMEX_LEN)  # zeros: only ask
    return bool(ctypes.CDLL(None).adjtimex(asked) == TIME_ERROR)
