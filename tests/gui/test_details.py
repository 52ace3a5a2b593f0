"""What errors say of themselves is known to the translators, word for word."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QCoreApplication

import messenger
from messenger.core.errors import (
    KeyringError,
    LinkDamagedError,
    MessengerError,
    NotAllowedError,
    TooManyGuessesError,
    filled,
)
from messenger.gui import texts
from messenger.gui.details import TEXTS, own_words
from messenger.gui.texts import sentence

PACKAGE: Final = Path(messenger.__file__).parent
BELOW: Final = (
    "engine",
    "update",
    "store",
    "protocol",
    "crypto",
)  # whose errors come up to the window


def _family(kind: type[MessengerError]) -> Iterator[type[MessengerError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _family(each)


def _told() -> set[str]:
    """Name the errors whose own text stands in a sentence of the window."""
    table = texts._sentences()
    found = set()
    for each in _family(MessengerError):
        kind = next(kind for kind in texts._kinds(each) if kind in table)
        if "{detail}" in table[kind] or issubclass(each, KeyringError):
            found.add(each.__name__)
    return found


def _texts_of(path: Path, kinds: set[str]) -> Iterator[tuple[str, str | None]]:
    """Yield the place and text of each such error; None where the text is not written there."""
    tree = ast.parse(path.read_text())
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Constant)
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else node.targets)
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds and node.args:
            place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
            match node.args[0]:
                case ast.Constant(value=str(text)):
                    yield place, text
                case ast.Name(id=name):
                    yield place, constants.get(name)
                case _:
                    yield place, None


def test_the_list_is_what_the_errors_say() -> None:
    """Whatever is not in it is said in English, as it is."""
    kinds = _told()
    found = {
        text
        for layer in BELOW
        for path in sorted((PACKAGE / layer).rglob("*.py"))
        for _, text in _texts_of(path, kinds)
    }
    assert [text for text in TEXTS if text not in found] == []
    assert len(set(TEXTS)) == len(TEXTS)


@pytest.mark.usefixtures("german")
def test_a_detail_is_said_in_the_language_of_the_window() -> None:
    assert sentence(TooManyGuessesError("Try again in {count} seconds.", count=7)).endswith(
        "in 7 Sekunden noch einmal."
    )
    wrong = LinkDamagedError("Character {place} of group {group} of the fingerprint is wrong.")
    assert "Zeichen" in own_words(wrong)


def test_what_nobody_translated_is_said_as_it_is(qapp: QCoreApplication) -> None:
    assert own_words(NotAllowedError("the moon is full")) == "the moon is full."


def test_a_name_in_a_detail_is_cleaned_and_fills_only_its_own_place(
    qapp: QCoreApplication,
) -> None:
    error = NotAllowedError("{name} is not blocked.", name="\u202eMara {name}")
    assert str(error) == "\u202eMara {name} is not blocked."
    assert own_words(error) == "\u2068\N{REPLACEMENT CHARACTER}Mara {name}\u2069 is not blocked."


def test_no_text_is_no_detail(qapp: QCoreApplication) -> None:
    assert sentence(NotAllowedError()) == "This is not possible at the moment."


def test_parts_that_look_like_parts_stay_as_they_are() -> None:
    assert filled("{a} and {b}", {"a": "{b}", "b": 2}) == "{b} and 2"
