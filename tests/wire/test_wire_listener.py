"""The listening socket."""

import asyncio
import errno
import socket
from unittest.mock import patch

import pytest

from messenger.core.types import Address
from messenger.wire import half_open
from messenger.wire import listener as listening
from messenger.wire.half_open import HalfOpen
from messenger.wire.listener import EVERYWHERE, EVERYWHERE_IPV4, Listener
from messenger.wire.messages import Listen, ListenFailed, Listening

ANYWHERE = Listen("127.0.0.1", 0, 0.5, "frames")


class Door:
    """A listener and those it let in."""

    def __init__(self) -> None:
        self.half_open = HalfOpen()
        self.callers: list[tuple[socket.socket, Address]] = []
        self.came = asyncio.Event()
        self.listener = Listener(self.half_open, self._on_caller)

    def _on_caller(self, sock: socket.socket, address: Address) -> None:
        self.callers.append((sock, address))
        self.came.set()

    def close(self) -> None:
        self.listener.close()
        for sock, _ in self.callers:
            sock.close()


def call(port: int, host: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection((host, port))


def test_callers_are_handed_on_with_their_address() -> None:
    async def scene() -> None:
        door = Door()
        answer = door.listener.listen(ANYWHERE)
        assert isinstance(answer, Listening)
        with call(answer.port) as caller:
            await door.came.wait()
            sock, address = door.callers[0]
            assert address == Address(*caller.getsockname())
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        door.close()

    asyncio.run(scene())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_every_interface_is_that_of_ipv4_and_ipv6_and_callers_look_like_it(host: str) -> None:
    if host == "::1" and not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 here")

    async def scene() -> None:
        door = Door()
        answer = door.listener.listen(Listen(EVERYWHERE, 0, 0.5, "frames"))
        assert isinstance(answer, Listening)
        with socket.create_connection((host, answer.port)):
            await door.came.wait()
            assert door.callers[0][1].host == host
        door.close()

    asyncio.run(scene())


def test_without_ipv6_every_interface_is_that_of_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)

    async def scene() -> None:
        door = Door()
        answer = door.listener.listen(Listen(EVERYWHERE, 0, 0.5, "frames"))
        assert isinstance(answer, Listening)
        assert answer.host == EVERYWHERE_IPV4
        with call(answer.port):
            await door.came.wait()
        door.close()

    asyncio.run(scene())


def test_callers_above_the_cap_are_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    most = 4
    monkeypatch.setattr(half_open, "HALF_OPEN_MAX_OWN_HOST", most)

    async def scene() -> None:
        door = Door()
        answer = door.listener.listen(ANYWHERE)
        assert isinstance(answer, Listening)
        sockets = [call(answer.port) for _ in range(most + 5)]
        loop = asyncio.get_running_loop()
        for sock in sockets[most:]:
            sock.setblocking(False)
            assert await loop.sock_recv(sock, 1) == b""
        assert len(door.callers) == most
        for sock in sockets:
            sock.close()
        door.close()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("host", "reason"), [("127.0.0.1", "in_use"), ("192.0.2.1", "not_ours"), ("nowhere", "other")]
)
def test_why_binding_failed_is_named(host: str, reason: str) -> None:
    async def scene() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            door = Door()
            message = Listen(host, taken.getsockname()[1], 0.5, "frames")
            assert door.listener.listen(message) == ListenFailed(reason)
            door.close()

    asyncio.run(scene())


def test_a_forbidden_port_is_named() -> None:
    async def scene() -> None:
        door = Door()
        with patch.object(listening, "_bind", side_effect=PermissionError(errno.EACCES, "no")):
            assert door.listener.listen(ANYWHERE) == ListenFailed("denied")

    asyncio.run(scene())


def test_a_new_listener_replaces_the_old() -> None:
    async def scene() -> None:
        door = Door()
        first = door.listener.listen(ANYWHERE)
        assert isinstance(first, Listening)
        again = door.listener.listen(Listen("127.0.0.1", first.port, 0.5, "frames"))
        assert again == first
        other = door.listener.listen(ANYWHERE)
        assert isinstance(other, Listening)
        with pytest.raises(ConnectionRefusedError):
            call(first.port)
        door.close()

    asyncio.run(scene())


class Exhausted:
    """A listening socket of a system without descriptors, for a while."""

    def __init__(self, real: socket.socket) -> None:
        self._real = real
        self.refusals = 2

    def accept(self) -> tuple[socket.socket, object]:
        if self.refusals:
            self.refusals -= 1
            raise OSError(errno.EMFILE, "too many open files")
        return self._real.accept()

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


def test_without_descriptors_accepting_pauses_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "ACCEPT_PAUSE_S", 0.01)
    bind = listening._bind
    monkeypatch.setattr(listening, "_bind", lambda host, port: Exhausted(bind(host, port)))

    async def scene() -> None:
        door = Door()
        answer = door.listener.listen(ANYWHERE)
        assert isinstance(answer, Listening)
        with call(answer.port):
            await door.came.wait()
        door.close()

    asyncio.run(scene())


def test_a_pause_ends_with_the_listener(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "ACCEPT_PAUSE_S", 0.01)
    bind = listening._bind
    monkeypatch.setattr(listening, "_bind", lambda host, port: Exhausted(bind(host, port)))

    async def scene() -> None:
        door = Door()
        answer = door.listener.listen(ANYWHERE)
        assert isinstance(answer, Listening)
        with call(answer.port):
            await asyncio.sleep(0.005)
            door.close()
            await asyncio.sleep(0.03)
        assert door.callers == []

    asyncio.run(scene())
