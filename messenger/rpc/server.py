"""JSON-RPC 2.0 over stdin and stdout: one JSON object per line, the log on stderr.

Source: JSON-RPC 2.0 specification; docs/rpc.md.
"""

import asyncio
import json
import logging
from collections.abc import Coroutine
from typing import Any, Final

import msgspec

from messenger.core.errors import MessengerError
from messenger.engine.commands import CreateProfile, RestoreBackup, Shutdown, Unlock
from messenger.engine.engine import Engine
from messenger.engine.events import (
    EngineFailed,
    EngineStopped,
    Event,
    NodeReady,
    ProfileNeeded,
    Reply,
    UnlockNeeded,
)
from messenger.engine.options import EngineOptions
from messenger.rpc import shapes
from messenger.rpc.advice import advice
from messenger.rpc.methods import METHODS, Methods
from messenger.rpc.opening import Opening
from messenger.rpc.params import Json
from messenger.rpc.reach import Reach
from messenger.rpc.stdio import Lines
from messenger.rpc.updating import Updating
from messenger.update.ending import take_place

log = logging.getLogger(__name__)

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
REFUSED: Final = -32000  # `data.kind` says why
FLUSH_S: Final = 2.0


class Server:
    """One engine behind stdin and stdout."""

    def __init__(self, options: EngineOptions, opening: Opening) -> None:
        self._opening = opening
        self._engine = Engine(options, self._on_event)
        self._reach = Reach()
        self._updating = Updating(self._engine, options.data_dir, self._tell_update)
        self._methods = Methods(self._engine, self._reach, self._updating)
        self._lines = Lines(self._on_line, self._on_end)
        self._held: list[Event] | None = []  # events from before `ready`
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: str | None = None

    async def run(self) -> str | None:
        """Serve until ``node.shutdown`` or the end of stdin; return one sentence if it failed."""
        self._lines.start()
        await self._engine.run()
        self._updating.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lines.flush(FLUSH_S)
        take_place(self._updating.prepared)
        return self._failure

    # -- events -----------------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        match event:
            case ProfileNeeded() as needed:
                self._begin(self._make(needed))
            case UnlockNeeded() as needed:
                self._begin(self._unlock(needed))
            case NodeReady(info=info):
                self._notify("ready", shapes.node_info(info))
                held, self._held = self._held or [], None
                for early in held:
                    self._tell(early)
                self._lines.listen()
            case EngineFailed(text=text, error=error):
                self._failure = advice(error) if error else text
            case Reply() | EngineStopped():
                pass
            case _ if self._held is not None:
                self._held.append(event)
            case _:
                self._tell(event)

    def _tell(self, event: Event) -> None:
        self._reach.follow(event)
        shape = shapes.event(event, self._reach)
        if shape is not None:
            self._notify("event", shape)

    def _tell_update(self, done: int, total: int) -> None:
        self._notify("event", {"type": "update.progress", "done": done, "total": total})

    async def _make(self, needed: ProfileNeeded) -> None:
        if needed.keyring_problem is not None and self._opening.use_keyring:
            await self._give_up(needed.keyring_problem)  # asked a moment ago; it may take long
        else:
            await self._open(self._opening.first())

    async def _unlock(self, needed: UnlockNeeded) -> None:
        if needed.problem is not None and not self._opening.passphrase:
            await self._give_up(needed.problem)
        else:
            await self._open(self._opening.unlock())

    async def _open(self, command: CreateProfile | RestoreBackup | Unlock) -> None:
        try:
            await self._engine.execute(command)
        except MessengerError as error:
            await self._give_up(error)

    async def _give_up(self, error: MessengerError) -> None:
        self._failure = advice(error)
        await self._engine.execute(Shutdown())

    # -- requests ---------------------------------------------------------------------------------

    def _on_line(self, line: bytes) -> None:
        if line.strip():
            self._begin(self._answer(line))

    def _on_end(self) -> None:
        self._begin(self._shutdown())

    async def _shutdown(self) -> None:
        await self._engine.execute(Shutdown())

    async def _answer(self, line: bytes) -> None:
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            self._fail(None, PARSE_ERROR, "not JSON", "invalid_json")
            return
        if not _is_request(request):
            self._fail(None, INVALID_REQUEST, "not a JSON-RPC 2.0 request", "invalid_request")
            return
        number, params = request.get("id"), request.get("params", {})
        try:
            result = await self._call(request["method"], params)
        except MessengerError as error:
            self._fail(number, REFUSED, str(error), error.kind)
        except _BadCallError as error:
            self._fail(number, error.code, str(error), error.kind)
        except Exception:
            log.exception("a method failed in a way that nobody planned")
            self._fail(number, INTERNAL_ERROR, "an error that nobody planned", "internal")
        else:
            if "id" in request:
                self._write({"jsonrpc": "2.0", "id": number, "result": result})

    async def _call(self, name: str, params: object) -> Json:
        found = METHODS.get(name)
        if found is None:
            raise _BadCallError(METHOD_NOT_FOUND, "there is no such method", "no_such_method")
        kind, method = found
        try:
            converted = msgspec.convert(params, kind)
        except (msgspec.ValidationError, UnicodeEncodeError) as error:
            raise _BadCallError(INVALID_PARAMS, str(error), "invalid_params") from error
        return await method(self._methods, converted)

    def _fail(self, number: object, code: int, text: str, kind: str) -> None:
        error = {"code": code, "message": text, "data": {"kind": kind}}
        self._write({"jsonrpc": "2.0", "id": number, "error": error})

    def _notify(self, method: str, params: Json) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def _write(self, value: dict[str, Any]) -> None:
        self._lines.send(json.dumps(value, separators=(",", ":")).encode("ascii"))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _BadCallError(Exception):
    """A call that names no method or does not fit its parameters."""

    def __init__(self, code: int, text: str, kind: str) -> None:
        super().__init__(text)
        self.code = code
        self.kind = kind


def _is_request(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.get("jsonrpc") == "2.0"
        and isinstance(value.get("method"), str)
        and isinstance(value.get("id"), str | int | None)
    )
