"""A ``hum rpc`` process from the outside: what bots, the demo and the tests speak to."""

import asyncio
import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Self

from messenger.core.program import own_command

MAX_LINE_LEN: Final = 8 << 20  # bytes; a page of 1,000 messages
Json = dict[str, Any]


class RpcError(Exception):
    """The node refused a call; ``kind`` is the stable word for why."""

    def __init__(self, error: Json) -> None:
        super().__init__(error["message"])
        self.kind: str = error["data"]["kind"]


class RpcClient:
    """One child process and its calls.

    Owner: the loop that ran :meth:`start`.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Use :meth:`start`."""
        self.process = process
        self.ready: Json = {}
        self.events: list[Json] = []  # all of them, in order
        self.errors: list[Json] = []  # of lines that were no request
        self._numbers = itertools.count(1)
        self._calls: dict[int, asyncio.Future[Json]] = {}
        self._changed = asyncio.Condition()
        self._ended = False
        self.log = bytearray()  # what the node wrote on stderr
        self._reader = asyncio.create_task(self._read())
        self._log_reader = asyncio.create_task(self._read_log())

    @classmethod
    async def start(
        cls,
        *arguments: str | Path,
        env: dict[str, str] | None = None,
        program: Sequence[str] = (),
    ) -> Self:
        """Start ``hum rpc`` with these arguments and wait until it is ready.

        Another ``program`` than ours serves the same protocol with something added to watch it.

        Raises:
            ConnectionError: it ended instead; its line on stderr is the message.
        """
        process = await asyncio.create_subprocess_exec(
            *(program or own_command("rpc")),
            *map(str, arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=MAX_LINE_LEN,
            env=env,
        )
        client = cls(process)
        await client.wait_until(lambda: bool(client.ready))
        if not client.ready:
            await client.stop()
            raise ConnectionError(client.log.decode().strip())
        return client

    async def call(self, method: str, **params: object) -> Json:
        """Call a method and return its result.

        Raises:
            RpcError: the node refused.
            ConnectionError: the node is gone.
        """
        if self._ended:
            raise ConnectionError("the node is gone")
        number = next(self._numbers)
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._calls[number] = answer
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self.write(json.dumps(request).encode())
        return await answer

    def write(self, line: bytes) -> None:
        """Send one raw line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")

    async def wait_until(self, met: Callable[[], bool]) -> None:
        """Wait until something that arrives makes ``met`` true, or the process ends."""
        async with self._changed:
            await self._changed.wait_for(lambda: met() or self._ended)

    async def event(self, kind: str, **fields: object) -> Json:
        """Wait for an event of a kind with these fields; one that came earlier counts.

        Raises:
            ConnectionError: the process ended without it.
        """
        wanted, seen = {"type": kind} | fields, 0
        found: Json | None = None

        def find() -> bool:  # a flood of events is looked through once, not once an event
            nonlocal found, seen
            while found is None and seen < len(self.events):
                event = self.events[seen]
                seen += 1
                found = event if wanted.items() <= event.items() else None
            return found is not None

        await self.wait_until(find)
        if found is None:
            raise ConnectionError(f"the node ended before {kind}")
        return found

    async def stop(self) -> int:
        """Close its stdin and return its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        await asyncio.gather(self._reader, self._log_reader)
        return await self.process.wait()

    async def _read_log(self) -> None:
        assert self.process.stderr is not None
        while data := await self.process.stderr.read(65_536):
            self.log += data

    async def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            while line := await self.process.stdout.readline():
                self._take(json.loads(line))
                async with self._changed:
                    self._changed.notify_all()
        finally:
            for answer in self._calls.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("the node is gone"))
            self._ended = True
            async with self._changed:
                self._changed.notify_all()

    def _take(self, message: Json) -> None:
        match message:
            case {"method": "ready", "params": params}:
                self.ready = params
            case {"method": "event", "params": params}:
                self.events.append(params)
            case {"id": number, "result": result}:
                answer = self._calls.pop(number)
                if not answer.done():  # a caller that was cancelled waits no more
                    answer.set_result(result)
            case {"id": number, "error": error} if number in self._calls:
                answer = self._calls.pop(number)
                if not answer.done():
                    answer.set_exception(RpcError(error))
            case {"error": error}:
                self.errors.append(error)
            case _:
                pass
