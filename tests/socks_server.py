"""A SOCKS5 server for tests: with user names and passwords, names of its own, and what was asked.

Written from RFC 1928 and RFC 1929, and not with the library that Hum uses.
"""

import asyncio
import contextlib
import ipaddress
import struct
from dataclasses import dataclass, field
from typing import Final

VERSION: Final = 5
NO_AUTH, USER_PASSWORD, NO_METHOD = 0, 2, 0xFF
CONNECT: Final = 1
IPV4, NAME, IPV6 = 1, 3, 4
OK, NOT_ALLOWED, HOST_UNREACHABLE, REFUSED = 0, 2, 4, 5


@dataclass(frozen=True)
class Asked:
    """One request: by whom, and for what."""

    user: str | None
    password: str | None
    kind: int  # IPV4, NAME or IPV6
    host: str
    port: int


@dataclass
class SocksServer:
    """Serves on loopback; ``async with server`` begins and ends it."""

    accounts: dict[str, str] | None = None  # None: whoever comes; empty: any name and password
    names: dict[str, str] = field(default_factory=dict)  # host name to IP address
    reply: int | None = None  # instead of connecting
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"socks5://127.0.0.1:{self.port}"

    async def __aenter__(self) -> "SocksServer":
        self._server = await asyncio.start_server(self._on_caller, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _on_caller(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        except asyncio.CancelledError:
            pass  # the end of the server; asyncio would report it as an error of ours
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        version, count = await reader.readexactly(2)
        assert version == VERSION
        methods = await reader.readexactly(count)
        user = password = None
        if self.accounts is None:
            writer.write(bytes([VERSION, NO_AUTH]))
        elif USER_PASSWORD not in methods:
            writer.write(bytes([VERSION, NO_METHOD]))
            return
        else:
            writer.write(bytes([VERSION, USER_PASSWORD]))
            assert await reader.readexactly(1) == b"\x01"
            user = (await _counted(reader)).decode()
            password = (await _counted(reader)).decode()
            good = not self.accounts or self.accounts.get(user) == password
            writer.write(bytes([1, 0 if good else 1]))
            if not good:
                return
        version, command, _, kind = await reader.readexactly(4)
        assert (version, command) == (VERSION, CONNECT)
        host = await _host(reader, kind)
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        self.asked.append(Asked(user, password, kind, host, port))
        await self._connect(self.names.get(host, host), port, reader, writer)

    async def _connect(
        self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        code, there = self.reply, None
        if code is None:
            try:
                ipaddress.ip_address(host)
                there = await asyncio.open_connection(host, port)
                code = OK
            except ValueError:
                code = HOST_UNREACHABLE
            except OSError:
                code = REFUSED
        writer.write(bytes([VERSION, code, 0, IPV4]) + bytes(6))
        if there is not None:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pump(reader, there[1]))
                group.create_task(_pump(there[0], writer))


async def _counted(reader: asyncio.StreamReader) -> bytes:
    (length,) = await reader.readexactly(1)
    return await reader.readexactly(length)


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == NAME:
        return (await _counted(reader)).decode("ascii")
    length = {IPV4: 4, IPV6: 16}[kind]
    return str(ipaddress.ip_address(await reader.readexactly(length)))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
