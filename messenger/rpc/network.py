"""Methods about the network: proxy, listening, the addresses that our link says."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any, Final, cast

import msgspec
from msgspec import UNSET, UnsetType

from messenger.core.errors import InputError
from messenger.core.proxy_text import proxy_from_text, proxy_to_text
from messenger.core.types import Address, Finding, NetworkSettings, PortMapping, Proxy
from messenger.engine import commands as c
from messenger.engine import events as e
from messenger.rpc.doctor_words import TITLES, words
from messenger.rpc.params import HasEngine, Json, Params

Place = tuple[str, Annotated[int, msgspec.Meta(ge=1, le=65_535)]]


class SetNetwork(Params, frozen=True):
    """What is left out stays as it is."""

    proxy: str | UnsetType | None = UNSET  # as behind --proxy; null: none
    proxy_password: str = ""
    isolate: bool | UnsetType = UNSET
    direct: bool | UnsetType = UNSET
    map_port: bool | UnsetType = UNSET
    lan: bool | UnsetType = UNSET
    addresses: tuple[Place, ...] | UnsetType = UNSET


async def get_network(node: HasEngine, _: Params) -> Json:
    return network(await _settings(node))


async def set_network(node: HasEngine, params: SetNetwork) -> Json:
    present = await _settings(node)
    wanted = replace(
        present,
        proxy=_proxy(params, present.proxy),
        direct=present.direct if params.direct is UNSET else params.direct,
        map_port=present.map_port if params.map_port is UNSET else params.map_port,
        lan=present.lan if params.lan is UNSET else params.lan,
        announced=present.announced
        if params.addresses is UNSET
        else tuple(Address(host, port) for host, port in params.addresses),
    )
    changed = await node.engine.execute(c.SetNetwork(wanted))
    assert isinstance(changed, NetworkSettings)
    return network(changed)


def network(value: NetworkSettings) -> Json:
    """The settings; never the password."""
    proxy = value.proxy
    return {
        "proxy": proxy_to_text(proxy) if proxy else None,
        "isolate": bool(proxy and proxy.isolate),
        "direct": value.direct,
        "map_port": value.map_port,
        "lan": value.lan,
        "addresses": [[a.host, a.port] for a in value.announced],
    }


def event(value: e.Event) -> Json | None:
    """The parameters of an ``event`` notification, or None for what is not of the network."""
    match value:
        case e.NetworkChanged(settings=settings):
            return {"type": "network.changed"} | network(settings)
        case e.PortMappingChanged(state=state):
            return {"type": "network.port"} | mapping(state)
        case _:
            return None


def mapping(value: PortMapping) -> Json:
    """What has become of asking the router for a port."""
    outside = value.outside
    return {
        "state": value.state,
        "outside": [outside.host, outside.port] if outside else None,
        "reason": value.reason or None,
    }


def parse_proxy(text: str, password: str = "", *, isolate: bool = False) -> Proxy:
    """Read a proxy as behind ``--proxy``.

    Raises:
        InputError: it is none.
    """
    try:
        return proxy_from_text(text, password, isolate=isolate)
    except ValueError as error:
        raise InputError(f"{error}".capitalize() + ".") from error


async def _settings(node: HasEngine) -> NetworkSettings:
    settings = await node.engine.execute(c.GetNetwork())
    assert isinstance(settings, NetworkSettings)
    return settings


def _proxy(params: SetNetwork, present: Proxy | None) -> Proxy | None:
    if params.proxy is None:
        return None
    isolate = bool(present and present.isolate) if params.isolate is UNSET else params.isolate
    if params.proxy is UNSET:
        if present is None:
            return None
        return replace(present, password=params.proxy_password, isolate=isolate)
    return parse_proxy(params.proxy, params.proxy_password, isolate=isolate)


async def run_doctor(node: HasEngine, _: Params) -> Json:
    found = cast(tuple[Finding, ...], await node.engine.execute(c.RunDoctor()))
    return {"findings": [finding(one) for one in found]}


def finding(value: Finding) -> Json:
    """One step of the connection doctor."""
    return {
        "step": value.step,
        "title": TITLES.get(value.step, value.step),
        "verdict": value.verdict.value,
        "reason": value.reason,
        "detail": value.detail,
        "text": words(value),
    }


METHODS: Final[dict[str, tuple[type[Params], Callable[[Any, Any], Awaitable[Json]]]]] = {
    "network.get": (Params, get_network),
    "network.set": (SetNetwork, set_network),
    "doctor.run": (Params, run_doctor),
}
