"""What a relay shows of itself: instances, machine, store. Numbers only."""

from enum import StrEnum
from typing import Final

import msgspec

from messenger import __version__
from messenger.relay.meter import Reading

HEALTHY: Final = frozenset({"ok", "degraded"})  # clients are answered


class State(StrEnum):
    """Where an instance stands."""

    STARTING = "starting"
    SPARE = "spare"  # ready, without clients
    SERVING = "serving"
    DRAINING = "draining"  # sends its clients away, then ends


class MemberView(msgspec.Struct, frozen=True):
    """One instance."""

    number: int
    pid: int
    state: State
    age_s: float
    silent_s: float  # since its last heartbeat
    memory_len: int  # bytes resident
    cpu_share: float  # of one core
    reading: Reading
    doors: int = 0


class MachineView(msgspec.Struct, frozen=True):
    """The machine, or the container, that we run in."""

    cores: float
    cpu_share: float  # of all cores
    memory_len: int  # bytes
    available_len: int  # bytes


class RelayView(msgspec.Struct, frozen=True):
    """Everything; what /healthz answers."""

    status: str  # "ok"; "degraded": fewer than wanted; "starting"; "down"; "stopping"
    members: list[MemberView]
    wanted: int  # instances, by the rules
    because: str  # which measure asks for that many
    allowed: int  # by the machine
    machine: MachineView
    store_len: int  # bytes on the disk
    store_max_len: int
    replaced: dict[str, int]  # why an instance was replaced → how often
    counts: Reading  # of all instances there ever were in this run
    load: float  # the largest measure as a share of its limit, for an autoscaler
    breaker: str = "closed"  # of the whole relay: "half-opened" or "opened" if any instance's is
    version: str = __version__

    @property
    def serving(self) -> list[MemberView]:
        """Those who let clients in."""
        return [each for each in self.members if each.state is State.SERVING]
