"""Methods and shapes about relays and the mailboxes at them."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from messenger.core.errors import InputError
from messenger.core.types import RelayId, RelayOverview
from messenger.engine import commands as c
from messenger.engine import events as e
from messenger.rpc.params import HasEngine, Json, Params


class AddRelay(Params, frozen=True):
    link: str


class OfRelay(Params, frozen=True):
    relay: str


async def add(node: HasEngine, params: AddRelay) -> Json:
    return await _overview(node, c.AddRelay(params.link))


async def remove(node: HasEngine, params: OfRelay) -> Json:
    text = params.relay
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise InputError("The id of a relay is a string of decimal digits.")
    return await _overview(node, c.RemoveRelay(RelayId(int(text))))


async def show(node: HasEngine, _: Params) -> Json:
    return await _overview(node, c.ListRelays())


async def _overview(node: HasEngine, command: c.Command) -> Json:
    return overview(cast(RelayOverview, await node.engine.execute(command)))


METHODS: Final[dict[str, tuple[type[Params], Callable[[HasEngine, Any], Awaitable[Json]]]]] = {
    "relay.add": (AddRelay, add),
    "relay.remove": (OfRelay, remove),
    "relay.list": (Params, show),
}


def overview(value: RelayOverview) -> Json:
    """Our relays and the mailboxes of contacts."""
    return {
        "relays": [
            {
                "relay": str(relay.id),
                "host": relay.address.host,
                "port": relay.address.port,
                "key": relay.key.hex(),
                "state": relay.state.value,
                "mailboxes_wanted": relay.wanted_count,
                "unreadable": relay.refused_count,
            }
            for relay in value.own
        ],
        "routes": [
            {
                "contact": str(route.contact),
                "host": route.address.host,
                "port": route.address.port,
                "state": route.state.value,
                "trouble": None if route.trouble is None else route.trouble.value,
                "waiting": route.waiting_count,
            }
            for route in value.routes
        ],
    }


def event(value: e.Event) -> Json | None:
    """The parameters of an ``event`` notification about relays."""
    if isinstance(value, e.RelaysChanged):
        return {"type": "relay.state"} | overview(value.overview)
    return None
