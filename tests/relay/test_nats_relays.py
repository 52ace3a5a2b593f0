"""Two relays on machines of their own and one cluster: what one takes in, the other gives out."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from nats_cluster import Cluster
from relay_pair import FAST, Client
from store_places import Box, random_box

from messenger.core.clock import SystemClock
from messenger.core.types import Address
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.mailbox import Ack, Answer, Get, Put, Size, Status, Wait
from messenger.protocol.replay import ReplayCache
from messenger.relay.admission import Admission
from messenger.relay.breaker import Breaker
from messenger.relay.nats_layout import Layout
from messenger.relay.nats_store import open_nats_store
from messenger.relay.server import RelayServer
from messenger.relay.service import Service

LETTERS = 45
MAX_STALL_S = 30.0  # row S1-11


@dataclass
class Machine:
    """A relay on its own address."""

    address: Address
    key: bytes

    async def client(self) -> Client:
        return await Client().dial(self.address, self.key)


@asynccontextmanager
async def machine(cluster: Cluster, host: str) -> AsyncIterator[Machine]:
    clock = SystemClock()
    store = Breaker(await open_nats_store(cluster.urls, clock, cluster.options()))
    own = KeyPair.generate()
    service = Service(store, Admission(clock), patience_s=3_600.0)
    server = RelayServer(service, own, cover=FAST, replay=ReplayCache())
    try:
        yield Machine(server.listen(Address(host, 0)), own.public)
    finally:
        await server.stop()
        await store.close()


def play(cluster: Cluster, story: Callable[[Machine, Machine], Awaitable[None]]) -> None:
    async def run() -> None:
        async with AsyncExitStack() as stack:
            machines = [
                await stack.enter_async_context(machine(cluster, host))
                for host in ("127.0.0.2", "127.0.0.3")
            ]
            await story(machines[0], machines[1])

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(run())


def letter(number: int) -> bytes:
    return number.to_bytes(4, "big") * 1024


def test_a_letter_put_at_one_machine_is_fetched_at_the_other(cluster: Cluster) -> None:
    async def story(one: Machine, two: Machine) -> None:
        box, ann, ben = random_box(), await one.client(), await two.client()
        assert await ben.relay.ask(box.new) == Answer(Status.OK)
        wait = asyncio.create_task(ben.relay.ask(Wait(box.owner, 0)))
        assert await ben.relay.ask(Get(box.owner, 0, Size.SMALL)) == Answer(Status.OK)
        assert await ann.relay.ask(Put(box.depositor, bytes(32), letter(7))) == Answer(Status.OK)
        assert await wait == Answer(Status.OK, sequence=1)
        found = await ben.relay.ask(Get(box.owner, 0, Size.SMALL))
        assert found == Answer(Status.OK, 0, 1, bytes(32), letter(7))
        assert await ben.relay.ask(Ack(box.owner, 1)) == Answer(Status.OK)

    play(cluster, story)


class Depositor:
    """Puts letters one after the other, each until it is answered."""

    def __init__(self, client: Client, box: Box) -> None:
        self._client = client
        self._box = box
        self.in_the_middle = asyncio.Event()
        self.longest_s = 0.0

    async def put_all(self) -> None:
        for number in range(LETTERS):
            began = time.monotonic()
            await self._put(secrets.token_bytes(32), letter(number))
            self.longest_s = max(self.longest_s, time.monotonic() - began)
            if number == LETTERS // 3:
                self.in_the_middle.set()

    async def _put(self, envelope_id: bytes, envelope: bytes) -> None:
        while True:
            answer = await self._client.relay.ask(Put(self._box.depositor, envelope_id, envelope))
            if answer.status is Status.OK:
                return
            assert answer.status in {Status.BUSY, Status.QUOTA}
            await asyncio.sleep(0.2)  # a client waits as long as it is told; this one asks more


class Owner:
    """Fetches letters and acknowledges them, asking again until each answer comes."""

    def __init__(self, client: Client, box: Box) -> None:
        self._client = client
        self._box = box
        self.letters: list[bytes] = []

    async def fetch_all(self) -> None:
        after = 0
        while len(self.letters) < LETTERS:
            found = await self._client.relay.ask(Get(self._box.owner, after, Size.SMALL))
            if found.status is Status.BUSY or not found.sequence:
                await asyncio.sleep(0.05)
                continue
            assert found.status is Status.OK
            assert found.sequence > after
            after = found.sequence
            self.letters.append(found.envelope)
            await self._acknowledge(after)

    async def _acknowledge(self, sequence: int) -> None:
        status = Status.BUSY
        while status is Status.BUSY:
            status = (await self._client.relay.ask(Ack(self._box.owner, sequence))).status
        assert status is Status.OK


def test_no_letter_is_lost_or_doubled_when_the_leader_dies(cluster: Cluster) -> None:
    async def story(one: Machine, two: Machine) -> None:
        box = random_box()
        depositor = Depositor(await one.client(), box)
        owner = Owner(await two.client(), box)
        assert await (await two.client()).relay.ask(box.new) == Answer(Status.OK)
        layout = Layout("hum", cluster.options().spread)
        async with asyncio.TaskGroup() as tasks:
            putting = tasks.create_task(depositor.put_all())
            tasks.create_task(owner.fetch_all())
            await depositor.in_the_middle.wait()
            leader = await cluster.leader(layout.boxes(box.owner.mailbox))
            leader.kill()
            try:
                await putting
            finally:
                leader.start()
        assert owner.letters == [letter(number) for number in range(LETTERS)]
        assert depositor.longest_s <= MAX_STALL_S

    play(cluster, story)
