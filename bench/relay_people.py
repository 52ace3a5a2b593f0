"""Two real nodes whose only way to each other is a relay, both online."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from bench.correspondents import Node
from messenger.core.types import Address, Cover
from messenger.protocol.relay_card import RelayCard, encode_relay_link
from messenger.rpc.client import Json

LOOK_S: Final = 0.05  # between two looks at a node
PATIENCE_S: Final = 120.0  # for two to become acquainted


@dataclass
class MailPair:
    """Two nodes and how each calls the other."""

    nodes: tuple[Node, Node]
    contacts: tuple[str, str]

    @classmethod
    async def meet(
        cls, folder: Path, key: Path, relay: RelayCard, cover: Cover, gate: Address
    ) -> Self:
        """Let two meet, then let both come back *only by proxy and relay*.

        The proxy lets them through to the relay alone, and they tell nobody where they are.

        Args:
            key: file with the passphrase of both.
            gate: of :func:`bench.relay_gate.gate_to`.
        """
        async with asyncio.timeout(PATIENCE_S):
            there, here = await _start_both(folder, key, relay, cover)
            added = await here.call("contact.add", link=there.ready["link"])
            request = await there.event("contact.request")
            await there.call("contact.accept", contact=request["contact"])
            await here.event("contact.accepted", contact=added["contact"])
            await asyncio.gather(_has_route(here), _has_route(there))
            await asyncio.gather(here.stop(), there.stop())
            closed = ("--proxy", f"socks5://{gate}", "--no-direct")
            there, here = await _start_both(folder, key, relay, cover, *closed)
            pair = cls((here, there), (added["contact"], request["contact"]))
            await asyncio.gather(_has_route(here), _has_route(there))
            await asyncio.gather(pair.write(0, "from here"), pair.write(1, "from there"))
            await there.wait_until(lambda: "from here" in there.reported)
            await here.wait_until(lambda: "from there" in here.reported)
        return pair

    async def write(self, side: int, text: str) -> None:
        """Let one of them write; returns when that is committed."""
        await self.nodes[side].call("message.send", contact=self.contacts[side], text=text)

    @property
    def has_link(self) -> bool:
        """Whether they found another way after all."""
        return any(event["type"] == "contact.online" for n in self.nodes for event in n.events)

    async def stop(self) -> None:
        """End both programs."""
        await asyncio.gather(*(node.stop() for node in self.nodes))


async def _start_both(
    folder: Path, key: Path, relay: RelayCard, cover: Cover, *more: str
) -> list[Node]:
    return await asyncio.gather(
        *(
            Node.start(
                "--data-dir", folder / name, "--name", name, "--listen", "127.0.0.1:0",
                "--passphrase-file", key, "--cover", f"T={cover.interval_s}/{cover.mode}",
                "--relay", encode_relay_link(relay), *more,
            )
            for name in ("there", "here")
        )
    )  # fmt: skip


async def _has_route(node: Node) -> None:
    """Wait until a node knows a mailbox of its contact at a relay that answers."""
    await until_told(node, lambda told: bool(told["routes"]))


async def until_told(node: Node, is_so: Callable[[Json], bool]) -> None:
    """Ask a node for its relays until it is so."""
    while True:
        if is_so(await node.call("relay.list")):
            return
        await asyncio.sleep(LOOK_S)
