"""What every method of ``hum rpc`` is made of."""

from typing import Any, Protocol

import msgspec

from messenger.engine.commands import Command

Json = dict[str, Any]


class Params(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Base of all parameter objects: an unknown name is refused."""


class Executor(Protocol):
    """What the methods need of the engine."""

    async def execute(self, command: Command) -> object: ...


class HasEngine(Protocol):
    """The table of methods, as far as a method of another module needs it."""

    @property
    def engine(self) -> Executor: ...
