"""The pages about limits say what the program's constants are."""

import contextlib
import importlib
import operator
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from limits_page import FURTHER, NO_LIMITS, ROOMS, page, parts_of, worded

from messenger.protocol.channels import Channel
from messenger.store.slots import Cost

ROOT = Path(__file__).resolve().parent.parent
PROTOCOL = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "weeks": 7 * 86_400, "days": 86_400_000}


def test_the_page_is_made_of_the_constants() -> None:
    written = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
    assert written == page(), "PYTHONPATH=. python tests/limits_page.py docs/limits.md"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WAIT_S", 0.5, "0.5 s"),
        ("DAY_MS", 86_400_000, "86,400,000 ms"),
        ("MAX_LEN", 3 << 20, "3 MiB"),
        ("MAX_LEN", 66_048, "66,048"),
        ("MAX_COUNT", 4_096, "4,096"),
    ],
)
def test_numbers_are_written_with_their_units(name: str, value: float, words: str) -> None:
    assert worded(name, value) == words


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("WAIT_S", (12.0, 30.0), {"WAIT_S": "12 to 30 s"}),
        ("MAX_LEN", {Channel.LINK: 2048, "b": 3}, {"MAX_LEN": "LINK 2 KiB · b 3"}),
        ("COST", Cost(3, 1 << 28), {"COST.passes": "3", "COST.memory_len": "256 MiB"}),
        ("MAX_NAMES", ("a", "b"), {}),
        ("MAX_FLAG", True, {}),
    ],
)
def test_what_a_constant_holds_is_shown(name: str, value: object, shown: dict[str, str]) -> None:
    assert {part: words for part, (words, _) in parts_of(name, value)} == shown


@pytest.mark.parametrize("name", sorted(FURTHER | NO_LIMITS))
def test_what_the_page_is_told_of_names_exists(name: str) -> None:
    room, _, rest = name.partition(".")
    there = f"| `{rest}` |" in PAGE or f"| `{rest}." in PAGE
    module, _, constant = name.rpartition(".")
    assert hasattr(importlib.import_module(f"messenger.{module}"), constant)
    assert room in ROOMS
    assert there is (name in FURTHER)


def _documented() -> Iterator[tuple[str, str]]:
    """The limit and the constants of each row of section 10."""
    section = PROTOCOL.split("## 10. Limits", 1)[1].split("\n## ", 1)[0]
    for line in section.splitlines():
        if line.startswith("| ") and "`" in line:
            _, _, limit, where, _ = line.split("|")
            yield limit, where


@pytest.mark.parametrize(("limit", "where"), list(_documented()))
def test_the_protocol_names_its_limits_and_their_constants(limit: str, where: str) -> None:
    numbers = _numbers(limit)
    for name in _constants(where):
        for number in _flat(_value(name)):
            assert number in numbers, f"{name} is {number}"


@pytest.mark.parametrize("where", [where for _, where in _documented()])
def test_the_limits_of_the_protocol_stand_on_the_page_of_all_limits(where: str) -> None:
    for name in _constants(where):
        room, _, rest = name.partition(".")
        assert f"| `{rest if room in ROOMS else name}` |" in PAGE


def _constants(where: str) -> list[str]:
    """Names with their modules; one without belongs to the module before it."""
    names, module = [], ""
    for word in re.findall(r"`([\w.]+)`", where):
        module = word.rpartition(".")[0] or module
        names.append(f"{module}.{word.rpartition('.')[2]}")
    return names


def _value(name: str) -> Any:
    first, _, rest = name.partition(".")
    module, _, constant = (rest if first in ROOMS else name).partition(".")
    for room in ROOMS:
        with contextlib.suppress(ModuleNotFoundError, AttributeError):
            found = importlib.import_module(f"messenger.{room}.{module}")
            return operator.attrgetter(constant)(found)
    pytest.fail(f"there is no {name}")


def _flat(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, tuple):
        yield from value
    else:
        yield value


def _numbers(limit: str) -> set[float]:
    """Every number of a row, in every unit that stands in it."""
    found: set[float] = set()
    factors = {1} | {factor for unit, factor in UNITS.items() if unit in limit}
    for text in re.findall(r"\d[\d,]*(?:\^\d+)?(?: - 1)?", limit):
        base, _, power = text.replace(",", "").removesuffix(" - 1").partition("^")
        number = int(base) ** int(power or 1) - text.endswith(" - 1")
        found |= {number * factor for factor in factors}
    return found
