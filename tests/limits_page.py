"""Writes docs/limits.md: every limit of the program, from the constants that it runs on.

    PYTHONPATH=. python tests/limits_page.py docs/limits.md

A limit is a module's ``Final`` number whose name says that it is one: how much (MAX, MIN, KEPT …)
or how long (it ends in _S, _MS, _HOURS or _DAYS). Its comment says what it limits. The laboratory
and the self-test are no part of the product and are left out.
"""

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
ROOMS: Final = {  # in the order of the page
    "core": "what all rooms share",
    "crypto": "ratchets and ciphers",
    "protocol": "what a peer may send",
    "wire": "links and callers",
    "net": "finding each other",
    "engine": "deciding and waiting",
    "store": "the disk",
    "relay": "hosting mailboxes",
    "update": "new versions",
    "rpc": "scripts and bots",
    "gui": "the window",
}
_MUCH: Final = re.compile(r"(^|_)(MAX|MIN|MOST|KEPT|LIMIT|LIMITS|CAP|QUOTA)(_|$)")
_LONG: Final = {"_S": "s", "_MS": "ms", "_HOURS": "h", "_H": "h", "_DAYS": "days"}
_UNITS: Final = re.compile(r"_?(MINUTE|HOUR|DAY|MONTH)(_S|_MS|_HOURS)")  # no limits
_COMMENT: Final = re.compile(r"#\s*(?P<text>(?!noqa|type:).*)$")
HEAD: Final = """\
# Limits

Written by `tests/limits_page.py` from the constants of the program; a test holds this page to
them. The words are the comments beside the constants. What a peer meets is told in order in
[protocol.md](protocol.md#10-limits), what somebody who hosts a relay chooses in
[relay.md](relay.md), the process of the wire in [wire.md](wire.md#limits). Limits of the
laboratory and of the self-test are not here.
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """One constant."""

    module: str
    name: str
    value: str
    says: str


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for room, about in ROOMS.items():
        found = list(_limits_of(room))
        if found:
            rows = [f"| `{one.module}.{one.name}` | {one.value} | {one.says} |" for one in found]
            parts.append(f"## {room}: {about}\n\n| constant | value | |\n|---|---:|---|")
            parts[-1] += "\n" + "\n".join(rows) + "\n"
    return "\n".join(parts)


def _limits_of(room: str) -> Iterator[Limit]:
    for path in sorted((ROOT / "messenger" / room).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        named = [node for node in ast.parse(source).body if _is_limit(node)]
        if not named:
            continue
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(dotted)
        for node in named:
            value = getattr(module, _name(node))
            if isinstance(value, int | float) and not isinstance(value, bool):
                says = _comment(lines[node.lineno - 1], lines[(node.end_lineno or 1) - 1])
                short = dotted.removeprefix(f"messenger.{room}.")
                yield Limit(short, _name(node), worded(_name(node), value), says)


def _is_limit(node: ast.stmt) -> bool:
    if not isinstance(node, ast.AnnAssign) or "Final" not in ast.unparse(node.annotation):
        return False
    name = _name(node)
    if _UNITS.fullmatch(name):
        return False
    return bool(_MUCH.search(name)) or any(name.endswith(end) for end in _LONG)


def _name(node: Any) -> str:
    return node.target.id if isinstance(node.target, ast.Name) else ""


def _comment(*lines: str) -> str:
    """Return what is written behind a constant, without what only tools read."""
    for line in lines:
        if found := _COMMENT.search(line):
            return found["text"].strip().replace("|", "\\|")
    return ""


def worded(name: str, value: float) -> str:
    """Write a number with its unit, as far as the name tells it."""
    unit = next((unit for end, unit in _LONG.items() if name.endswith(end)), "")
    if unit:
        return f"{value:,g} {unit}" if value < 1e6 else f"{value:,.0f} {unit}"
    if name.endswith("_LEN") and isinstance(value, int):
        for power, prefix in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
            if value >= 1 << power and value % (1 << power) == 0:
                return f"{value >> power:,} {prefix}"
    return f"{value:,}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
