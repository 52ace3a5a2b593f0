"""The view of a relay as Prometheus reads it.

Source: https://prometheus.io/docs/practices/naming/; docs/relay.md, "Health and metrics".
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from messenger.relay.meter import PUT_BOUNDS_S, Reading
from messenger.relay.view import MemberView, RelayView, State

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_BREAKER_STATES: Final = ("closed", "half-opened", "opened")


def exposition(view: RelayView) -> bytes:
    """Return everything in the text form of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(view))
    return generate_latest(registry)


class _Once(Collector):
    """Gives out one view."""

    def __init__(self, view: RelayView) -> None:
        self._view = view

    def collect(self) -> Iterable[Metric]:
        view = self._view
        yield from _of_relay(view)
        yield from _of_counts(view.counts)
        yield from _of_members(view.members)


def _of_relay(view: RelayView) -> Iterator[Metric]:
    gauges = {
        "up": ("1 when clients are answered", float(bool(view.serving))),
        "load": ("the largest measure as a share of its limit", view.load),
        "instances_wanted": ("instances that the rules ask for", float(view.wanted)),
        "instances_allowed": ("instances that the machine allows", float(view.allowed)),
        "store_bytes": ("bytes of the store on the disk", float(view.store_len)),
        "store_limit_bytes": ("bytes the store may grow to", float(view.store_max_len)),
        "machine_cores": ("cores that may be used", view.machine.cores),
        "machine_cpu_ratio": ("busy share of all cores", view.machine.cpu_share),
        "machine_memory_bytes": ("memory of the machine", float(view.machine.memory_len)),
        "machine_available_bytes": ("memory nobody needs", float(view.machine.available_len)),
    }
    for name, (says, value) in gauges.items():
        yield GaugeMetricFamily(f"hum_relay_{name}", says, value)
    states = GaugeMetricFamily("hum_relay_instances", "instances by state", labels=["state"])
    for state in State:
        count = sum(each.state is state for each in view.members)
        states.add_metric([state.value], count)
    yield states
    replaced = CounterMetricFamily(
        "hum_relay_replaced", "instances replaced, by reason", labels=["reason"]
    )
    for reason, count in sorted(view.replaced.items()):
        replaced.add_metric([reason], count)
    yield replaced


def _of_counts(counts: Reading) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "hum_relay_requests", "requests answered", labels=["operation", "status"]
    )
    for name, count in sorted(counts.requests.items()):
        requests.add_metric(name.split(), count)
    yield requests
    buckets = counts.put_counts or [0] * (len(PUT_BOUNDS_S) + 1)
    bounds = [*map(str, PUT_BOUNDS_S), "+Inf"]
    histogram = HistogramMetricFamily(
        "hum_relay_put_seconds", "from the last byte of a put to its answer"
    )
    histogram.add_metric([], list(zip(bounds, accumulate(buckets), strict=True)), counts.put_sum_s)
    yield histogram


def _of_members(members: list[MemberView]) -> Iterator[Metric]:
    measures: dict[str, tuple[str, Callable[[MemberView], float]]] = {
        "connections": ("clients", lambda each: each.reading.connections),
        "half_open": ("callers who have proven nothing yet", lambda each: each.reading.half_open),
        "loop_lag_seconds": ("worst recent lateness", lambda each: each.reading.lag_ms / 1000),
        "instance_memory_bytes": ("memory of an instance", lambda each: each.memory_len),
        "instance_cpu_ratio": ("share of one core", lambda each: each.cpu_share),
    }
    for name, (says, measure) in measures.items():
        family = GaugeMetricFamily(f"hum_relay_{name}", says, labels=["instance"])
        for each in members:
            family.add_metric([str(each.number)], measure(each))
        yield family
    breaker = GaugeMetricFamily(
        "hum_relay_breaker", "1 for the state of the breaker", labels=["instance", "state"]
    )
    for each in members:
        for state in _BREAKER_STATES if each.reading.breaker in _BREAKER_STATES else ():
            breaker.add_metric([str(each.number), state], float(state == each.reading.breaker))
    yield breaker
