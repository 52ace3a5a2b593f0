"""Draws docs/states.md from the transition tables the program runs on.

    python tests/protocol/state_diagrams.py > docs/states.md

The files of docs/ are text, so a diagram is Mermaid source, which code hosts draw. A test compares.
"""

from collections.abc import Callable, Iterable
from enum import Enum

from messenger.core.types import FileState, MessageState
from messenger.protocol.link_states import TRANSITIONS
from messenger.protocol.transfer import OVER, Transfer
from messenger.store.messages import LATER_STATES

Edge = tuple[str, str, str]  # from, to, what happens

HEAD = """\
# States

Written by `tests/protocol/state_diagrams.py` from the tables that the program itself runs on; a
test holds this page to them. What a table does not name cannot happen.
"""
LINK = """\
## A link
Table: `messenger/protocol/link_states.py`. The handshake is that of [protocol.md](protocol.md),
section 3.
"""
MESSAGE = """\
## A message that we wrote
Table: `messenger/store/messages.py`. A state only moves along an arrow; a word that comes too late
changes nothing.
"""
FILE = """\
## A file
Value: `messenger/protocol/transfer.py`; section 11 of [protocol.md](protocol.md). The edges are
found by trying every step in every state that can be reached.
"""
STEPS: dict[str, Callable[[Transfer], Transfer]] = {
    "accept": lambda t: t.accept(),
    "pause": lambda t: t.pause(own=True),
    "peer pauses": lambda t: t.pause(own=False),
    "resume": lambda t: t.resume(own=True),
    "peer resumes": lambda t: t.resume(own=False),
    "done": lambda t: t.end(FileState.DONE),
    "cancel": lambda t: t.end(FileState.CANCELLED),
    "fail": lambda t: t.end(FileState.FAILED),
}


def page() -> str:
    """Return the text of docs/states.md."""
    drawn = {
        LINK: diagram(
            link_edges(),
            starts=("EXPECT_FIRST", "EXPECT_SECOND", "EXPECT_ONLY"),
            ends=("REFUSED", "FAILED"),
        ),
        MESSAGE: diagram(message_edges(), starts=["waiting"], ends=["delivered"]),
        FILE: diagram(file_edges(), starts=["offered"], ends=sorted(state.value for state in OVER)),
    }
    sections = (f"{words}\n```mermaid\n{lines}\n```\n" for words, lines in drawn.items())
    return "\n".join((HEAD, *sections))


def link_edges() -> list[Edge]:
    """Return what the table of links says."""
    return [
        (state.name, after.name, _words(happened))
        for state, row in TRANSITIONS.items()
        for happened, after in row.items()
    ]


def message_edges() -> list[Edge]:
    """Return what the table of message states says."""
    return [
        (state.value, after.value, "")
        for state, later in LATER_STATES.items()
        for after in MessageState
        if after in later
    ]


def file_edges() -> list[Edge]:
    """Return every step that changes the state of a file, from every value that can be reached."""
    known, fresh = set[Transfer](), {Transfer()}
    edges: dict[Edge, None] = {}
    while fresh:
        known |= fresh
        reached = set()
        for transfer in sorted(fresh, key=repr):
            for word, step in STEPS.items():
                after = step(transfer)
                reached.add(after)
                if after.state is not transfer.state:
                    edges[transfer.state.value, after.state.value, word] = None
        fresh = reached - known
    return sorted(edges)


def diagram(edges: Iterable[Edge], *, starts: Iterable[str], ends: Iterable[str]) -> str:
    """Return a Mermaid state diagram; edges between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for start, end, words in edges:
        arrows.setdefault((start, end), []).append(words)
    lines = ["stateDiagram-v2", *(f"    [*] --> {start}" for start in starts)]
    for (start, end), words in arrows.items():
        label = ", ".join(word for word in words if word)
        lines.append(f"    {start} --> {end}" + (f": {label}" if label else ""))
    lines += [f"    {end} --> [*]" for end in ends]
    return "\n".join(lines)


def _words(happened: Enum) -> str:
    return happened.name.lower().replace("_", " ")


if __name__ == "__main__":
    print(page(), end="")
