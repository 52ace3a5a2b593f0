"""Writes docs/limits.md: every limit of the program, from the constants that it runs on.

    PYTHONPATH=. python tests/limits_page.py docs/limits.md

A limit is a module's constant whose name says that it is one: how much (MAX, MIN, KEPT …) or how
long (it ends in _S, _MS, _HOURS or _DAYS); and what stands in FURTHER, whose names say something
else. It is a number, or holds some: a tuple, a dictionary, a frozen value, a class whose defaults
are meant. Its comment says what it limits. The laboratory and the self-test are no part of the
product and are left out.
"""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from enum import Enum
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
_UNITS: Final = re.compile(r"_?(MINUTE|QUARTER|HOUR|DAY|MONTH|YEAR)(_S|_MS|_HOURS)")  # no limits
# Limits whose names do not say so, as room.module.name.
FURTHER: Final = frozenset(
    {
        *(f"core.logs.{name}" for name in ("LINES_OF_A_KIND", "LINES_IN_ALL", "KINDS_TOLD")),
        "core.picture_header.HEAD_LEN",
        *(f"protocol.cells.{name}" for name in ("CELL_LEN", "CELL_ROOM")),
        "protocol.channels.EPOCH_PATIENCE",
        "protocol.file_chunks.CHUNK_LEN",
        "protocol.rekey.DEFAULT_LIMITS",
        "wire.call_rate.CALLS_AT_ONCE",
        "wire.confinement.DESCRIPTOR_COUNT",
        *(f"wire.listener.{name}" for name in ("BACKLOG_COUNT", "ACCEPTS_PER_TURN")),
        "net.router.TRY_COUNT",
        *(f"engine.allowance.{name}" for name in ("DAY_LEN", "FRAME_COST")),
        "engine.backoff.PATIENT_AFTER",
        "engine.control_talk.PROMPT_HELLO_COUNT",
        "engine.conversation.BATCH_COUNT",
        "engine.flights.TIDY_COUNT",
        "engine.guesses.FREE_COUNT",
        "engine.keeper.CLOSING_LEN",
        *(f"engine.relay_visit.{name}" for name in ("REQUEST_INTERVALS", "ANSWER_INTERVALS")),
        *(f"engine.traffic.{name}" for name in ("EPOCH_ENVELOPE_COUNT", "ACK_COUNT")),
        "engine.upkeep.BATCH_COUNT",
        *(f"store.connection.{name}" for name in ("CACHE_KIB", "LOG_SHARE")),
        "store.keyring.Deadlines",
        *(f"store.reserve.{name}" for name in ("RESERVE_LEN", "SPARE_LEN")),
        "store.sealed_files._TRIES",
        *(f"store.slots.{name}" for name in ("DEFAULT_COST", "FLOOR", "CEILING")),
        *(f"store.snapshots.{name}" for name in ("KEEP_COUNT", "SPARE_LEN")),
        "relay.admission.NEW_BURST",
        "relay.doors.BACKLOG_COUNT",
        "relay.fleet.STARTS_AT_ONCE",
        "relay.instance.DESCRIPTORS_BESIDE",
        "relay.machine.RESERVE_SHARE",
        "relay.nats_layout.RECORD_VERSIONS",
        "relay.places.WAITS_PER_CONNECTION",
        "relay.respawn.BURST",
        *(
            f"relay.sqlite_store.{name}"
            for name in ("FORGOTTEN_AT_ONCE", "JOBS_AT_ONCE", "EXPIRED_AT_ONCE")
        ),
        "update.limits.PATIENT",
        "update.own_files.SAMPLE_LEN",
        *(f"gui.delegates.shown_text.{name}" for name in ("SHORT_LEN", "SHORT_LINES")),
        "gui.models.conversation.WINDOW_LEN",
        *(f"gui.picture_child.{name}" for name in ("ADDRESS_SPACE", "ALLOCATION_MIB")),
    }
)
# Names that sound like a limit: sizes small, medium and large, a guess, choices, classes of times.
NO_LIMITS: Final = frozenset(
    {
        *(f"gui.theme.{name}" for name in ("SPACE_S", "RADIUS_S", "ICON_S")),
        "gui.dialogs.auto_lock.IDLE_MIN",
        "gui.dialogs.lab_curve.MOST",
        "gui.dialogs.passphrases.GUESSES_PER_S",
        "gui.words.LIFETIMES_S",
        "relay.meter.PUT_BOUNDS_S",
    }
)
_COMMENT: Final = re.compile(r"#\s*(?P<text>(?!noqa|type:).*)$")
HEAD: Final = """\
# Limits

Written by `tests/limits_page.py` from the constants of the program; a test holds this page to
them. The words are the comments beside the constants. What a peer meets is told in order in
[protocol.md](protocol.md#10-limits), what somebody who hosts a relay chooses in
[relay.md](relay.md), the process of the wire in [wire.md](wire.md#limits). Not here are the limits
of the laboratory and of the self-test, lengths that a layout fixes, and measures of the screen.
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
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        inside = dotted.removeprefix("messenger.")
        named = [node for node in ast.parse(source).body if _is_limit(node, inside)]
        if not named:
            continue
        module = importlib.import_module(dotted)
        short = inside.removeprefix(f"{room}.")
        for node in named:
            name = _name(node)
            says = _comment(source.splitlines(), node)
            for part, words in parts_of(name, getattr(module, name), says):
                yield Limit(short, part, words[0], words[1])


def parts_of(name: str, value: Any, says: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """Return the names of what a constant holds, each with its value in words and its comment."""
    if isinstance(value, type) and is_dataclass(value):
        value = value()
    if is_dataclass(value):
        yield from _fields_of(name, value, says)
    elif isinstance(value, Mapping):
        each = (f"{_key(key)} {worded(name, number)}" for key, number in value.items())
        yield name, (" · ".join(each), says)
    elif isinstance(value, tuple) and value and all(map(_is_number, value)):
        unit = worded(name, value[-1])
        yield name, (" to ".join((*(f"{number:g}" for number in value[:-1]), unit)), says)
    elif _is_number(value):
        yield name, (worded(name, value), says)


def _fields_of(name: str, value: Any, says: str) -> Iterator[tuple[str, tuple[str, str]]]:
    kind = type(value)
    source, _ = inspect.getsourcelines(kind)
    body = ast.parse("".join(source)).body[0]
    assert isinstance(body, ast.ClassDef)
    words = {
        _name(node): _behind(source[node.lineno - 1])
        for node in body.body
        if isinstance(node, ast.AnnAssign)
    }
    for made, each in vars(kind).items():
        if isinstance(each, property):
            words[made] = (inspect.getdoc(each) or "").removesuffix(".")
    for part, said in words.items():
        number = getattr(value, part)
        if _is_number(number):
            yield f"{name}.{part}", (worded(part.upper(), number), said or says)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(key: object) -> str:
    return key.name if isinstance(key, Enum) else str(key)


def _is_limit(node: ast.stmt, module: str) -> bool:
    name = _name(node)
    if f"{module}.{name}" in FURTHER:
        return True
    if not name.isupper() or _UNITS.fullmatch(name) or f"{module}.{name}" in NO_LIMITS:
        return False
    return bool(_MUCH.search(name)) or any(name.endswith(end) for end in _LONG)


def _name(node: Any) -> str:
    if isinstance(node, ast.ClassDef):
        return node.name
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return targets[0].id if isinstance(targets[0], ast.Name) else ""


def _comment(lines: list[str], node: ast.stmt) -> str:
    """Return what is written behind a constant, or else above it, without what only tools read."""
    if isinstance(node, ast.ClassDef):
        return ""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    if says := _behind(lines[first]) or _behind(lines[last]):
        return says
    above: list[str] = []
    while (
        first > 0 and lines[first - 1].startswith("# ") and not lines[first - 1].startswith("# -")
    ):
        first -= 1
        above.insert(0, _behind(lines[first]))
    return " ".join(above).removesuffix(".")


def _behind(line: str) -> str:
    found = _COMMENT.search(line)
    return found["text"].strip().replace("|", "\\|") if found else ""


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
