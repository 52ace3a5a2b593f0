"""A relay of one process: what most hosts need."""

import asyncio
import os
import socket

from messenger.core.clock import SystemClock
from messenger.relay.config import RelayConfig
from messenger.relay.fleet_rules import Limits, Load, load_share
from messenger.relay.folder import RelayFolder
from messenger.relay.hook import hook_of
from messenger.relay.instance import Instance
from messenger.relay.machine import MachineWatch
from messenger.relay.meter import Reading
from messenger.relay.stores import MIB, store_len
from messenger.relay.view import MachineView, MemberView, RelayView, State


class Alone:
    """One instance, in this process.

    Owner: the loop it is made in.
    """

    def __init__(self, folder: RelayFolder, config: RelayConfig, door: socket.socket) -> None:
        self._folder = folder
        self._config = config
        self._door = door
        self._clock = SystemClock()
        self._watch = MachineWatch()
        self._started_at = self._clock.now()
        self._stopping = False
        self._instance: Instance | None = None

    async def start(self) -> None:
        """Open the store and let clients in; raises as :meth:`Instance.open`."""
        self._instance = await Instance.open(
            self._folder, self._config, on_transition=hook_of(self._config.breaker.hook)
        )
        self._instance.server.take_door(0, self._door)

    async def run(self, stopped: asyncio.Event) -> None:
        """Serve until ``stopped``, then send all clients away."""
        await stopped.wait()
        self._stopping = True
        if self._instance is not None:
            await self._instance.end(self._config.fleet.drain_s)

    def view(self) -> RelayView:
        """Return what there is to see."""
        reading = self._instance.reading() if self._instance is not None else Reading()
        machine = self._watch.look()
        return RelayView(
            status="stopping" if self._stopping else "ok",
            members=[self._member_view(reading)],
            wanted=1,
            because="alone",
            allowed=1,
            machine=MachineView(
                machine.cores, machine.cpu_share, machine.memory_len, machine.available_len
            ),
            store_len=store_len(self._folder),
            store_max_len=self._config.store.max_mib * MIB,
            replaced={},
            counts=reading,
            load=self._load(reading),
            breaker=reading.breaker,
        )

    def _member_view(self, reading: Reading) -> MemberView:
        usage = self._watch.usage(os.getpid())
        return MemberView(
            number=1,
            pid=os.getpid(),
            state=State.DRAINING if self._stopping else State.SERVING,
            age_s=round(self._clock.now() - self._started_at, 1),
            silent_s=0.0,
            memory_len=usage.memory_len,
            cpu_share=usage.cpu_share,
            reading=reading,
            doors=1,
        )

    def _load(self, reading: Reading) -> float:
        rules = self._config.fleet
        puts = () if reading.put_p95_ms is None else (reading.put_p95_ms,)
        load = Load((reading.connections,), (reading.lag_ms,), puts)
        return load_share(load, Limits(rules.connections, rules.loop_lag_ms, rules.put_ms))
