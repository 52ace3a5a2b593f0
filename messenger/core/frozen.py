"""Frozen dataclasses that cost little to define: what of them is not used is never made.

``dataclass(frozen=True, slots=True)`` looks at each field and compiles six methods for each class
while its module is imported. Commands, events and what they carry are some hundred and fifty
classes, of which a start of the program uses twenty. Here a class gets its slots and three methods
that all classes share; its ``__init__`` is compiled when the first value is made, and what
``dataclasses`` knows of it (``fields``, ``replace``) is made when somebody asks for that.

    @frozen
    class Lock:
        ...

means what ``@dataclass(frozen=True, slots=True)`` means: ``field``, ``replace``, ``fields``,
``match``, ``copy``, ``==`` and ``hash`` work, and what is wrong raises the same errors. Not
supported, because nothing of ours needs it: class variables, keyword-only fields, ``hash`` of a
single field, and inheritance of fields.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from threading import RLock
from typing import Any, Final, NoReturn, TypeVar, dataclass_transform

_Made = TypeVar("_Made")
_NOTHING: Final = object()  # stands for an argument that was not given: the factory makes it
_UNSLOTTED: Final = ("__dict__", "__weakref__")
_LATE: Final = ("__dataclass_fields__", "__dataclass_params__")
# Two threads may use a class for the first time at once; one value may hold another as a default.
_COMPILING: Final = RLock()


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(made: type[_Made]) -> type[_Made]:
    """Make a class of annotated fields a frozen dataclass with slots."""
    parts = {name: part for name, part in made.__dict__.items() if name not in _UNSLOTTED}
    names = tuple(parts.get("__annotations__", ()))
    defaults = {name: parts.pop(name) for name in names if name in parts}
    parts = _methods(names, defaults) | parts | _SHARED
    parts["__slots__"] = names
    parts |= {name: _LatePart(name, defaults) for name in _LATE}
    slotted: type[_Made] = type(made.__name__, made.__bases__, parts)
    slotted.__qualname__ = made.__qualname__
    if "__init__" not in parts:
        _set_init(slotted, _late_init(slotted, defaults))
    return slotted


def _methods(names: tuple[str, ...], defaults: dict[str, Any]) -> dict[str, Any]:
    """Return what follows from the fields and need not be compiled."""
    told = {name: each for name, each in defaults.items() if isinstance(each, Field)}
    values = _values_of([name for name in names if name not in told or told[name].compare])
    return {
        "__repr__": _repr_of([name for name in names if name not in told or told[name].repr]),
        "__eq__": _equal_by(values),
        "__hash__": _hash_of(values),
        "__match_args__": tuple(n for n in names if n not in told or told[n].init),
    }


class _LatePart:
    """What ``dataclasses`` looks for on a class; found out when it does."""

    def __init__(self, name: str, defaults: dict[str, Any]) -> None:
        self._name = name
        self._defaults = defaults

    def __get__(self, _value: object, made: type) -> Any:
        parts = self._defaults | {
            "__annotations__": made.__annotations__,
            "__module__": made.__module__,
            "__doc__": made.__doc__ or "",  # or it would be made of the signature
        }
        whole = type(made.__name__, (), parts)
        whole = dataclass(frozen=True, init=False, repr=False, eq=False)(whole)
        found = getattr(whole, self._name)
        setattr(made, self._name, found)
        return found


def _set_init(made: type, method: Callable[..., None]) -> None:
    type.__setattr__(made, "__init__", method)


def _late_init(made: type, defaults: dict[str, Any]) -> Callable[..., None]:
    """Return a method that puts the compiled one into its own place, and calls it."""

    def late(self: object, *arguments: Any, **named: Any) -> None:
        with _COMPILING:
            if made.__dict__["__init__"] is late:
                _set_init(made, _compiled_init(made, defaults))
        made.__dict__["__init__"](self, *arguments, **named)

    return late


def _compiled_init(made: type, defaults: dict[str, Any]) -> Callable[..., None]:
    """Compile a method that sets each field to what is given, or to its default.

    While it does so the value is of a class that differs in one thing only: its fields can be set.
    ``dataclass`` calls ``object.__setattr__`` for each field instead, which takes three times as
    long for a message of 22 fields.
    """
    open_class = type(made.__name__, (), {"__slots__": tuple(made.__annotations__)})
    scope: dict[str, Any] = {"_set": object.__setattr__, "_Open": open_class, "_Made": made}
    scope["_nothing"] = _NOTHING
    parameters, lines = ["self"], [" _set(self, '__class__', _Open)"]
    for name in made.__annotations__:
        parameter, value = _set_by(name, defaults.get(name, MISSING), scope)
        parameters += [parameter] if parameter else []
        lines += [f" self.{name} = {value}"] if value else []
    lines.append(" self.__class__ = _Made")
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    source = f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines)
    exec(source, scope)  # noqa: S102  as `dataclass` does; nothing in it but names of our fields
    compiled: Callable[..., None] = scope["__init__"]
    compiled.__qualname__ = f"{made.__qualname__}.__init__"  # errors name it
    return compiled


def _set_by(name: str, default: Any, scope: dict[str, Any]) -> tuple[str, str]:
    """Return a field's parameter and the expression of its value; either may be empty."""
    each = default if isinstance(default, Field) else field(default=default)
    known = f"_default_{name}"
    if each.default_factory is not MISSING:
        scope[known] = each.default_factory
        parameter, made = f"{name}=_nothing", f"{known}()"
        value = f"{made} if {name} is _nothing else {name}"
    elif each.default is not MISSING:
        scope[known] = each.default
        parameter, made, value = f"{name}={known}", known, name
    else:
        parameter, made, value = name, "", name
    return (parameter, value) if each.init else ("", made)


def _values_of(names: list[str]) -> Callable[[object], tuple[Any, ...]]:
    """Return a function that gives the fields of these names as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    only = [attrgetter(name) for name in names]
    return lambda value: tuple(get(value) for get in only)


def _equal_by(values: Callable[[object], tuple[Any, ...]]) -> Callable[[object, object], bool]:
    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    return equal


def _hash_of(values: Callable[[object], tuple[Any, ...]]) -> Callable[[object], int]:
    return lambda self: hash(values(self))


def _repr_of(names: list[str]) -> Callable[[object], str]:
    def shown(self: object) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({values})"

    return shown


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
