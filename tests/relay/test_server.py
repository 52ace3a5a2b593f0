"""The relay over real sockets: six requests, bounds, and what strangers and vandals get."""

import asyncio
import secrets
import socket
import time
from pathlib import Path

import pytest
from relay_pair import (
    DEPOSITOR,
    LARGE,
    NEW,
    OK,
    OWNER,
    SMALL,
    Client,
    Relay,
    Terms,
    with_relay,
)

from messenger.core.errors import AddressInUseError, RelayUnavailableError
from messenger.core.types import Address
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.channels import Channel
from messenger.protocol.mailbox import (
    MAX_UNANSWERED,
    Access,
    Ack,
    Answer,
    Delete,
    Get,
    Put,
    Size,
    Status,
    Wait,
    encode_request,
)
from messenger.protocol.relay_link import dial_relay
from messenger.relay import places
from messenger.relay import visit as relay_visit
from messenger.relay.service import RETRY_AFTER_S, WAITS_MAX_PER_MAILBOX

WRONG = Access(OWNER.mailbox, b"w" * 32)


def test_a_letter_waits_for_somebody_who_comes_later(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        ben = await relay.client()
        assert await ben.relay.ask(NEW) == OK
        await ben.hang_up()
        ann = await relay.client()
        assert await ann.relay.ask(Put(DEPOSITOR, b"1" * 32, LARGE)) == OK
        assert await ann.relay.ask(Put(DEPOSITOR, b"1" * 32, LARGE)) == OK  # as after a lost answer
        await ann.hang_up()
        ben = await relay.client()
        assert (await ben.relay.ask(Get(OWNER, 0, Size.SMALL))).status is Status.LARGER
        found = await ben.relay.ask(Get(OWNER, 0, Size.LARGE))
        assert (found.sequence, found.envelope_id, found.envelope) == (1, b"1" * 32, LARGE)
        assert await ben.relay.ask(Ack(OWNER, 1)) == OK
        assert await ben.relay.ask(Get(OWNER, 0, Size.LARGE)) == OK
        assert await ben.relay.ask(Delete(OWNER)) == OK
        assert (await ben.relay.ask(Get(OWNER, 0, Size.SMALL))).status is Status.AUTH

    with_relay(tmp_path, story)


def test_a_put_wakes_whoever_waits(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        ann, ben = await relay.client(), await relay.client()
        await ben.relay.ask(NEW)
        waiting = asyncio.create_task(ben.relay.ask(Wait(OWNER, 0)))
        assert await ben.relay.ask(Get(OWNER, 0, Size.SMALL)) == OK  # other requests go past it
        assert await ann.relay.ask(Put(DEPOSITOR, b"1" * 32, SMALL)) == OK
        assert await waiting == Answer(Status.OK, sequence=1)

    with_relay(tmp_path, story)


def test_a_wrong_secret_costs_the_request_and_not_the_link(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        ann = await relay.client()
        assert (await ann.relay.ask(Delete(WRONG))).status is Status.AUTH
        await ann.relay.ask(NEW)
        assert (await ann.relay.ask(Delete(WRONG))).status is Status.AUTH
        assert await ann.relay.ask(Get(OWNER, 0, Size.SMALL)) == OK

    with_relay(tmp_path, story)


def test_more_open_waits_than_allowed_are_answered_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_visit, "MAX_OPEN_WAITS", WAITS_MAX_PER_MAILBOX)

    async def story(relay: Relay) -> None:
        ann = await relay.client()
        await ann.relay.ask(NEW)
        waits = [
            asyncio.create_task(ann.relay.ask(Wait(OWNER, 0))) for _ in range(WAITS_MAX_PER_MAILBOX)
        ]
        await ann.relay.ask(Get(OWNER, 0, Size.SMALL))
        assert await ann.relay.ask(Wait(OWNER, 0)) == Answer(Status.BUSY, RETRY_AFTER_S)
        await ann.relay.ask(Put(DEPOSITOR, b"1" * 32, SMALL))
        assert {answer.sequence for answer in await asyncio.gather(*waits)} == {1}

    with_relay(tmp_path, story)


def test_where_all_clients_wait_too_often_the_next_wait_is_busy_and_a_link_that_ends_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MAX_OPEN_WAITS", 0)
    monkeypatch.setattr(places, "WAITS_PER_CONNECTION", 2)

    async def story(relay: Relay) -> None:
        ann, ben = await relay.client(), await relay.client()
        await ann.relay.ask(NEW)
        waits = [asyncio.create_task(ann.relay.ask(Wait(OWNER, 0))) for _ in range(4)]
        await ann.relay.ask(Get(OWNER, 0, Size.SMALL))
        busy = Answer(Status.BUSY, RETRY_AFTER_S)
        refused = [ben.relay.ask(Wait(OWNER, 0)) for _ in range(2 * MAX_UNANSWERED)]
        assert await asyncio.gather(*refused) == [busy] * 2 * MAX_UNANSWERED  # his link stands
        await ann.hang_up()
        await asyncio.gather(*waits, return_exceptions=True)
        assert await ben.relay.ask(Put(DEPOSITOR, b"1" * 32, SMALL)) == OK
        while (answer := await ben.relay.ask(Wait(OWNER, 0))) == busy:
            pass  # until the relay has noticed that she is gone
        assert answer == Answer(Status.OK, sequence=1)

    with_relay(tmp_path, story, Terms(max_connections=2))


def test_a_client_who_asks_more_than_it_may_loses_its_link_and_no_other(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        ann, ben = await relay.client(), await relay.client()
        await ann.relay.ask(NEW)
        question = encode_request(7, Get(OWNER, 0, Size.LARGE))
        for _ in range(MAX_UNANSWERED * 20):
            ann.send(question)
        await ann.down.wait()
        assert await ben.relay.ask(Put(DEPOSITOR, b"1" * 32, SMALL)) == OK

    with_relay(tmp_path, story)


def test_a_client_that_counts_is_never_sent_away(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        ann = await relay.client()
        await ann.relay.ask(NEW)
        gets = [ann.relay.ask(Get(OWNER, 0, Size.SMALL)) for _ in range(3 * MAX_UNANSWERED)]
        assert await asyncio.gather(*gets) == [OK] * len(gets)

    with_relay(tmp_path, story)


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        (Channel.MESSAGE, b"\0"),
        (Channel.MESSAGE, b"\x07" + bytes(60)),
        (Channel.MESSAGE, encode_request(1, Delete(OWNER)) + b"\0"),
        (Channel.MESSAGE, bytes((5,))),
        (Channel.MESSAGE, b"x" * 80_000),
        (Channel.CONTROL, encode_request(1, Delete(OWNER))),
        (Channel.BULK, b"x"),
    ],
    ids=["empty", "later", "longer", "shorter", "huge", "on control", "on bulk"],  # secrets vary
)
def test_what_is_no_request_ends_the_link(tmp_path: Path, channel: int, body: bytes) -> None:
    async def story(relay: Relay) -> None:
        ann = await relay.client()
        asked = asyncio.create_task(ann.relay.ask(Wait(OWNER, 0)))
        ann.send(body, channel)
        await ann.down.wait()
        (refused,) = await asyncio.gather(asked, return_exceptions=True)
        assert isinstance(refused, RelayUnavailableError)
        for _ in range(1_000):  # the relay reads our FIN when it reads next
            if relay.server.connection_count:
                await asyncio.sleep(0.01)
        assert relay.server.connection_count == 0
        assert await (await relay.client()).relay.ask(NEW) == OK

    with_relay(tmp_path, story)


# -- strangers ------------------------------------------------------------------------------------


async def hears_nothing(relay: Relay, sock: socket.socket) -> None:
    """Serve another client, so that the relay has read all: no byte came, and no end."""
    other = await relay.client()
    assert await other.relay.ask(NEW) == OK
    await other.hang_up()
    with pytest.raises(BlockingIOError):
        sock.recv(1)


@pytest.mark.parametrize("length", [0, 1, 53, 3 * CELL_LEN, 40_000])
def test_strangers_hear_nothing(tmp_path: Path, length: int) -> None:
    async def story(relay: Relay) -> None:
        with relay.stranger() as sock:
            await asyncio.get_running_loop().sock_sendall(sock, secrets.token_bytes(length))
            await hears_nothing(relay, sock)

    with_relay(tmp_path, story)


def test_a_recorded_first_flight_is_not_answered_again(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        loop = asyncio.get_running_loop()
        now = int(time.time())
        flight = dial_relay(relay.key, now=0.0, unix_s=now).data_to_send()
        with relay.stranger() as first, relay.stranger() as second:
            await loop.sock_sendall(first, flight)
            assert len(await loop.sock_recv(first, CELL_LEN)) == CELL_LEN
            await loop.sock_sendall(second, flight)
            await hears_nothing(relay, second)
        assert len(relay.flights) == 2  # the first, and the other client's

    with_relay(tmp_path, story)


def test_a_client_with_another_key_hears_nothing(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        client = await Client().dial(relay.address, KeyPair.generate().public, wait=False)
        client.connection.end("closed")
        assert await client.failed == "handshake"
        assert relay.flights == []

    with_relay(tmp_path, story)


def test_garbage_instead_of_cells_ends_the_link(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        ann = await relay.client()
        ann.connection._transport.write(secrets.token_bytes(CELL_LEN))
        await ann.down.wait()
        assert await (await relay.client()).relay.ask(NEW) == OK

    with_relay(tmp_path, story)


# -- the house ------------------------------------------------------------------------------------


def test_a_full_relay_lets_nobody_more_in_until_somebody_leaves(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        ann = await relay.client()
        await relay.client()
        with relay.stranger() as sock:
            assert await asyncio.get_running_loop().sock_recv(sock, 1) == b""
        await ann.hang_up()
        await relay.client()  # ann is gone when both sides have said so

    with_relay(tmp_path, story, Terms(max_connections=2))


def test_stopping_ends_links_and_waits(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        ann = await relay.client()
        await ann.relay.ask(NEW)
        waiting = asyncio.create_task(ann.relay.ask(Wait(OWNER, 0)))
        await ann.relay.ask(Get(OWNER, 0, Size.SMALL))
        await relay.server.stop()
        with pytest.raises(RelayUnavailableError):
            await waiting
        with pytest.raises(ConnectionRefusedError):
            relay.stranger()

    with_relay(tmp_path, story)


def test_an_address_that_cannot_be_had(tmp_path: Path) -> None:
    async def story(relay: Relay) -> None:
        with pytest.raises(AddressInUseError, match="no such address"):
            relay.server.listen(Address("192.0.2.1", 0))

    with_relay(tmp_path, story)
