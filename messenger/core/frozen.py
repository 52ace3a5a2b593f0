"""Frozen dataclasses that cost little to define: their methods are made at the first use.

``dataclass(frozen=True, slots=True)`` compiles six methods for each class while its module is
imported. Commands, events and what they carry are some hundred and fifty classes, of which a
start of the program uses twenty; compiling the rest took longer than painting the window.

    @frozen
    class Lock:
        ...

means what ``@dataclass(frozen=True, slots=True)`` means: ``field``, ``replace``, ``fields``,
``match``, ``copy``, ``==`` and ``hash`` work, and what is wrong raises the same errors.
"""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from threading import Lock
from typing import Any, Final, NoReturn, TypeVar, dataclass_transform

_Made = TypeVar("_Made")
_LATE: Final = ("__init__", "__repr__", "__eq__", "__hash__")
_COMPILING: Final = Lock()  # two threads may use a class for the first time at once


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(made: type[_Made]) -> type[_Made]:
    """Make a class of annotated fields a frozen dataclass with slots."""
    own = frozenset(name for name in _LATE if name in made.__dict__)
    made = dataclass(init=False, repr=False, eq=False, slots=True)(made)
    late = [name for name in _LATE if name not in own]
    for name in late:
        setattr(made, name, _stub(made, name, late))
    for name, method in _SHARED.items():
        setattr(made, name, method)
    return made


def _stub(made: type, name: str, late: list[str]) -> Callable[..., Any]:
    """Return a method that first puts the compiled ones into their places, its own too."""

    def stub(self: object, *arguments: Any, **named: Any) -> Any:
        with _COMPILING:
            if getattr(made, name) is stub:
                _complete(made, late)
        return getattr(made, name)(self, *arguments, **named)

    stub.__name__ = name
    return stub


def _complete(made: type, late: list[str]) -> None:
    """Let ``dataclass`` compile the methods for a class of the same fields, and take them."""
    found = fields(made)
    parts: dict[str, Any] = {each.name: each for each in found}
    parts["__annotations__"] = {each.name: each.type for each in found}
    parts["__module__"] = made.__module__
    if hasattr(made, "__post_init__"):
        parts["__post_init__"] = made.__post_init__
    twin: type = dataclass(frozen=True)(type(made.__name__, (), parts))
    for name in reversed(late):
        setattr(made, name, twin.__dict__[name])


def _refuse_to_set(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _get_state(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in fields(self)]


def _set_state(self: Any, state: list[object]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_SHARED: Final[dict[str, Callable[..., Any]]] = {
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__getstate__": _get_state,
    "__setstate__": _set_state,
}
