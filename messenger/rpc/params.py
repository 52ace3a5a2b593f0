"""What every method of ``hum rpc`` is made of."""

from typing import Any, Protocol

import msgspec

from messenger.core.errors import InputError
from messenger.core.types import ContactId
from messenger.engine.commands import Command

Json = dict[str, Any]


class Params(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Base of all parameter objects: an unknown name is refused, and no value is ever shown."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Executor(Protocol):
    """What the methods need of the engine."""

    async def execute(self, command: Command) -> object: ...


class HasEngine(Protocol):
    """The table of methods, as far as a method of another module needs it."""

    @property
    def engine(self) -> Executor: ...


def contact_id(text: str) -> ContactId:
    """Read the id of a contact.

    Raises:
        InputError: it is none.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise InputError("A contact id is a string of decimal digits.")
    return ContactId(int(text))
