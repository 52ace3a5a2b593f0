"""What the host of a relay may decide, in one TOML file, every value checked.

Whatever is wrong is said in one sentence that names file, line and key. What is not said has a
default, so that an empty file, or none, is a good one.

Source: docs/relay.md, "Configuration"; https://toml.io/en/v1.0.0.
"""

import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from messenger.core.address_text import parse_address
from messenger.core.cover_text import cover_from_text
from messenger.core.errors import RelayConfigError
from messenger.core.types import DEFAULT_COVER, Address, Cover
from messenger.protocol.address_bytes import encode_address

DEFAULT_PORT: Final = 4711  # ours
DEFAULT_MONITOR_PORT: Final = 4712


@dataclass(frozen=True, slots=True)
class DoorConfig:
    """Where clients come in."""

    listen: str = f"[::]:{DEFAULT_PORT}"  # an IP address and a port; [::] is every interface
    address: str = ""  # what the link says; empty: a guess
    cover: str = DEFAULT_COVER  # the schedule of our cells
    max_connections: int = 2_000  # of one instance; what one core carries


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """Where envelopes lie."""

    kind: str = "sqlite"  # or "nats"
    max_mib: int = 2_048  # of the file, or of the envelopes on each server
    servers: tuple[str, ...] = ()  # of the NATS cluster; these four are for "nats" alone
    prefix: str = "hum"  # of all names there
    spread: int = 4  # streams of each kind
    replicas: int = 3
    ca: str = ""  # file of the authority that signed the servers' certificates; empty: the system's


@dataclass(frozen=True, slots=True)
class BreakerConfig:
    """When a store that fails is left alone; see docs/relay.md."""

    failures: int = 5  # in a row
    call_s: float = 6.0  # one call of the store
    pause_s: float = 10.0  # before each look at it
    hook: tuple[str, ...] = ()  # a program and its arguments, called at each change; empty: none


@dataclass(frozen=True, slots=True)
class MonitorConfig:
    """Where health and metrics are told."""

    listen: str = f"127.0.0.1:{DEFAULT_MONITOR_PORT}"  # loopback only; empty: nowhere


@dataclass(frozen=True, slots=True)
class FleetConfig:
    """When instances are added, removed and replaced; see docs/relay.md, "The rules"."""

    min: int = 1
    max: int = 4
    spares: int = 1  # started and idle, so that whoever dies is replaced at once
    per_core: int = 2  # an instance waits for the disk half of its time
    connections: int = 500  # of one instance, above which there is another
    loop_lag_ms: float = 50.0  # likewise
    put_ms: float = 200.0  # likewise
    grow_after_s: float = 1.0  # that a limit is exceeded without a pause
    shrink_after_s: float = 30.0  # that fewer would do without a pause
    hung_after_s: float = 2.0  # without a heartbeat
    drain_s: float = 20.0  # for the clients of an instance that is not needed any more


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """All of it."""

    relay: DoorConfig = field(default_factory=DoorConfig)
    store: StoreConfig = field(default_factory=StoreConfig)
    breaker: BreakerConfig = field(default_factory=BreakerConfig)
    monitor: MonitorConfig = field(default_factory=MonitorConfig)
    fleet: FleetConfig = field(default_factory=FleetConfig)

    @property
    def listen(self) -> Address:
        """Where clients come in."""
        return parse_address(self.relay.listen)

    @property
    def address(self) -> Address | None:
        """What the link says; None: to be guessed."""
        return parse_address(self.relay.address) if self.relay.address else None

    @property
    def cover(self) -> Cover:
        """The schedule of our cells."""
        cover = cover_from_text(self.relay.cover)
        assert cover is not None  # checked when it was read
        return cover

    @property
    def monitor_at(self) -> Address | None:
        """Where health and metrics are told; None: nowhere."""
        return parse_address(self.monitor.listen) if self.monitor.listen else None


# -- what values may be ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """Which values a key takes."""

    says: str  # completes "KEY must be …"
    fits: Callable[[Any], bool]


def _whole(least: int, most: int) -> Kind:
    return Kind(
        f"a whole number from {least} to {most}",
        lambda value: type(value) is int and least <= value <= most,
    )


def _number(least: float, most: float) -> Kind:
    return Kind(
        f"a number from {least:g} to {most:g}",
        lambda value: type(value) in (int, float) and least <= value <= most,
    )


def _text(says: str, fits: Callable[[str], bool]) -> Kind:
    return Kind(says, lambda value: isinstance(value, str) and fits(value))


def _texts(says: str, fits: Callable[[str], bool]) -> Kind:
    return Kind(
        says,
        lambda value: (
            isinstance(value, list) and all(isinstance(each, str) and fits(each) for each in value)
        ),
    )


def _is_listen(text: str) -> bool:
    try:
        ipaddress.ip_address(parse_address(text).host)
    except ValueError:
        return False
    return True


def _is_dialled(text: str) -> bool:
    try:
        encode_address(parse_address(text))
    except ValueError:
        return text == ""
    return True


def _is_loopback(text: str) -> bool:
    return not text or (
        _is_listen(text) and ipaddress.ip_address(parse_address(text).host).is_loopback
    )


KINDS: Final[Mapping[str, Mapping[str, Kind]]] = {
    "relay": {
        "listen": _text('an IP address and a port, such as "0.0.0.0:4711"', _is_listen),
        "address": _text(
            'a name or IP address and a port that friends can dial, such as "relay.example:4711"',
            _is_dialled,
        ),
        "cover": _text(
            '"saver", "balanced" or "lively"', lambda text: cover_from_text(text) is not None
        ),
        "max_connections": _whole(1, 100_000),
    },
    "store": {
        "kind": _text('"sqlite" or "nats"', lambda text: text in {"sqlite", "nats"}),
        "max_mib": _whole(16, 16 * 1024 * 1024),
        "servers": _texts(
            'a list such as ["nats://10.0.0.1:4222", "tls://nats.example:4222"]',
            lambda text: bool(re.fullmatch(r"(?:nats|tls)://[^\s/]+", text)),
        ),
        "prefix": _text(
            "1 to 16 letters and digits",
            lambda text: bool(re.fullmatch(r"[a-zA-Z0-9]{1,16}", text)),
        ),
        "spread": _whole(1, 64),
        "replicas": _whole(1, 5),
        "ca": _text("the path of a file, or empty", lambda text: True),
    },
    "breaker": {
        "failures": _whole(1, 1_000),
        "call_s": _number(0.1, 3_600),
        "pause_s": _number(0.1, 3_600),
        "hook": _texts('a list such as ["/usr/local/bin/tell-me"]', bool),
    },
    "monitor": {
        "listen": _text(
            'a loopback address and a port, such as "127.0.0.1:4712", or empty', _is_loopback
        ),
    },
    "fleet": {
        "min": _whole(1, 64),
        "max": _whole(1, 64),
        "spares": _whole(0, 8),
        "per_core": _whole(1, 16),
        "connections": _whole(1, 100_000),
        "loop_lag_ms": _number(1, 10_000),
        "put_ms": _number(1, 60_000),
        "grow_after_s": _number(0, 3_600),
        "shrink_after_s": _number(0, 86_400),
        "hung_after_s": _number(0.5, 60),
        "drain_s": _number(0, 3_600),
    },
}


# -- reading --------------------------------------------------------------------------------


def load_config(path: Path) -> RelayConfig:
    """Read the file; one that is not there says nothing.

    Raises:
        RelayConfigError: it cannot be read, or says something wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return RelayConfig()
    except (OSError, UnicodeDecodeError) as error:
        raise RelayConfigError(f"{path} cannot be read as text") from error
    return parse_config(text, str(path))


def parse_config(text: str, name: str) -> RelayConfig:
    """Read the text of the file called ``name``; raises as :func:`load_config`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RelayConfigError(f"{name} is not TOML: {error}") from error
    said = _Said(text, name)
    config = RelayConfig()
    for table, values in tables.items():
        if table not in KINDS or not isinstance(values, dict):
            raise said.wrong((table,), "is not known here; there are " + _listed(KINDS))
        for key, value in values.items():
            said.check(table, key, value)
        plain = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        config = replace(config, **{table: replace(getattr(config, table), **plain)})
    said.check_together(config)
    return config


def check_value(table: str, key: str, value: object, name: str) -> None:
    """Check one value that was said elsewhere; ``name`` says where. Raises RelayConfigError."""
    _Said("", name).check(table, key, value)


@dataclass(frozen=True, slots=True)
class _Said:
    """The text that was read, to say where something stands in it."""

    text: str
    name: str

    def check(self, table: str, key: str, value: object) -> None:
        kinds = KINDS[table]
        if key not in kinds:
            raise self.wrong((table, key), "is not known here; there are " + _listed(kinds))
        if not kinds[key].fits(value):
            raise self.wrong((table, key), f"must be {kinds[key].says}")

    def check_together(self, config: RelayConfig) -> None:
        """Check what depends on more than one value."""
        if config.fleet.min > config.fleet.max:
            raise self.wrong(("fleet", "min"), "must not be above fleet.max")
        if config.breaker.pause_s < config.breaker.call_s:
            raise self.wrong(("breaker", "pause_s"), "must not be below breaker.call_s")
        if config.store.kind == "nats" and not config.store.servers:
            raise self.wrong(("store", "servers"), "must name the servers of the cluster")

    def wrong(self, path: tuple[str, ...], sentence: str) -> RelayConfigError:
        line = _line_of(self.text, path)
        place = f"{self.name}, line {line}" if line else self.name
        return RelayConfigError(f"{place}: {'.'.join(path)} {sentence}.")


def _listed(known: Mapping[str, object]) -> str:
    return ", ".join(known)


_TABLE: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_KEY: Final = re.compile(r"\s*([\w.\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=")


def _line_of(text: str, path: tuple[str, ...]) -> int:
    """Return the line in which a table or key is set; 0 where it is written unusually."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.fullmatch(line):
            table = _parts(head[1])
            if table == path:
                return number
        elif key := _KEY.match(line):
            here = (*table, *_parts(key[1]))
            if here[: len(path)] == path:
                return number
    return 0


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
