"""docs/states.md says what the tables say."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fresh_database import fresh_database
from state_diagrams import ENDS, TURNS, file_edges, link_edges, message_edges, page, people_edges

from messenger.core.clock import ManualClock
from messenger.core.types import PinOrigin, Relation
from messenger.engine.greeting import Greeting
from messenger.protocol.control import GoodbyeReason, Hello
from messenger.store.database import Transaction

PAGE = Path(__file__).parents[2] / "docs" / "states.md"
PROGRAM = Path(__file__).parents[2] / "messenger"


def test_the_page_is_drawn_from_the_tables_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run tests/protocol/state_diagrams.py"


def test_every_edge_that_matters_is_there() -> None:
    assert ("EXPECT_THIRD", "OPEN", "flight") in link_edges()
    assert ("waiting", "delivered", "") in message_edges()
    assert ("delivered", "waiting", "") not in message_edges()
    assert ("failed", "waiting", "sent again") in message_edges()
    assert ("cancelled", "done", "done") in file_edges()  # the one crossing
    assert not any(start == "done" for start, *_ in file_edges())


def test_every_relation_has_a_way_in_and_a_way_out() -> None:
    assert {turn.after for turn in TURNS} == set(Relation) == set(ENDS)
    assert {name for edge in people_edges() for name in edge[:2]} == {"[*]", *Relation}


def test_each_place_that_writes_a_relation_stands_in_the_drawing() -> None:
    drawn = {(turn.place, turn.after) for turn in TURNS}
    assert set(_written()) == drawn


def _written() -> Iterator[tuple[str, Relation]]:
    """Each function of the program that writes a relation, with all that it names as one."""
    for path in sorted(PROGRAM.rglob("*.py")):
        for owner in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(owner, ast.ClassDef):
                continue
            for function in owner.body:
                for written in _relations_written(function):
                    name = getattr(function, "name", "")
                    yield f"{path.stem}.{owner.name}.{name}", written


def _relations_written(function: ast.AST) -> Iterator[Relation]:
    for call in ast.walk(function):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr == "set_relation":
            value = call.args[1]
        elif call.func.attr == "add" and any(word.arg == "relation" for word in call.keywords):
            (value,) = (word.value for word in call.keywords if word.arg == "relation")
        else:
            continue
        if isinstance(value, ast.Name):  # chosen just before
            yield from _assigned(function, value.id)
        else:
            yield from _named(value)


def _assigned(function: ast.AST, name: str) -> Iterator[Relation]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            yield from _named(node.value)


def _named(value: ast.AST) -> Iterator[Relation]:
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Relation":
            yield Relation[node.attr]


def test_the_store_changes_no_relation_by_itself() -> None:
    files = [path for end in ("py", "sql") for path in (PROGRAM / "store").rglob(f"*.{end}")]
    words = "".join(path.read_text(encoding="utf-8") for path in files)
    assert words.count('"relation = ?"') == 1  # what `set_relation` sets
    assert "SET relation" not in words


@pytest.mark.parametrize(("before", "consent"), list(product(Relation, (True, False))))
def test_a_hello_turns_what_is_drawn(before: Relation, consent: bool) -> None:
    hello = cast(Hello, SimpleNamespace(name="Ada", consent=consent))
    link = cast(Any, SimpleNamespace(peer_hello=None))
    tx, greeting = _greeting()
    contact = _known(tx, before)
    greeting.on_hello(tx, contact, link, hello)
    word = "hello with consent" if consent else "hello without consent"
    assert tx.contact(contact.id).relation is _drawn(before, word)


@pytest.mark.parametrize(("before", "reason"), list(product(Relation, GoodbyeReason)))
def test_a_goodbye_turns_what_is_drawn(before: Relation, reason: GoodbyeReason) -> None:
    tx, greeting = _greeting()
    contact = _known(tx, before)
    greeting.on_goodbye(tx, contact, reason)
    assert tx.contact(contact.id).relation is _drawn(before, f"goodbye: {reason.value}")


def _greeting() -> tuple[Transaction, Greeting]:
    tx = Transaction(fresh_database(), ManualClock())
    return tx, Greeting(cast(Any, None), cast(Any, None))


def _known(tx: Transaction, relation: Relation) -> Any:
    return tx.contacts.add(
        key=bytes(32),
        name="Ada",
        alias=None,
        relation=relation,
        origin=PinOrigin.LINK,
        pinned_at=0,
    )


def _drawn(before: Relation, word: str) -> Relation:
    """Where the drawing leads from there; a word that has no arrow leads nowhere."""
    (after,) = [t.after for t in TURNS if t.word == word and before in t.before] or [before]
    return after
