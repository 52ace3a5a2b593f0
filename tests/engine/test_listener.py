"""What becomes of the listener when the wire process is begun anew and its port is taken."""

import asyncio
from pathlib import Path

import pytest
from two_people import Person, play

from messenger.core.errors import AddressInUseError
from messenger.core.types import Address
from messenger.engine.network import NO, SETTINGS, Network
from messenger.engine.options import EngineOptions
from messenger.wire.messages import Listen, ListenFailed, Listening

HERE = "127.0.0.1"


class ScriptedWire:
    """Hands each wish to listen to the test."""

    def __init__(self) -> None:
        self.wishes: asyncio.Queue[int] = asyncio.Queue()  # ports

    def send(self, message: object) -> None:
        if isinstance(message, Listen):
            self.wishes.put_nowait(message.port)


class House:
    """A network of Ada's, with everything but the wire process."""

    def __init__(self, ada: Person, listen: Address | None = None) -> None:
        self.wire = ScriptedWire()
        self.context = ada.context
        self.context.wire = self.wire
        self.changed = asyncio.Event()
        self.announced: list[Address | None] = []  # in the local network
        options = EngineOptions(ada.folder, listen=listen)
        self.network = Network(self.context, options, self.changed.set, self)

    async def follow(self) -> None:
        """Stand where the network expects what announces us."""
        self.announced.append(self.context.listen)

    async def stop(self) -> None:
        """Take nothing back."""

    async def start(self, port: int) -> None:
        settings = dict.fromkeys(SETTINGS, "") | {"map_port": NO, "lan": NO}
        starting = asyncio.create_task(self.network.start(settings))
        await self.wire.wishes.get()
        self.network.on_wire(Listening(HERE, port))
        await starting


def test_another_port_is_chosen_when_the_one_of_before_is_taken(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        house = House(ada)
        await house.start(4_000)
        house.network.on_wire(ListenFailed("in_use"))
        assert await house.wire.wishes.get() == 4_000
        house.network.on_wire(ListenFailed("in_use"))
        assert await house.wire.wishes.get() == 0
        house.network.on_wire(Listening(HERE, 4_001))
        await house.changed.wait()
        assert house.context.listen == Address(HERE, 4_001)
        assert house.context.addresses == (Address(HERE, 4_001),)
        assert house.network.listen_problem is None
        assert house.announced[-1] == house.context.listen
        assert await ada.store.read_setting("port") == "4001"
        await house.network.stop()

    play(tmp_path, story, linked=False)


def test_who_cannot_be_called_any_more_is_told(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        house = House(ada, Address(HERE, 4_000))
        await house.start(4_000)
        assert house.context.addresses == (Address(HERE, 4_000),)
        house.network.on_wire(ListenFailed("in_use"))
        assert await house.wire.wishes.get() == 4_000
        house.network.on_wire(ListenFailed("in_use"))
        await house.changed.wait()
        assert isinstance(house.network.listen_problem, AddressInUseError)
        assert house.context.listen is None
        assert house.announced[-1] is None
        assert house.context.addresses == ()  # no link says an address where nobody answers
        await house.network.stop()

    play(tmp_path, story, linked=False)


@pytest.mark.parametrize("answered", [True, False])
def test_a_node_that_ends_while_it_listens_again_leaves_no_task(
    tmp_path: Path, answered: bool
) -> None:
    async def story(ada: Person, _: Person) -> None:
        house = House(ada)
        await house.start(4_000)
        house.network.on_wire(ListenFailed("in_use"))
        if answered:
            await house.wire.wishes.get()
        await house.network.stop()
        assert len(asyncio.all_tasks()) == len(before)

    before: set[object] = set()

    async def counted(ada: Person, ben: Person) -> None:
        before.update(asyncio.all_tasks())
        await story(ada, ben)

    play(tmp_path, counted, linked=False)
