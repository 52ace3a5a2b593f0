"""The supervisor: keeps as many instances as are needed, and replaces those that die or hang.

It holds the doors and lends them out; it answers no client itself. Everything it decides follows
from pure rules (``fleet_rules``, ``respawn``, ``doors``, ``machine``); here they meet processes.
"""

import asyncio
import itertools
import logging
import socket
from collections import Counter
from collections.abc import Callable
from typing import Final

from messenger.core.clock import Clock, SystemClock
from messenger.relay.admission import Ledger
from messenger.relay.config import RelayConfig
from messenger.relay.control import (
    Arrived,
    Begin,
    Drain,
    Heartbeat,
    LeaveDoor,
    Message,
    StoreState,
    TakeDoor,
    Used,
)
from messenger.relay.doors import deal
from messenger.relay.fleet_breaker import FleetBreaker
from messenger.relay.fleet_rules import Limits, Load, Steady, Wish, bounded, load_share, wish
from messenger.relay.folder import RelayFolder
from messenger.relay.hook import hook_of
from messenger.relay.machine import Machine, MachineWatch, Usage, allowed_count
from messenger.relay.member import MemberHandle
from messenger.relay.meter import Reading, total
from messenger.relay.nursery import Nursery
from messenger.relay.replay_store import ReplayStore
from messenger.relay.respawn import Respawn
from messenger.relay.stores import MIB, open_store, store_len
from messenger.relay.view import MachineView, MemberView, RelayView, State

TICK_S: Final = 0.1  # between two looks at everything
MACHINE_PERIOD_S: Final = 1.0  # between two looks at the machine
START_MAX_S: Final = 20.0  # to the first heartbeat; a cold disk and a busy machine need some
STALL_S: Final = 0.5  # our own lateness, from which the silence of others says nothing
ENDING_MAX_S: Final = 10.0  # beyond the time for draining
STARTS_AT_ONCE: Final = 2  # more would only slow each other down

log = logging.getLogger(__name__)


class Fleet:
    """All instances of one relay on this machine.

    Owner: the loop it is made in.

    Args:
        doors: the sockets that listen; they stay ours.
    """

    def __init__(
        self,
        folder: RelayFolder,
        config: RelayConfig,
        doors: list[socket.socket],
        *,
        clock: Clock | None = None,
        machine: MachineWatch | None = None,
    ) -> None:
        self._folder = folder
        self._config = config
        self._rules = config.fleet
        self._doors = doors
        self._clock = clock or SystemClock()
        self._watch = machine or MachineWatch()
        self._limits = Limits(self._rules.connections, self._rules.loop_lag_ms, self._rules.put_ms)
        self._steady = Steady(self._rules.grow_after_s, self._rules.shrink_after_s)
        self._respawn = Respawn()
        self._nursery = Nursery(config.store.kind)
        self._breaker = FleetBreaker(hook_of(config.breaker.hook))
        self._numbers = itertools.count(1)
        self._members: list[MemberHandle] = []
        self._leaving: list[MemberHandle] = []  # their channel has ended, their process not yet
        self._held: dict[int, int] = {}  # door → number of the member who lets callers in there
        self._replaced: Counter[str] = Counter()
        self._room = Ledger(self._clock)  # outlives the instances, and all begin with it
        self._past = Reading()  # what those who ended had counted
        self._wish = Wish(self._rules.min, "calm")
        self._machine: Machine = self._watch.look()
        self._usages: dict[int, Usage] = {}
        self._looked_at = self._ticked_at = self._clock.now()
        self._stopping = False

    # -- the outside --------------------------------------------------------------------------

    async def start(self) -> None:
        """Make sure that instances will find what they need; they start with :meth:`run`.

        Raises:
            StoreError, RelayBusyError: the files cannot be used.
        """
        ReplayStore(self._folder.flights).close()
        await (await open_store(self._config, self._folder, self._clock)).close()

    async def run(self, stopped: asyncio.Event) -> None:
        """Keep the fleet until ``stopped``, then send all clients away."""
        while not stopped.is_set():
            self._tick()
            await asyncio.sleep(TICK_S)
        await self._end_all()

    def view(self) -> RelayView:
        """Return what there is to see."""
        now = self._clock.now()
        serving = len(self._in(State.SERVING))
        machine = self._machine
        return RelayView(
            status=self._status(serving),
            members=[self._member_view(each, now) for each in self._members],
            wanted=self._wanted,
            because=self._wish.because,
            allowed=self._allowed(),
            machine=MachineView(
                machine.cores, machine.cpu_share, machine.memory_len, machine.available_len
            ),
            store_len=store_len(self._folder),
            store_max_len=self._config.store.max_mib * MIB,
            replaced=dict(self._replaced),
            counts=total([self._past, *(each.reading for each in self._members)]),
            load=load_share(self._load(), self._limits),
            breaker=self._breaker.state,
        )

    def _status(self, serving: int) -> str:
        if self._stopping:
            return "stopping"
        if serving:
            return "ok" if serving >= self._wanted else "degraded"
        return "down" if self._replaced else "starting"

    def _member_view(self, member: MemberHandle, now: float) -> MemberView:
        usage = self._usages.get(member.pid, Usage())
        return MemberView(
            number=member.number,
            pid=member.pid,
            state=member.state,
            age_s=round(now - member.started_at, 1),
            silent_s=round(now - member.heard_at, 1),
            memory_len=usage.memory_len,
            cpu_share=usage.cpu_share,
            reading=member.reading,
            doors=sum(number == member.number for number in self._held.values()),
        )

    # -- each tick ----------------------------------------------------------------------------

    def _tick(self) -> None:
        now = self._clock.now()
        if now - self._ticked_at > TICK_S + STALL_S:  # we were stopped ourselves
            for member in self._members:
                member.heard_at = now
        self._ticked_at = now
        self._leaving = [each for each in self._leaving if not each.has_ended()]
        for member in list(self._members):
            self._check(member, now)
        if now - self._looked_at >= MACHINE_PERIOD_S:
            self._look(now)
        self._wish = self._steady.decide(now, wish(self._load(), self._limits), self._wanted)
        self._staff()

    def _check(self, member: MemberHandle, now: float) -> None:
        """End a member that hangs."""
        silent_s, age_s = now - member.heard_at, now - member.since
        starting = member.state is State.STARTING
        too_silent = silent_s > (START_MAX_S if starting else self._rules.hung_after_s)
        too_slow = member.state is State.DRAINING and age_s > self._rules.drain_s + ENDING_MAX_S
        if too_silent or too_slow:
            member.replaced_as = "hung"
            member.kill()
            self._lose(member)

    def _look(self, now: float) -> None:
        self._looked_at = now
        self._machine = self._watch.look()
        self._usages = {each.pid: self._watch.usage(each.pid) for each in self._members if each.pid}

    # -- how many -----------------------------------------------------------------------------

    @property
    def _wanted(self) -> int:
        rules = self._rules
        return bounded(self._wish.count, rules.min, rules.max, self._allowed())

    def _allowed(self) -> int:
        lengths = [each.memory_len for each in self._usages.values()]
        running = len(self._members)
        return allowed_count(self._machine, self._rules.per_core, running, max(lengths, default=0))

    def _load(self) -> Load:
        readings = [each.reading for each in self._in(State.SERVING)]
        return Load(
            connections=tuple(each.connections for each in readings),
            loop_lag_ms=tuple(each.lag_ms for each in readings),
            put_ms=tuple(each.put_p95_ms for each in readings if each.put_p95_ms is not None),
        )

    def _in(self, *states: State) -> list[MemberHandle]:
        return [each for each in self._members if each.state in states]

    # -- who ----------------------------------------------------------------------------------

    def _staff(self) -> None:
        """Come closer to what is wanted: promote, remove, start; then share the doors."""
        if self._stopping:
            return
        now = self._clock.now()
        serving, spares = self._in(State.SERVING), self._in(State.SPARE)
        for member in spares[: max(0, self._wanted - len(serving))]:
            member.turn(State.SERVING, now)
        surplus = sorted(serving, key=lambda each: each.reading.connections)
        for member in surplus[: max(0, len(serving) - self._wanted)]:
            log.info("instance %d is not needed any more", member.number)
            self._drain(member, now)
        self._start_missing(now)
        self._deal_doors()

    def _start_missing(self, now: float) -> None:
        starting = len(self._in(State.STARTING))
        lacking = (
            self._wanted
            + self._rules.spares
            - len(self._in(State.STARTING, State.SPARE, State.SERVING))
        )
        for _ in range(min(lacking, STARTS_AT_ONCE - starting)):
            if self._respawn.wait_s(now) == 0.0:
                self._start(now)

    def _start(self, now: float) -> None:
        begin = Begin(str(self._folder.path), self._config)
        try:
            channel = self._nursery.ask()
        except OSError as error:  # no process, no descriptor or no memory is to be had
            log.error("an instance cannot be started: %s", type(error).__name__)
            self._respawn.on_died(now, came_up=False)
        else:
            self._members.append(
                MemberHandle(
                    next(self._numbers), channel, begin, now, self._on_message, self._on_end
                )
            )

    def _drain(self, member: MemberHandle, now: float) -> None:
        member.turn(State.DRAINING, now)
        member.channel.send(Drain(self._rules.drain_s))

    def _deal_doors(self) -> None:
        by_number = {each.number: each for each in self._in(State.SERVING)}
        dealt = deal(len(self._doors), by_number, self._held)
        for door, number in dealt.items():
            before = self._held.get(door)
            if before == number:
                continue
            # Take first, leave then: a door may have two openers for a moment, but not none.
            if by_number[number].channel.send(TakeDoor(door), self._doors[door].fileno()):
                self._held[door] = number
                if before in by_number:
                    by_number[before].channel.send(LeaveDoor(door))

    # -- what instances say -------------------------------------------------------------------

    def _on_message(self, member: MemberHandle, message: Message) -> None:
        match message:
            case Heartbeat(reading):
                member.heard_at, member.reading = self._clock.now(), reading
                if member.state is State.STARTING:
                    member.turn(State.SPARE, member.heard_at)
                    self._respawn.on_up()
                    member.channel.send(Used(dict(self._room.most_used())))
                    self._staff()
            case Arrived():
                for other in self._in(State.SERVING, State.DRAINING):
                    if other is not member:
                        other.channel.send(message)
            case Used(seconds):
                self._room.add(seconds)
                for other in self._in(State.SPARE, State.SERVING, State.DRAINING):
                    if other is not member:
                        other.channel.send(message)
            case StoreState(state, reason):
                self._breaker.on_transition(member.number, state, reason)
            case _:
                log.error("instance %d says what only we say", member.number)

    def _on_end(self, member: MemberHandle) -> None:
        if member in self._members:
            self._lose(member)

    def _lose(self, member: MemberHandle) -> None:
        """A member is gone, or as good as gone: somebody else takes its doors at once."""
        self._members.remove(member)
        self._leaving.append(member)
        member.channel.close()
        self._watch.forget(member.pid)
        self._breaker.forget(member.number)
        self._past = total([self._past, _counts_of(member.reading)])
        self._held = {
            door: holder for door, holder in self._held.items() if holder != member.number
        }
        if self._stopping or (member.state is State.DRAINING and member.replaced_as == "died"):
            return
        came_up = member.state is not State.STARTING
        if not came_up:
            self._nursery.end()  # it may be to blame; the next start begins with another one
        self._replaced[member.replaced_as] += 1
        self._respawn.on_died(self._clock.now(), came_up=came_up)
        log.warning("instance %d %s and is replaced", member.number, member.replaced_as)
        self._staff()

    # -- the end ------------------------------------------------------------------------------

    async def _end_all(self) -> None:
        self._stopping = True
        now = self._clock.now()
        for door in self._doors:
            door.close()
        for member in list(self._members):
            if member.state is not State.DRAINING:
                self._drain(member, now)
        deadline = now + self._rules.drain_s + ENDING_MAX_S
        await self._until(lambda: not self._members and not self._leaving, deadline)
        for member in [*self._members, *self._leaving]:
            member.kill()
        await self._until(lambda: not self._members and not self._leaving, float("inf"))
        self._nursery.end()

    async def _until(self, done: Callable[[], bool], deadline: float) -> None:
        while not done() and self._clock.now() < deadline:
            self._leaving = [each for each in self._leaving if not each.has_ended()]
            await asyncio.sleep(TICK_S)


def _counts_of(reading: Reading) -> Reading:
    """Return only what runs on: nobody is connected to an instance that ended."""
    return Reading(
        requests=reading.requests, put_counts=reading.put_counts, put_sum_s=reading.put_sum_s
    )
