"""Real wire processes that dial through a real SOCKS5 server, or not at all."""

import asyncio
import socket
from typing import Any

import pytest
from wire_nodes import FAST_S, WireNode, linked, wire_nodes

from messenger.core.onion import onion_of
from messenger.engine import name_dials
from messenger.wire.messages import (
    CheckProxy,
    Dial,
    DialFailed,
    LinkDown,
    LinkUp,
    Listen,
    ListenFailed,
    ProxyChecked,
    Route,
)
from tests.socks_server import (
    HOST_UNREACHABLE,
    IPV4,
    NAME,
    NOT_ALLOWED,
    REFUSED,
    Asked,
    SocksServer,
)

ONION = onion_of(bytes(range(32)))


def through(server: SocksServer, **more: Any) -> Route:
    return Route(proxy_host="127.0.0.1", proxy_port=server.port, **more)


def dial(ann: WireNode, ben: WireNode, host: str, link: int = 1) -> None:
    ann.send(Dial(link, host, ben.port, ben.key.public, FAST_S, "frames"))


@pytest.fixture
def forbidden_resolver(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nobody asks for the address of a name; who does is written down."""
    asked: list[str] = []

    def refuse(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        raise socket.gaierror

    async def look_up(host: str, _port: int) -> list[str]:
        asked.append(host)
        return []

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(name_dials, "look_up", look_up)
    return asked


def test_the_proxy_connects_and_looks_names_up(forbidden_resolver: list[str]) -> None:
    async def scene() -> None:
        names = {"ben.example": "127.0.0.1", ONION: "127.0.0.1"}
        async with wire_nodes(2) as (ann, ben), SocksServer(names=names) as server:
            await ben.listen()
            ann.send(through(server))
            for link, host in enumerate(("127.0.0.1", "ben.example", ONION)):
                dial(ann, ben, host, 2 * link + 1)
                up = await ann.next(LinkUp)
                assert (up.host, up.port) == (host, ben.port)
            kinds = [(asked.kind, asked.host) for asked in server.asked]
            assert kinds == [(IPV4, "127.0.0.1"), (NAME, "ben.example"), (NAME, ONION)]

    asyncio.run(scene())
    assert forbidden_resolver == []


def test_user_name_and_password_are_given_to_who_asks_for_them() -> None:
    async def scene() -> None:
        accounts = {"ann": "s3cret"}
        async with wire_nodes(2) as (ann, ben), SocksServer(accounts) as server:
            await ben.listen()
            ann.send(through(server, username=b"ann", password=b"s3cret"))
            dial(ann, ben, "127.0.0.1")
            await ann.next(LinkUp)
            assert server.asked == [Asked("ann", "s3cret", IPV4, "127.0.0.1", ben.port)]
            ann.send(CheckProxy())
            assert await ann.next(ProxyChecked) == ProxyChecked("")
            for wrong in ({"username": b"ann", "password": b"other"}, {}):
                ann.send(through(server, **wrong))
                dial(ann, ben, "127.0.0.1", 3)
                assert await ann.next(DialFailed) == DialFailed(3, "proxy_refused")
                ann.send(CheckProxy())
                assert await ann.next(ProxyChecked) == ProxyChecked("proxy_refused")

    asyncio.run(scene())


def test_each_person_gets_a_user_name_of_their_own_and_the_same_each_time() -> None:
    async def scene() -> None:
        async with wire_nodes(3) as (ann, ben, cyd), SocksServer({}) as server:
            await ben.listen()
            await cyd.listen()
            ann.send(through(server, isolate=True))
            for link, other in enumerate((ben, cyd, ben)):
                dial(ann, other, "127.0.0.1", 2 * link + 1)
                await ann.next(LinkUp)
            first, second, third = [(asked.user, asked.password) for asked in server.asked]
            assert first == third != second
            assert ben.key.public.hex() not in str(server.asked)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (REFUSED, "refused"),
        (HOST_UNREACHABLE, "unreachable"),
        (NOT_ALLOWED, "proxy_failed"),
        (1, "proxy_failed"),
        (77, "proxy_refused"),
    ],
)
def test_what_the_proxy_says_is_told(reply: int, reason: str) -> None:
    async def scene() -> None:
        async with wire_nodes(1) as (ann,), SocksServer(reply=reply) as server:
            ann.send(through(server))
            ann.send(Dial(1, "ben.example", 4567, ann.key.public, FAST_S, "frames"))
            assert await ann.next(DialFailed) == DialFailed(1, reason)

    asyncio.run(scene())


@pytest.mark.parametrize("babble", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x05", b""])
def test_what_speaks_no_socks_is_no_proxy(babble: bytes) -> None:
    def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(babble)
        writer.close()

    async def scene() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with wire_nodes(1) as (ann,), server:
            port = server.sockets[0].getsockname()[1]
            ann.send(Route(proxy_host="127.0.0.1", proxy_port=port))
            ann.send(Dial(1, "192.0.2.7", 9, ann.key.public, FAST_S, "frames"))
            assert await ann.next(DialFailed) == DialFailed(1, "proxy_refused")

    asyncio.run(scene())


def test_a_proxy_that_is_not_there_is_told_and_nothing_goes_past_it() -> None:
    async def scene() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # and does not listen
            async with wire_nodes(2) as (ann, ben):
                await ben.listen()
                ann.send(Route(proxy_host="127.0.0.1", proxy_port=taken.getsockname()[1]))
                dial(ann, ben, "127.0.0.1")
                assert await ann.next(DialFailed) == DialFailed(1, "proxy_down")
                ann.send(CheckProxy())
                assert await ann.next(ProxyChecked) == ProxyChecked("proxy_down")
                assert ben.told(LinkUp) == []

    asyncio.run(scene())


def test_another_way_ends_links_and_dials_of_the_old_one() -> None:
    async def scene() -> None:
        async with wire_nodes(3) as (ann, ben, cyd), SocksServer() as server:
            await linked(ann, ben)
            await linked(cyd, ann)
            ann.send(through(server))
            await ann.until(lambda: len(ann.told(LinkDown)) == 2)
            dial(ann, ben, "127.0.0.1", 3)
            assert (await ann.next(LinkUp)).link == 3
            assert len(server.asked) == 1
            ann.send(through(server))  # the same again changes nothing
            ann.send(CheckProxy())
            await ann.next(ProxyChecked)
            assert len(ann.told(LinkDown)) == 2

    asyncio.run(scene())


def test_without_a_proxy_and_not_directly_is_not_at_all(forbidden_resolver: list[str]) -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben):
            await ben.listen()
            ann.send(Route(direct=False))
            for host in ("127.0.0.1", "ben.example", ONION):
                dial(ann, ben, host)
                assert await ann.next(DialFailed) == DialFailed(1, "no_way")
            assert ben.told(LinkUp) == []

    asyncio.run(scene())
    assert forbidden_resolver == []


def test_a_relay_is_dialled_without_a_proxy_too(forbidden_resolver: list[str]) -> None:
    async def scene() -> None:
        async with wire_nodes(1) as (ann,):
            ann.send(Route(direct=False))
            relay = Dial(1, "relay.example", 9, ann.key.public, FAST_S, "frames", relay=True)
            ann.send(relay)
            assert await ann.next(DialFailed) == DialFailed(1, "unreachable")

    asyncio.run(scene())
    assert forbidden_resolver == ["relay.example"]


def test_no_resolver_hears_of_an_onion(forbidden_resolver: list[str]) -> None:
    async def scene() -> None:
        async with wire_nodes(1) as (ann,):
            dial(ann, ann, ONION)
            assert await ann.next(DialFailed) == DialFailed(1, "no_way")
            dial(ann, ann, "ben.example")
            assert await ann.next(DialFailed) == DialFailed(1, "unreachable")

    asyncio.run(scene())
    assert forbidden_resolver == ["ben.example"]


def test_a_new_process_goes_the_same_way() -> None:
    async def scene() -> None:
        async with wire_nodes(2) as (ann, ben), SocksServer() as server:
            await ben.listen()
            ann.send(through(server))
            assert ann.client.pid is not None
            child = ann.client._child
            assert child is not None
            child.transport.kill()
            await ann.until(lambda: ann.restarts == 1)
            dial(ann, ben, "127.0.0.1")
            await ann.next(LinkUp)
            assert len(server.asked) == 1

    asyncio.run(scene())


def test_with_a_proxy_no_name_is_looked_up_to_listen(forbidden_resolver: list[str]) -> None:
    async def scene() -> None:
        async with wire_nodes(1) as (ann,), SocksServer() as server:
            ann.send(through(server))
            ann.send(Listen("ann.example", 0, FAST_S, "frames"))
            assert await ann.next(ListenFailed) == ListenFailed("named")

    asyncio.run(scene())
    assert forbidden_resolver == []


def test_no_message_shows_the_password() -> None:
    route = Route(proxy_host="192.0.2.1", proxy_port=1, username=b"ann", password=b"s3cret")
    assert "s3cret" not in repr(route) + str(route)
