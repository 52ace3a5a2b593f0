"""The configuration in the folder of a new relay: every key with its default, as comments."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from messenger.relay.config import RelayConfig

_TABLES: Final[Mapping[str, str]] = {
    "relay": "Where clients come in.",
    "store": "Where envelopes lie.",
    "breaker": "When a store that fails is left alone.",
    "monitor": "Where this machine can ask for health and metrics.",
    "fleet": "For `hum relay fleet` only: when instances are added and removed.",
}
_KEYS: Final[Mapping[str, str]] = {
    "relay.listen": "an IP address and a port; [::] is every interface, of IPv4 as well",
    "relay.address": "what the link says, a name or an address with a port; empty: a guess",
    "relay.cover": "saver, balanced or lively: how often a cell leaves, whatever it carries",
    "relay.max_connections": "clients of one instance",
    "store.kind": "sqlite: one file in this folder; nats: a cluster",
    "store.max_mib": "the most that file may grow to, or the envelopes on each server",
    "store.servers": 'for nats: such as ["nats://10.0.0.1:4222", "tls://nats.example:4222"]',
    "store.prefix": "for nats: of all names there, letters and digits",
    "store.spread": "for nats: streams of each kind; never changed later",
    "store.replicas": "for nats: servers that have each envelope",
    "store.ca": "for tls: file of the authority that signed; empty: those of the system",
    "breaker.failures": "in a row, after which requests are refused at once",
    "breaker.call_s": "seconds that one call of the store may take",
    "breaker.pause_s": "seconds before each look at the store",
    "breaker.hook": 'called with the new state and a reason, such as ["/usr/local/bin/tell-me"]',
    "monitor.listen": "loopback only; empty: nowhere",
    "fleet.min": "instances that always run",
    "fleet.max": "and the most that ever run, if the machine allows",
    "fleet.spares": "started and idle, so that one that dies is replaced at once",
    "fleet.per_core": "the most for each processor core",
    "fleet.connections": "clients of one instance above which there is another",
    "fleet.loop_lag_ms": "lateness of an instance's loop above which there is another",
    "fleet.put_ms": "time that a put takes above which there is one more",
    "fleet.grow_after_s": "seconds that a limit is exceeded before one is added",
    "fleet.shrink_after_s": "seconds that fewer would do before one is removed",
    "fleet.hung_after_s": "seconds without a heartbeat after which an instance is replaced",
    "fleet.drain_s": "seconds for the clients of an instance that is removed",
}


def example_text() -> str:
    """Return the text of the file. Without its comment signs it says the same as none."""
    lines = ["# A relay of Hum. What is not said here has the default that stands behind the #."]
    config = RelayConfig()
    for table, sentence in _TABLES.items():
        lines += ["", f"# {sentence}", f"[{table}]"]
        part = getattr(config, table)
        for each in fields(part):
            lines += [
                f"# {_KEYS[f'{table}.{each.name}']}",
                f"#{each.name} = {_toml(getattr(part, each.name))}",
            ]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return repr(list(value))
    return f'"{value}"' if isinstance(value, str) else repr(value)
