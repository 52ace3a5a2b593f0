"""The documents say what the program does: tables in both are held against each other."""

import contextlib
import re
from pathlib import Path

import pytest
from fresh_database import fresh_database

from messenger.core import errors
from messenger.core.types import COVER_PROFILES
from messenger.rpc.methods import METHODS

DOCS = Path(__file__).resolve().parent.parent / "docs"
RPC = (DOCS / "rpc.md").read_text(encoding="utf-8")
STORE = (DOCS / "store.md").read_text(encoding="utf-8")
GUIDE = (DOCS / "guide.md").read_text(encoding="utf-8")

# Without SQLite's own, and without those in which FTS5 keeps an index.
_TABLES = """
    SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
"""


def _section(text: str, title: str) -> str:
    return text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def _rows(section: str) -> list[list[str]]:
    """The cells of each row of a table, without its head."""
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines][1:]


def test_every_rpc_method_is_documented_and_no_other() -> None:
    documented = [row[0].strip("`") for row in _rows(_section(RPC, "Methods"))]
    assert sorted(documented) == sorted(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_the_parameters_of_a_method_are_the_documented_ones(name: str) -> None:
    (row,) = (row for row in _rows(_section(RPC, "Methods")) if row[0] == f"`{name}`")
    plain = re.sub(r"\(.*?\)", "", row[1])
    documented = {word.rstrip("?") for word in re.findall(r"`(\w+\??)`", plain)}
    assert documented == set(METHODS[name][0].__struct_encode_fields__)


def test_every_notification_is_documented() -> None:
    shapes = (DOCS.parent / "messenger/rpc/shapes.py").read_text(encoding="utf-8")
    told = set(re.findall(r'"((?:contact|message|file|session|node|wire)\.\w+)"', shapes))
    documented = set(re.findall(r"`([a-z.]+_?[a-z]+)`", _section(RPC, "Notifications")))
    assert told <= documented


def test_every_kind_of_error_that_is_named_exists() -> None:
    kinds = {error.kind for error in vars(errors).values() if hasattr(error, "kind")}
    *_, examples = _section(RPC, "Errors").split("such as")
    assert set(re.findall(r"`(\w+)`", examples)) <= kinds


def test_the_guide_knows_the_cover_profiles_and_their_price() -> None:
    rows = {row[0]: row for row in _rows(_section(GUIDE, "The first start")) if len(row) == 4}
    assert set(rows) == set(COVER_PROFILES)
    for name, cover in COVER_PROFILES.items():
        _, every, wait, price = rows[name]
        assert every == f"{cover.interval_s:g} s"
        assert float(wait.split()[0]) == pytest.approx(0.6 * cover.interval_s, rel=0.1)
        assert float(price.split()[0]) == pytest.approx(512 * 3.6e-3 / cover.interval_s, rel=0.03)


def test_every_table_of_the_database_is_documented_and_no_other() -> None:
    rows = _rows(_section(STORE, "The schema in one look"))
    documented = [name for row in rows for name in re.findall(r"`(\w+)`", row[0])]
    with contextlib.closing(fresh_database()) as database:
        kept = {str(row[0]) for row in database.rows(_TABLES)}
    assert sorted(documented) == sorted(kept)
