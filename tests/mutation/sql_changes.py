"""The changes that a statement of SQL takes: a condition, a bound, an order, a conflict at a time.

mutmut knows text only: it spoils a statement or changes its case. The first is a syntax error that
any test sees which runs the line, the second is none to SQLite.
"""

import re
from collections.abc import Iterator
from typing import Final

_SQL: Final = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|AND|VALUES|ORDER BY|GROUP BY|JOIN|EXISTS|"
    r"ON CONFLICT|IS NULL|LIMIT|OFFSET|coalesce\()"
)
_CLAUSE: Final = re.compile(r"\b(SET|WHERE|AND|OR|ON|WHEN)\b")

# What is found, and what stands in its place. No rule leaves a statement that SQLite refuses.
_RULES: Final = tuple(
    (re.compile(found), instead)
    for found, instead in (
        (r"\bAND\b", "OR"),
        (r"\bOR\b(?! (IGNORE|REPLACE))", "AND"),
        (r"\bNOT (?=IN\b|EXISTS\b|outgoing\b)", ""),
        (r"(?<!NOT )(?=\b(IN|EXISTS) ?\()", "NOT "),
        (r"\bIS NOT NULL\b", "IS NULL"),
        (r"\bIS NULL\b", "IS NOT NULL"),
        (r" <= ", " < "),
        (r" >= ", " > "),
        (r" < ", " <= "),
        (r" > ", " >= "),
        (r" <> ", " = "),
        (r" \+ (?=\d)", " - "),
        (r" - (?=\d)", " + "),
        (r" DESC\b", ""),
        (r"(?<=ORDER BY )([\w.]+)(?! DESC|[\w.])", r"\1 DESC"),
        (r"\bOR IGNORE ", ""),
        (r"\bOR REPLACE ", "OR IGNORE "),
        (r"\bLEFT JOIN\b", "JOIN"),
        (r"\bmin\(", "max("),
        (r"\bmax\(", "min("),
    )
)
_EQUAL: Final = re.compile(r" = ")
_NUMBER: Final = re.compile(r"(?<![\w?.])(?<!SELECT )\d+\b")  # what EXISTS selects is all one


def is_sql(text: str) -> bool:
    """Whether a string, or a piece of one, is a statement or a part of one."""
    return _SQL.search(text) is not None


def changes_of(text: str) -> Iterator[str]:
    """Yield the text with each single change."""
    for found, instead in _RULES:
        for match in found.finditer(text):
            yield text[: match.start()] + match.expand(instead) + text[match.end() :]
    for match in _EQUAL.finditer(text):
        clauses = _CLAUSE.findall(text, 0, match.start())
        if clauses and clauses[-1] != "SET":  # a comparison, not an assignment
            yield f"{text[: match.start()]} <> {text[match.end() :]}"
    for match in _NUMBER.finditer(text):
        yield text[: match.start()] + str(int(match.group()) + 1) + text[match.end() :]
