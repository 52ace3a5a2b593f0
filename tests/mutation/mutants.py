"""The mutants of one module: every single change that mutmut's operators make to its behaviour.

Statements of SQL have changes of their own (``sql_changes``) instead of those of text.

Left out is what no behaviour hangs on: annotations, decorators, docstrings, ``__all__``, what
``raise`` and the log say, and the calls whose change is always a TypeError (``len``,
``isinstance``, ``cast``).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators
from sql_changes import changes_of, is_sql

_LOGGERS: Final = {"log", "_log", "logger", "logging"}
_ALWAYS_TYPE_ERROR: Final = {"len", "isinstance", "cast"}


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    path: str  # below the root
    line: int  # where the changed piece begins, from 1
    operator: str
    before: str  # the piece of code
    after: str


class MutatedModule:
    """The source of one module and all its mutants."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.source = source
        wrapper = MetadataWrapper(cst.parse_module(source))
        self._tree = wrapper.module
        finder = _Finder(wrapper.resolve(PositionProvider))
        self._tree.visit(finder)
        self._found = finder.found

    @cached_property
    def mutants(self) -> list[Mutant]:
        """All of them, in the order of the source."""
        return [
            Mutant(self.path, line, operator, self._code(node), self._code(changed))
            for line, operator, node, changed in self._found
        ]

    @property
    def all_lines(self) -> set[int]:
        """The numbers of its lines."""
        return set(range(1, self.source.count("\n") + 2))

    @property
    def digest(self) -> str:
        """What a result belongs to: another source may have another verdict."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:16]

    def source_of(self, index: int) -> str:
        """Return the whole module with the one change of ``mutants[index]``."""
        _, _, node, changed = self._found[index]
        return self._tree.deep_replace(node, changed).code

    def _code(self, node: cst.CSTNode) -> str:
        return self._tree.code_for_node(node).strip()


class _Finder(cst.CSTVisitor):
    """Walks a module and collects (line, operator, node, changed node)."""

    def __init__(self, positions: object) -> None:
        super().__init__()
        self.found: list[tuple[int, str, cst.CSTNode, cst.CSTNode]] = []
        self._positions = positions

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _says_nothing(node):
            return False
        if not (isinstance(node, cst.Call) and _called(node) in _ALWAYS_TYPE_ERROR):
            self.found += self._mutations(node)
        return True

    def _mutations(self, node: cst.CSTNode) -> Iterator[tuple[int, str, cst.CSTNode, cst.CSTNode]]:
        if isinstance(node, cst.SimpleString | cst.FormattedStringText) and is_sql(node.value):
            line = self._positions[node].start.line
            for value in changes_of(node.value):
                yield line, "sql", node, node.with_changes(value=value)
            return
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                line = self._positions[node].start.line
                for changed in operator(node):
                    yield line, operator.__name__.removeprefix("operator_"), node, changed


def _says_nothing(node: cst.CSTNode) -> bool:
    match node:
        case cst.Annotation() | cst.Decorator() | cst.Raise() | cst.Import() | cst.ImportFrom():
            return True
        case cst.Call(func=cst.Name(value="TypeVar" | "NewType")):
            return True
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value="__all__"))]):
            return True
        case cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString()):
            return True
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=cst.Name(value=name)))):
            return name in _LOGGERS
        case _:
            return False


def _called(node: cst.Call) -> str:
    return node.func.value if isinstance(node.func, cst.Name) else ""
